import { escapeMarkup } from './escape-markup.ts'

/** A number as people read it: a real minus, three digits behind the point, a dash for none. */
export function numberText(value: number): string {
  if (Number.isNaN(value)) return '–'
  if (!Number.isFinite(value)) return value > 0 ? '∞' : '−∞'
  const size = Math.abs(value)
  const text = size >= 1e6 ? value.toExponential(2) : value.toFixed(size >= 1000 ? 1 : 3)
  return text.replace(/^-(?=[0.]*$)/, '').replace('-', '−')
}

/** A number and what it counts. */
export function counted(count: number, one: string, many: string = `${one}s`): string {
  return `${count} ${count === 1 ? one : many}`
}

/** A cell of a {@link pageTable}: text, which is escaped; a number; or markup, which is not. */
export type Cell = string | number | { markup: string }

/**
 * A table whose columns of numbers stand to the right. Where it is wider than the page it scrolls,
 * by the keyboard, too; on a phone each row becomes a card whose values bear the names of their
 * columns. The roles keep it a table for readers who do not see it, whatever the style sheet does.
 *
 * @param name - what the table is, for those who come to it by the keyboard
 */
export function pageTable(
  name: string,
  head: readonly string[],
  rows: readonly (readonly Cell[])[],
): string {
  const isNumeric = head.map((_, i) => rows.some((row) => typeof row[i] === 'number'))
  const mark = (i: number) => (isNumeric[i] ? ' class="number"' : '')
  const titles = head.map(
    (title, i) => `<th${mark(i)} scope="col" role="columnheader">${escapeMarkup(title)}</th>`,
  )
  const lines = rows.map((row) => {
    const cells = row.map((cell, i) => {
      const label = head[i] === '' ? '' : ` data-label="${escapeMarkup(head[i])}"`
      const value = `<span>${cellText(cell)}</span>`
      return i === 0
        ? `<th scope="row" role="rowheader">${cellText(cell)}</th>`
        : `<td${mark(i)} role="cell"${label}>${value}</td>`
    })
    return `<tr role="row">${cells.join('')}</tr>`
  })
  return `${scrollStart(name)}<table class="cards" role="table"><thead role="rowgroup"><tr role="row">${titles.join('')}</tr></thead><tbody role="rowgroup">\n${lines.join('\n')}\n</tbody></table></div>`
}

/** The start of a room that scrolls sideways; one that has the focus scrolls by the arrow keys. */
export function scrollStart(name: string): string {
  return `<div class="scroll" role="region" aria-label="${escapeMarkup(name)}" tabindex="0">`
}

/** The markup of a cell. */
function cellText(cell: Cell): string {
  if (typeof cell === 'object') return cell.markup
  return escapeMarkup(typeof cell === 'string' ? cell : numberText(cell))
}

/** A section with a heading that links can lead to, and a sentence on how to read it. */
export function pageSection(id: string, title: string, hint: string, body: string): string {
  return `<section id="${id}">\n<h2>${escapeMarkup(title)}</h2>\n<p class="soft">${escapeMarkup(hint)}</p>\n${body}\n</section>`
}
