import { escapeMarkup } from '../../page/escape-markup.ts'
import { type Cell, numberText, pageSection, pageTable } from '../../page/page-parts.ts'
import { coordinate, plotScale } from '../../page/plot-axis.ts'
import { hasWeight } from '../checks/term-checks.ts'
import type { AuditReport } from '../report.ts'
import { scatterPlot } from './scatter-plot.ts'
import { shareText, verdict } from './sections.ts'

/** Where the reward and a stricter one contradict each other. */
export function differentialSection(
  { differential }: AuditReport,
  names: readonly string[],
): string {
  const { reference, kendall, points, worst } = differential
  const place = (i: number) => [points[i].reference, points[i].reward] as const
  const plot = scatterPlot({
    title: 'Reward against the reference',
    xLabel: 'reference',
    yLabel: 'reward',
    points: points.map((_, i) => place(i)),
    pairs: worst.map(({ better, worse }) => ({
      from: place(worse),
      to: place(better),
      name: `${names[points[better].truth]}: pays ${points[better].name} more than ${points[worse].name}`,
    })),
  })
  const rows = worst.map(({ better, worse }): Cell[] => {
    const [preferred, refused] = [points[better], points[worse]]
    return [
      names[preferred.truth],
      ...[preferred.name, preferred.reward, preferred.reference],
      ...[refused.name, refused.reward, refused.reference],
    ]
  })
  const head = ['truth', 'paid more', 'reward', 'reference', 'better mask', 'reward', 'reference']
  const table =
    rows.length === 0
      ? ''
      : `\n<h3>Worst contradictions</h3>\n${pageTable('Worst contradictions', head, rows)}`
  return pageSection(
    'differential',
    'Disagreement with a stricter reward',
    `Each dot is a mask, seen by the reward and by the reference: ${reference}. Kendall’s rank correlation (τ-b) is ${numberText(kendall)}; 1 is full agreement. Lines join the masks that the two rank differently most clearly.`,
    `<div class="wide">${plot}</div>${table}`,
  )
}

/** What each term did. */
export function termsSection({ terms }: AuditReport): string {
  const rows = terms.filter(hasWeight).map((term): Cell[] => {
    const { name, weight, declared, min, mean, max, atBound, direction, problems } = term
    const low = declared?.min ?? Number.NEGATIVE_INFINITY
    const high = declared?.max ?? Number.POSITIVE_INFINITY
    const bar = rangePlot({
      title: `${name}: seen from ${numberText(min)} to ${numberText(max)}`,
      declared: [low, high],
      seen: [min, mean, max],
    })
    const checks =
      problems.length === 0
        ? verdict(true, '')
        : { markup: problems.map((one) => `<div>${escapeMarkup(one)}</div>`).join('') }
    return [
      name,
      weight ?? '',
      declared === undefined ? 'unknown' : `${numberText(low)} to ${numberText(high)}`,
      { markup: bar },
      ...[min, mean, max],
      shareText(atBound),
      direction,
      checks,
    ]
  })
  // They are not part of the reward.
  const idle = terms.filter((term) => !hasWeight(term)).map(({ name }) => name)
  const head = [
    ...['term', 'weight', 'declared', 'seen', 'lowest', 'mean', 'highest'],
    ...['most frequent', 'direction', 'checks'],
  ]
  return pageSection(
    'terms',
    'Terms',
    'Grey: the declared range; blue: what was seen over all masks, with a line at the mean. A term that gives most masks its most frequent value says little. Direction: 1 for a term that falls with every corruption, −1 for one that rises.',
    (rows.length === 0
      ? '<p>The reward does not tell its terms.</p>'
      : pageTable('Terms', head, rows)) +
      (idle.length === 0 ? '' : `\n<p>Of weight 0: ${escapeMarkup(idle.join(', '))}.</p>`),
  )
}

/** The published pitfalls, one a row. */
export function pitfallsSection({ pitfalls }: AuditReport): string {
  const rows = pitfalls.map(({ name, description, source, isPassed, detail }): Cell[] => [
    name,
    verdict(isPassed, 'failed'),
    description,
    detail,
    source,
  ])
  return pageSection(
    'pitfalls',
    'Published pitfalls',
    'Small masks on which metrics are known to mislead, and what a sound score does with them.',
    pageTable('Published pitfalls', ['pitfall', '', 'a sound score', 'scores', 'source'], rows),
  )
}

/** The values that were seen, inside those that are declared. */
export interface RangePlot {
  /** What the picture shows, for readers who do not see it. */
  title: string
  /** The declared bounds, which need not be finite. */
  declared: readonly [min: number, max: number]
  /** The lowest, mean and highest value that was seen. */
  seen: readonly [min: number, mean: number, max: number]
}

const WIDTH = 180
const HEIGHT = 18
const MARGIN = 4

/**
 * A bar of the values seen (class `seen`) over one of the values declared (class `declared`, and
 * `open` where a bound is not finite), with a line at the mean (class `mean`), as an SVG element
 * without colours of its own.
 */
export function rangePlot({ title, declared, seen }: RangePlot): string {
  const all = [...declared, ...seen].filter(Number.isFinite)
  const scale = plotScale([Math.min(...all, 0), Math.max(...all, 0)], MARGIN, WIDTH - MARGIN, 8)
  const at = (value: number, otherwise: number) =>
    Number.isFinite(value) ? scale.at(value) : otherwise
  const from = at(declared[0], 0)
  const to = at(declared[1], WIDTH)
  const kind = declared.every(Number.isFinite) ? 'declared' : 'declared open'
  const bar = (left: number, right: number, y: number, height: number, name: string) =>
    `<rect class="${name}" x="${coordinate(left)}" y="${y}" width="${coordinate(Math.max(1.5, right - left))}" height="${height}" rx="1"/>`
  const parts = [bar(from, to, 4, HEIGHT - 8, kind)]
  const [low, mean, high] = seen
  if (Number.isFinite(low) && Number.isFinite(high)) {
    parts.push(bar(scale.at(low), scale.at(high), 6, HEIGHT - 12, 'seen'))
  }
  if (Number.isFinite(mean)) {
    parts.push(`<path class="mean" d="M${coordinate(scale.at(mean))} 2V${HEIGHT - 2}"/>`)
  }
  return `<svg class="range" viewBox="0 0 ${WIDTH} ${HEIGHT}" width="${WIDTH}" height="${HEIGHT}" role="img" aria-label="${escapeMarkup(title)}">${parts.join('')}</svg>`
}
