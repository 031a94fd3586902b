import { BitMask, type MaskLike } from '../mask/bitmask.ts'
import { inUse } from '../mask/kernel.ts'
import { PIXEL_BITS } from '../mask/layout.ts'
import { checkCount, type OptionRule, type OptionTable, readOptions } from '../mask/options.ts'
import { popcount, sumPlanes } from '../mask/popcount.ts'
import { oneOf } from '../mask/validate.ts'

/** How the length of a skeleton is measured; see {@link skeletonLength}. */
export type LengthMethod = 'chain' | 'pixels'

/** Options of {@link skeletonLength}. */
export interface LengthOptions {
  /** Default: `'chain'`. */
  method?: LengthMethod
}

/** The length methods by name. */
export const LENGTH_METHODS: readonly LengthMethod[] = ['chain', 'pixels']

// A constant, since bundlers keep what reads a member of an object.
const DEFAULT_METHOD: LengthMethod = 'chain'

const LENGTH_OPTIONS: OptionTable<LengthOptions> = {
  method: { default: DEFAULT_METHOD, among: LENGTH_METHODS },
}

/** @internal The rule of the option `length`: options of {@link skeletonLength}, or a method. */
export const LENGTH_RULE: OptionRule<LengthMethod> = {
  default: DEFAULT_METHOD,
  read: (value, name) =>
    typeof value === 'object'
      ? readOptions(value, LENGTH_OPTIONS, name).method
      : oneOf(value as LengthMethod, LENGTH_METHODS, name),
}

/**
 * Length of a skeleton, in pixels.
 *
 * `'chain'` adds 1 for every pair of pixels that share an edge and √2 for every pair that shares
 * a corner, except where one of the two pixels adjacent to both is set too (the way round the
 * corner is counted already). It is exact at 0° and 45° and at most 8 % too long between them.
 * `'pixels'` counts pixels, which is 29 % too short at 45°.
 *
 * @param skeleton - the skeleton, as {@link skeletonize} returns it; see {@link MaskLike}
 * @throws TypeError or RangeError if the mask or an option is not valid
 *
 * Source: H. Freeman, "Boundary encoding and processing", 1970 (chain codes).
 *
 * @example
 * ```ts
 * import { skeletonLength } from 'vessel-reward'
 *
 * const diagonal = [
 *   [1, 0],
 *   [0, 1],
 * ]
 * skeletonLength(diagonal) // => 1.4142135623730951
 * skeletonLength(diagonal, { method: 'pixels' }) // => 2
 * ```
 */
export function skeletonLength(skeleton: MaskLike, options?: LengthOptions): number {
  checkCount(arguments.length, 2, 'skeletonLength')
  const { method } = readOptions(options, LENGTH_OPTIONS, 'skeletonLength')
  return lengthOf(BitMask.pack(skeleton, 'the skeleton'), method)
}

/** @internal */
export function lengthOf(skeleton: BitMask, method: LengthMethod): number {
  if (method === 'pixels') return skeleton.count
  const { layout, words } = skeleton
  const fast = inUse.kernel?.chainLength(layout, words)
  if (fast !== undefined) return fast
  const { columns, pitch } = layout
  // Links are added bit by bit with carry-save adders, as in `countBoth`; what is carried out of
  // a tile is counted.
  let ones = 0
  let twos = 0
  let fours = 0
  let eights = 0
  let diagonalOnes = 0
  let diagonalTwos = 0
  let diagonalFours = 0
  for (let column = 0; column < columns; column++) {
    const end = ((column + 1) * pitch) | 0
    for (let tile = (column * pitch + 1) | 0; tile < end; tile = (tile + 4) | 0) {
      const w1 = words[tile]
      const w2 = words[tile + 1]
      const w3 = words[tile + 2]
      const w4 = words[tile + 3]
      // With the halos: a link across the border of two columns is counted in the right one.
      if ((w1 | w2 | w3 | w4) === 0) continue
      const w0 = words[tile - 1]
      // Pairs within a row that differ; two of them one above the other that differ from each other
      // are a diagonal link.
      const differ0 = w0 ^ (w0 << 1)
      const differ1 = w1 ^ (w1 << 1)
      const differ2 = w2 ^ (w2 << 1)
      const differ3 = w3 ^ (w3 << 1)
      const differ4 = w4 ^ (w4 << 1)
      const a = w1 & (w1 << 1)
      const b = w1 & w0
      const c = w2 & (w2 << 1)
      const d = w2 & w1
      const e = w3 & (w3 << 1)
      const f = w3 & w2
      const g = w4 & (w4 << 1)
      const h = w4 & w3
      const ab = ones ^ a
      const twosAB = (ones & a) | (ab & b)
      const abc = ab ^ b ^ c
      const twosCD = ((ab ^ b) & c) | (abc & d)
      const abcde = abc ^ d ^ e
      const twosEF = ((abc ^ d) & e) | (abcde & f)
      const toG = abcde ^ f ^ g
      const twosGH = ((abcde ^ f) & g) | (toG & h)
      ones = toG ^ h
      const twosLeft = twos ^ twosAB
      const foursLeft = (twos & twosAB) | (twosLeft & twosCD)
      const twosRight = twosLeft ^ twosCD ^ twosEF
      const foursRight = ((twosLeft ^ twosCD) & twosEF) | (twosRight & twosGH)
      twos = twosRight ^ twosGH
      const foursBoth = fours ^ foursLeft
      eights += popcount(((fours & foursLeft) | (foursBoth & foursRight)) & PIXEL_BITS)
      fours = foursBoth ^ foursRight

      const p = differ0 & differ1 & (w0 ^ w1)
      const q = differ1 & differ2 & (w1 ^ w2)
      const r = differ2 & differ3 & (w2 ^ w3)
      const s = differ3 & differ4 & (w3 ^ w4)
      const pq = diagonalOnes ^ p
      const twosPQ = (diagonalOnes & p) | (pq & q)
      const pqr = pq ^ q ^ r
      const twosRS = ((pq ^ q) & r) | (pqr & s)
      diagonalOnes = pqr ^ s
      diagonalFours += popcount(
        ((diagonalTwos & twosPQ) | ((diagonalTwos ^ twosPQ) & twosRS)) & PIXEL_BITS,
      )
      diagonalTwos ^= twosPQ ^ twosRS
    }
  }
  const straight = 8 * eights + sumPlanes(ones, twos, fours)
  const diagonal = 4 * diagonalFours + sumPlanes(diagonalOnes, diagonalTwos, 0)
  return straight + Math.SQRT2 * diagonal
}
