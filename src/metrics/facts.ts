import type { BitMask } from '../mask/bitmask.ts'
import { thin } from '../morphology/skeletonize.ts'
import type { ThinningMethod } from '../morphology/thinning-table.ts'
import { countJunctionsOf, type JunctionOptions } from '../topology/junctions.ts'
import { type Connectivity, countComponentsOf } from '../topology/label.ts'
import { type LengthMethod, lengthOf } from '../topology/length.ts'
import { type Confusion, confusionOf } from './overlap.ts'
import { ratioOr } from './pair.ts'

/** What is known of a mask; each fact is computed when first asked for. */
interface Known {
  skeletons: Map<ThinningMethod, BitMask>
  components: Map<Connectivity, number>
  junctions: Map<string, number>
  lengths: Map<LengthMethod, number>
  restricted: WeakMap<BitMask, BitMask>
}

/** Facts live beside the masks, so that a mask need not know what is computed from it. */
const facts = new WeakMap<BitMask, Known>()

function factsOf(mask: BitMask): Known {
  let known = facts.get(mask)
  if (known === undefined) {
    known = {
      skeletons: new Map(),
      components: new Map(),
      junctions: new Map(),
      lengths: new Map(),
      restricted: new WeakMap(),
    }
    facts.set(mask, known)
  }
  return known
}

function remember<K, V>(map: Map<K, V>, key: K, compute: () => V): V {
  let value = map.get(key)
  if (value === undefined) {
    value = compute()
    map.set(key, value)
  }
  return value
}

/** The skeleton of a mask, thinned once. */
export function skeletonOf(mask: BitMask, method: ThinningMethod): BitMask {
  return remember(factsOf(mask).skeletons, method, () => thin(mask, method))
}

/** Connected components of a mask, counted once. */
export function componentsOf(mask: BitMask, connectivity: Connectivity): number {
  return remember(factsOf(mask).components, connectivity, () =>
    countComponentsOf(mask, connectivity),
  )
}

/** Junctions of a skeleton, counted once. */
export function junctionsOf(
  skeleton: BitMask,
  { method, mergeRadius }: Required<JunctionOptions>,
): number {
  return remember(factsOf(skeleton).junctions, `${method} ${mergeRadius}`, () =>
    countJunctionsOf(skeleton, method, mergeRadius),
  )
}

/** Length of a skeleton, measured once. */
export function skeletonLengthOf(skeleton: BitMask, method: LengthMethod): number {
  return remember(factsOf(skeleton).lengths, method, () => lengthOf(skeleton, method))
}

/** The part of a mask inside the field of view, cut out once. */
export function restrict(mask: BitMask, within: BitMask | undefined): BitMask {
  if (within === undefined) return mask
  const { restricted } = factsOf(mask)
  let inside = restricted.get(within)
  if (inside === undefined) {
    inside = mask.and(within)
    restricted.set(within, inside)
  }
  return inside
}

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

class LazyMaskFacts implements MaskFacts {
  constructor(
    readonly mask: BitMask,
    readonly options: FactOptions,
  ) {}

  get skeleton(): BitMask {
    return skeletonOf(this.mask, this.options.thinning)
  }

  get components(): number {
    return componentsOf(this.skeleton, this.options.connectivity)
  }

  get junctions(): number {
    return junctionsOf(this.skeleton, this.options.junctions)
  }

  get length(): number {
    return skeletonLengthOf(this.skeleton, this.options.length)
  }
}

/** Facts of a pair of checked masks, both already cut to the field of view. */
export class LazyMaskPair implements MaskPair {
  readonly pred: MaskFacts
  readonly truth: MaskFacts
  readonly #within: BitMask | undefined
  #confusion: Confusion | undefined

  constructor(pred: BitMask, truth: BitMask, within: BitMask | undefined, options: FactOptions) {
    this.pred = new LazyMaskFacts(restrict(pred, within), options)
    this.truth = new LazyMaskFacts(restrict(truth, within), options)
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
    const { tp, fp, fn } = this.confusion
    return this.#ratio(2 * tp, 2 * tp + fp + fn)
  }

  get iou(): number {
    const { tp, fp, fn } = this.confusion
    return this.#ratio(tp, tp + fp + fn)
  }

  get recall(): number {
    const { tp, fn } = this.confusion
    return this.#ratio(tp, tp + fn)
  }

  get precision(): number {
    const { tp, fp } = this.confusion
    return this.#ratio(tp, tp + fp)
  }

  #ratio(numerator: number, denominator: number): number {
    const { fp, fn } = this.confusion
    return ratioOr('perfect', fp === 0 && fn === 0, '', numerator, denominator)
  }
}
