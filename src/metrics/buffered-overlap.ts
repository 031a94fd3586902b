import type { BitMask, MaskLike } from '../mask/bitmask.ts'
import { PIXEL_BITS } from '../mask/layout.ts'
import { checkCount, type OptionRule, type OptionTable, readOptions } from '../mask/options.ts'
import { popcount } from '../mask/popcount.ts'
import { dilateOf } from '../morphology/dilate.ts'
import { THINNING_RULE } from '../morphology/skeletonize.ts'
import type { ThinningMethod } from '../morphology/thinning-table.ts'
import { LENGTH_METHODS, type LengthMethod } from '../topology/length.ts'
import {
  type CheckedPair,
  checkInside,
  type FieldRead,
  type MetricOptions,
  metricOptions,
  ratioOr,
  type Scored,
} from './checked-pair.ts'
import { factOf, skeletonLengthOf, skeletonOf } from './remembered-facts.ts'

/** Options of {@link bufferedOverlap}. */
export interface BufferedOptions extends MetricOptions {
  /** Half-width of the buffer: the greatest distance that matches, 0 to 100 pixels. Default: 2. */
  buffer?: number
  /** The thinning variant that makes the centrelines. Default: `'skimage'`. */
  thinning?: ThinningMethod
  /** How length is measured. Default: `'pixels'`, which counts pixels. */
  length?: LengthMethod
}

/** @internal Greatest half-width of the buffer. */
const MAX_BUFFER = 100

/** The width of the buffer round a centreline. */
export const BUFFER_RULE: OptionRule<number> = { default: 2, min: 0, max: MAX_BUFFER }

const LENGTH: LengthMethod = 'pixels'

const bufferedOptions = (): OptionTable<BufferedOptions, FieldRead> => ({
  ...metricOptions(),
  buffer: BUFFER_RULE,
  thinning: THINNING_RULE,
  length: { default: LENGTH, among: LENGTH_METHODS },
})

/** Scores of centrelines within a tolerance; see {@link bufferedOverlap}. */
export interface BufferedOverlap {
  /** Share of the true centreline that lies in the buffer of the predicted one. */
  completeness: number
  /** Share of the predicted centreline that lies in the buffer of the true one. */
  correctness: number
  /** Both in one: what matches of the prediction, over that, what does not, and what is missing. */
  quality: number
}

/**
 * Completeness, correctness and quality of centrelines within a tolerance, each from 0 to 1. The
 * buffer of a centreline is everything at most `buffer` pixels away from it, in Euclidean
 * distance between centres. With P and T the lengths of the predicted and the true centreline, and
 * P' and T' of the parts that lie in the buffer of the other:
 *
 * - completeness: `T' / T`;
 * - correctness: `P' / P`;
 * - quality: `P' / (P + (T − T'))`.
 *
 * Length counts pixels; with `length: 'chain'` it is the chain length, of which each link goes half
 * and half to the two pixels it joins. Masks are cut to the field of view before they are thinned.
 * A share of no length is 0/0: 1 if the masks are equal (two empty ones are), else 0.
 *
 * @param pred - the prediction; see {@link MaskLike}
 * @param truth - the truth, of the same size
 * @throws TypeError or RangeError if a mask or an option is not valid or sizes differ
 *
 * Source: C. Wiedemann, C. Heipke, H. Mayer and O. Jamet, "Empirical evaluation of automatically
 * extracted road axes", Empirical Evaluation Techniques in Computer Vision, 1998.
 *
 * @example
 * ```ts
 * import { bufferedOverlap } from 'vessel-reward'
 *
 * const truth = [
 *   [1, 1, 1, 1, 1, 1],
 *   [0, 0, 0, 0, 0, 0],
 * ]
 * const pred = [
 *   [0, 0, 0, 0, 0, 0],
 *   [0, 0, 1, 1, 1, 1],
 * ]
 * bufferedOverlap(pred, truth, { buffer: 1 })
 * // => { completeness: 0.6666666666666666, correctness: 1, quality: 0.6666666666666666 }
 * bufferedOverlap(pred, truth, { buffer: 0 }).quality // => 0
 * ```
 */
export function bufferedOverlap(
  pred: MaskLike,
  truth: MaskLike,
  options?: BufferedOptions,
): BufferedOverlap {
  checkCount(arguments.length, 3, 'bufferedOverlap')
  const read = readOptions(options, bufferedOptions, 'bufferedOverlap')
  const { buffer, thinning, length, ...common } = read
  const pair = checkInside(pred, truth, common)
  return bufferedOverlapOf(pair, buffer, thinning, length)(pair.empty)
}

/** @internal The same of masks cut to the field of view, with checked options. */
export function bufferedOverlapOf(
  { pred, truth }: CheckedPair,
  buffer: number,
  thinning: ThinningMethod,
  length: LengthMethod = LENGTH,
): Scored<BufferedOverlap> {
  const predLine = skeletonOf(pred, thinning)
  const truthLine = skeletonOf(truth, thinning)
  const predLength = skeletonLengthOf(predLine, length)
  const truthLength = skeletonLengthOf(truthLine, length)
  const predMatched = lengthInside(predLine, bufferOf(truthLine, buffer), length)
  const truthMatched = lengthInside(truthLine, bufferOf(predLine, buffer), length)
  return (empty) => {
    const share = (part: number, all: number) =>
      ratioOr(empty, all === 0 && pred.equals(truth), 'bufferedOverlap', part, all)
    return {
      completeness: share(truthMatched, truthLength),
      correctness: share(predMatched, predLength),
      quality: share(predMatched, predLength + truthLength - truthMatched),
    }
  }
}

function bufferOf(skeleton: BitMask, buffer: number): BitMask {
  return factOf(skeleton, `disk ${buffer}`, () => dilateOf(skeleton, 'disk', buffer))
}

/** Length of the part of a skeleton that lies inside a mask. */
function lengthInside(skeleton: BitMask, mask: BitMask, method: LengthMethod): number {
  const inside = skeleton.and(mask)
  if (inside.count === skeleton.count) return skeletonLengthOf(skeleton, method)
  return method === 'pixels' ? inside.count : chainInside(skeleton, inside)
}

/** Chain length, in which a link counts half for each of its two pixels that is inside. */
function chainInside(skeleton: BitMask, inside: BitMask): number {
  const { words, layout } = skeleton
  const { columns, pitch } = layout
  let straight = 0
  let diagonal = 0
  for (let column = 0; column < columns; column++) {
    const end = (column + 1) * pitch
    for (let i = column * pitch + 1; i < end; i++) {
      const own = words[i] & PIXEL_BITS
      if (own === 0) continue
      const row = words[i]
      const above = words[i - 1]
      const ins = inside.words[i]
      const insAbove = inside.words[i - 1]
      // Links to the left and up, then those to the upper left and upper right corner; see
      // `lengthOf`.
      const left = own & (row << 1)
      const up = own & above
      straight += popcount(left & ins) + popcount(left & (ins << 1))
      straight += popcount(up & ins) + popcount(up & insAbove)
      const upLeft = own & (above << 1) & ~(above | (row << 1))
      const upRight = own & (above >>> 1) & ~(above | (row >>> 1))
      diagonal += popcount(upLeft & ins) + popcount(upLeft & (insAbove << 1))
      diagonal += popcount(upRight & ins) + popcount(upRight & (insAbove >>> 1))
    }
  }
  return (straight + Math.SQRT2 * diagonal) / 2
}
