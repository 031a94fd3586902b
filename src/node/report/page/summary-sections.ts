import { directionOf } from '../../../metrics/metric-directions.ts'
import { escapeMarkup } from '../../../page/escape-markup.ts'
import { type Cell, counted, numberText, pageSection, pageTable } from '../../../page/page-parts.ts'
import { coordinate } from '../../../page/plot-axis.ts'
import { DIRECTION_SIGNS, LEVEL, metricOf, type ReportFacts } from '../facts.ts'
import { distributionStrip } from './strip.ts'

/** A metric's name with the sign that says which values are better. */
export const titled = (name: string) => `${name} ${DIRECTION_SIGNS[directionOf(name)]}`

/** Means with their intervals, and how the pairs are spread. */
export function summarySection({ summary, cases }: ReportFacts): string {
  const rows = Object.entries(summary).map(([name, of]): Cell[] => {
    const values = cases.map((result) => metricOf(result, name))
    const found = values.filter((value) => !Number.isNaN(value))
    const [least, most] = [
      found.reduce((a, b) => Math.min(a, b), Number.POSITIVE_INFINITY),
      found.reduce((a, b) => Math.max(a, b), Number.NEGATIVE_INFINITY),
    ]
    const range = found.length === 0 ? 'no values' : `${numberText(least)} to ${numberText(most)}`
    const strip = distributionStrip({
      title: `${name} of ${counted(of.n, 'pair')}: ${range}`,
      values,
      ...of,
    })
    const marks = [
      ...(of.scoredPerfect > 0 ? [`${of.scoredPerfect} perfect`] : []),
      ...(of.scoredWorst > 0 ? [`${of.scoredWorst} worst`] : []),
      ...(of.undefined > 0 ? [`${of.undefined} left out`] : []),
    ]
    return [
      { markup: `<strong>${escapeMarkup(titled(name))}</strong>` },
      `${numberText(of.mean)}${Number.isNaN(of.sd) ? '' : ` ± ${numberText(of.sd)}`}`,
      `${numberText(of.low)} to ${numberText(of.high)}`,
      { markup: strip },
      range,
      marks.join(', '),
    ]
  })
  const isAny = rows.some((row) => row[5] !== '')
  const head = ['metric', 'mean ± sd', '95 % interval', 'pairs', 'lowest to highest', '0/0, so']
  return pageSection(
    'summary',
    'Summary',
    'Arrows say which values are better: higher (↑), lower (↓), or those near 1 (=1). Each dot is a pair; the line is the mean, the bar below it the 95 % bootstrap interval of the mean.',
    rows.length === 0
      ? '<p>No pair could be scored.</p>'
      : pageTable(
          'Summary',
          isAny ? head : head.slice(0, -1),
          isAny ? rows : rows.map((row) => row.slice(0, -1)),
        ),
  )
}

/** Two methods, pair by pair; the better number is bold where the difference holds. */
export function comparisonSection({ compared }: ReportFacts): string {
  if (compared === undefined) return ''
  const { comparison, summaries } = compared
  const rows = Object.entries(comparison).map(([name, of]): Cell[] => {
    const [ours, theirs] = summaries.map((summary) => numberText(summary[name].mean))
    const holds = of.adjustedP < LEVEL && of.wins !== of.losses
    const isBetter = of.wins > of.losses
    const bold = (text: string, isBold: boolean) => ({
      markup: isBold ? `<strong class="better">${text}</strong>` : text,
    })
    return [
      { markup: `<strong>${escapeMarkup(titled(name))}</strong>` },
      bold(ours, holds && isBetter),
      bold(theirs, holds && !isBetter),
      `${numberText(of.difference)} [${numberText(of.low)}, ${numberText(of.high)}]`,
      { markup: `${winsBar(of)} ${of.wins} / ${of.ties} / ${of.losses}` },
      of.p.toPrecision(2),
      of.adjustedP.toPrecision(2),
    ]
  })
  const head = ['metric', 'this', 'other', 'difference [95 %]', 'won / tied / lost', 'p', 'p, Holm']
  return pageSection(
    'comparison',
    'Comparison with the other method',
    `Pair by pair, on the pairs that both methods have. Bold: the better mean, where p of the sign-flip test stays below ${LEVEL} after Holm’s correction for the number of metrics.`,
    pageTable('Comparison', head, rows),
  )
}

const BAR = 90

function winsBar({ wins, ties, losses }: { wins: number; ties: number; losses: number }): string {
  const all = Math.max(1, wins + ties + losses)
  let left = 0
  const parts = [
    ['won', wins],
    ['tied', ties],
    ['lost', losses],
  ] as const
  const bars = parts.map(([kind, count]) => {
    const width = (BAR * count) / all
    const bar = `<rect class="${kind}" x="${coordinate(left)}" width="${coordinate(width)}" height="8"/>`
    left += width
    return bar
  })
  return `<svg class="wins" viewBox="0 0 ${BAR} 8" width="${BAR}" height="8" aria-hidden="true">${bars.join('')}</svg>`
}
