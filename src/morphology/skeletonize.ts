import { BitMask, type MaskLike } from '../mask/bitmask.ts'
import { checkOptions, oneOf } from '../mask/validate.ts'
import { thinWords } from './thin.ts'
import { NEIGHBOUR_BIT, type ThinningMethod, thinningTable } from './thinning-table.ts'

/** Options of {@link skeletonize}. */
export interface SkeletonizeOptions {
  /** The thinning variant. Default: `'skimage'`. */
  method?: ThinningMethod
}

/** The thinning variants by name. */
export const THINNING_METHODS: readonly ThinningMethod[] = ['skimage', 'zhang-suen', 'guo-hall']

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
  checkOptions(options)
  const method = oneOf(options?.method ?? 'skimage', THINNING_METHODS, 'method')
  return thin(BitMask.from(mask), method)
}

/** The skeleton of a mask. */
export function thin(mask: BitMask, method: ThinningMethod): BitMask {
  if (method === 'skimage') {
    const words = mask.words.slice()
    thinWords(mask.layout, words, method)
    return new BitMask(mask.layout, words)
  }
  const { width, height } = mask
  const bytes = mask.toUint8Array()
  const table = thinningTable(method)
  const pixel = (x: number, y: number) =>
    x >= 0 && y >= 0 && x < width && y < height && bytes[y * width + x] === 1
  const codeAt = (x: number, y: number) => {
    let code = 0
    if (pixel(x - 1, y - 1)) code |= NEIGHBOUR_BIT.NW
    if (pixel(x, y - 1)) code |= NEIGHBOUR_BIT.N
    if (pixel(x + 1, y - 1)) code |= NEIGHBOUR_BIT.NE
    if (pixel(x + 1, y)) code |= NEIGHBOUR_BIT.E
    if (pixel(x + 1, y + 1)) code |= NEIGHBOUR_BIT.SE
    if (pixel(x, y + 1)) code |= NEIGHBOUR_BIT.S
    if (pixel(x - 1, y + 1)) code |= NEIGHBOUR_BIT.SW
    if (pixel(x - 1, y)) code |= NEIGHBOUR_BIT.W
    return code
  }
  let idle = 0
  for (let pass = 1; idle < 2; pass = 3 - pass) {
    const deletions: number[] = []
    for (let i = 0; i < bytes.length; i++) {
      if (bytes[i] === 0) continue
      const x = i % width
      if ((table[codeAt(x, (i - x) / width)] & pass) !== 0) deletions.push(i)
    }
    for (const i of deletions) bytes[i] = 0
    idle = deletions.length === 0 ? idle + 1 : 0
  }
  return BitMask.from({ data: bytes, width, height })
}
