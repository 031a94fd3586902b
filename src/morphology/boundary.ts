import { BitMask, type MaskLike } from '../mask/bitmask.ts'
import { columnStart, PIXEL_BITS } from '../mask/layout.ts'
import { checkCount } from '../mask/options.ts'

/**
 * The boundary of a mask: its foreground pixels with background above, below, left or right of
 * them, where the outside of the image counts as background. The mask less its erosion by the
 * diamond of radius 1, as MONAI and MetricsReloaded take it for surface distances.
 *
 * @param mask - the mask; see {@link MaskLike}
 * @throws TypeError or RangeError if the mask is not valid
 *
 * @example
 * ```ts
 * import { boundary } from 'vessel-reward'
 *
 * const square = [
 *   [0, 1, 1, 1],
 *   [0, 1, 1, 1],
 *   [0, 1, 1, 1],
 * ]
 * boundary(square).get(2, 1) // => false
 * boundary(square).count // => 8
 * ```
 */
export function boundary(mask: MaskLike): BitMask {
  checkCount(arguments.length, 1, 'boundary')
  const { layout, words } = BitMask.pack(mask, 'the mask')
  const { height, columns, pitch } = layout
  const edge = new Int32Array(words.length)
  for (let column = 0; column < columns; column++) {
    const start = columnStart(layout, column)
    for (let i = start; i < start + height; i++) {
      const word = words[i]
      if (word === 0) continue
      const bits = word & PIXEL_BITS & ~(words[i - 1] & words[i + 1] & (word << 1) & (word >>> 1))
      // The halo bits: this word's first pixel is the right neighbour of the last one to the left.
      edge[i] |= bits
      if (column > 0) edge[i - pitch] |= (bits << 30) & (1 << 31)
      if (column < columns - 1) edge[i + pitch] |= (bits >>> 30) & 1
    }
  }
  return BitMask.fromWords(layout, edge)
}
