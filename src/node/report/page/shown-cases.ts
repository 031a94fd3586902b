import { escapeMarkup } from '../../../page/escape-markup.ts'
import { counted, numberText, pageSection } from '../../../page/page-parts.ts'
import type { CaseResult } from '../../folders/case-result.ts'
import { printable } from '../../printable.ts'
import { metricOf, type ReportFacts } from '../facts.ts'
import type { CasePicture, NoPicture } from '../pictures/case-picture.ts'
import { isInside } from '../pictures/choose-window.ts'
import { caseFigure, DRAWN, figureAgain } from './case-figure.ts'
import { titled } from './summary-sections.ts'

/** A pair that is shown with its picture, if there is one. */
export interface ShownCase {
  readonly id: string
  readonly result: CaseResult
  readonly picture: CasePicture | NoPicture
}

/** More errors than this are counted: a list of thousands helps nobody. */
const LISTED = 60

/** The metrics that stand below a picture. */
const BELOW = ['reward', 'dice', 'clDice', 'b0Error', 'junctionF1', 'hd95']

/** The worst and the best pairs, each with its errors over its picture. */
export function shownSection(
  { summary, cases }: ReportFacts,
  by: string,
  worst: readonly ShownCase[],
  best: readonly ShownCase[],
  rest: number,
): string {
  const names = BELOW.filter((name) => Object.hasOwn(summary, name))
  const grid = (title: string, shown: readonly ShownCase[]) =>
    shown.length === 0
      ? ''
      : `<h3>${title}</h3>\n<div class="grid-of-figures">\n${shown.map((one) => card(one, names)).join('\n')}\n</div>\n`
  const isOne = cases.length === worst.length + best.length
  const between = rest === 0 ? '' : ` ${counted(rest, 'pair')} in between.`
  const undefinedCount = cases.filter((result) => Number.isNaN(metricOf(result, by))).length
  const left = undefinedCount === 0 ? '' : ` ${counted(undefinedCount, 'pair')} without a value.`
  return pageSection(
    'worst',
    'Worst and best pairs',
    `By ${by}, the worst first.${isOne ? '' : between}${left} Errors are marked by their kind, the greater the larger, and numbered by size.`,
    worst.length + best.length === 0
      ? '<p>None is shown.</p>'
      : grid('Worst', worst) + grid('Best', best),
  )
}

function card({ id, result, picture }: ShownCase, names: readonly string[]): string {
  const name = escapeMarkup(result.name)
  const facts = names.map(
    (metric) =>
      `<dt>${escapeMarkup(titled(metric))}</dt><dd>${numberText(metricOf(result, metric))}</dd>`,
  )
  const image =
    'problem' in picture
      ? `<p class="warning">No picture: ${escapeMarkup(printable(picture.problem))}</p>`
      : caseFigure(`${id}-picture`, result.name, picture)
  const errors = 'problem' in picture ? '' : `<p>${errorCounts(picture)}</p>`
  return `<figure>${image}<figcaption><h4><a href="#${id}" data-open="">${name}</a></h4>${errors}<dl class="facts">${facts.join('')}</dl></figcaption></figure>`
}

function errorCounts({ marks, specks, note }: CasePicture): string {
  const drawn = marks.length > DRAWN ? `, the ${DRAWN} greatest drawn` : ''
  const parts = [
    counted(marks.length, 'error') + drawn,
    ...(specks === 0 ? [] : [`${counted(specks, 'speck')} not drawn`]),
    ...(note === undefined ? [] : [escapeMarkup(printable(note))]),
  ]
  return parts.join(' · ')
}

/** What opens for each pair that is shown: its picture, large, all its errors and all its metrics. */
export function dialogs(shown: readonly ShownCase[], summary: ReportFacts['summary']): string {
  return shown.map((_, i) => dialog(shown, i, summary)).join('\n')
}

function dialog(shown: readonly ShownCase[], at: number, summary: ReportFacts['summary']): string {
  const { id, result, picture } = shown[at]
  const name = escapeMarkup(result.name)
  const step = (to: ShownCase | undefined, text: string) =>
    to === undefined ? '' : `<a href="#${to.id}" data-open="">${text}</a>`
  const links = [
    step(shown[at - 1], 'Previous'),
    step(shown[at + 1], 'Next'),
    `<a href="#worst" data-close="">Close</a>`,
  ]
  const files = Object.entries(result.files)
    .filter(([role, path]) => role !== 'name' && path !== undefined)
    .map(([role, path]) => `<dt>${escapeMarkup(role)}</dt><dd>${escapeMarkup(String(path))}</dd>`)
  const metrics = Object.keys(summary).map((metric) => {
    const rule = (result.rules as Readonly<Record<string, string | undefined>>)[metric]
    const how = rule === undefined ? '' : ` <span class="soft">(0/0: ${rule})</span>`
    return `<tr><th scope="row">${escapeMarkup(titled(metric))}</th><td class="number">${numberText(metricOf(result, metric))}${how}</td><td class="number">${numberText(summary[metric].mean)}</td></tr>`
  })
  const image =
    'problem' in picture
      ? `<p class="warning">No picture: ${escapeMarkup(printable(picture.problem))}</p>`
      : figureAgain(`${id}-picture`, picture, result.name)
  const errors = 'problem' in picture ? '' : errorList(picture)
  return `<dialog id="${id}" aria-labelledby="${id}-name"><div class="bar"><h2 id="${id}-name">${name}</h2><nav aria-label="Pairs">${links.join(' ')}</nav></div>
<div class="large"><div>${image}</div><div>${errors}</div></div>
<div class="large"><div><h3>Metrics</h3><table><thead><tr><th scope="col">metric</th><th scope="col" class="number">here</th><th scope="col" class="number">mean of all</th></tr></thead><tbody>${metrics.join('')}</tbody></table></div><div><h3>Files</h3><dl class="facts"><dt>size</dt><dd>${result.width} × ${result.height}</dd>${files.join('')}</dl></div></div></dialog>`
}

/** The errors, the greatest first. */
function errorList(picture: CasePicture): string {
  const { marks, window } = picture
  const items = marks.slice(0, LISTED).map((mark) => {
    const { kind, x, y, size, count } = mark
    const where = isInside(window, mark) ? '' : ', not in the picture'
    const several = count === 1 ? '' : ` (${count} connections)`
    return `<li><strong>${kind}</strong>${several}, ${counted(size, 'pixel')} <span class="soft">at ${x}, ${y}${where}</span></li>`
  })
  const more = marks.length - items.length
  const rest = more === 0 ? '' : `<p class="soft">${counted(more, 'smaller error')} not listed.</p>`
  const { left, top, width, height } = window
  const part = `<p class="soft">Shown: columns ${left} to ${left + width - 1}, rows ${top} to ${top + height - 1}.</p>`
  return `<h3>Errors by size</h3><p>${errorCounts(picture)}</p>${items.length === 0 ? '' : `<ol class="errors">${items.join('')}</ol>`}${rest}${part}`
}
