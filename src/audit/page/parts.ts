import { escapeMarkup } from './escape-markup.ts'

/** A number as people read it: a real minus, three digits behind the point, a dash for none. */
export function numberText(value: number): string {
  if (Number.isNaN(value)) return '–'
  if (!Number.isFinite(value)) return value > 0 ? '∞' : '−∞'
  const size = Math.abs(value)
  const text = size >= 1e6 ? value.toExponential(2) : value.toFixed(size >= 1000 ? 1 : 3)
  return text.replace(/^-(?=[0.]*$)/, '').replace('-', '−')
}

/** A share as whole per cent, where only what is exactly none or all is called so. */
export function shareText(share: number): string {
  const percent = Math.round(100 * share)
  return `${share < 1 ? Math.min(99, share > 0 ? Math.max(1, percent) : 0) : 100} %`
}

/** A number and what it counts. */
export function counted(count: number, one: string, many: string = `${one}s`): string {
  return `${count} ${count === 1 ? one : many}`
}

/** A cell of a {@link pageTable}: text, which is escaped; a number; or markup, which is not. */
export type Cell = string | number | { markup: string }

/** A table whose columns of numbers stand to the right. */
export function pageTable(head: readonly string[], rows: readonly (readonly Cell[])[]): string {
  const isNumeric = head.map((_, i) => rows.some((row) => typeof row[i] === 'number'))
  const mark = (i: number) => (isNumeric[i] ? ' class="number"' : '')
  const titles = head.map((name, i) => `<th${mark(i)} scope="col">${escapeMarkup(name)}</th>`)
  const lines = rows.map(
    (row) => `<tr>${row.map((cell, i) => `<td${mark(i)}>${cellText(cell)}</td>`).join('')}</tr>`,
  )
  return `<div class="scroll"><table><thead><tr>${titles.join('')}</tr></thead><tbody>\n${lines.join('\n')}\n</tbody></table></div>`
}

function cellText(cell: Cell): string {
  if (typeof cell === 'object') return cell.markup
  return escapeMarkup(typeof cell === 'string' ? cell : numberText(cell))
}

/** `passed`, or what it is instead. */
export function verdict(isGood: boolean, bad: string): { markup: string } {
  const markup = isGood
    ? '<span class="good">passed</span>'
    : `<strong class="error">${escapeMarkup(bad)}</strong>`
  return { markup }
}

/** A section with a heading that links can lead to, and a sentence on how to read it. */
export function pageSection(id: string, title: string, hint: string, body: string): string {
  return `<section id="${id}">\n<h2>${escapeMarkup(title)}</h2>\n<p class="soft">${escapeMarkup(hint)}</p>\n${body}\n</section>`
}
