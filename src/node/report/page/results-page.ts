import { createHash } from 'node:crypto'
import { dirname } from 'node:path'
import { escapeMarkup } from '../../../page/escape-markup.ts'
import { counted, numberText, pageSection } from '../../../page/page-parts.ts'
import { PAGE_STYLE } from '../../../page/page-style.ts'
import type { CaseResult } from '../../folders/case-result.ts'
import { printable } from '../../printable.ts'
import { boundText, type ReportFacts } from '../facts.ts'
import { casePicture } from '../pictures/case-picture.ts'
import { casesSection, worstFirst } from './cases-section.ts'
import { detailsSection } from './details-section.ts'
import { RESULTS_SCRIPT } from './script.ts'
import { dialogs, type ShownCase, shownSection } from './shown-cases.ts'
import { RESULTS_STYLE } from './style.ts'
import { comparisonSection, summarySection, titled } from './summary-sections.ts'

/** What the page shows. */
export interface ResultsPageOptions {
  /** So many of the worst, and of the best pairs. */
  readonly worst: number
  /** The metric that says which these are. */
  readonly by: string
  /** Smaller errors are counted and not drawn. */
  readonly minSize: number
}

/** Pixels of all pictures together, which keeps a page of 50 pairs below 3 MB. */
const ALL_PIXELS = 3_600_000
/** Pixels of one picture: more of them are seen on no screen. */
const MOST_PIXELS = 360_000

/** So many warnings and failures are listed each. */
const LISTED = 100

/** The numbers at the top, of those that were computed. */
const TILES = ['reward', 'dice', 'clDice', 'b0Error', 'junctionF1', 'hd95']

const STYLE = PAGE_STYLE + RESULTS_STYLE

/**
 * One self-contained HTML page of an evaluation: means, distributions, a table of all pairs, the worst
 * and the best of them with their errors over their pictures, and a comparison. It loads nothing, and
 * its policy allows no script but its own; without that everything can still be read. It follows the
 * reader's light or dark colours and can be printed.
 */
export async function resultsPage(
  facts: ReportFacts,
  { worst: count, by, minSize }: ResultsPageOptions,
): Promise<string> {
  const { cases, results, summary } = facts
  const ordered = worstFirst(cases, by)
  // Of few pairs none is both.
  const chosen = new Set(
    ordered.filter((_, i) => i < count || i >= Math.max(count, ordered.length - count)),
  )
  const maxPixels = Math.min(MOST_PIXELS, Math.floor(ALL_PIXELS / Math.max(1, chosen.size)))
  const shown: ShownCase[] = []
  for (const result of chosen) {
    const picture = await casePicture(result, results.options, minSize, maxPixels)
    shown.push({ id: `pair-${shown.length + 1}`, result, picture })
  }
  const ids = new Map<CaseResult, string>(shown.map(({ id, result }) => [result, id]))
  const [worst, best] = [shown.slice(0, count), shown.slice(count).reverse()]
  const sections: readonly (readonly [id: string, name: string, markup: string])[] = [
    ['summary', 'Summary', summarySection(facts)],
    ['details', 'In detail', detailsSection(facts)],
    ['comparison', 'Comparison', comparisonSection(facts)],
    [
      'worst',
      'Worst and best',
      shownSection(facts, by, worst, best, ordered.length - shown.length),
    ],
    ['pairs', 'All pairs', casesSection(facts, by, (result) => ids.get(result))],
    ['doubts', 'Doubts', doubtsSection(facts)],
  ]
  const there = sections.filter(([, , markup]) => markup !== '')
  const title = `Evaluation of ${counted(results.results.length, 'pair')}`
  return `<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8" />
<meta name="viewport" content="width=device-width, initial-scale=1" />
<meta http-equiv="Content-Security-Policy" content="${policy()}" />
<title>${escapeMarkup(title)}</title>
<style>${STYLE}</style>
</head>
<body>
<header>
<h1>${escapeMarkup(title)}</h1>
${head(facts)}
<nav aria-label="Sections">${there.map(([id, name]) => `<a href="#${id}">${name}</a>`).join(' ')}</nav>
</header>
<main>
${tiles(summary)}
${there.map(([, , markup]) => markup).join('\n')}
</main>
${dialogs([...worst, ...best], summary)}
<script>${RESULTS_SCRIPT}</script>
</body>
</html>
`
}

/** Nothing but what is in the page: its own style and script, and pictures as data. */
function policy(): string {
  const hash = (text: string) => `'sha256-${createHash('sha256').update(text).digest('base64')}'`
  return [
    "default-src 'none'",
    `style-src ${hash(STYLE)}`,
    `script-src ${hash(RESULTS_SCRIPT)}`,
    'img-src data:',
    "base-uri 'none'",
    "form-action 'none'",
  ].join('; ')
}

/** What was evaluated and how, and what is wrong with it, in a few words. */
function head({ results, cases, failures, bounds }: ReportFacts): string {
  const { options, version, warnings } = results
  const { reward, threshold, empty, thinning, connectivity } = options
  const first = results.results[0]?.files
  const facts = [
    ...(first === undefined
      ? []
      : [`predictions in ${dirname(first.pred)}`, `truths in ${dirname(first.truth)}`]),
    `reward ${reward}`,
    ...(threshold === undefined ? [] : [`threshold ${threshold}`]),
    `0/0: ${empty}`,
    ...(thinning === undefined ? [] : [`thinning ${thinning}`]),
    `connectivity ${connectivity}`,
    `vessel-reward ${version}`,
  ]
  const chip = (kind: string, text: string) =>
    `<span class="chip ${kind}">${escapeMarkup(text)}</span>`
  const broken = bounds.filter(({ isKept }) => !isKept).length
  const chips = [
    chip(cases.length === results.results.length ? 'good' : 'error', `${cases.length} scored`),
    ...(failures.length === 0 ? [] : [chip('error', `${failures.length} not scored`)]),
    ...(warnings.length === 0 ? [] : [chip('warning', counted(warnings.length, 'warning'))]),
    ...(bounds.length === 0
      ? []
      : [chip(broken === 0 ? 'good' : 'error', `${broken} of ${bounds.length} bounds broken`)]),
  ]
  return `<p class="facts">${facts.map((fact) => escapeMarkup(printable(fact))).join(' · ')}</p>\n<div class="chips">${chips.join(' ')}</div>`
}

function tiles(summary: ReportFacts['summary']): string {
  const known = TILES.filter((name) => Object.hasOwn(summary, name))
  const all = known.map((name) => {
    const { mean, low, high } = summary[name]
    return `<div><span class="soft">${escapeMarkup(titled(name))}</span><span class="value">${numberText(mean)}</span><span class="soft">${numberText(low)} to ${numberText(high)}</span></div>`
  })
  return all.length === 0 ? '' : `<div class="tiles">${all.join('')}</div>`
}

/** What could not be scored, bounds that are not kept, and warnings. */
function doubtsSection({ failures, bounds, results }: ReportFacts): string {
  const items = [
    ...bounds
      .filter(({ isKept }) => !isKept)
      .map((bound) => item('error', 'out of bounds', '', boundText(bound))),
    ...few(failures, ({ name, error }) => item('error', 'not scored', name, error)),
    ...few(results.warnings, ({ kind, message }) => item('warning', 'warning', kind, message)),
  ]
  if (items.length === 0) return ''
  const hint = 'What the numbers above do not cover, or may cover wrongly.'
  return pageSection('doubts', 'Doubts', hint, `<ul class="findings">\n${items.join('\n')}\n</ul>`)
}

function few<T>(all: readonly T[], markup: (one: T) => string): string[] {
  const items = all.slice(0, LISTED).map(markup)
  const more = all.length - items.length
  return more === 0 ? items : [...items, item('info', 'more', '', `${more} more of this kind`)]
}

function item(kind: string, what: string, about: string, message: string): string {
  const subject = about === '' ? '' : `<code>${escapeMarkup(printable(about))}</code><br />`
  return `<li class="${kind}"><strong>${what}</strong><div>${subject}${escapeMarkup(printable(message))}</div></li>`
}
