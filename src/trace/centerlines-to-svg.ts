import type { ThresholdOptions } from '../mask/accepted-forms.ts'
import { BitMask, type MaskLike } from '../mask/bitmask.ts'
import { checkCount, type OptionTable, readOptions } from '../mask/options.ts'
import { describe, finiteNumber } from '../mask/validate.ts'

/** Options of {@link centerlinesToSvg}. */
export interface CenterlineSvgOptions extends ThresholdOptions {
  /** CSS colour of the mask. Default: `'#ccc'`. */
  maskColor?: string
  /** CSS colour of the polylines. Default: `'#d00'`. */
  lineColor?: string
  /** Width of the polylines in pixels of the mask, greater than 0. Default: 1. */
  lineWidth?: number
  /** CSS colour behind the mask. Default: none, which is transparent. */
  background?: string
  /** Width and height of the drawing per pixel of the mask, greater than 0. Default: 1. */
  scale?: number
}

const MAX_FACTOR = 1e6

function positive(value: unknown, name: string): number {
  if (typeof value !== 'number') {
    throw new TypeError(`expected ${name} to be a number, got ${describe(value)}`)
  }
  if (!(value > 0 && value <= MAX_FACTOR)) {
    throw new RangeError(
      `expected ${name} to be greater than 0 and at most ${MAX_FACTOR}, got ${value}`,
    )
  }
  return value
}

/** Colours are written with these characters only; none of them can end the attribute. */
const COLOR = /^[\w#%(),./+ -]+$/

function colorOf(color: unknown, name: string): string {
  if (typeof color !== 'string') {
    throw new TypeError(`expected ${name} to be a CSS colour, got ${describe(color)}`)
  }
  if (!COLOR.test(color)) {
    throw new RangeError(`expected ${name} to be a CSS colour, got '${color.slice(0, 40)}'`)
  }
  return color
}

const OPTIONS: OptionTable<
  CenterlineSvgOptions,
  { threshold: number | undefined; background: string | undefined }
> = {
  // Whether one is given makes a difference to BitMask.from.
  threshold: { default: undefined, read: (value, name) => finiteNumber(value as number, name) },
  maskColor: { default: '#ccc', read: colorOf },
  lineColor: { default: '#d00', read: colorOf },
  lineWidth: { default: 1, read: positive },
  background: { default: undefined, read: colorOf },
  scale: { default: 1, read: positive },
}

/** One horizontal stroke per run of foreground pixels: less text than a rectangle. */
function runsPath(mask: BitMask): string {
  const { width, height } = mask
  if (mask.count === 0) return ''
  const bytes = mask.toUint8Array()
  let path = ''
  for (let y = 0; y < height; y++) {
    const row = bytes.subarray(y * width, (y + 1) * width)
    let start = row.indexOf(1)
    while (start !== -1) {
      const end = row.indexOf(0, start)
      path += `M${start} ${y}h${(end === -1 ? width : end) - start}`
      start = end === -1 ? -1 : row.indexOf(1, end)
    }
  }
  return path
}

function polylinePath(polyline: ArrayLike<number>, index: number): string {
  if (typeof polyline !== 'object' || polyline === null || typeof polyline.length !== 'number') {
    throw new TypeError(`expected polyline ${index} to be an array of numbers x, y, x, y, …`)
  }
  const { length } = polyline
  if (length < 2 || length % 2 !== 0) {
    throw new RangeError(`expected polyline ${index} to be pairs of x and y, got ${length} numbers`)
  }
  const numbers: number[] = []
  for (let k = 0; k < length; k++) {
    const value = polyline[k]
    if (typeof value !== 'number') {
      throw new TypeError(`expected polyline ${index} in numbers, got ${describe(value)}`)
    }
    if (!Number.isFinite(value)) {
      throw new RangeError(`expected polyline ${index} in finite numbers, got ${value}`)
    }
    numbers.push(value)
  }
  // A path of no length shows its round cap, as a dot.
  return `M${numbers.join(' ')}${length === 2 ? 'h0' : ''}`
}

/**
 * Draws polylines over a mask, as an SVG document. Its user unit is one pixel of the mask, and a
 * point (x, y) is drawn at the centre of the pixel in column x and row y.
 *
 * @param mask - the mask underneath; see `MaskLike`
 * @param polylines - as {@link traceCenterlines} returns them: x, y, x, y, … for each
 * @param options - colours, width of the lines, `scale`, and `threshold` of the mask
 * @returns the text of the document
 * @throws TypeError or RangeError if the mask, a polyline or an option is not valid
 *
 * @example
 * ```ts
 * import { centerlinesToSvg, traceCenterlines } from 'vessel-reward/trace'
 *
 * const mask = [
 *   [0, 1, 1, 0],
 *   [1, 1, 0, 0],
 * ]
 * const svg = centerlinesToSvg(mask, traceCenterlines(mask), { scale: 8 })
 * svg.startsWith('<svg xmlns="http://www.w3.org/2000/svg" width="32" height="16"') // => true
 * svg.includes('d="M1 0h2M0 1h2"') // => true
 * ```
 */
export function centerlinesToSvg(
  mask: MaskLike,
  polylines: readonly ArrayLike<number>[],
  options?: CenterlineSvgOptions,
): string {
  checkCount(arguments.length, 3, 'centerlinesToSvg')
  const { threshold, maskColor, lineColor, lineWidth, background, scale } = readOptions(
    options,
    OPTIONS,
    'centerlinesToSvg',
  )
  const bits = BitMask.from(mask, { threshold })
  if (!Array.isArray(polylines)) {
    throw new TypeError(`expected an array of polylines, got ${describe(polylines)}`)
  }
  const { width, height } = bits
  const backdrop =
    background === undefined
      ? ''
      : `<rect width="${width}" height="${height}" fill="${background}"/>`
  const lines = Array.from(polylines, polylinePath).join('')
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width * scale}" height="${height * scale}"`,
    ` viewBox="0 0 ${width} ${height}" fill="none">${backdrop}`,
    `<path transform="translate(0 .5)" stroke="${maskColor}"`,
    ` shape-rendering="crispEdges" d="${runsPath(bits)}"/>`,
    `<path transform="translate(.5 .5)" stroke="${lineColor}"`,
    ` stroke-width="${lineWidth}"`,
    ` stroke-linecap="round" stroke-linejoin="round" d="${lines}"/></svg>\n`,
  ].join('')
}
