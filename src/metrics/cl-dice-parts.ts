import type { MaskLike } from '../mask/bitmask.ts'
import { checkCount } from '../mask/options.ts'
import { type ClDiceOptions, type ClDiceParts, clDicePartsOf } from './cl-dice.ts'

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
  return clDicePartsOf(pred, truth, options, 'clDiceParts')
}
