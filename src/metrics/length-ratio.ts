import type { BitMask, MaskLike } from '../mask/bitmask.ts'
import { checkCount, type OptionTable, readOptions } from '../mask/options.ts'
import { THINNING_RULE } from '../morphology/skeletonize.ts'
import type { ThinningMethod } from '../morphology/thinning-table.ts'
import { LENGTH_METHODS, type LengthMethod } from '../topology/length.ts'
import {
  type CheckedPair,
  checkInside,
  type EmptyPolicy,
  type FieldRead,
  type MetricOptions,
  metricOptions,
  type Scored,
} from './checked-pair.ts'
import { skeletonLengthOf, skeletonOf } from './remembered-facts.ts'

/** Options of {@link lengthRatio} and {@link lengthAgreement}. */
export interface LengthRatioOptions extends MetricOptions {
  /** The thinning variant. Default: `'skimage'`. */
  thinning?: ThinningMethod
  /** How a skeleton is measured. Default: `'chain'`. */
  length?: LengthMethod
}

const LENGTH: LengthMethod = 'chain'

const lengthRatioOptions = (): OptionTable<LengthRatioOptions, FieldRead> => ({
  ...metricOptions(),
  thinning: THINNING_RULE,
  length: { default: LENGTH, among: LENGTH_METHODS },
})

/**
 * Length of the prediction's skeleton divided by the length of the truth's: 1 is best, less is too
 * little vessel, more is too much; from 0 up. Masks are cut to the field of view before they are
 * thinned. Where the truth has no length the ratio is undefined: 1 if the prediction has none
 * either, else 0, the worst value below 1 (there is none above).
 *
 * Ratios above and below 1 cancel in a mean over images; {@link lengthAgreement} has no such flaw.
 *
 * @param pred - the prediction; see {@link MaskLike}
 * @param truth - the truth, of the same size
 * @throws TypeError or RangeError if a mask or an option is not valid or sizes differ
 *
 * Source: the quotient in the length term of `MultiObjectiveReward`; chain length: H. Freeman,
 * "Boundary encoding and processing", 1970.
 *
 * @example
 * ```ts
 * import { lengthRatio } from 'vessel-reward'
 *
 * lengthRatio([[1, 1, 1, 0, 0]], [[1, 1, 1, 1, 1]]) // => 0.5
 * lengthRatio([[1, 1, 1]], [[0, 0, 0]]) // => 0
 * ```
 */
export function lengthRatio(pred: MaskLike, truth: MaskLike, options?: LengthRatioOptions): number {
  checkCount(arguments.length, 3, 'lengthRatio')
  const { pair, thinning, length } = checkedLengths(pred, truth, options, 'lengthRatio')
  return lengthRatioOf(pair, thinning, length)(pair.empty).lengthRatio
}

/** @internal */
export function lengthRatioOf(
  pair: CheckedPair,
  thinning: ThinningMethod,
  length: LengthMethod = LENGTH,
): Scored<{ lengthRatio: number }> {
  const [predLength, truthLength] = lengthsOf(pair, thinning, length)
  return (empty) => ({
    lengthRatio:
      truthLength > 0
        ? predLength / truthLength
        : undefinedRatio('lengthRatio', predLength === 0, empty),
  })
}

/**
 * The lesser of the lengths of both skeletons divided by the greater: 1 for equal lengths, 0 at
 * worst, the same if the masks are swapped. Two masks without length: 1.
 *
 * @param pred - the prediction; see {@link MaskLike}
 * @param truth - the truth, of the same size
 * @throws TypeError or RangeError if a mask or an option is not valid or sizes differ
 *
 * Source: chain length: H. Freeman, "Boundary encoding and processing", 1970.
 *
 * @example
 * ```ts
 * import { lengthAgreement } from 'vessel-reward'
 *
 * lengthAgreement([[1, 1, 1, 1, 1]], [[1, 1, 1, 0, 0]]) // => 0.5
 * ```
 */
export function lengthAgreement(
  pred: MaskLike,
  truth: MaskLike,
  options?: LengthRatioOptions,
): number {
  checkCount(arguments.length, 3, 'lengthAgreement')
  const { pair, thinning, length } = checkedLengths(pred, truth, options, 'lengthAgreement')
  const [predLength, truthLength] = lengthsOf(pair, thinning, length)
  const longer = Math.max(predLength, truthLength)
  if (longer > 0) return Math.min(predLength, truthLength) / longer
  return undefinedRatio('lengthAgreement', true, pair.empty)
}

function undefinedRatio(name: string, perfect: boolean, empty: EmptyPolicy): number {
  if (empty === 'nan') return Number.NaN
  if (empty === 'throw') {
    throw new RangeError(`${name} is undefined for these masks: a skeleton has no length`)
  }
  return perfect ? 1 : 0
}

function checkedLengths(
  pred: MaskLike,
  truth: MaskLike,
  options: LengthRatioOptions | undefined,
  name: string,
): { pair: CheckedPair; thinning: ThinningMethod; length: LengthMethod } {
  const { thinning, length, ...common } = readOptions(options, lengthRatioOptions, name)
  return { pair: checkInside(pred, truth, common), thinning, length }
}

function lengthsOf(
  { pred, truth }: CheckedPair,
  thinning: ThinningMethod,
  length: LengthMethod,
): [pred: number, truth: number] {
  const lengthOf = (mask: BitMask) => skeletonLengthOf(skeletonOf(mask, thinning), length)
  return [lengthOf(pred), lengthOf(truth)]
}
