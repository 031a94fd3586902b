import { columnStart, type Layout, WORD_PIXELS } from './layout.ts'
import { describe } from './validate.ts'

/** Where the pixels of a mask lie in its data. */
export interface PixelGrid {
  readonly data: ArrayLike<number | boolean>
  readonly width: number
  readonly height: number
  readonly offset: number
  readonly rowStride: number
  readonly columnStride: number
  /** Adjacent values that make one pixel; the pixel is foreground if any of them is. */
  readonly values: number
}

function badValue(value: unknown, index: number): Error {
  if (typeof value === 'number') {
    return new RangeError(`expected mask values to be numbers, got NaN at index ${index}`)
  }
  return new TypeError(
    `expected mask values to be numbers or booleans, got ${describe(value)} at index ${index}`,
  )
}

/** Packs the pixels that are greater than `threshold` into `words`, which must be all zero. */
export function packPixels(
  grid: PixelGrid,
  threshold: number,
  layout: Layout,
  words: Int32Array,
): void {
  const { data, width, height, offset, rowStride, columnStride, values } = grid
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const first = offset + y * rowStride + x * columnStride
      let foreground = false
      for (let i = first; i < first + values; i++) {
        const value = data[i]
        if (typeof value !== 'boolean' && (typeof value !== 'number' || Number.isNaN(value))) {
          throw badValue(value, i)
        }
        foreground ||= Number(value) > threshold
      }
      if (foreground) setPixel(layout, words, x, y)
    }
  }
}

/** Sets one pixel, and its copies in the halos of the neighbouring word columns. */
function setPixel(layout: Layout, words: Int32Array, x: number, y: number): void {
  const column = Math.floor(x / WORD_PIXELS)
  const bit = x - column * WORD_PIXELS + 1
  const at = columnStart(layout, column) + y
  words[at] |= 1 << bit
  if (bit === 1 && column > 0) words[at - layout.pitch] |= 1 << 31
  if (bit === WORD_PIXELS && column + 1 < layout.columns) words[at + layout.pitch] |= 1
}
