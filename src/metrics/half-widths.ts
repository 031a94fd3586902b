import type { BitMask } from '../mask/bitmask.ts'
import { columnStart, PIXEL_BITS, WORD_PIXELS } from '../mask/layout.ts'
import { borrowedDoubles } from '../mask/scratch-array.ts'
import { distanceTransform } from '../morphology/distance-transform.ts'
import type { ThinningMethod } from '../morphology/thinning-table.ts'
import { factOf, skeletonOf } from './remembered-facts.ts'

/** The centreline of a mask with the half-width of the vessel at each of its pixels. */
export interface HalfWidths {
  /** Columns of the centreline's pixels, column by column from the left. */
  xs: Int32Array
  /** Their rows, in each column from the top. */
  ys: Int32Array
  /**
   * Distance of each to the nearest background, from centre to centre: 1 on a line of one pixel.
   * Pixels outside the image are not background. Infinity everywhere if all pixels are foreground.
   */
  halfWidths: Float64Array
}

/** Half-widths along the centreline of a mask, measured once. */
export function halfWidthsOf(mask: BitMask, method: ThinningMethod): HalfWidths {
  return factOf(mask, `half-widths ${method}`, () => measure(mask, skeletonOf(mask, method)))
}

function measure(mask: BitMask, skeleton: BitMask): HalfWidths {
  const { width, height, layout, words } = skeleton
  const count = skeleton.count
  const xs = new Int32Array(count)
  const ys = new Int32Array(count)
  const halfWidths = new Float64Array(count)
  if (count === 0) return { xs, ys, halfWidths }
  const { distances } = distanceTransform(mask, { out: borrowedDoubles(width * height) })
  // A column of words is visited once to find where each column of pixels begins, and once more.
  const next = new Int32Array(32)
  let first = 0
  for (let column = 0; column < layout.columns; column++) {
    const start = columnStart(layout, column)
    next.fill(0)
    for (let y = 0; y < height; y++) {
      for (let rest = words[start + y] & PIXEL_BITS; rest !== 0; rest &= rest - 1) {
        next[31 - Math.clz32(rest & -rest)]++
      }
    }
    for (let bit = 0; bit < 32; bit++) {
      const pixels = next[bit]
      next[bit] = first
      first += pixels
    }
    for (let y = 0; y < height; y++) {
      for (let rest = words[start + y] & PIXEL_BITS; rest !== 0; rest &= rest - 1) {
        const bit = 31 - Math.clz32(rest & -rest)
        const x = column * WORD_PIXELS + bit - 1
        const i = next[bit]++
        xs[i] = x
        ys[i] = y
        halfWidths[i] = distances[y * width + x]
      }
    }
  }
  return { xs, ys, halfWidths }
}
