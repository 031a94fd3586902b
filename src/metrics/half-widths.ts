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
   * What lies outside the image is no background; Infinity where there is no background at all.
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
  // Rows in which a column of words has pixels.
  const rows = new Int32Array(height)
  let i = 0
  for (let column = 0; column < layout.columns; column++) {
    const start = columnStart(layout, column)
    let count = 0
    let all = 0
    for (let y = 0; y < height; y++) {
      const word = words[start + y] & PIXEL_BITS
      if (word === 0) continue
      rows[count++] = y
      all |= word
    }
    for (let rest = all; rest !== 0; rest &= rest - 1) {
      const bit = 31 - Math.clz32(rest & -rest)
      const x = column * WORD_PIXELS + bit - 1
      for (let k = 0; k < count; k++) {
        const y = rows[k]
        if (((words[start + y] >>> bit) & 1) === 0) continue
        xs[i] = x
        ys[i] = y
        halfWidths[i++] = distances[y * width + x]
      }
    }
  }
  return { xs, ys, halfWidths }
}
