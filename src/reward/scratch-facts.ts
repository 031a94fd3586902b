import { type PackedMask, packMask, type RawMask } from '../mask/accepted-forms.ts'
import { BitMask } from '../mask/bitmask.ts'
import { thinWords } from '../morphology/thin.ts'
import { countJunctionsOf } from '../topology/junctions.ts'
import { countComponentsOf } from '../topology/label.ts'
import { lengthOf } from '../topology/length.ts'
import type { FactOptions, MaskFacts } from './mask-pair.ts'

/** The memory of the last mask and of its skeleton, taken again by the next of the same size. */
let packed: PackedMask | undefined
let skeletonWords = /* @__PURE__ */ new Int32Array(0)

/**
 * Facts of a mask that is scored once: it is packed and thinned in memory that the next one takes
 * over, so that scoring a stream of predictions allocates no arrays. Nothing here may outlive the
 * call that scores it.
 */
export class ScratchFacts implements MaskFacts {
  readonly mask: BitMask
  readonly #options: FactOptions
  #skeleton: BitMask | undefined

  constructor(mask: RawMask, what: string, within: BitMask | undefined, options: FactOptions) {
    const reuse = packed
    packed = undefined
    const { layout, words } = packMask(mask, undefined, what, reuse)
    packed = { layout, words }
    this.mask = BitMask.fromWords(layout, words)
    this.#options = options
    if (within?.width === this.mask.width && within.height === this.mask.height) {
      const inside = within.words
      for (let i = 0; i < inside.length; i++) words[i] &= inside[i]
    }
  }

  get skeleton(): BitMask {
    if (this.#skeleton === undefined) {
      const { layout, words } = this.mask
      if (skeletonWords.length !== words.length) skeletonWords = new Int32Array(words.length)
      skeletonWords.set(words)
      thinWords(layout, skeletonWords, this.#options.thinning)
      this.#skeleton = BitMask.fromWords(layout, skeletonWords)
    }
    return this.#skeleton
  }

  get components(): number {
    return countComponentsOf(this.skeleton, this.#options.connectivity)
  }

  get junctions(): number {
    const { method, mergeRadius } = this.#options.junctions
    return countJunctionsOf(this.skeleton, method, mergeRadius)
  }

  get length(): number {
    return lengthOf(this.skeleton, this.#options.length)
  }
}
