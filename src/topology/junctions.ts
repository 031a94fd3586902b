import { BitMask, type MaskLike } from '../mask/bitmask.ts'
import { inUse, type PixelList } from '../mask/kernel.ts'
import { type Layout, PIXEL_BITS, WORD_PIXELS } from '../mask/layout.ts'
import { checkCount, type OptionRule, type OptionTable, readOptions } from '../mask/options.ts'
import { withRoom } from '../mask/scratch-array.ts'
import { oneOf } from '../mask/validate.ts'
import { clusterPoints, type PointRows } from './cluster-points.ts'

/** What counts as a junction; see {@link countJunctions}. */
export type JunctionMethod = 'crossing-number' | 'pixels' | 'clusters'

/** Options of {@link countJunctions} and {@link findJunctions}. */
export interface JunctionOptions {
  /** Default: `'crossing-number'`. */
  method?: JunctionMethod
  /**
   * Largest distance in pixels at which two candidates of the method `'crossing-number'` belong to
   * one junction; at least 0. Default: 3.
   */
  mergeRadius?: number
}

/** The junction methods by name. */
const JUNCTION_METHODS: readonly JunctionMethod[] = ['crossing-number', 'pixels', 'clusters']

// Constants, since bundlers keep what reads members of an object.
const DEFAULT_METHOD: JunctionMethod = 'crossing-number'
const DEFAULT_MERGE_RADIUS = 3

/** @internal The rule of the option `mergeRadius`, wherever it stands. */
export const MERGE_RADIUS_RULE: OptionRule<number> = { default: DEFAULT_MERGE_RADIUS, min: 0 }

/** The options of junctions. */
const JUNCTION_OPTIONS: OptionTable<JunctionOptions> = {
  method: { default: DEFAULT_METHOD, among: JUNCTION_METHODS },
  mergeRadius: MERGE_RADIUS_RULE,
}

/** @internal The options of junctions where none are given. */
export const DEFAULT_JUNCTIONS: Required<JunctionOptions> = {
  method: DEFAULT_METHOD,
  mergeRadius: DEFAULT_MERGE_RADIUS,
}

/** @internal The rule of the option `junctions`: options of {@link countJunctions}, or a method. */
export const JUNCTIONS_RULE: OptionRule<Required<JunctionOptions>> = {
  default: DEFAULT_JUNCTIONS,
  read: (value, name) =>
    typeof value === 'object'
      ? readOptions(value, JUNCTION_OPTIONS, name)
      : { ...DEFAULT_JUNCTIONS, method: oneOf(value as JunctionMethod, JUNCTION_METHODS, name) },
}

/**
 * Counts the junctions (bifurcations and crossings) of a skeleton.
 *
 * - `'crossing-number'`: pixels round which background turns into foreground at least three times,
 *   merged by single linkage within `mergeRadius`. Nearly independent of the thinning variant.
 * - `'pixels'`: pixels with more than two of eight neighbours. Counts one branching several times.
 * - `'clusters'`: 8-connected groups of those pixels.
 *
 * @param skeleton - the skeleton, as {@link skeletonize} returns it; see {@link MaskLike}
 * @throws TypeError or RangeError if the mask or an option is not valid
 *
 * Source: D. Rutovitz, "Pattern recognition", J. Royal Statistical Society A 129, 1966 (crossing
 * number).
 *
 * @example
 * ```ts
 * import { countJunctions } from 'vessel-reward'
 *
 * const tee = [
 *   [1, 1, 1, 1, 1],
 *   [0, 0, 1, 0, 0],
 *   [0, 0, 1, 0, 0],
 * ]
 * countJunctions(tee) // => 1
 * countJunctions(tee, { method: 'pixels' }) // => 4
 * ```
 */
export function countJunctions(skeleton: MaskLike, options?: JunctionOptions): number {
  checkCount(arguments.length, 2, 'countJunctions')
  const { method, mergeRadius } = readOptions(options, JUNCTION_OPTIONS, 'countJunctions')
  return countJunctionsOf(BitMask.pack(skeleton, 'the skeleton'), method, mergeRadius)
}

/**
 * Finds the places of the junctions that {@link countJunctions} counts: the mean of each
 * junction's pixels, rounded to the nearest pixel (halves up).
 *
 * @param skeleton - the skeleton, as {@link skeletonize} returns it; see {@link MaskLike}
 * @returns x and y of each junction in turn, sorted by y and then x
 * @throws TypeError or RangeError if the mask or an option is not valid
 *
 * @example
 * ```ts
 * import { findJunctions } from 'vessel-reward'
 *
 * const plus = [
 *   [0, 1, 0],
 *   [1, 1, 1],
 *   [0, 1, 0],
 * ]
 * findJunctions(plus) // => Int32Array [1, 1]
 * ```
 */
export function findJunctions(skeleton: MaskLike, options?: JunctionOptions): Int32Array {
  checkCount(arguments.length, 2, 'findJunctions')
  const read = readOptions(options, JUNCTION_OPTIONS, 'findJunctions')
  const { points, cluster } = junctionPixelsOf(BitMask.pack(skeleton, 'the skeleton'), read)
  const sums = new Map<number, { x: number; y: number; n: number }>()
  for (let y = 0; y < points.rows; y++) {
    for (let i = points.rowStart[y]; i < points.rowStart[y + 1]; i++) {
      const sum = sums.get(cluster[i]) ?? { x: 0, y: 0, n: 0 }
      sum.x += points.x[i]
      sum.y += y
      sum.n++
      sums.set(cluster[i], sum)
    }
  }
  const places = [...sums.values()].map(({ x, y, n }) => [Math.round(x / n), Math.round(y / n)])
  places.sort((a, b) => a[1] - b[1] || a[0] - b[0])
  return Int32Array.from(places.flat())
}

/** @internal */
export function countJunctionsOf(
  skeleton: BitMask,
  method: JunctionMethod,
  mergeRadius: number,
): number {
  const points = candidates(skeleton, method)
  const found = points.rowStart[points.rows]
  if (method === 'pixels' || found === 0) return found
  const cluster = clusterPoints(points, linkRadius(method, mergeRadius))
  let count = 0
  for (let i = 0; i < found; i++) if (cluster[i] === i) count++
  return count
}

/**
 * @internal The pixels of the junctions by row, and for each the index of the first pixel of its
 * junction. Both are reused by the next call.
 */
export function junctionPixelsOf(
  skeleton: BitMask,
  { method, mergeRadius }: Required<JunctionOptions>,
): { points: PointRows; cluster: Int32Array } {
  const points = candidates(skeleton, method)
  return { points, cluster: clusterPoints(points, linkRadius(method, mergeRadius)) }
}

/** Two pixels are 8-neighbours exactly if their distance is at most √2. */
function linkRadius(method: JunctionMethod, mergeRadius: number): number {
  return method === 'crossing-number' ? mergeRadius : method === 'clusters' ? 1.5 : 0
}

/** Memory that is reused, and grows; read into locals before any loop. */
let scratchX = /* @__PURE__ */ new Int32Array(0)
let scratchY = /* @__PURE__ */ new Int32Array(0)
let scratchSortedX = /* @__PURE__ */ new Int32Array(0)
let scratchRowStart = /* @__PURE__ */ new Int32Array(0)
const scratchHits = /* @__PURE__ */ new Int32Array(4)

/** The pixels that may be junctions, by row; reused by the next call. */
function candidates({ layout, words }: BitMask, method: JunctionMethod): PointRows {
  const isCrossing = method === 'crossing-number'
  const {
    x,
    y: rows,
    count,
  } = (isCrossing ? inUse.kernel?.crossings(layout, words) : undefined) ??
  scan(layout, words, isCrossing)
  const { rows: height } = layout
  const rowStart = withRoom(scratchRowStart, height + 1).fill(0, 0, height + 1)
  scratchRowStart = rowStart
  const sortedX = withRoom(scratchSortedX, count)
  scratchSortedX = sortedX
  // Within a row the columns were visited from left to right: a stable sort by row is all it takes.
  for (let i = 0; i < count; i++) rowStart[rows[i] + 1]++
  for (let y = 0; y < height; y++) rowStart[y + 1] += rowStart[y]
  for (let i = count - 1; i >= 0; i--) sortedX[--rowStart[rows[i] + 1]] = x[i]
  for (let y = 0; y < height; y++) rowStart[y] = rowStart[y + 1]
  rowStart[height] = count
  return { x: sortedX, rowStart, rows: height }
}

/** The pixels column by column; reused by the next call. */
function scan(
  { height, columns, pitch }: Layout,
  words: Int32Array,
  isCrossing: boolean,
): PixelList {
  const tileHits = scratchHits
  let found = 0
  for (let column = 0; column < columns; column++) {
    const foundX = withRoom(scratchX, found + WORD_PIXELS * height)
    const foundY = withRoom(scratchY, found + WORD_PIXELS * height)
    scratchX = foundX
    scratchY = foundY
    const left = column * WORD_PIXELS - 1
    const start = (column * pitch + 1) | 0
    const end = (start + height) | 0
    for (let tile = start; tile < end; tile = (tile + 4) | 0) {
      const w1 = words[tile]
      const w2 = words[tile + 1]
      const w3 = words[tile + 2]
      const w4 = words[tile + 3]
      if (((w1 | w2 | w3 | w4) & PIXEL_BITS) === 0) continue
      const w0 = words[tile - 1]
      const w5 = words[tile + 4]
      const hits1 = isCrossing ? crossingAtLeast3(w0, w1, w2) : moreThan2Neighbours(w0, w1, w2)
      const hits2 = isCrossing ? crossingAtLeast3(w1, w2, w3) : moreThan2Neighbours(w1, w2, w3)
      const hits3 = isCrossing ? crossingAtLeast3(w2, w3, w4) : moreThan2Neighbours(w2, w3, w4)
      const hits4 = isCrossing ? crossingAtLeast3(w3, w4, w5) : moreThan2Neighbours(w3, w4, w5)
      // Few tiles have any: one branch for four rows.
      if (((hits1 | hits2 | hits3 | hits4) & PIXEL_BITS) === 0) continue
      tileHits[0] = hits1
      tileHits[1] = hits2
      tileHits[2] = hits3
      tileHits[3] = hits4
      for (let row = 0; row < 4; row++) {
        const y = tile - start + row
        for (let hits = tileHits[row] & PIXEL_BITS; hits !== 0; hits &= hits - 1) {
          foundX[found] = left + 31 - Math.clz32(hits & -hits)
          foundY[found] = y
          found++
        }
      }
    }
  }
  return { x: scratchX, y: scratchY, count: found }
}

/**
 * Pixels of a word round which 0 turns into 1 at least three times (four is the most there can be).
 *
 * Going round, two adjacent steps lie above the pixel, two to its right, two below and two to its
 * left. Of two such steps at most one goes up, so each pair is a single bit. What a row adds as the
 * row above or below depends on it alone, and compilers share it between rows.
 */
function crossingAtLeast3(above: number, word: number, below: number): number {
  const over = (above | (above >>> 1)) ^ (above & (above << 1))
  const right = ((word | below) ^ (above & word)) >>> 1
  const under = (below | (below << 1)) ^ (below & (below >>> 1))
  const left = ((above | word) ^ (word & below)) << 1
  return word & ((over & right & (under | left)) | (under & left & (over | right)))
}

/** Pixels of a word more than two of whose eight neighbours are set. */
function moreThan2Neighbours(above: number, word: number, below: number): number {
  const nw = above << 1
  const ne = above >>> 1
  const east = word >>> 1
  const se = below >>> 1
  const sw = below << 1
  const west = word << 1
  // Sums of three neighbours each, as ones and twos; more than 2 in all is any 3, any 2 + 1 …
  const ones1 = nw ^ above ^ ne
  const twos1 = (nw & above) | ((nw ^ above) & ne)
  const ones2 = sw ^ below ^ se
  const twos2 = (sw & below) | ((sw ^ below) & se)
  const ones3 = east ^ west
  const twos3 = east & west
  const carry = (ones1 & ones2) | ((ones1 ^ ones2) & ones3)
  const ones = ones1 ^ ones2 ^ ones3
  const twos = twos1 ^ twos2 ^ twos3 ^ carry
  const fours = (twos1 & twos2) | (twos3 & carry) | ((twos1 | twos2) & (twos3 | carry))
  return word & (fours | (twos & ones))
}
