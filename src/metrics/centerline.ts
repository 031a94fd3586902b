import type { MaskLike } from '../mask/bitmask.ts'
import { countBoth } from '../mask/popcount.ts'
import { oneOf } from '../mask/validate.ts'
import { THINNING_METHODS } from '../morphology/skeletonize.ts'
import type { ThinningMethod } from '../morphology/thinning-table.ts'
import { restrict, skeletonOf } from './facts.ts'
import { checkPair, type MetricOptions, ratioOr } from './pair.ts'

/** Options of {@link clDice}. */
export interface ClDiceOptions extends MetricOptions {
  /** The thinning variant. Default: `'skimage'`, which published values were computed with. */
  method?: ThinningMethod
}

/**
 * Centreline Dice: the harmonic mean of the share of the predicted skeleton that lies in the true
 * vessels and the share of the true skeleton that lies in the predicted ones; from 0 to 1. Both
 * masks are cut to the field of view before they are thinned. Two empty masks: 1; exactly one
 * empty: 0; skeletons without any overlap: 0.
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
 * clDice(thick, thin) // => 1
 * ```
 */
export function clDice(pred: MaskLike, truth: MaskLike, options?: ClDiceOptions): number {
  const pair = checkPair(pred, truth, options)
  const method = oneOf(options?.method ?? 'skimage', THINNING_METHODS, 'method')
  const predInside = restrict(pair.pred, pair.within)
  const truthInside = restrict(pair.truth, pair.within)
  const predSkeleton = skeletonOf(predInside, method)
  const truthSkeleton = skeletonOf(truthInside, method)
  const bothEmpty = predSkeleton.count === 0 && truthSkeleton.count === 0
  const share = (hits: number, all: number) => ratioOr(pair.empty, bothEmpty, 'clDice', hits, all)
  const tprec = share(countBoth(predSkeleton.words, truthInside.words), predSkeleton.count)
  const tsens = share(countBoth(truthSkeleton.words, predInside.words), truthSkeleton.count)
  return tprec + tsens === 0 ? 0 : (2 * tprec * tsens) / (tprec + tsens)
}
