import { BitMask, type MaskLike } from '../mask/bitmask.ts'
import { columnStart, PIXEL_BITS, WORD_PIXELS } from '../mask/layout.ts'
import { checkCount, type OptionRule, type OptionTable, readOptions } from '../mask/options.ts'
import { describe, finiteNumber } from '../mask/validate.ts'
import { distancesOfRow, type Envelope, newEnvelope } from './lower-envelope.ts'

/** Options of {@link distanceTransform}. */
export interface DistanceTransformOptions {
  /**
   * Distance from a row to the next and from a column to the next, as [rows, columns], or one
   * number for both; 10⁻⁵⁰ to 10⁵⁰. Default: 1, which measures in pixels.
   */
  spacing?: number | readonly [rows: number, columns: number]
  /** Array to write the distances to, one element per pixel; a new one by default. */
  out?: Float64Array
}

/** Bounds that keep squares and sums of them finite and greater than 0. */
const MIN_SPACING = 1e-50
const MAX_SPACING = 1e50

/** Distance from a row to the next, and from a column to the next. */
export type Spacing = readonly [rows: number, columns: number]

/** The rule of the option `spacing`, wherever it stands. */
export const SPACING_RULE: OptionRule<Spacing> = { default: [1, 1], read: spacingOf }

interface DistanceRead {
  spacing: Spacing
  out: Float64Array | undefined
}

const DISTANCE_OPTIONS: OptionTable<DistanceTransformOptions, DistanceRead> = {
  spacing: SPACING_RULE,
  out: { default: undefined, read: distancesGiven },
}

/** Distances of all pixels; see {@link distanceTransform}. */
export interface DistanceTransform {
  /** One distance per pixel, row by row: 0 for background, in the unit of the spacing. */
  distances: Float64Array
  /** Width in pixels. */
  width: number
  /** Height in pixels. */
  height: number
}

/**
 * Exact Euclidean distance of every foreground pixel to the nearest background pixel, from centre
 * to centre; twice the distance on a centreline is about the calibre of a vessel. Equals
 * `scipy.ndimage.distance_transform_edt` (with `sampling` for the spacing); takes time in
 * proportion to the pixels, whatever the mask.
 *
 * What lies outside the mask does not count as background. Where a mask has foreground only, every
 * distance is Infinity, where SciPy returns distances to a pixel that does not exist.
 *
 * @param mask - the mask; see {@link MaskLike}
 * @throws TypeError or RangeError if the mask or an option is not valid
 *
 * Source: A. Meijster, J. Roerdink and W. Hesselink, "A general algorithm for computing distance
 * transforms in linear time", Mathematical Morphology and its Applications to Image and Signal
 * Processing, 2000; P. Felzenszwalb and D. Huttenlocher, "Distance transforms of sampled
 * functions", Theory of Computing 8, 2012.
 *
 * @example
 * ```ts
 * import { distanceTransform } from 'vessel-reward'
 *
 * const bar = [
 *   [0, 1, 1, 1, 1],
 *   [0, 1, 1, 1, 1],
 *   [0, 0, 0, 0, 1],
 * ]
 * distanceTransform(bar).distances.subarray(0, 5)
 * // => Float64Array [0, 1, 2, 2, 2.23606797749979]
 * distanceTransform([[0, 1, 1]], { spacing: [1, 0.5] }).distances // => Float64Array [0, 0.5, 1]
 * ```
 */
export function distanceTransform(
  mask: MaskLike,
  options?: DistanceTransformOptions,
): DistanceTransform {
  checkCount(arguments.length, 2, 'distanceTransform')
  const { spacing, out } = readOptions(options, DISTANCE_OPTIONS, 'distanceTransform')
  const [rowSpacing, columnSpacing] = spacing
  const bits = BitMask.pack(mask, 'the mask')
  const { width, height } = bits
  const distances = distanceArray(width * height, out)
  if (bits.count === width * height) {
    distances.fill(Number.POSITIVE_INFINITY)
    return { distances, width, height }
  }
  // Until a row is solved, the lower half of each number of it holds the rows to background.
  const halves = new Int32Array(distances.buffer, distances.byteOffset, 2 * distances.length)
  writeRowsAway(bits, halves)
  const scratch = newScratch(width)
  const isPlain = rowSpacing === 1 && columnSpacing === 1
  for (let y = 0; y < height; y++) {
    const edges = edgesOfRow(bits, y, scratch.edges)
    for (let e = 0; e < edges; e += 2) {
      const first = scratch.edges[e]
      const end = scratch.edges[e + 1]
      const deepest = gather(halves, y * width, first, end, width, scratch)
      // What is deep and wide is not tried: some pixel of it would be too far from background.
      const isNarrow = deepest <= 2 * NEAR_COLUMNS || end - first <= 4 * NEAR_COLUMNS
      if (isPlain && isNarrow && nearDistances(distances, y * width, first, end, scratch.squares)) {
        continue
      }
      // With the background at both ends, beyond which nothing can be nearer.
      const left = Math.max(0, first - 1)
      const right = Math.min(width, end + 1)
      distancesOfRow(
        distances,
        y * width + left,
        scratch.away,
        left,
        right - left,
        rowSpacing,
        columnSpacing,
        scratch,
      )
    }
  }
  return { distances, width, height }
}

function distancesGiven(out: unknown): Float64Array {
  if (describe(out) === 'a Float64Array') return out as Float64Array
  throw new TypeError(`expected out to be a Float64Array, got ${describe(out)}`)
}

/** The array to write distances to, all 0. */
function distanceArray(pixels: number, out: Float64Array | undefined): Float64Array {
  if (out === undefined) return new Float64Array(pixels)
  if (out.length !== pixels) {
    throw new RangeError(`expected out to have ${pixels} elements, got ${out.length}`)
  }
  return out.fill(0)
}

/** Checks a spacing and gives that of rows and that of columns. */
function spacingOf(spacing: unknown): Spacing {
  if (typeof spacing === 'number') {
    finiteNumber(spacing, 'spacing', MIN_SPACING, MAX_SPACING)
    return [spacing, spacing]
  }
  if (!Array.isArray(spacing) || spacing.length !== 2) {
    throw new TypeError(
      `expected spacing to be a number or [rows, columns], got ${describe(spacing)}`,
    )
  }
  const [rows, columns] = spacing
  finiteNumber(rows, 'the row spacing', MIN_SPACING, MAX_SPACING)
  finiteNumber(columns, 'the column spacing', MIN_SPACING, MAX_SPACING)
  return [rows, columns]
}

/**
 * Writes for each foreground pixel the rows to the nearest background of its column, or −1 if it
 * has none, into every second element. Runs down a column begin and end where a word differs from
 * the one above it, so that only these places and the foreground are visited.
 */
function writeRowsAway({ layout, words, width, height }: BitMask, halves: Int32Array): void {
  const begins = new Int32Array(32)
  const step = 2 * width
  for (let column = 0; column < layout.columns; column++) {
    const start = columnStart(layout, column)
    const left = column * WORD_PIXELS - 1
    // The word below the last row is 0, and ends every run.
    for (let y = 0; y <= height; y++) {
      const word = words[start + y]
      let changed = (word ^ words[start + y - 1]) & PIXEL_BITS
      for (; changed !== 0; changed &= changed - 1) {
        const bit = 31 - Math.clz32(changed & -changed)
        if (((word >>> bit) & 1) === 1) {
          begins[bit] = y
          continue
        }
        const begin = begins[bit]
        const rows = y - begin
        const fromAbove = begin === 0 ? 0 : y === height ? rows : (rows + 1) >> 1
        let i = 2 * (begin * width + left + bit)
        for (let away = 1; away <= fromAbove; away++, i += step) halves[i] = away
        if (begin === 0 && y === height) {
          for (let k = 0; k < rows; k++, i += step) halves[i] = -1
        } else {
          for (let away = rows - fromAbove; away > 0; away--, i += step) halves[i] = away
        }
      }
    }
  }
}

/** Finds where foreground begins and ends along a row, in turn; returns how many these are. */
function edgesOfRow({ layout, words, width }: BitMask, y: number, edges: Int32Array): number {
  let count = 0
  for (let column = 0; column < layout.columns; column++) {
    const word = words[columnStart(layout, column) + y]
    let changed = (word ^ (word << 1)) & PIXEL_BITS
    for (; changed !== 0; changed &= changed - 1) {
      edges[count++] = column * WORD_PIXELS + 30 - Math.clz32(changed & -changed)
    }
  }
  if (count % 2 === 1) edges[count++] = width
  return count
}

/** Columns that are looked at to each side before a whole run is solved. */
const NEAR_COLUMNS = 16

/** More than the square of any distance that is found near; with the square of 16, an int32. */
const FAR = 2 ** 30

/** Room for what is known of a row. */
interface Scratch extends Envelope {
  /** Where foreground begins and ends. */
  edges: Int32Array
  /** Rows to the nearest background in each column; −1 where there is none. */
  away: Int32Array
  /** Squares of these, with columns without background at both sides of the image. */
  squares: Int32Array
}

function newScratch(width: number): Scratch {
  return {
    ...newEnvelope(width),
    edges: new Int32Array(width + 2),
    away: new Int32Array(width),
    squares: new Int32Array(width + 2 * NEAR_COLUMNS).fill(FAR),
  }
}

/**
 * Copies the rows to background of a run, and of the background at its ends, into the scratch.
 * Returns the greatest of them.
 */
function gather(
  halves: Int32Array,
  start: number,
  first: number,
  end: number,
  width: number,
  { away, squares }: Scratch,
): number {
  let deepest = 0
  for (let x = first; x < end; x++) {
    const rows = halves[2 * (start + x)]
    away[x] = rows
    if (rows > deepest) deepest = rows
    squares[x + NEAR_COLUMNS] = rows < 0 || rows >= 32768 ? FAR : rows * rows
  }
  if (first > 0) away[first - 1] = squares[first - 1 + NEAR_COLUMNS] = 0
  if (end < width) away[end] = squares[end + NEAR_COLUMNS] = 0
  return deepest
}

/**
 * Distances of a run of foreground with a spacing of 1, each found by looking at the columns near a
 * pixel, which is quick for vessels: most are narrow. Returns whether all were found there.
 *
 * What lies beyond the background at the end of a run is of no account, whatever it is: it is
 * farther away than that background.
 */
function nearDistances(
  distances: Float64Array,
  start: number,
  first: number,
  end: number,
  squares: Int32Array,
): boolean {
  for (let x = first; x < end; x++) {
    const middle = x + NEAR_COLUMNS
    let best = squares[middle]
    for (let d = 1; d * d < best; d++) {
      if (d > NEAR_COLUMNS) return false
      const left = squares[middle - d]
      const right = squares[middle + d]
      const square = (left < right ? left : right) + d * d
      if (square < best) best = square
    }
    distances[start + x] = Math.sqrt(best)
  }
  return true
}
