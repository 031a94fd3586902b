import type { BitMask, MaskLike } from '../mask/bitmask.ts'
import { checkCount, type OptionTable, readOptions } from '../mask/options.ts'
import { countBoth } from '../mask/popcount.ts'
import { THINNING_RULE } from '../morphology/skeletonize.ts'
import type { ThinningMethod } from '../morphology/thinning-table.ts'
import {
  type CheckedPair,
  checkInside,
  type FieldRead,
  type MetricOptions,
  metricOptions,
  ratioOr,
  type Scored,
} from './checked-pair.ts'
import { skeletonOf } from './remembered-facts.ts'

/** Options of {@link clDice}. */
export interface ClDiceOptions extends MetricOptions {
  /** The thinning variant. Default: `'skimage'`, which published values were computed with. */
  thinning?: ThinningMethod
}

const clDiceOptions = (): OptionTable<ClDiceOptions, FieldRead> => ({
  ...metricOptions(),
  thinning: THINNING_RULE,
})

/**
 * Centreline Dice: the harmonic mean of the share of the predicted skeleton that lies in the true
 * vessels and the share of the true skeleton that lies in the predicted ones; from 0 to 1. Both
 * masks are cut to the field of view before they are thinned. Without a skeleton to take a share
 * of: 1 if the masks are equal (two empty ones are), else 0. Skeletons without any overlap: 0.
 *
 * @param pred - the prediction; see {@link MaskLike}
 * @param truth - the truth, of the same size
 * @throws TypeError or RangeError if a mask or an option is not valid or sizes differ
 *
 * Source: S. Shit et al., "clDice – a novel topology-preserving loss function for tubular
 * structure segmentation", CVPR 2021.
 *
 * @example
 * ```ts
 * import { clDice } from 'vessel-reward'
 *
 * const thick = [
 *   [1, 1, 1, 1, 1],
 *   [1, 1, 1, 1, 1],
 *   [1, 1, 1, 1, 1],
 * ]
 * const thin = [
 *   [0, 0, 0, 0, 0],
 *   [1, 1, 1, 1, 1],
 *   [0, 0, 0, 0, 0],
 * ]
 * clDice(thick, thin) // => 0.8571428571428571
 * ```
 */
export function clDice(pred: MaskLike, truth: MaskLike, options?: ClDiceOptions): number {
  checkCount(arguments.length, 3, 'clDice')
  return checkedClDice(pred, truth, options, 'clDice').clDice
}

/** Centreline Dice and the two shares that it is the mean of. */
export interface ClDiceParts {
  /** Harmonic mean of the two shares. */
  clDice: number
  /** Topology precision: share of the predicted skeleton that lies in the true vessels. */
  tprec: number
  /** Topology sensitivity: share of the true skeleton that lies in the predicted vessels. */
  tsens: number
}

function checkedClDice(
  pred: MaskLike,
  truth: MaskLike,
  options: ClDiceOptions | undefined,
  name: string,
): ClDiceParts {
  const { thinning, ...common } = readOptions(options, clDiceOptions, name)
  const pair = checkInside(pred, truth, common)
  return clDicePartsOf(pair, thinning)(pair.empty)
}

/** @internal */
export function clDicePartsOf(
  { pred, truth }: CheckedPair,
  thinning: ThinningMethod,
): Scored<ClDiceParts> {
  return centerlineShares(pred, skeletonOf(pred, thinning), truth, skeletonOf(truth, thinning))
}

/** @internal Centreline Dice of masks cut to the field of view, where the skeletons are known. */
export function clDiceOf(
  pred: BitMask,
  predSkeleton: BitMask,
  truth: BitMask,
  truthSkeleton: BitMask,
): number {
  return centerlineShares(pred, predSkeleton, truth, truthSkeleton)('perfect').clDice
}

function centerlineShares(
  pred: BitMask,
  predSkeleton: BitMask,
  truth: BitMask,
  truthSkeleton: BitMask,
): Scored<ClDiceParts> {
  const predHits = countBoth(predSkeleton.words, truth.words)
  const truthHits = countBoth(truthSkeleton.words, pred.words)
  return (empty) => {
    // A small mask may have no skeleton at all ('zhang-suen' erases a 2×2 square).
    const share = (hits: number, all: number) =>
      ratioOr(empty, all === 0 && pred.equals(truth), 'clDice', hits, all)
    const tprec = share(predHits, predSkeleton.count)
    const tsens = share(truthHits, truthSkeleton.count)
    return { clDice: harmonicMean(tprec, tsens), tprec, tsens }
  }
}

/** @internal The harmonic mean of two shares; 0 where both are 0. */
export function harmonicMean(a: number, b: number): number {
  return a + b === 0 ? 0 : (2 * a * b) / (a + b)
}

/**
 * Centreline Dice with the two shares that it is the harmonic mean of, each from 0 to 1: `tprec`,
 * the share of the predicted skeleton inside the true vessels (what is drawn is vessel), and
 * `tsens`, the share of the true skeleton inside the predicted vessels (what is vessel is drawn).
 * Masks are cut to the field of view before they are thinned. A share of no skeleton is 0/0: 1 if
 * the masks are equal (two empty ones are), else 0. Skeletons without any overlap: all three are 0.
 *
 * @param pred - the prediction; see {@link MaskLike}
 * @param truth - the truth, of the same size
 * @throws TypeError or RangeError if a mask or an option is not valid or sizes differ
 *
 * Source: S. Shit et al., "clDice – a novel topology-preserving loss function for tubular
 * structure segmentation", CVPR 2021.
 *
 * @example
 * ```ts
 * import { clDiceParts } from 'vessel-reward'
 *
 * const whole = [[1, 1, 1, 1]]
 * const half = [[1, 1, 0, 0]]
 * clDiceParts(half, whole) // => { clDice: 0.6666666666666666, tprec: 1, tsens: 0.5 }
 * ```
 */
export function clDiceParts(pred: MaskLike, truth: MaskLike, options?: ClDiceOptions): ClDiceParts {
  checkCount(arguments.length, 3, 'clDiceParts')
  return checkedClDice(pred, truth, options, 'clDiceParts')
}
