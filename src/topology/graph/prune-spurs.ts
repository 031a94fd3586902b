import { BitMask, type MaskLike } from '../../mask/bitmask.ts'
import { WORD_PIXELS } from '../../mask/layout.ts'
import { checkCount, type OptionTable, readOptions } from '../../mask/options.ts'
import { finiteNumber } from '../../mask/validate.ts'
import { clearPixel, isSimple, thinSquares } from '../thin-squares.ts'
import { linkPixels, type PixelLinks, type PixelPaths, tracePaths } from './build.ts'

/** Options of {@link pruneSpurs}. */
export interface PruneSpursOptions {
  /** Length in pixels that a branch with a free end needs to stay; at least 0. */
  minLength: number
}

const PRUNE_OPTIONS: OptionTable<PruneSpursOptions, { minLength: number | undefined }> = {
  minLength: { default: undefined, read: (value, name) => finiteNumber(value as number, name, 0) },
}

/**
 * Removes short branches with a free end from a skeleton: the spurs that thinning grows at bumps of
 * the border and at forked ends of vessels.
 *
 * A spur is a path from an end to a branching pixel (crossing number at least 3; not merged ones)
 * that is shorter than `minLength`. All of them go at once, but at a pixel where fewer than two
 * branches would be left the longest spurs stay (of equal ones the first by rows), so that a vessel
 * is not eaten up from its end. What is left is looked at again until there is no spur: two branches
 * that have become one are measured as one. The number of spurs at least halves each time.
 *
 * Components and holes stay what they are, and branches between two ends are left alone however
 * short. Pixels that only fill up 2×2 squares are dropped as by {@link skeletonGraph}.
 *
 * @param skeleton - a skeleton, as `skeletonize` returns it; see {@link MaskLike}
 * @throws TypeError or RangeError if the mask or an option is not valid
 *
 * Source: pruning by length as in J. Nunez-Iglesias et al., PeerJ 6:e4312, 2018 (skan); simple
 * pixels: S. Yokoi, J. Toriwaki and T. Fukumura, CGIP 4, 1975.
 *
 * @example
 * ```ts
 * import { pruneSpurs } from 'vessel-reward'
 *
 * const line = [
 *   [0, 0, 1, 0, 0, 0],
 *   [0, 0, 1, 0, 0, 0],
 *   [1, 1, 1, 1, 1, 1],
 * ]
 * pruneSpurs(line, { minLength: 2 }).count // => 8
 * pruneSpurs(line, { minLength: 2.5 }).toUint8Array().subarray(0, 12)
 * // => Uint8Array [0, 0, 1, 0, 0, 0, 0, 0, 1, 0, 0, 0]
 * ```
 */
export function pruneSpurs(skeleton: MaskLike, options: PruneSpursOptions): BitMask {
  checkCount(arguments.length, 2, 'pruneSpurs')
  const { minLength } = readOptions(options, PRUNE_OPTIONS, 'pruneSpurs')
  // It has no default: no length fits all vessels.
  finiteNumber(minLength as number, 'minLength')
  return pruneSpursOf(BitMask.pack(skeleton, 'the skeleton'), minLength as number)
}

function pruneSpursOf(skeleton: BitMask, minLength: number): BitMask {
  let mask = thinSquares(skeleton)
  for (;;) {
    const links = linkPixels(mask)
    const paths = tracePaths(links)
    const spurs = spursToRemove(links, paths, minLength)
    if (spurs.length === 0) return mask
    const { layout } = mask
    const words = mask.words.slice()
    let deleted = 0
    for (const { path, fromStart } of spurs) {
      const { start, pixels } = paths
      const step = fromStart ? 1 : -1
      let k = fromStart ? start[path] : start[path + 1] - 1
      for (let left = start[path + 1] - start[path] - 1; left > 0; left--, k += step) {
        const x = links.x[pixels[k]]
        const column = (x / WORD_PIXELS) | 0
        const i = column * layout.pitch + 1 + links.y[pixels[k]]
        const bit = 1 << (x - column * WORD_PIXELS + 1)
        // True of every pixel of a path but in squares that could not be thinned.
        if (!isSimple(words, i, bit)) break
        clearPixel(words, layout.pitch, column, layout.columns, i, bit)
        deleted++
      }
    }
    if (deleted === 0) return mask
    // A crossing of diagonals that has lost some of them is a full square.
    mask = thinSquares(BitMask.fromWords(layout, words))
  }
}

/** A spur and the end of its path that is free. */
interface Spur {
  path: number
  fromStart: boolean
}

function spursToRemove(
  { count, degree }: PixelLinks,
  { count: pathCount, start, pixels, length }: PixelPaths,
  minLength: number,
): Spur[] {
  const spurs: (Spur & { junction: number })[] = []
  /** Branches of a pixel that are not spurs: at least two are to be left. */
  const left = Uint8Array.from(degree)
  for (let path = 0; path < pathCount; path++) {
    if (length[path] >= minLength) continue
    const from = pixels[start[path]]
    const to = pixels[start[path + 1] - 1]
    const fromStart = degree[from] === 1
    if (fromStart === (degree[to] === 1)) continue
    const junction = fromStart ? to : from
    if (degree[junction] < 3) continue
    spurs.push({ path, fromStart, junction })
    left[junction]--
  }
  // The longest come first, and stay where they are needed.
  spurs.sort((a, b) => length[b.path] - length[a.path] || a.path - b.path)
  const kept = new Uint8Array(count)
  return spurs.filter(({ junction }) => {
    if (left[junction] + kept[junction] >= 2) return true
    kept[junction]++
    return false
  })
}
