import { BitMask, type MaskLike } from '../mask/bitmask.ts'
import { columnStart, PIXEL_BITS, WORD_PIXELS } from '../mask/layout.ts'
import { checkCount } from '../mask/options.ts'
import { inSquare, thinSquares } from './thin-squares.ts'

/**
 * The ends of a skeleton: pixels with a crossing number of 1, which the skeleton leaves in one
 * direction only. They are the ends of {@link skeletonGraph}; pixels that only fill up 2×2 squares
 * are dropped first, as there. A pixel by itself is not an end.
 *
 * @param skeleton - the skeleton, as `skeletonize` returns it; see {@link MaskLike}
 * @returns x and y of each end in turn, sorted by y and then x
 * @throws TypeError or RangeError if the mask is not valid
 *
 * Source: D. Rutovitz, "Pattern recognition", J. Royal Statistical Society A 129, 1966 (crossing
 * number).
 *
 * @example
 * ```ts
 * import { findEndpoints } from 'vessel-reward'
 *
 * findEndpoints([[0, 1, 1, 1, 0]]) // => Int32Array [1, 0, 3, 0]
 * ```
 */
export function findEndpoints(skeleton: MaskLike): Int32Array {
  checkCount(arguments.length, 1, 'findEndpoints')
  const { layout, words } = thinSquares(BitMask.pack(skeleton, 'the skeleton'))
  const places: { x: number; y: number }[] = []
  for (let column = 0; column < layout.columns; column++) {
    const start = columnStart(layout, column)
    for (let y = 0; y < layout.height; y++) {
      const word = words[start + y]
      if (word === 0) continue
      let ends = endsOf(words[start + y - 1], word, words[start + y + 1])
      while (ends !== 0) {
        const bit = 31 - Math.clz32(ends & -ends)
        places.push({ x: column * WORD_PIXELS + bit - 1, y })
        ends &= ends - 1
      }
    }
  }
  places.sort((a, b) => a.y - b.y || a.x - b.x)
  return Int32Array.from(places.flatMap(({ x, y }) => [x, y]))
}

/** The pixels of a word round which background turns into foreground once, outside 2×2 squares. */
function endsOf(above: number, word: number, below: number): number {
  const nw = above << 1
  const ne = above >>> 1
  const east = word >>> 1
  const se = below >>> 1
  const sw = below << 1
  const west = word << 1
  // Of two adjacent steps at most one goes up, so each pair of them is a single bit.
  const a = (~nw & above) | (~above & ne)
  const b = (~ne & east) | (~east & se)
  const c = (~se & below) | (~below & sw)
  const d = (~sw & west) | (~west & nw)
  const one = (a ^ b ^ c ^ d) & ~((a & b) | (c & d))
  return word & one & PIXEL_BITS & ~inSquare(above, word, below)
}
