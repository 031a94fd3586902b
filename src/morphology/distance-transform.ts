import { BitMask, type MaskLike } from '../mask/bitmask.ts'
import { checkOptions, describe, finiteNumber } from '../mask/validate.ts'

/** Options of {@link distanceTransform}. */
export interface DistanceTransformOptions {
  /**
   * Distance from a row to the next and from a column to the next, as [rows, columns], or one
   * number for both; 10⁻⁵⁰ to 10⁵⁰. Default: 1, which measures in pixels.
   */
  spacing?: number | readonly [rows: number, columns: number]
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
  const [rowSpacing, columnSpacing] = spacingOf(options)
  const bits = BitMask.from(mask)
  const { width, height } = bits
  const distances = new Float64Array(width * height)
  if (bits.count === width * height) {
    distances.fill(Number.POSITIVE_INFINITY)
    return { distances, width, height }
  }
  const rowsAway = rowsToBackground(bits)
  const envelope = newEnvelope(width)
  for (let y = 0; y < height; y++) {
    distancesOfRow(distances, rowsAway, y * width, width, rowSpacing, columnSpacing, envelope)
  }
  return { distances, width, height }
}

/** Bounds that keep squares and sums of them finite and greater than 0. */
const MIN_SPACING = 1e-50
const MAX_SPACING = 1e50

function spacingOf(options: DistanceTransformOptions | undefined): readonly [number, number] {
  checkOptions(options)
  const spacing = options?.spacing ?? 1
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

/** For each pixel the rows to the nearest background in its column; −1 where there is none. */
function rowsToBackground(mask: BitMask): Int32Array {
  const { width, height } = mask
  const pixels = mask.toUint8Array()
  const away = new Int32Array(width * height)
  for (let i = 0; i < width; i++) away[i] = -pixels[i]
  for (let i = width; i < away.length; i++) {
    const above = away[i - width]
    away[i] = pixels[i] === 0 ? 0 : above < 0 ? -1 : above + 1
  }
  for (let i = away.length - width - 1; i >= 0; i--) {
    const below = away[i + width]
    if (below >= 0 && (away[i] < 0 || away[i] > below + 1)) away[i] = below + 1
  }
  return away
}

/** The parabolas that are lowest somewhere along a row, from left to right. */
interface Envelope {
  /** Column of the vertex. */
  vertex: Int32Array
  /** First column in which the parabola is the lowest. */
  from: Int32Array
}

function newEnvelope(width: number): Envelope {
  return { vertex: new Int32Array(width), from: new Int32Array(width) }
}

/**
 * Background that is nearest in a column is at the squared distance
 * `(Δcolumns · columnSpacing)² + (rowsAway · rowSpacing)²` of a pixel of this row: one parabola a
 * column, of which the lower envelope is wanted. With a spacing of 1 all of it is integers.
 */
function distancesOfRow(
  distances: Float64Array,
  rowsAway: Int32Array,
  start: number,
  width: number,
  rowSpacing: number,
  columnSpacing: number,
  { vertex, from }: Envelope,
): void {
  const aspect = rowSpacing === columnSpacing ? 1 : rowSpacing / columnSpacing
  const squared = aspect * aspect
  let last = -1
  for (let x = 0; x < width; x++) {
    const away = rowsAway[start + x]
    if (away < 0) continue
    let begin = 0
    while (last >= 0) {
      const v = vertex[last]
      const other = rowsAway[start + v]
      // The two are equal in height here; on the left of it the earlier one is lower.
      const meet = (x + v + ((away - other) * (away + other) * squared) / (x - v)) / 2
      begin = Math.floor(meet) + 1
      if (begin > from[last]) break
      last--
      begin = 0
    }
    // The parabola may begin beyond the row, or too far to be an int32.
    if (begin >= width) continue
    last++
    vertex[last] = x
    from[last] = Math.max(0, begin)
  }
  for (let x = width - 1; x >= 0; x--) {
    while (from[last] > x) last--
    const across = (x - vertex[last]) * columnSpacing
    const down = rowsAway[start + vertex[last]] * rowSpacing
    distances[start + x] = Math.sqrt(across * across + down * down)
  }
}
