import { BitMask, type MaskLike } from '../mask/bitmask.ts'
import { checkCount, type OptionRule, type OptionTable, readOptions } from '../mask/options.ts'
import { thinWords } from './thin.ts'
import type { ThinningMethod } from './thinning-table.ts'

/** Options of {@link skeletonize}. */
export interface SkeletonizeOptions {
  /** The thinning variant. Default: `'skimage'`. */
  method?: ThinningMethod
}

/** The thinning variants by name. */
export const THINNING_METHODS: readonly ThinningMethod[] = ['skimage', 'zhang-suen', 'guo-hall']

/** The thinning variant, wherever it is an option. */
export const THINNING_RULE: OptionRule<ThinningMethod> = {
  default: 'skimage',
  among: THINNING_METHODS,
}

const SKELETONIZE_OPTIONS: OptionTable<SkeletonizeOptions> = { method: THINNING_RULE }

/**
 * Thins a mask to its skeleton by deleting border pixels in two alternating parallel passes until
 * neither deletes any. Outside the mask is background, so pixels on the image border are thinned.
 *
 * The default, `'skimage'`, equals `skimage.morphology.skeletonize` pixel by pixel and is what
 * published clDice values were computed with. `'zhang-suen'` is the 1984 paper to the letter; it
 * erases some small components (a 2×2 square vanishes). `'guo-hall'` equals
 * `skimage.morphology.thin`.
 *
 * @param mask - the mask; see {@link MaskLike}
 * @throws TypeError or RangeError if the mask or an option is not valid
 *
 * Source: Zhang and Suen, CACM 27(3), 1984; Guo and Hall, CACM 32(3), 1989; scikit-image 0.26.
 *
 * @example
 * ```ts
 * import { skeletonize } from 'vessel-reward'
 *
 * const bar = [
 *   [1, 1, 1, 1, 1],
 *   [1, 1, 1, 1, 1],
 *   [1, 1, 1, 1, 1],
 * ]
 * skeletonize(bar).count // => 4
 * skeletonize([[1, 1], [1, 1]], { method: 'zhang-suen' }).count // => 0
 * ```
 */
export function skeletonize(mask: MaskLike, options?: SkeletonizeOptions): BitMask {
  checkCount(arguments.length, 2, 'skeletonize')
  const { method } = readOptions(options, SKELETONIZE_OPTIONS, 'skeletonize')
  return thin(BitMask.pack(mask, 'the mask'), method)
}

/** The skeleton of a mask. */
export function thin(mask: BitMask, method: ThinningMethod): BitMask {
  const words = mask.words.slice()
  thinWords(mask.layout, words, method)
  return BitMask.fromWords(mask.layout, words)
}
