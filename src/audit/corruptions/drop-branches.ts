import { BitMask, type MaskLike } from '../../mask/bitmask.ts'
import { checkCount, type OptionTable, readOptions } from '../../mask/options.ts'
import { seededRandom, shuffle } from '../../mask/seeded-random.ts'
import { COUNT, required, SEED } from './edit-options.ts'
import { type EditedMask, placeEdits } from './place-edits.ts'
import { vesselBranchesOf } from './vessel-branches.ts'

/** Options of {@link dropBranches}. */
export interface DropBranchesOptions {
  /** Number of branches. */
  count: number
  /** Least length of a branch along its centreline, in pixels. Default: 8. */
  minLength?: number
  /** Seed of the order among branches of equal width; an integer. Default: 0. */
  seed?: number
}

const OPTIONS: OptionTable<DropBranchesOptions, { count: number | undefined }> = {
  count: COUNT,
  minLength: { default: 8, min: 1, max: 2 ** 27, isInteger: true },
  seed: SEED,
}

/**
 * Removes side branches that end freely, the thinnest ones first. Components and holes stay as they
 * are, which is verified. With one seed, more missing branches contain those of fewer.
 *
 * @param mask - the mask; see {@link MaskLike}
 * @param options - `count`, `minLength` and `seed`
 * @returns a mask without `count` branches, or without as many as can be removed
 * @throws TypeError or RangeError if the mask or an option is not valid
 *
 * @example
 * ```ts
 * import { dropBranches } from 'vessel-reward/audit'
 *
 * const vessel = Array.from({ length: 30 }, (_, y) =>
 *   Array.from({ length: 60 }, (_, x) => (y < 3 || x === 40 ? 1 : 0)),
 * )
 * const bare = dropBranches(vessel, { count: 1 })
 * bare.get(40, 20) // => false
 * bare.get(20, 1) // => true
 * ```
 */
export function dropBranches(mask: MaskLike, options: DropBranchesOptions): BitMask {
  checkCount(arguments.length, 2, 'dropBranches')
  const { count, minLength, seed } = readOptions(options, OPTIONS, 'dropBranches')
  return dropBranchesOf(BitMask.from(mask), required(count, 'count'), minLength, seed).mask
}

/** @internal */
export function dropBranchesOf(
  mask: BitMask,
  count: number,
  minLength: number,
  seed: number,
): EditedMask {
  const { graph, distances, pixelsAlong } = vesselBranchesOf(mask)
  const { branches, nodes } = graph
  const order = shuffle(
    Int32Array.from({ length: branches.count }, (_, i) => i),
    seededRandom(seed),
  )
  const free: { path: Int32Array; radius: number }[] = []
  for (const branch of order) {
    // Type 1 leads from a free end to a junction.
    if (branches.type[branch] !== 1) continue
    const path = branches.path.slice(branches.pathStart[branch], branches.pathStart[branch + 1])
    if (nodes.kind[branches.from[branch]] !== 2) path.reverse()
    // The first pixels of the centreline lie inside the vessel that the branch comes from.
    const outside = path.subarray(Math.ceil(distances[path[0]]))
    if (outside.length >= minLength) {
      free.push({ path: outside, radius: branches.meanRadius[branch] })
    }
  }
  free.sort((a, b) => a.radius - b.radius)
  const edits = function* () {
    for (const { path } of free) yield pixelsAlong(path)
  }
  return placeEdits(mask, edits(), 0, count, { b0: 0, b1: 0 })
}
