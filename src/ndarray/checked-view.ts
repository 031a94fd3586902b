import ndarray, { type Data, type GenericArray, type NdArray } from 'ndarray'

/** An ndarray of numbers or booleans: over a typed array, an array, or a store with `get`. */
export type NumericNdArray = NdArray<Data<number>> | NdArray<boolean[] | GenericArray<boolean>>

// As many pixels as a BitMask may have, checked before anything of that size is allocated.
const MAX_PIXELS = 2 ** 27
// ndarray keeps offsets as 32-bit integers.
const MAX_INDEX = 2 ** 31 - 1

/** How a value is named in an error message. */
export function nameOf(value: unknown): string {
  if (typeof value === 'string') return 'a string'
  if (typeof value === 'symbol') return 'a symbol'
  if (typeof value === 'function') return 'a function'
  if (typeof value !== 'object' || value === null) return String(value)
  if (Array.isArray(value)) return `an array of length ${value.length}`
  const tag = Object.prototype.toString.call(value).slice(8, -1)
  return tag === 'Object' ? 'an object' : `a ${tag}`
}

function integerPair(value: unknown, name: string, min: number, max: number): [number, number] {
  const isList = Array.isArray(value) || (ArrayBuffer.isView(value) && 'length' in value)
  if (!isList) {
    throw new TypeError(`expected the ${name} of the ndarray to be a list, got ${nameOf(value)}`)
  }
  const list = value as ArrayLike<number>
  if (list.length !== 2) {
    throw new RangeError(
      `expected an ndarray of two dimensions, [rows, columns], got a ${name} of length ${list.length}`,
    )
  }
  for (let i = 0; i < 2; i++) checkInteger(list[i], `the ${name}`, min, max)
  return [list[0], list[1]]
}

function checkInteger(value: number, what: string, min: number, max: number): void {
  if (typeof value !== 'number') {
    throw new TypeError(`expected ${what} of the ndarray in numbers, got ${nameOf(value)}`)
  }
  if (!Number.isInteger(value) || value < min || value > max) {
    throw new RangeError(
      `expected ${what} of the ndarray in integers from ${min} to ${max}, got ${value}`,
    )
  }
}

/**
 * A view of the same pixels that is certainly an ndarray of two dimensions, reaches only into its
 * data, and holds numbers or booleans, none of them NaN.
 */
export function checkedView(array: NumericNdArray): NdArray<Data<number>> {
  if (typeof array !== 'object' || array === null || !('data' in array && 'shape' in array)) {
    throw new TypeError(
      `expected an ndarray with data, shape, stride and offset, got ${nameOf(array)}`,
    )
  }
  const { data, offset } = array
  const isStore =
    typeof data === 'object' &&
    data !== null &&
    (Array.isArray(data) ||
      ('get' in data ? typeof data.get === 'function' : ArrayBuffer.isView(data)))
  const isNumeric = !(
    data instanceof DataView ||
    data instanceof BigInt64Array ||
    data instanceof BigUint64Array
  )
  if (!isStore || !isNumeric) {
    throw new TypeError(
      `expected the data of the ndarray to be an array, a typed array of numbers or a store with get, got ${nameOf(data)}`,
    )
  }
  const [rows, columns] = integerPair(array.shape, 'shape', 0, MAX_PIXELS)
  if (rows * columns > MAX_PIXELS) {
    throw new RangeError(
      `expected an ndarray of at most ${MAX_PIXELS} pixels, got ${rows} × ${columns}`,
    )
  }
  const [down, right] = integerPair(array.stride, 'stride', -MAX_INDEX, MAX_INDEX)
  // Of an empty view that was stepped backwards, it is negative.
  checkInteger(offset, 'the offset', -MAX_INDEX, MAX_INDEX)
  if (rows > 0 && columns > 0) {
    const lastRow = (rows - 1) * down
    const lastColumn = (columns - 1) * right
    const first = offset + Math.min(0, lastRow) + Math.min(0, lastColumn)
    const last = offset + Math.max(0, lastRow) + Math.max(0, lastColumn)
    if (first < 0 || last >= data.length) {
      throw new RangeError(
        `expected ${data.length} values to hold the indices ${first} to ${last} that shape, stride and offset reach`,
      )
    }
  }
  const view = ndarray(data as Data<number>, [rows, columns], [down, right], offset)
  checkValues(view)
  return view
}

const INTEGER_TYPES = /^(?:u?int(?:8|16|32)|uint8_clamped|buffer)$/

/** Comparing would take NaN, undefined and text for a pixel; an integer array cannot hold them. */
function checkValues(view: NdArray<Data<number>>): void {
  if (ArrayBuffer.isView(view.data) && INTEGER_TYPES.test(view.dtype)) return
  const [rows, columns] = view.shape
  for (let row = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++) {
      const value: unknown = view.get(row, column)
      if (typeof value === 'boolean') continue
      const place = `row ${row}, column ${column}`
      if (typeof value !== 'number') {
        throw new TypeError(
          `expected ndarray values to be numbers or booleans, got ${nameOf(value)} in ${place}`,
        )
      }
      if (Number.isNaN(value)) {
        throw new RangeError(`expected ndarray values to be numbers, got NaN in ${place}`)
      }
    }
  }
}
