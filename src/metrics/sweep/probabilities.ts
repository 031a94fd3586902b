import { gridOf, type RawMask } from '../../mask/accepted-forms.ts'
import { BitMask } from '../../mask/bitmask.ts'
import { badValue, plainGrid } from '../../mask/gather.ts'
import type { PixelGrid } from '../../mask/layout.ts'
import { describe } from '../../mask/validate.ts'

/** A map of probabilities, row by row, each in [0, 1]. */
export interface ProbabilityMap {
  readonly data: Float32Array<ArrayBuffer> | Float64Array<ArrayBuffer>
  readonly width: number
  readonly height: number
}

/**
 * Copies a map of probabilities out of any form that a mask may have; every value is checked.
 *
 * @param what - what errors call it, such as `'the probabilities'`
 * @throws TypeError if it does not hold numbers; a `BitMask` no longer has them
 * @throws RangeError if sizes do not fit, a pixel has several values, or one is not in [0, 1]
 */
export function readProbabilities(map: RawMask, what: string): ProbabilityMap {
  if (BitMask.isMask(map)) {
    throw new TypeError(
      `expected ${what} to hold probabilities, got a BitMask, which is thresholded already`,
    )
  }
  // With a threshold, nested rows of numbers are not taken for polygons.
  const grid = plainGrid(gridOf(map, 0.5, what))
  const { width, height, values } = grid
  if (values > 1) {
    throw new RangeError(
      `expected ${what} to have one value a pixel, got an image of colours: pass one channel`,
    )
  }
  // The grid of nested rows is thresholded; its sizes are checked.
  const data = Array.isArray(map) ? valuesOfRows(map, width, height, what) : valuesOf(grid)
  checkRange(data, what)
  return { data, width, height }
}

function valuesOf(grid: PixelGrid): ProbabilityMap['data'] {
  const { data, width, height, offset, rowStride, columnStride } = grid
  const isSingle = describe(data) === 'a Float32Array'
  const copy = isSingle ? new Float32Array(width * height) : new Float64Array(width * height)
  let k = 0
  // Without pixels there may be very many rows.
  for (let y = 0; k < copy.length; y++) {
    let i = offset + y * rowStride
    for (const end = k + width; k < end; k++, i += columnStride) {
      const value = data[i]
      if (typeof value !== 'number' && typeof value !== 'boolean') throw badValue(grid, y)
      copy[k] = Number(value)
    }
  }
  return copy
}

function valuesOfRows(
  rows: readonly ArrayLike<number | boolean>[],
  width: number,
  height: number,
  what: string,
): Float64Array<ArrayBuffer> {
  const copy = new Float64Array(width * height)
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const value = rows[y][x]
      if (typeof value !== 'number' && typeof value !== 'boolean') {
        throw new TypeError(
          `expected ${what} to hold numbers, got ${describe(value)} at column ${x} of row ${y}`,
        )
      }
      copy[y * width + x] = Number(value)
    }
  }
  return copy
}

function checkRange(data: ProbabilityMap['data'], what: string): void {
  for (let i = 0; i < data.length; i++) {
    if (!(data[i] >= 0 && data[i] <= 1)) throw outOfRange(data, i, what)
  }
}

/** What the values seem to be, and how they become probabilities. */
function outOfRange(data: ProbabilityMap['data'], first: number, what: string): RangeError {
  const got = `expected ${what} to lie within [0, 1], got ${data[first]} at pixel ${first}`
  if (Number.isNaN(data[first])) return new RangeError(got)
  let low = Number.POSITIVE_INFINITY
  let high = Number.NEGATIVE_INFINITY
  let isWhole = true
  for (const value of data) {
    low = Math.min(low, value)
    high = Math.max(high, value)
    isWhole &&= Number.isInteger(value)
  }
  if (isWhole && low >= 0 && high <= 65535) {
    const greatest = high <= 255 ? 255 : 65535
    const bits = greatest === 255 ? 8 : 16
    return new RangeError(
      `${got}: these look like grey levels of ${bits} bits, which divided by ${greatest} are probabilities`,
    )
  }
  return new RangeError(
    `${got}: these look like logits z (from ${low} to ${high}), of which 1 / (1 + Math.exp(-z)) is the probability`,
  )
}
