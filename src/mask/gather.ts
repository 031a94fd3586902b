import type { PixelGrid } from './layout.ts'
import { arrayKind, arrayLength, plainArray } from './typed-array.ts'
import { describe, isFraction } from './validate.ts'

/**
 * Checks that a typed array holds the pixels: what it says of its length need not be so. Other data
 * are checked value by value.
 *
 * @throws TypeError if the data end before the pixels do
 */
function checkReach(grid: PixelGrid, kind: string | undefined): void {
  const { data, width, height, offset, rowStride, columnStride, values } = grid
  // A mask without pixels reaches nothing.
  if (kind === undefined || width === 0 || height === 0) return
  const down = Math.max(0, (height - 1) * rowStride)
  const right = Math.max(0, (width - 1) * columnStride)
  if (offset + down + right + values > arrayLength(data)) throw badValue(grid, 0)
}

/**
 * The grid with its data, where they are a typed array, as one that tells the truth about itself:
 * of this realm and of no subclass. Whatever reads it then reads the same.
 *
 * @throws TypeError if the data end before the pixels do
 */
export function plainGrid(grid: PixelGrid): PixelGrid {
  checkReach(grid, arrayKind(grid.data))
  const data = plainArray(grid.data)
  return data === undefined ? grid : { ...grid, data }
}

/**
 * Writes the foreground of `rows` rows from row `y` on as bytes of 0 and 1. The loops are alike
 * but kept apart by the kind of data, so that each sees one kind of array and is compiled for it.
 *
 * @returns whether values lie strictly between 0 and 1
 * @throws TypeError or RangeError for the first value that is not a number or boolean, or NaN
 */
export function gatherForeground(
  grid: PixelGrid,
  threshold: number,
  y: number,
  rows: number,
  out: Uint8Array,
): boolean {
  const { data, values } = grid
  const kind = arrayKind(data)
  checkReach(grid, kind)
  if (values > 1) return gatherColors(grid, threshold, y, rows, out)
  if (kind === 'Float32Array' || kind === 'Float64Array') {
    return gatherFloats(grid, data as Float32Array | Float64Array, threshold, y, rows, out)
  }
  if (kind !== 'Uint8Array') return gatherValues(grid, threshold, y, rows, out)
  gatherUint8(grid, data as Uint8Array, threshold, y, rows, out)
  return false
}

function gatherFloats(
  grid: PixelGrid,
  data: Float32Array | Float64Array,
  threshold: number,
  y: number,
  rows: number,
  out: Uint8Array,
): boolean {
  const { width, offset, rowStride, columnStride } = grid
  let k = 0
  let numbers = true
  let fractions = false
  for (let row = y; row < y + rows; row++) {
    for (let x = 0, i = offset + row * rowStride; x < width; x++, i += columnStride) {
      const value = data[i]
      out[k++] = value > threshold ? 1 : 0
      numbers &&= !Number.isNaN(value)
      fractions ||= isFraction(value)
    }
  }
  if (!numbers) throw badValue(grid, y)
  return fractions
}

function gatherUint8(
  { width, offset, rowStride, columnStride }: PixelGrid,
  data: Uint8Array,
  threshold: number,
  y: number,
  rows: number,
  out: Uint8Array,
): void {
  const level = Math.min(255, Math.max(-1, Math.floor(threshold)))
  let k = 0
  for (let row = y; row < y + rows; row++) {
    for (let x = 0, i = offset + row * rowStride; x < width; x++, i += columnStride) {
      out[k++] = (level - data[i]) >>> 31
    }
  }
}

/** Plain arrays and every other kind of array; each value is checked. */
function gatherValues(
  grid: PixelGrid,
  threshold: number,
  y: number,
  rows: number,
  out: Uint8Array,
): boolean {
  const { data, width, offset, rowStride, columnStride } = grid
  const one = 1 > threshold ? 1 : 0
  const zero = 0 > threshold ? 1 : 0
  let k = 0
  let fractions = false
  for (let row = y; row < y + rows; row++) {
    for (let x = 0, i = offset + row * rowStride; x < width; x++, i += columnStride) {
      const value = data[i]
      // The most frequent values first.
      if (value === false) out[k++] = zero
      else if (value === true) out[k++] = one
      else if (value === 0) out[k++] = zero
      else if (value === 1) out[k++] = one
      else if (typeof value === 'number' && !Number.isNaN(value)) {
        out[k++] = value > threshold ? 1 : 0
        fractions ||= isFraction(value)
      } else throw badValue(grid, y)
    }
  }
  return fractions
}

/** Pixels of several values, of which any may be foreground. */
function gatherColors(
  grid: PixelGrid,
  threshold: number,
  y: number,
  rows: number,
  out: Uint8Array,
): boolean {
  const color = { ...grid, values: 1 }
  let fractions = false
  const one = new Uint8Array(rows * grid.width)
  out.fill(0, 0, one.length)
  for (let value = 0; value < grid.values; value++) {
    const single = { ...color, offset: grid.offset + value }
    if (gatherForeground(single, threshold, y, rows, one)) fractions = true
    for (let k = 0; k < one.length; k++) out[k] |= one[k]
  }
  return fractions
}

/** The error for the first value from row `y` on that is neither a number nor a boolean. */
export function badValue(grid: PixelGrid, y: number): Error {
  const { data, width, height, offset, rowStride, columnStride, values, where = '' } = grid
  for (let row = y; row < height; row++) {
    for (let k = 0; k < width * values; k++) {
      const x = Math.floor(k / values)
      const i = offset + row * rowStride + x * columnStride + (k - x * values)
      const value: unknown = data[i]
      if (typeof value === 'number' && Number.isNaN(value)) {
        return new RangeError(`expected mask values to be numbers, got NaN at index ${i}${where}`)
      }
      if (typeof value !== 'number' && typeof value !== 'boolean') {
        return new TypeError(
          `expected mask values to be numbers or booleans, got ${describe(value)} at index ${i}${where}`,
        )
      }
    }
  }
  return new RangeError('expected mask values that do not change while they are read')
}
