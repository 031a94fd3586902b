import { BitMask, type MaskLike } from '../../mask/bitmask.ts'
import { columnStart, WORD_PIXELS } from '../../mask/layout.ts'
import { checkSameSize } from '../../metrics/checked-pair.ts'
import { KeptFacts, LazyMaskPair } from '../mask-pair.ts'
import { type NamedTerm, termValue } from '../reward-options.ts'
import type { TiledTruth } from './tiled-truth.ts'

/** Terms that count structures; all others judge amounts of pixels. */
const SKELETON_TERMS: ReadonlySet<string> = new Set([
  'topology',
  'length',
  'junctions',
  'components',
  'holes',
])

/** The reward of a mask, and its two groups of terms. */
interface Grouped {
  total: number
  overlap: number
  skeleton: number
}

/**
 * Credit of a reward whose terms may be anything: masks are scored with a tile of theirs replaced.
 *
 * ```text
 * D[k, t] = g(mask k) − g(mask k with tile t of the truth)
 * A[k, t] = mean over j ≠ k of D[k, t] − D[j, t], and nothing from a j whose tile is the same
 * ```
 *
 * What is subtracted from g(mask k) does not depend on tile t of mask k, or, where the tiles are the
 * same, has the same expectation: so that A is unbiased whatever g is.
 */
export function creditMasks(
  samples: readonly MaskLike[],
  terms: readonly NamedTerm[],
  tiled: TiledTruth,
  { rewards, overlap, skeleton }: Record<'rewards' | 'overlap' | 'skeleton', Float64Array>,
): void {
  const { truth, within, grid, options } = tiled
  const tiles = grid.rows * grid.columns
  const masks = samples.map((sample, k) => {
    const mask = BitMask.pack(sample, `samples[${k}]`)
    checkSameSize(mask, truth.mask, 'a prediction and a truth')
    return new KeptFacts(mask, within, options).mask
  })
  const counted = terms.filter(({ weight }) => weight !== 0)
  // The mask is cut to the field of view, as what replaces its tiles is.
  const score = (mask: BitMask) =>
    grouped(counted, new LazyMaskPair(new KeptFacts(mask, undefined, options), truth, within))
  const own = masks.map(score)
  for (const [k, { total }] of own.entries()) rewards[k] = total
  const losses = {
    overlap: new Float64Array(masks.length),
    skeleton: new Float64Array(masks.length),
  }
  for (let t = 0; t < tiles; t++) {
    const select = tileSelection(tiled, t)
    const firstLike = masks.map((mask, k) =>
      masks.findIndex((other, j) => j === k || isSame(mask, other, select)),
    )
    if (firstLike.every((k) => k === 0)) continue
    for (const [k, mask] of masks.entries()) {
      const mended = isSame(mask, truth.mask, select)
        ? own[k]
        : score(replaced(mask, truth.mask, select))
      losses.overlap[k] = own[k].overlap - mended.overlap
      losses.skeleton[k] = own[k].skeleton - mended.skeleton
    }
    for (const k of masks.keys()) {
      for (const j of masks.keys()) {
        if (firstLike[j] === firstLike[k]) continue
        const at = k * tiles + t
        overlap[at] += (losses.overlap[k] - losses.overlap[j]) / (masks.length - 1)
        skeleton[at] += (losses.skeleton[k] - losses.skeleton[j]) / (masks.length - 1)
      }
    }
  }
}

function grouped(terms: readonly NamedTerm[], pair: LazyMaskPair): Grouped {
  const sums = { total: 0, overlap: 0, skeleton: 0 }
  for (const term of terms) {
    const value = term.weight * termValue(term, pair)
    sums.total += value
    sums[SKELETON_TERMS.has(term.name) ? 'skeleton' : 'overlap'] += value
  }
  return sums
}

/** Words and bits, halo bits included, that hold the pixels of a tile. */
interface Selection {
  top: number
  bottom: number
  /** First words of the columns, each with the bits of its words. */
  columns: readonly (readonly [start: number, bits: number])[]
}

function tileSelection({ grid }: TiledTruth, t: number): Selection {
  const { layout, tile, columns } = grid
  const row = Math.floor(t / columns)
  const left = (t - row * columns) * tile
  const selected: [number, number][] = []
  for (let column = 0; column < layout.columns; column++) {
    // Bit 0 copies the pixel before those of the word, bit 31 the one after them.
    const origin = column * WORD_PIXELS - 1
    const low = Math.max(0, left - origin)
    const high = Math.min(32, left + tile - origin)
    if (low >= high) continue
    selected.push([columnStart(layout, column), below(high) & ~below(low)])
  }
  return {
    top: row * tile,
    bottom: Math.min(layout.height, (row + 1) * tile),
    columns: selected,
  }
}

/** The bits of a word below one, 0 to 32. */
function below(bit: number): number {
  return bit === 32 ? -1 : (1 << bit) - 1
}

function isSame(a: BitMask, b: BitMask, { top, bottom, columns }: Selection): boolean {
  for (const [start, bits] of columns) {
    for (let y = top; y < bottom; y++) {
      if (((a.words[start + y] ^ b.words[start + y]) & bits) !== 0) return false
    }
  }
  return true
}

/** A mask with a tile of another. */
function replaced(mask: BitMask, source: BitMask, { top, bottom, columns }: Selection): BitMask {
  const words = mask.words.slice()
  for (const [start, bits] of columns) {
    for (let y = top; y < bottom; y++) {
      const i = start + y
      words[i] = (words[i] & ~bits) | (source.words[i] & bits)
    }
  }
  return BitMask.fromWords(mask.layout, words)
}
