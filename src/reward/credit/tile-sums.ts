import { BitMask, type MaskLike } from '../../mask/bitmask.ts'
import { columnStart, PIXEL_BITS, WORD_PIXELS } from '../../mask/layout.ts'
import { popcount } from '../../mask/popcount.ts'
import { checkSameSize } from '../../metrics/checked-pair.ts'
import { type JunctionOptions, junctionPixelsOf } from '../../topology/junctions.ts'
import { type Connectivity, label } from '../../topology/label.ts'
import type { LengthMethod } from '../../topology/length.ts'
import { KeptFacts, ScratchFacts } from '../mask-pair.ts'
import type { TiledTruth, TileGrid } from './tiled-truth.ts'

/** Facts by tile, for one sample after another. */
export interface TileSums {
  tp: Float64Array
  fp: Float64Array
  fn: Float64Array
  length: Float64Array
  junctions: Float64Array
  components: Float64Array
}

/** Zeros for this many tiles of all samples together. */
export function newTileSums(count: number): TileSums {
  const zeros = () => new Float64Array(count)
  return {
    tp: zeros(),
    fp: zeros(),
    fn: zeros(),
    length: zeros(),
    junctions: zeros(),
    components: zeros(),
  }
}

/** Adds the facts of one prediction to the tiles from index `first` on. */
export function addSample(
  sums: TileSums,
  first: number,
  pred: MaskLike,
  what: string,
  { truth, within, grid, options }: TiledTruth,
): void {
  // These facts end with this call, so that scratch memory is safe for them.
  const facts = BitMask.isMask(pred)
    ? new KeptFacts(checkedSize(pred, truth.mask), within, options)
    : new ScratchFacts(pred, what, within, options)
  checkedSize(facts.mask, truth.mask)
  addOverlap(sums, first, facts.mask, truth.mask, grid)
  const { skeleton } = facts
  addLength(sums.length, first, skeleton, grid, options.length)
  addJunctions(sums.junctions, first, skeleton, grid, options.junctions)
  addComponents(sums.components, first, skeleton, grid, options.connectivity)
}

function checkedSize(pred: BitMask, truth: BitMask): BitMask {
  checkSameSize(pred, truth, 'a prediction and a truth')
  return pred
}

/** Both masks are already cut to the field of view. */
function addOverlap(
  { tp, fp, fn }: TileSums,
  first: number,
  pred: BitMask,
  truth: BitMask,
  { layout, tile, columns, partStart, partBits, partTile }: TileGrid,
): void {
  const p = pred.words
  const t = truth.words
  for (let column = 0; column < layout.columns; column++) {
    const start = columnStart(layout, column)
    for (let y = 0; y < layout.height; y++) {
      const predicted = p[start + y] & PIXEL_BITS
      const true_ = t[start + y] & PIXEL_BITS
      if ((predicted | true_) === 0) continue
      const row = first + Math.floor(y / tile) * columns
      for (let part = partStart[column]; part < partStart[column + 1]; part++) {
        const bits = partBits[part]
        const at = row + partTile[part]
        tp[at] += popcount(predicted & true_ & bits)
        fp[at] += popcount(predicted & ~true_ & bits)
        fn[at] += popcount(true_ & ~predicted & bits)
      }
    }
  }
}

/** A link belongs half to each of its two pixels; see `skeletonLength` for what a link is. */
function addLength(
  length: Float64Array,
  first: number,
  skeleton: BitMask,
  { layout, tile, columns, partStart, partBits, partTile }: TileGrid,
  method: LengthMethod,
): void {
  const { words } = skeleton
  for (let column = 0; column < layout.columns; column++) {
    const start = columnStart(layout, column)
    for (let y = 0; y < layout.height; y++) {
      const i = start + y
      const word = words[i]
      const pixels = word & PIXEL_BITS
      if (pixels === 0) continue
      const row = first + Math.floor(y / tile) * columns
      const above = words[i - 1]
      const below = words[i + 1]
      const west = word << 1
      const east = word >>> 1
      const northWest = (above << 1) & ~(above | west)
      const northEast = (above >>> 1) & ~(above | east)
      const southWest = (below << 1) & ~(below | west)
      const southEast = (below >>> 1) & ~(below | east)
      for (let part = partStart[column]; part < partStart[column + 1]; part++) {
        const own = pixels & partBits[part]
        if (own === 0) continue
        const at = row + partTile[part]
        if (method === 'pixels') {
          length[at] += popcount(own)
          continue
        }
        const straight =
          popcount(own & west) +
          popcount(own & east) +
          popcount(own & above) +
          popcount(own & below)
        const diagonal =
          popcount(own & northWest) +
          popcount(own & northEast) +
          popcount(own & southWest) +
          popcount(own & southEast)
        length[at] += straight / 2 + (Math.SQRT2 / 2) * diagonal
      }
    }
  }
}

/** Pixels of each junction, by its first pixel. */
let scratchPixels = /* @__PURE__ */ new Int32Array(0)

/** A junction belongs in equal parts to the pixels that were merged into it. */
function addJunctions(
  junctions: Float64Array,
  first: number,
  skeleton: BitMask,
  { tile, columns }: TileGrid,
  options: Required<JunctionOptions>,
): void {
  const { points, cluster } = junctionPixelsOf(skeleton, options)
  const { x, rowStart, rows } = points
  const count = rowStart[rows]
  if (scratchPixels.length < count) scratchPixels = new Int32Array(2 * count)
  const pixels = scratchPixels.fill(0, 0, count)
  for (let i = 0; i < count; i++) pixels[cluster[i]]++
  for (let y = 0; y < rows; y++) {
    const row = first + Math.floor(y / tile) * columns
    for (let i = rowStart[y]; i < rowStart[y + 1]; i++) {
      junctions[row + Math.floor(x[i] / tile)] += 1 / pixels[cluster[i]]
    }
  }
}

/** Label of each pixel, and the pixels of each component. */
let scratchLabels = /* @__PURE__ */ new Int32Array(0)
let scratchSizes = /* @__PURE__ */ new Int32Array(0)

/** A component belongs in equal parts to its skeleton pixels. */
function addComponents(
  components: Float64Array,
  first: number,
  skeleton: BitMask,
  { layout, tile, columns }: TileGrid,
  connectivity: Connectivity,
): void {
  const { width, height } = layout
  const { words } = skeleton
  if (scratchLabels.length !== width * height) scratchLabels = new Int32Array(width * height)
  const { labels, count } = label(skeleton, { connectivity, out: scratchLabels })
  if (scratchSizes.length <= count) scratchSizes = new Int32Array(2 * count + 1)
  const sizes = scratchSizes.fill(0, 0, count + 1)
  // Once to count the pixels of the components, once to hand out the shares.
  for (let pass = 0; pass < 2; pass++) {
    for (let column = 0; column < layout.columns; column++) {
      const start = columnStart(layout, column)
      const left = column * WORD_PIXELS - 1
      for (let y = 0; y < height; y++) {
        const row = first + Math.floor(y / tile) * columns
        for (let rest = words[start + y] & PIXEL_BITS; rest !== 0; rest &= rest - 1) {
          const x = left + 31 - Math.clz32(rest & -rest)
          const number = labels[y * width + x]
          if (pass === 0) sizes[number]++
          else components[row + Math.floor(x / tile)] += 1 / sizes[number]
        }
      }
    }
  }
}
