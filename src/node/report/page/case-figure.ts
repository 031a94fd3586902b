import type { TopologyErrorKind } from '../../../metrics/topology-errors/topology-errors.ts'
import { escapeMarkup } from '../../../page/escape-markup.ts'
import { coordinate } from '../../../page/plot-axis.ts'
import type { ErrorMark } from '../../overlay/error-marks.ts'
import type { CasePicture } from '../pictures/case-picture.ts'
import { isInside } from '../pictures/choose-window.ts'

/** Lengths are given for a picture of so many units in width, as it is seen on a page. */
const SEEN_WIDTH = 340
/** So many errors have their numbers beside them. */
const NUMBERED = 12
/** Of more marks nobody finds the one that matters. */
export const DRAWN = 40

/** The mark of each kind, from its half-width: those of `overlay`. */
const SHAPES: Readonly<Record<TopologyErrorKind, (r: number) => string>> = {
  'broken connection': (r) => `M${-r} ${-r}L${r} ${r}M${-r} ${r}L${r} ${-r}`,
  'missing branch': (r) => `M0 ${-r}L${r} 0L0 ${r}L${-r} 0Z`,
  'spurious connection': (r) => `M${-r} 0H${r}M0 ${-r}V${r}`,
  'extra branch': (r) => `M0 ${-r}L${r} ${r}H${-r}Z`,
}

/**
 * The class of a kind: what is missing is yellow, what is false vermilion. No class of a picture may
 * need one above it in the style sheet: `use` shows a copy that has nothing above it.
 */
const CLASSES: Readonly<Record<TopologyErrorKind, string>> = {
  'broken connection': 'p-missed',
  'missing branch': 'p-missed',
  'spurious connection': 'p-false',
  'extra branch': 'p-false',
}

/**
 * A pair's errors drawn over its picture, with the legend in it, as an SVG element. The marks of an
 * error follow its size; the greatest have the numbers by which a list calls them.
 *
 * @param id - of what another picture can show again by `use`, without its bytes
 */
export function caseFigure(id: string, name: string, picture: CasePicture): string {
  const { uri, width, height, window, marks } = picture
  const unit = width / SEEN_WIDTH
  const inside = marks.slice(0, DRAWN).filter((mark) => isInside(window, mark))
  const drawn = inside
    .map((mark) => {
      const x = (mark.x - window.left + 0.5) / window.step
      const y = (mark.y - window.top + 0.5) / window.step
      return errorMark(mark, marks.indexOf(mark) + 1, x, y, unit)
    })
    .reverse()
  const { markup, depth } = legend(width, height, unit)
  const counts = `${inside.length} of ${marks.length} errors are marked`
  const label = `${name}: prediction over truth, ${counts}`
  const smooth = width < SEEN_WIDTH ? ' class="p-coarse"' : ''
  return `<svg class="picture" viewBox="0 0 ${width} ${coordinate(height + depth)}" role="img" aria-label="${escapeMarkup(label)}"><g id="${id}"><image${smooth} href="${uri}" width="${width}" height="${height}"/>${drawn.join('')}${markup}</g></svg>`
}

/** The same picture once more. */
export function figureAgain(id: string, { width, height }: CasePicture, name: string): string {
  const { depth } = legend(width, height, width / SEEN_WIDTH)
  return `<svg class="picture" viewBox="0 0 ${width} ${coordinate(height + depth)}" role="img" aria-label="${escapeMarkup(`${name}: prediction over truth`)}"><use href="#${id}"/></svg>`
}

function errorMark(
  { kind, size, x: column, y: row }: ErrorMark,
  rank: number,
  x: number,
  y: number,
  unit: number,
): string {
  // The eye compares areas.
  const radius = unit * Math.min(11, 3.5 + 0.8 * Math.sqrt(size))
  const number =
    rank > NUMBERED
      ? ''
      : `<text class="p-number" x="${coordinate(radius + 2 * unit)}" y="${coordinate(-radius * 0.4)}" font-size="${coordinate(10 * unit)}" stroke-width="${coordinate(2.5 * unit)}">${rank}</text>`
  const title = `${rank}: ${kind}, ${size} pixels, at ${column}, ${row}`
  return `<g class="${CLASSES[kind]}" transform="translate(${coordinate(x)} ${coordinate(y)})">${shape(kind, radius, unit)}${number}<title>${title}</title></g>`
}

/** The shape of a kind with a dark rim, so that it stands out from a light vessel, too. */
function shape(kind: TopologyErrorKind, radius: number, unit: number): string {
  const d = SHAPES[kind](Number(coordinate(radius)))
  return `<path class="p-rim" d="${d}" stroke-width="${coordinate(4 * unit)}"/><path class="p-line" d="${d}" stroke-width="${coordinate(1.8 * unit)}"/>`
}

/** Names of the colours and of the shapes below the picture. */
function legend(width: number, top: number, unit: number): { markup: string; depth: number } {
  const depth = 34 * unit
  const areas = [
    ['p-both', 'in both'],
    ['p-extra', 'only predicted'],
    ['p-lost', 'only true'],
  ]
  const kinds = [
    ['broken connection', 'broken'],
    ['missing branch', 'missing'],
    ['spurious connection', 'spurious'],
    ['extra branch', 'extra'],
  ] as const
  const at = (x: number, y: number) =>
    `translate(${coordinate(x * unit)} ${coordinate(top + y * unit)})`
  const word = (text: string) =>
    `<text class="p-word" x="${coordinate(9 * unit)}" y="${coordinate(3.6 * unit)}" font-size="${coordinate(10.5 * unit)}">${text}</text>`
  const size = coordinate(9 * unit)
  const half = coordinate(-4.5 * unit)
  const first = areas.map(
    ([kind, text], i) =>
      `<g transform="${at(12 + i * 104, 10)}"><rect class="${kind}" x="${half}" y="${half}" width="${size}" height="${size}"/>${word(text)}</g>`,
  )
  const second = kinds.map(
    ([kind, text], i) =>
      `<g transform="${at(12 + i * 84, 25)}"><g class="${CLASSES[kind]}">${shape(kind, 4 * unit, unit * 0.8)}</g>${word(text)}</g>`,
  )
  const markup = `<g><rect class="p-band" y="${top}" width="${width}" height="${coordinate(depth)}"/>${first.join('')}${second.join('')}</g>`
  return { markup, depth }
}
