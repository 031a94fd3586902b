import { BitMask, type MaskLike } from '../../mask/bitmask.ts'
import { checkCount, type OptionTable, readOptions } from '../../mask/options.ts'
import { seededRandom, shuffle } from '../../mask/seeded-random.ts'
import { COUNT, required, SEED } from './edit-options.ts'
import { type EditedMask, placeEdits } from './place-edits.ts'
import { type VesselBranches, vesselBranchesOf } from './vessel-branches.ts'

/** Options of {@link cutGaps}. */
export interface CutGapsOptions {
  /** Number of gaps. */
  count: number
  /** Length of a gap along the centreline, in pixels. Default: 8. */
  length?: number
  /** Seed of the places; an integer. Default: 0. */
  seed?: number
}

const OPTIONS: OptionTable<CutGapsOptions, { count: number | undefined }> = {
  count: COUNT,
  length: { default: 8, min: 1, max: 2 ** 27, isInteger: true },
  seed: SEED,
}

/** What is left of a vessel between a gap and its end, at least. */
const STUMP = 4

/**
 * Cuts vessels through: each gap takes all pixels nearest to a piece of the centreline, and each
 * raises the number of components by exactly one and leaves the holes as they are, which is
 * verified. Gaps are at least 8 pixels apart. With one seed, more gaps contain those of fewer.
 *
 * @param mask - the mask; see {@link MaskLike}
 * @param options - `count`, `length` and `seed`
 * @returns a mask with `count` gaps, or with as many as there is room for
 * @throws TypeError or RangeError if the mask or an option is not valid
 *
 * @example
 * ```ts
 * import { bettiNumbers } from 'vessel-reward'
 * import { cutGaps } from 'vessel-reward/audit'
 *
 * const vessel = Array.from({ length: 3 }, () => new Array(60).fill(1))
 * bettiNumbers(cutGaps(vessel, { count: 2 })) // => { b0: 3, b1: 0 }
 * ```
 */
export function cutGaps(mask: MaskLike, options: CutGapsOptions): BitMask {
  checkCount(arguments.length, 2, 'cutGaps')
  const { count, length, seed } = readOptions(options, OPTIONS, 'cutGaps')
  return cutGapsOf(BitMask.from(mask), required(count, 'count'), length, seed).mask
}

/** @internal */
export function cutGapsOf(mask: BitMask, count: number, length: number, seed: number): EditedMask {
  const branches = vesselBranchesOf(mask)
  return placeEdits(mask, gapsAt(branches, placesFor(branches, length, seed), length), 0, count, {
    b0: 1,
    b1: 0,
  })
}

/** @internal The same gaps at several lengths, the shorter ones within the longer. */
export function cutGapsOfLengths(
  mask: BitMask,
  count: number,
  lengths: readonly number[],
  seed: number,
): BitMask[] {
  const branches = vesselBranchesOf(mask)
  const longest = Math.max(...lengths)
  const places = placesFor(branches, longest, seed)
  const change = { b0: 1, b1: 0 }
  const { chosen } = placeEdits(mask, gapsAt(branches, places, longest), 0, count, change)
  const middles = Int32Array.from(chosen, (index) => places[index])
  return lengths.map(
    (length) => placeEdits(mask, gapsAt(branches, middles, length), 0, count, change).mask,
  )
}

/** Places in `branches.path` that may be the middle of a gap, in random order. */
function placesFor({ graph, isBridge }: VesselBranches, length: number, seed: number): Int32Array {
  const { count, pathStart } = graph.branches
  const places: number[] = []
  const margin = STUMP + Math.ceil(length / 2)
  for (let branch = 0; branch < count; branch++) {
    if (isBridge[branch] === 0) continue
    for (let i = pathStart[branch] + margin; i < pathStart[branch + 1] - margin; i++) places.push(i)
  }
  return shuffle(Int32Array.from(places), seededRandom(seed))
}

function* gapsAt(
  { graph, pixelsAlong }: VesselBranches,
  places: Int32Array,
  length: number,
): Generator<number[]> {
  for (const place of places) {
    const first = place - (length >> 1)
    yield pixelsAlong(graph.branches.path.subarray(first, first + length))
  }
}
