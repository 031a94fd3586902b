import type { MaskLike } from '../mask/bitmask.ts'
import { countBoth } from '../mask/popcount.ts'
import { oneOf } from '../mask/validate.ts'
import { THINNING_METHODS } from '../morphology/skeletonize.ts'
import type { ThinningMethod } from '../morphology/thinning-table.ts'
import { restrict, skeletonOf } from './facts.ts'
import { checkPair, type MetricOptions, ratioOr } from './metric-options.ts'

/** Options of {@link clDice}. */
export interface ClDiceOptions extends MetricOptions {
  /** The thinning variant. Default: `'skimage'`, which published values were computed with. */
  method?: ThinningMethod
}

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
  const pair = checkPair(pred, truth, options)
  const method = oneOf(options?.method ?? 'skimage', THINNING_METHODS, 'method')
  const predInside = restrict(pair.pred, pair.within)
  const truthInside = restrict(pair.truth, pair.within)
  const predSkeleton = skeletonOf(predInside, method)
  const truthSkeleton = skeletonOf(truthInside, method)
  // A small mask may have no skeleton at all ('zhang-suen' erases a 2×2 square).
  const agree = predInside.equals(truthInside)
  const share = (hits: number, all: number) => ratioOr(pair.empty, agree, 'clDice', hits, all)
  const tprec = share(countBoth(predSkeleton.words, truthInside.words), predSkeleton.count)
  const tsens = share(countBoth(truthSkeleton.words, predInside.words), truthSkeleton.count)
  return tprec + tsens === 0 ? 0 : (2 * tprec * tsens) / (tprec + tsens)
}
