import { BitMask, type MaskLike } from '../mask/bitmask.ts'
import type { ComponentForest } from '../mask/kernel.ts'
import { PIXEL_BITS, WORD_PIXELS } from '../mask/layout.ts'
import { checkCount, type OptionRule, type OptionTable, readOptions } from '../mask/options.ts'
import { withRoom } from '../mask/scratch-array.ts'
import { describe } from '../mask/validate.ts'
import { componentForest } from './component-forest.ts'

/** Which neighbours connect: 4 = shared edges, 8 = shared edges and corners. */
export type Connectivity = 4 | 8

/** Options of the operations on connected components. */
export interface ConnectivityOptions {
  /**
   * Which foreground neighbours connect; background connects by the other one. Default: 8 (note
   * that `scipy.ndimage.label` defaults to 4, which shatters skeletons).
   */
  connectivity?: Connectivity
}

/** Options of {@link label}. */
export interface LabelOptions extends ConnectivityOptions {
  /**
   * Where to write the labels: one element per pixel. It is overwritten and returned, which saves
   * the cost of new memory where many masks are labelled. Default: a new array.
   */
  out?: Int32Array
}

/** A label map; see {@link label}. */
export interface Labels {
  /** One label per pixel, row by row: 0 for background, then 1 to `count`. */
  labels: Int32Array
  /** Number of components, background excluded. */
  count: number
  /** Width in pixels. */
  width: number
  /** Height in pixels. */
  height: number
}

/** Which neighbours may connect. */
const CONNECTIVITIES: readonly Connectivity[] = [4, 8]

/** The connectivity of the foreground, wherever it is an option. */
export const CONNECTIVITY_RULE: OptionRule<Connectivity> = { default: 8, among: CONNECTIVITIES }

/** @internal The options of what needs a connectivity only. */
export const CONNECTIVITY_OPTIONS: OptionTable<ConnectivityOptions> = {
  connectivity: CONNECTIVITY_RULE,
}

const labelOptions = (): OptionTable<LabelOptions, { out: Int32Array | undefined }> => ({
  ...CONNECTIVITY_OPTIONS,
  out: { default: undefined, read: labelsGiven },
})

/**
 * Labels connected components. Components are numbered in the raster order of their first
 * pixels, as `scipy.ndimage.label` and `skimage.measure.label` number them.
 *
 * @param mask - the mask; see {@link MaskLike}
 * @throws TypeError or RangeError if the mask or an option is not valid
 *
 * Source: run-based two-pass labelling; L. He, Y. Chao and K. Suzuki, "A run-based two-scan
 * labeling algorithm", IEEE Transactions on Image Processing 17(5), 2008.
 *
 * @example
 * ```ts
 * import { label } from 'vessel-reward'
 *
 * const mask = [
 *   [1, 0, 1],
 *   [0, 1, 0],
 * ]
 * label(mask).count // => 1
 * label(mask, { connectivity: 4 }).labels // => Int32Array [1, 0, 2, 0, 3, 0]
 * ```
 */
export function label(mask: MaskLike, options?: LabelOptions): Labels {
  checkCount(arguments.length, 2, 'label')
  const { connectivity, out } = readOptions(options, labelOptions, 'label')
  const bits = BitMask.pack(mask, 'the mask')
  return labelBits(bits, connectivity, labelArray(bits.width * bits.height, out))
}

function labelsGiven(out: unknown): Int32Array {
  if (describe(out) === 'a Int32Array') return out as Int32Array
  throw new TypeError(`expected out to be an Int32Array, got ${describe(out)}`)
}

/** The array to write labels to, all 0. */
function labelArray(pixels: number, out: Int32Array | undefined): Int32Array {
  if (out === undefined) return new Int32Array(pixels)
  if (out.length !== pixels) {
    throw new RangeError(`expected out to have ${pixels} elements, got ${out.length}`)
  }
  return out.fill(0)
}

function labelBits(mask: BitMask, connectivity: Connectivity, labels: Int32Array): Labels {
  const { width, height, layout, words } = mask
  const forest = componentForest(mask, connectivity === 8, true)
  const numbers = rasterNumbers(forest, width, layout.rows)
  const rows = connectivity === 8 ? 2 : 1
  const strips = rows === 2 ? (layout.rows + 1) >> 1 : layout.rows
  const { stripNodes, manyNodes } = forest
  for (let column = 0; column < layout.columns; column++) {
    let i = column * layout.pitch + 1
    // Bit 1 of a word is the first pixel of its column.
    let at = column * WORD_PIXELS - 1
    for (let strip = 0; strip < strips; strip++, i += rows, at += rows * width) {
      const top = words[i] & PIXEL_BITS
      const last = words[i + rows - 1] & PIXEL_BITS
      if ((top | last) === 0) continue
      const node = stripNodes[column * strips + strip]
      if (node >= 0) {
        writeLabel(labels, at, top, numbers[node])
        if (rows === 2) writeLabel(labels, at + width, last, numbers[node])
        continue
      }
      let next = ~node
      for (let rest = top | last; rest !== 0; next++) {
        const run = rest & ~(rest + (rest & -rest))
        rest &= ~run
        writeLabel(labels, at, top & run, numbers[manyNodes[next]])
        if (rows === 2) writeLabel(labels, at + width, last & run, numbers[manyNodes[next]])
      }
    }
  }
  return { labels, count: forest.components, width, height }
}

/** Writes a label to the pixels of a word. */
function writeLabel(labels: Int32Array, at: number, pixels: number, value: number): void {
  const low = pixels & -pixels
  if (pixels === 0 || (pixels & (pixels + low)) !== 0) {
    for (let rest = pixels; rest !== 0; rest &= rest - 1) {
      labels[at + 31 - Math.clz32(rest & -rest)] = value
    }
    return
  }
  // One run: stores that overlap are cheaper than a loop whose end is not foreseen.
  const first = (at + 31 - Math.clz32(low)) | 0
  const last = (at + 31 - Math.clz32(pixels)) | 0
  labels[first] = value
  labels[last] = value
  if (last - first < 3) {
    labels[(first + last) >>> 1] = value
    return
  }
  labels[first + 1] = value
  labels[first + 2] = value
  labels[last - 2] = value
  labels[last - 1] = value
  for (let k = (first + 3) | 0; k < last - 2; k = (k + 1) | 0) labels[k] = value
}

let scratchNumbers = /* @__PURE__ */ new Int32Array(0)
let scratchBest = /* @__PURE__ */ new Int32Array(0)
let scratchRowStart = /* @__PURE__ */ new Int32Array(0)

/**
 * The number of each node: that of its component in the raster order of first pixels, from 1.
 * Nodes were made from left to right within a row, so sorting the components by the row of their
 * first pixel, in the order of the nodes that hold it, is all it takes.
 */
function rasterNumbers(forest: ComponentForest, width: number, height: number): Int32Array {
  const { nodes, parent, firstPixel } = forest
  const numbers = withRoom(scratchNumbers, nodes)
  const best = withRoom(scratchBest, nodes)
  const rowStart = withRoom(scratchRowStart, height + 1).fill(0, 0, height + 1)
  scratchNumbers = numbers
  scratchBest = best
  scratchRowStart = rowStart
  // Parents have smaller numbers: a parent's parent is known to be its root already.
  for (let node = 0; node < nodes; node++) {
    const root = parent[parent[node]]
    parent[node] = root
    if (root === node || firstPixel[node] < firstPixel[best[root]]) best[root] = node
  }
  for (let node = 0; node < nodes; node++) {
    if (best[parent[node]] === node) rowStart[Math.floor(firstPixel[node] / width) + 1]++
  }
  for (let y = 0; y < height; y++) rowStart[y + 1] += rowStart[y]
  for (let node = 0; node < nodes; node++) {
    const root = parent[node]
    if (best[root] === node) numbers[root] = ++rowStart[Math.floor(firstPixel[node] / width)]
  }
  for (let node = 0; node < nodes; node++) numbers[node] = numbers[parent[node]]
  return numbers
}

/**
 * Counts connected components, background excluded.
 *
 * @param mask - the mask; see {@link MaskLike}
 * @throws TypeError or RangeError if the mask or an option is not valid
 *
 * @example
 * ```ts
 * import { countComponents } from 'vessel-reward'
 *
 * countComponents([[1, 0, 1]]) // => 2
 * ```
 */
export function countComponents(mask: MaskLike, options?: ConnectivityOptions): number {
  checkCount(arguments.length, 2, 'countComponents')
  const { connectivity } = readOptions(options, CONNECTIVITY_OPTIONS, 'countComponents')
  return countComponentsOf(BitMask.pack(mask, 'the mask'), connectivity)
}

/** @internal */
export function countComponentsOf(mask: BitMask, connectivity: Connectivity): number {
  return componentForest(mask, connectivity === 8, false).components
}
