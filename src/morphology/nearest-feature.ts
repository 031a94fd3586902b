import type { BitMask } from '../mask/bitmask.ts'
import { columnStart, PIXEL_BITS, WORD_PIXELS } from '../mask/layout.ts'

/**
 * For every pixel the nearest foreground pixel, in exact Euclidean distance between centres: its
 * raster index `y · width + x`, or −1 everywhere if the mask is empty. Of several that are equally
 * near, the one in the leftmost column is taken, and of two in that column the upper one. Time is
 * linear in the pixels, whatever the mask.
 *
 * Source: A. Meijster, J. Roerdink and W. Hesselink, "A general algorithm for computing distance
 * transforms in linear time", Mathematical Morphology and its Applications to Image and Signal
 * Processing, 2000.
 *
 * @internal
 */
export function nearestFeatureOf(mask: BitMask): Int32Array {
  const { width, height } = mask
  if (mask.count === 0) return new Int32Array(width * height).fill(-1)
  // First the row of the nearest foreground in the same column, which then gives way to the index.
  const nearest = nearestRows(mask)
  const columns = columnsWithForeground(nearest, width)
  const vertex = new Int32Array(columns.length)
  const from = new Int32Array(columns.length)
  const rows = new Int32Array(columns.length)
  for (let y = 0; y < height; y++) {
    indicesOfRow(nearest, y, width, columns, { vertex, from, rows })
  }
  return nearest
}

/** The row of the nearest foreground of each pixel's column, the upper one of two; −1: none. */
function nearestRows(mask: BitMask): Int32Array {
  const { width, height, layout, words } = mask
  const rows = new Int32Array(width * height)
  const above = new Int32Array(width).fill(-1)
  for (let y = 0, row = 0; y < height; y++, row += width) {
    for (let column = 0; column < layout.columns; column++) {
      const left = column * WORD_PIXELS - 1
      let rest = words[columnStart(layout, column) + y] & PIXEL_BITS
      while (rest !== 0) {
        above[left + 31 - Math.clz32(rest & -rest)] = y
        rest &= rest - 1
      }
    }
    rows.set(above, row)
  }
  // From below: what lies below takes over where it is strictly nearer.
  const below = above
  for (let y = height - 1; y >= 0; y--) {
    const row = y * width
    for (let x = 0; x < width; x++) {
      const up = rows[row + x]
      if (up === y) below[x] = y
      else if (below[x] > y && (up < 0 || below[x] - y < y - up)) rows[row + x] = below[x]
    }
  }
  return rows
}

function columnsWithForeground(nearest: Int32Array, width: number): Int32Array {
  const columns = new Int32Array(width)
  let count = 0
  for (let x = 0; x < width; x++) if (nearest[x] >= 0) columns[count++] = x
  return columns.subarray(0, count)
}

/** The parabolas that are lowest somewhere along a row, from left to right. */
interface Envelope {
  /** Column of the vertex. */
  vertex: Int32Array
  /** First column in which the parabola is the lowest. */
  from: Int32Array
  /** Row of the foreground that the parabola stands for. */
  rows: Int32Array
}

/**
 * The nearest foreground of a column is at the squared distance `Δcolumns² + Δrows²` of a pixel of
 * this row: one parabola a column, of which the lower envelope is wanted. A later parabola takes
 * over only where it is strictly lower, so that ties go to the left.
 */
function indicesOfRow(
  nearest: Int32Array,
  y: number,
  width: number,
  columns: Int32Array,
  { vertex, from, rows }: Envelope,
): void {
  const start = y * width
  let last = -1
  for (let i = 0; i < columns.length; i++) {
    const x = columns[i]
    const row = nearest[start + x]
    const away = row - y
    let begin = 0
    while (last >= 0) {
      const v = vertex[last]
      const other = rows[last] - y
      const meet = (x + v + ((away - other) * (away + other)) / (x - v)) / 2
      begin = Math.floor(meet) + 1
      if (begin > from[last]) break
      last--
      begin = 0
    }
    // The parabola may begin beyond the row, or too far to be an int32.
    if (begin >= width) continue
    last++
    vertex[last] = x
    rows[last] = row
    from[last] = Math.max(0, begin)
  }
  for (let x = width - 1; last >= 0; last--) {
    const index = rows[last] * width + vertex[last]
    for (const first = from[last]; x >= first; x--) nearest[start + x] = index
  }
}
