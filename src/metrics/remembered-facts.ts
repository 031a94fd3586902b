import type { BitMask } from '../mask/bitmask.ts'
import { thin } from '../morphology/skeletonize.ts'
import type { ThinningMethod } from '../morphology/thinning-table.ts'
import { countJunctionsOf, type JunctionOptions } from '../topology/junctions.ts'
import { type Connectivity, countComponentsOf } from '../topology/label.ts'
import { type LengthMethod, lengthOf } from '../topology/length.ts'

/** What is known of a mask; each fact is computed when first asked for. */
interface Known {
  skeletons: Map<ThinningMethod, BitMask>
  components: Map<Connectivity, number>
  junctions: Map<string, number>
  lengths: Map<LengthMethod, number>
  restricted: WeakMap<BitMask, BitMask>
  others: Map<string, unknown>
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
      others: new Map(),
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

/**
 * Any other fact of a mask, computed once. The key names the fact and everything but the mask that
 * it depends on.
 */
export function factOf<T>(mask: BitMask, key: string, compute: () => T): T {
  return remember(factsOf(mask).others as Map<string, T>, key, compute)
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
