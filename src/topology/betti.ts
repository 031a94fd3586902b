import { BitMask, type MaskLike } from '../mask/bitmask.ts'
import { columnStart, PIXEL_BITS } from '../mask/layout.ts'
import { checkCount, readOptions } from '../mask/options.ts'
import { popcount } from '../mask/popcount.ts'
import {
  CONNECTIVITY_OPTIONS,
  type Connectivity,
  type ConnectivityOptions,
  countComponentsOf,
} from './label.ts'

/**
 * Betti numbers of the foreground: `b0` connected components and `b1` holes. Connectivity comes
 * in dual pairs: where the foreground connects by 8, the background connects by 4, and the other
 * way round. A background region that touches the image border is not a hole.
 *
 * @param mask - the mask; see {@link MaskLike}
 * @throws TypeError or RangeError if the mask or an option is not valid
 *
 * Source: T. Y. Kong and A. Rosenfeld, "Digital topology: introduction and survey", CVGIP 48, 1989.
 *
 * @example
 * ```ts
 * import { bettiNumbers } from 'vessel-reward'
 *
 * const ring = [
 *   [1, 1, 1],
 *   [1, 0, 1],
 *   [1, 1, 1],
 * ]
 * bettiNumbers(ring) // => { b0: 1, b1: 1 }
 * ```
 */
export function bettiNumbers(
  mask: MaskLike,
  options?: ConnectivityOptions,
): {
  /** Components. */
  b0: number
  /** Holes. */
  b1: number
} {
  checkCount(arguments.length, 2, 'bettiNumbers')
  const { connectivity } = readOptions(options, CONNECTIVITY_OPTIONS, 'bettiNumbers')
  const bits = BitMask.pack(mask, 'the mask')
  const b0 = countComponentsOf(bits, connectivity)
  return { b0, b1: b0 - eulerNumberOf(bits, connectivity) }
}

/**
 * Euler characteristic of the foreground: components minus holes, `b0 − b1`, counted from 2×2
 * neighbourhoods alone. Equals `skimage.measure.euler_number` (whose default connectivity is also
 * 8).
 *
 * @param mask - the mask; see {@link MaskLike}
 * @throws TypeError or RangeError if the mask or an option is not valid
 *
 * Source: S. B. Gray, "Local properties of binary images in two dimensions", IEEE Transactions on
 * Computers C-20(5), 1971.
 *
 * @example
 * ```ts
 * import { eulerNumber } from 'vessel-reward'
 *
 * eulerNumber([[1, 0, 1]]) // => 2
 * ```
 */
export function eulerNumber(mask: MaskLike, options?: ConnectivityOptions): number {
  checkCount(arguments.length, 2, 'eulerNumber')
  const { connectivity } = readOptions(options, CONNECTIVITY_OPTIONS, 'eulerNumber')
  return eulerNumberOf(BitMask.pack(mask, 'the mask'), connectivity)
}

/**
 * Vertices − edges + triangles and squares − … of the complex whose vertices are the pixels and
 * whose simplices are the sets of pairwise connected pixels of a 2×2 neighbourhood.
 */
function eulerNumberOf({ layout, words }: BitMask, connectivity: Connectivity): number {
  let pixels = 0
  let straight = 0
  let diagonal = 0
  let threes = 0
  let squares = 0
  for (let column = 0; column < layout.columns; column++) {
    const start = columnStart(layout, column)
    for (let i = start; i < start + layout.height; i++) {
      const pixel = words[i]
      const north = words[i - 1]
      if ((pixel | north) === 0) continue
      const west = pixel << 1
      const northWest = north << 1
      pixels += popcount(pixel & PIXEL_BITS)
      straight += popcount(pixel & west & PIXEL_BITS) + popcount(pixel & north & PIXEL_BITS)
      squares += popcount(pixel & west & north & northWest & PIXEL_BITS)
      if (connectivity === 4) continue
      diagonal += popcount(pixel & northWest & PIXEL_BITS) + popcount(west & north & PIXEL_BITS)
      const three = (pixel & west & (north ^ northWest)) | (north & northWest & (pixel ^ west))
      threes += popcount(three & PIXEL_BITS)
    }
  }
  if (connectivity === 4) return pixels - straight + squares
  return pixels - straight - diagonal + threes + 3 * squares
}
