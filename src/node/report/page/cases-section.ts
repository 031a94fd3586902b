import { directionOf } from '../../../metrics/metric-directions.ts'
import { escapeMarkup } from '../../../page/escape-markup.ts'
import { counted, numberText, pageSection, scrollStart } from '../../../page/page-parts.ts'
import type { CaseResult } from '../../folders/case-result.ts'
import { metricOf, type ReportFacts } from '../facts.ts'
import { titled } from './summary-sections.ts'

/** More rows than this make a page that no browser likes; the rest is in the CSV file. */
const MAX_ROWS = 2000

/** Metrics that are seen first; a button shows the others. */
const FIRST = ['reward', 'dice', 'recall', 'precision', 'clDice', 'b0Error', 'junctionF1', 'hd95']

/** Pairs by how good they are in a metric, the worst first; those without a value are left out. */
export function worstFirst(cases: readonly CaseResult[], by: string): CaseResult[] {
  const direction = directionOf(by)
  const badness = (result: CaseResult) => {
    const value = metricOf(result, by)
    if (direction === 'one') return Math.abs(value - 1)
    return direction === 'lower' ? value : -value
  }
  return cases
    .filter((result) => !Number.isNaN(metricOf(result, by)))
    .map((result) => ({ result, bad: badness(result) }))
    .sort((a, b) => b.bad - a.bad)
    .map(({ result }) => result)
}

/**
 * The table of all pairs. A script lets it be sorted and filtered; without one it is a table.
 *
 * @param idOf - the id of what opens for a pair, if anything does
 */
export function casesSection(
  { cases, summary, results }: ReportFacts,
  by: string,
  idOf: (result: CaseResult) => string | undefined,
): string {
  const names = Object.keys(summary)
  const shown = cases.length > MAX_ROWS ? worstFirst(cases, by).slice(0, MAX_ROWS) : cases
  const isFirst = (name: string) => FIRST.includes(name) || names.length <= FIRST.length
  const kind = (name: string) => (isFirst(name) ? 'number' : 'number more')
  const head = names.map(
    (name) =>
      `<th scope="col" class="${kind(name)}" data-key="${name}">${escapeMarkup(titled(name))}</th>`,
  )
  const rows = shown.map((result) => {
    const id = idOf(result)
    const name = escapeMarkup(result.name)
    const title = id === undefined ? name : `<a href="#${id}" data-open="">${name}</a>`
    const cells = names.map((metric) => {
      const value = metricOf(result, metric)
      const exact = Number.isNaN(value) ? '' : ` data-v="${Number(value.toPrecision(8))}"`
      return `<td class="${kind(metric)}"${exact}>${numberText(value)}</td>`
    })
    return `<tr><th scope="row">${title}</th>${cells.join('')}</tr>`
  })
  const left = cases.length - shown.length
  const note =
    left === 0
      ? ''
      : `<p class="warning">The ${shown.length} worst by ${escapeMarkup(by)} are shown; ${counted(left, 'better pair')} not.</p>\n`
  const tools = `<div class="tools" hidden=""><label for="filter">Filter</label> <input id="filter" type="search" spellcheck="false" autocomplete="off" aria-describedby="filter-hint" /> <button id="all-metrics" type="button" aria-pressed="false">All metrics</button> <span id="filter-count" class="soft" role="status"></span><br /><span id="filter-hint" class="soft">a part of a name, or bounds such as <code>dice&lt;0.7</code>; several with spaces</span></div>`
  const body =
    rows.length === 0
      ? '<p>No pair could be scored.</p>'
      : `${note}${tools}\n${scrollStart('All pairs')}<table id="pairs-table"><thead><tr><th scope="col" data-key="name">name</th>${head.join('')}</tr></thead><tbody>\n${rows.join('\n')}\n</tbody></table></div>`
  return pageSection(
    'pairs',
    'All pairs',
    `${counted(results.results.length, 'pair')}, of which ${cases.length} could be scored. Pairs with a link open large.`,
    body,
  )
}
