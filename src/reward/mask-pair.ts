import { type PackedMask, packMask, type RawMask } from '../mask/accepted-forms.ts'
import { BitMask } from '../mask/bitmask.ts'
import {
  type Confusion,
  confusionOf,
  dicePartsOf,
  iouPartsOf,
  ofCounts,
  precisionPartsOf,
  recallPartsOf,
} from '../metrics/overlap.ts'
import {
  componentsOf,
  junctionsOf,
  restrict,
  skeletonLengthOf,
  skeletonOf,
} from '../metrics/remembered-facts.ts'
import { thinWords } from '../morphology/thin.ts'
import type { ThinningMethod } from '../morphology/thinning-table.ts'
import { countJunctionsOf, type JunctionOptions } from '../topology/junctions.ts'
import { type Connectivity, countComponentsOf } from '../topology/label.ts'
import { type LengthMethod, lengthOf } from '../topology/length.ts'

/** How the facts of a {@link MaskPair} are computed. */
export interface FactOptions {
  thinning: ThinningMethod
  connectivity: Connectivity
  junctions: Required<JunctionOptions>
  length: LengthMethod
}

/** Facts of one mask of a {@link MaskPair}; each is computed when first read. */
export interface MaskFacts {
  /** The mask, cut to the field of view. */
  readonly mask: BitMask
  /** Its skeleton. */
  readonly skeleton: BitMask
  /** Number of connected components of the skeleton. */
  readonly components: number
  /** Number of junctions of the skeleton. */
  readonly junctions: number
  /** Length of the skeleton in pixels. */
  readonly length: number
}

/**
 * Facts of a prediction and a truth, as a {@link RewardTerm} gets them; each is computed when
 * first read. Where a quotient is 0/0 it is 1 if both masks are empty, else 0.
 */
export interface MaskPair {
  /** Facts of the prediction. */
  readonly pred: MaskFacts
  /** Facts of the truth. */
  readonly truth: MaskFacts
  /** Pixel counts inside the field of view. */
  readonly confusion: Confusion
  /** Dice coefficient, 0 to 1. */
  readonly dice: number
  /** Intersection over union, 0 to 1. */
  readonly iou: number
  /** Recall, 0 to 1. */
  readonly recall: number
  /** Precision, 0 to 1. */
  readonly precision: number
}

/** The facts of a mask under some options. */
interface Computed {
  readonly options: FactOptions
  readonly skeleton: BitMask
  components: number
  junctions: number
  length: number
}

/**
 * The facts of each mask under the options they were last asked for: a truth is asked for the same
 * ones by every prediction, and finds them here at once.
 */
const lastComputed = new WeakMap<BitMask, Computed>()

/** Facts that are kept with their mask, for as long as somebody holds it. */
export class KeptFacts implements MaskFacts {
  readonly mask: BitMask
  readonly options: FactOptions
  #computed: Computed | undefined

  constructor(mask: BitMask, within: BitMask | undefined, options: FactOptions) {
    this.mask = restrict(mask, within)
    this.options = options
  }

  get skeleton(): BitMask {
    return this.#facts.skeleton
  }

  get components(): number {
    const facts = this.#facts
    if (facts.components < 0) {
      facts.components = componentsOf(facts.skeleton, this.options.connectivity)
    }
    return facts.components
  }

  get junctions(): number {
    const facts = this.#facts
    if (facts.junctions < 0) {
      facts.junctions = junctionsOf(facts.skeleton, this.options.junctions)
    }
    return facts.junctions
  }

  get length(): number {
    const facts = this.#facts
    if (facts.length < 0) facts.length = skeletonLengthOf(facts.skeleton, this.options.length)
    return facts.length
  }

  get #facts(): Computed {
    if (this.#computed !== undefined) return this.#computed
    let computed = lastComputed.get(this.mask)
    if (computed?.options !== this.options) {
      const skeleton = skeletonOf(this.mask, this.options.thinning)
      computed = { options: this.options, skeleton, components: -1, junctions: -1, length: -1 }
      lastComputed.set(this.mask, computed)
    }
    this.#computed = computed
    return computed
  }
}

/** Facts of a pair of checked masks, both already cut to the field of view. */
export class LazyMaskPair implements MaskPair {
  readonly pred: MaskFacts
  readonly truth: MaskFacts
  readonly #within: BitMask | undefined
  #confusion: Confusion | undefined

  constructor(pred: MaskFacts, truth: MaskFacts, within: BitMask | undefined) {
    this.pred = pred
    this.truth = truth
    this.#within = within
  }

  get confusion(): Confusion {
    this.#confusion ??= confusionOf({
      pred: this.pred.mask,
      truth: this.truth.mask,
      within: this.#within,
    })
    return this.#confusion
  }

  get dice(): number {
    return ofCounts(dicePartsOf, this.confusion)
  }

  get iou(): number {
    return ofCounts(iouPartsOf, this.confusion)
  }

  get recall(): number {
    return ofCounts(recallPartsOf, this.confusion)
  }

  get precision(): number {
    return ofCounts(precisionPartsOf, this.confusion)
  }
}

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
