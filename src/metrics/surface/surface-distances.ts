import type { BitMask } from '../../mask/bitmask.ts'
import { columnStart, PIXEL_BITS, WORD_PIXELS } from '../../mask/layout.ts'
import { popcount } from '../../mask/popcount.ts'
import { borrowed } from '../../mask/scratch-array.ts'
import { boundary } from '../../morphology/boundary.ts'
import type { Spacing } from '../../morphology/distance-transform.ts'
import { distancesOfRow, newEnvelope } from '../../morphology/lower-envelope.ts'
import { factOf } from '../remembered-facts.ts'

/** The boundary of a mask, found once. */
export function boundaryOf(mask: BitMask): BitMask {
  return factOf(mask, 'boundary', () => boundary(mask))
}

/** Distances below this many pixels are read from the packed words, 32 pixels to each side. */
const REACH = 32

/**
 * The distances of the boundary pixels of one mask to the nearest boundary pixel of another, in
 * ascending order; neither is empty. Only the least of them, in number at least `share` of all,
 * need be right: where these are known, the others may be Infinity.
 */
export function surfaceDistances(
  from: BitMask,
  to: BitMask,
  [rowSpacing, columnSpacing]: Spacing,
  share = 1,
): Float64Array {
  const edge = boundaryOf(from)
  const other = boundaryOf(to)
  const distances = new Float64Array(edge.count)
  let known = 0
  let far: Int32Array
  if (rowSpacing === columnSpacing) {
    const counts = new Int32Array(REACH * REACH)
    far = countNear(edge, other, counts)
    for (let squared = 0; squared < counts.length; squared++) {
      const end = known + counts[squared]
      distances.fill(Math.sqrt(squared) * rowSpacing, known, end)
      known = end
    }
  } else {
    far = indicesOf(edge)
  }
  const rest = distances.subarray(known)
  if (rest.length === 0) return distances
  // Linear interpolation asks for the value behind the share, too.
  if (known > share * (distances.length - 1) + 1) rest.fill(Number.POSITIVE_INFINITY)
  else measureFar(rest, far.sort(), other, rowSpacing, columnSpacing)
  rest.sort()
  return distances
}

/**
 * How many boundary pixels of one mask are at most the tolerance away from the boundary of another.
 */
export function countWithin(
  from: BitMask,
  to: BitMask,
  spacing: Spacing,
  tolerance: number,
): number {
  let count = 0
  const limit = Math.ceil((tolerance / spacing[0]) ** 2) + 1
  if (spacing[0] === spacing[1] && limit <= REACH * REACH) {
    const counts = new Int32Array(Math.max(3, limit))
    countNear(boundaryOf(from), boundaryOf(to), counts)
    for (let squared = 0; squared < counts.length; squared++) {
      if (Math.sqrt(squared) * spacing[0] <= tolerance) count += counts[squared]
    }
    return count
  }
  for (const distance of surfaceDistances(from, to, spacing)) if (distance <= tolerance) count++
  return count
}

/**
 * Counts boundary pixels by the square of their distance to the other boundary, as far as there is
 * room (at least 3), and returns the raster indices of those that are farther away (unless
 * there is no room for any of those that are not known at once).
 */
function countNear(edge: BitMask, other: BitMask, counts: Int32Array): Int32Array {
  const { width, height, layout } = edge
  const words = other.words
  const far = new Int32Array(edge.count)
  let n = 0
  for (let column = 0; column < layout.columns; column++) {
    const start = columnStart(layout, column)
    for (let y = 0; y < height; y++) {
      const i = start + y
      const own = edge.words[i] & PIXEL_BITS
      if (own === 0) continue
      // Most are at most a step away, which is known of all pixels of a word at once.
      const here = words[i]
      const vertical = words[i - 1] | words[i + 1]
      const off = own & ~here
      const away = off & ~(vertical | (here << 1) | (here >>> 1))
      let rest = away & ~((vertical << 1) | (vertical >>> 1))
      counts[0] += popcount(own & here)
      counts[1] += popcount(off & ~away)
      counts[2] += popcount(away & ~rest)
      if (counts.length < 5) continue
      for (; rest !== 0; rest &= rest - 1) {
        const bit = 31 - Math.clz32(rest & -rest)
        const squared = nearestSquared(other, column, y, bit, counts.length)
        if (squared < counts.length) counts[squared]++
        else far[n++] = y * width + column * WORD_PIXELS + bit - 1
      }
    }
  }
  return far.subarray(0, n)
}

/** Square of the distance to the nearest foreground, or a limit (up to 1024) it is not below. */
function nearestSquared(
  { words, layout }: BitMask,
  column: number,
  y: number,
  bit: number,
  limit: number,
): number {
  const { pitch, height, columns } = layout
  const i = columnStart(layout, column) + y
  let best = limit
  for (let d = 0; d * d < best; d++) {
    let middle = 0
    let left = 0
    let right = 0
    if (d <= y) {
      middle = words[i - d]
      if (column > 0) left = words[i - d - pitch]
      if (column < columns - 1) right = words[i - d + pitch]
    }
    if (d < height - y) {
      middle |= words[i + d]
      if (column > 0) left |= words[i + d - pitch]
      if (column < columns - 1) right |= words[i + d + pitch]
    }
    // 32 pixels from this column of the image to the left, as bits 31 to 0; and to the right, as
    // bits 0 to 31. Halos agree with what they copy.
    const before = (middle << (31 - bit)) | (left >>> (bit - 1))
    const behind = (middle >>> bit) | (right << (30 - bit))
    if ((before | behind) === 0) continue
    const steps = Math.min(
      Math.clz32(before),
      behind === 0 ? REACH : 31 - Math.clz32(behind & -behind),
    )
    best = Math.min(best, steps * steps + d * d)
  }
  return best
}

/** Raster indices of the foreground, column of words by column of words. */
function indicesOf({ width, height, layout, words, count }: BitMask): Int32Array {
  const indices = new Int32Array(count)
  let n = 0
  for (let column = 0; column < layout.columns; column++) {
    const start = columnStart(layout, column)
    for (let y = 0; y < height; y++) {
      for (let rest = words[start + y] & PIXEL_BITS; rest !== 0; rest &= rest - 1) {
        indices[n++] = y * width + column * WORD_PIXELS + 30 - Math.clz32(rest & -rest)
      }
    }
  }
  return indices
}

/** Columns that are looked at to each side before a whole row is solved. */
const NEAR_COLUMNS = 64

/**
 * Distances of pixels, given by raster indices in ascending order, to the nearest foreground. A
 * pixel looks for it along its row; a row in which one does not find it soon is solved as in the
 * distance transform, once, so that no mask takes long.
 */
function measureFar(
  distances: Float64Array,
  indices: Int32Array,
  other: BitMask,
  rowSpacing: number,
  columnSpacing: number,
): void {
  const { width } = other
  const rows = rowsOf(indices, width)
  const rowsAway = rowsToForeground(other, rows)
  const row = new Float64Array(width)
  const envelope = newEnvelope(width)
  let solved = -1
  let r = 0
  for (let n = 0; n < indices.length; n++) {
    const x = indices[n] % width
    const y = (indices[n] - x) / width
    while (rows[r] < y) r++
    const start = r * width
    if (solved !== start) {
      const found = nearInRow(rowsAway, start, x, width, rowSpacing, columnSpacing)
      if (found >= 0) {
        distances[n] = found
        continue
      }
      distancesOfRow(row, 0, rowsAway, start, width, rowSpacing, columnSpacing, envelope)
      solved = start
    }
    distances[n] = row[x]
  }
}

/** The distance to the nearest boundary pixel, or −1 if it may lie beyond the columns looked at. */
function nearInRow(
  rowsAway: Int32Array,
  start: number,
  x: number,
  width: number,
  rowSpacing: number,
  columnSpacing: number,
): number {
  let best = Number.POSITIVE_INFINITY
  for (let d = 0; d <= NEAR_COLUMNS; d++) {
    const across = d * columnSpacing
    const squared = across * across
    if (squared >= best) return Math.sqrt(best)
    if (x - d >= 0) best = Math.min(best, squared + squareOf(rowsAway[start + x - d], rowSpacing))
    if (x + d < width) {
      best = Math.min(best, squared + squareOf(rowsAway[start + x + d], rowSpacing))
    }
  }
  return -1
}

function squareOf(rows: number, spacing: number): number {
  if (rows < 0) return Number.POSITIVE_INFINITY
  const down = rows * spacing
  return down * down
}

/** The rows of pixels that are given by raster indices in ascending order, each once. */
function rowsOf(indices: Int32Array, width: number): number[] {
  const rows: number[] = []
  for (let n = 0; n < indices.length; n++) {
    const y = (indices[n] / width) | 0
    if (rows.length === 0 || rows[rows.length - 1] < y) rows.push(y)
  }
  return rows
}

/** Farther than any row of a mask is from another. */
const NO_ROWS = 2 ** 29

/**
 * For each pixel of some rows, one row after the other, the rows to the nearest foreground of its
 * column; −1 where there is none. The array is borrowed.
 */
function rowsToForeground(mask: BitMask, rows: readonly number[]): Int32Array {
  const { width, height } = mask
  const away = borrowed(rows.length * width)
  // The last row with foreground that was met in each column.
  const met = new Int32Array(width).fill(-NO_ROWS)
  let r = 0
  for (let y = 0; r < rows.length; y++) {
    meet(mask, y, met)
    if (rows[r] !== y) continue
    for (let x = 0, i = r * width; x < width; x++, i++) away[i] = y - met[x]
    r++
  }
  met.fill(2 * NO_ROWS)
  r = rows.length - 1
  for (let y = height - 1; r >= 0; y--) {
    meet(mask, y, met)
    if (rows[r] !== y) continue
    for (let x = 0, i = r * width; x < width; x++, i++) {
      const nearest = Math.min(away[i], met[x] - y)
      away[i] = nearest < NO_ROWS ? nearest : -1
    }
    r--
  }
  return away
}

/** Notes the row in each column in which it has foreground. */
function meet({ layout, words }: BitMask, y: number, met: Int32Array): void {
  for (let column = 0; column < layout.columns; column++) {
    const left = column * WORD_PIXELS - 1
    let rest = words[columnStart(layout, column) + y] & PIXEL_BITS
    for (; rest !== 0; rest &= rest - 1) met[left + 31 - Math.clz32(rest & -rest)] = y
  }
}
