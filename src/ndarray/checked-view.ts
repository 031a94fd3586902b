import type { Data, GenericArray, NdArray } from 'ndarray'
import { MAX_PIXELS } from '../mask/layout.ts'
import { describe } from '../mask/validate.ts'

/** An ndarray of numbers or booleans: over a typed array, an array, or a store with `get`. */
export type NumericNdArray = NdArray<Data<number>> | NdArray<boolean[] | GenericArray<boolean>>

// ndarray keeps offsets as 32-bit integers.
const MAX_INDEX = 2 ** 31 - 1

/** The pixels of an ndarray, as the core reads them. */
export interface CheckedView {
  data: ArrayLike<number | boolean>
  shape: [rows: number, columns: number]
  stride: [down: number, right: number]
  offset: number
}

function integerPair(value: unknown, name: string, min: number, max: number): [number, number] {
  const isList = Array.isArray(value) || (ArrayBuffer.isView(value) && 'length' in value)
  if (!isList) {
    throw new TypeError(`expected the ${name} of the ndarray to be a list, got ${describe(value)}`)
  }
  const list = value as ArrayLike<number>
  const { length } = list
  if (length !== 2) {
    throw new RangeError(
      `expected an ndarray of two dimensions, [rows, columns], got a ${name} of length ${length}`,
    )
  }
  const pair: [number, number] = [list[0], list[1]]
  for (const value of pair) checkInteger(value, `the ${name}`, min, max)
  return pair
}

function checkInteger(value: number, what: string, min: number, max: number): void {
  if (typeof value !== 'number') {
    throw new TypeError(`expected ${what} of the ndarray in numbers, got ${describe(value)}`)
  }
  if (!Number.isInteger(value) || value < min || value > max) {
    throw new RangeError(
      `expected ${what} of the ndarray in integers from ${min} to ${max}, got ${value}`,
    )
  }
}

/**
 * The pixels of an array that is certainly an ndarray of two dimensions, reaches only into its data,
 * and holds numbers or booleans, none of them NaN. Those of a store with `get` are copied.
 */
export function checkedView(array: NumericNdArray): CheckedView {
  if (typeof array !== 'object' || array === null || !('data' in array && 'shape' in array)) {
    throw new TypeError(
      `expected an ndarray with data, shape, stride and offset, got ${describe(array)}`,
    )
  }
  const { data, shape, stride, offset } = array
  const kind = isArray(data) ? 'array' : isStore(data) ? 'store' : undefined
  if (kind === undefined) {
    throw new TypeError(
      `expected the data of the ndarray to be an array, a typed array of numbers or a store with get, got ${describe(data)}`,
    )
  }
  const [rows, columns] = integerPair(shape, 'shape', 0, MAX_PIXELS)
  if (rows * columns > MAX_PIXELS) {
    throw new RangeError(
      `expected an ndarray of at most ${MAX_PIXELS} pixels, got ${rows} × ${columns}`,
    )
  }
  const [down, right] = integerPair(stride, 'stride', -MAX_INDEX, MAX_INDEX)
  // Of an empty view that was stepped backwards, it is negative.
  checkInteger(offset, 'the offset', -MAX_INDEX, MAX_INDEX)
  if (rows === 0 || columns === 0) {
    return { data: [], shape: [rows, columns], stride: [columns, 1], offset: 0 }
  }
  const lastRow = (rows - 1) * down
  const lastColumn = (columns - 1) * right
  const first = offset + Math.min(0, lastRow) + Math.min(0, lastColumn)
  const last = offset + Math.max(0, lastRow) + Math.max(0, lastColumn)
  const { length } = data
  if (first < 0 || last >= length) {
    throw new RangeError(
      `expected ${length} values to hold the indices ${first} to ${last} that shape, stride and offset reach`,
    )
  }
  const view: CheckedView = {
    data: data as ArrayLike<number | boolean>,
    shape: [rows, columns],
    stride: [down, right],
    offset,
  }
  if (kind === 'array') {
    if (!INTEGER_ARRAYS.test(tagOf(data))) {
      visit(view, (i) => (data as ArrayLike<unknown>)[i])
    }
    return view
  }
  const values: (number | boolean)[] = []
  visit(
    view,
    (i) => (data as GenericArray<unknown>).get(i),
    (value) => values.push(value),
  )
  return { data: values, shape: view.shape, stride: [columns, 1], offset: 0 }
}

// By their tags, since they may come from another realm.
const tagOf = (value: unknown): string => Object.prototype.toString.call(value)
const NUMBER_ARRAYS = /^\[object (?:U?int(?:8|16|32)|Uint8Clamped|Float(?:16|32|64))Array\]$/i
const INTEGER_ARRAYS = /^\[object (?:U?int(?:8|16|32)|Uint8Clamped)Array\]$/i

function isArray(data: unknown): boolean {
  return Array.isArray(data) || (ArrayBuffer.isView(data) && NUMBER_ARRAYS.test(tagOf(data)))
}

function isStore(data: unknown): data is GenericArray<unknown> {
  return (
    typeof data === 'object' &&
    data !== null &&
    !ArrayBuffer.isView(data) &&
    'get' in data &&
    typeof data.get === 'function'
  )
}

/**
 * Reads every value once. Comparing would take NaN, undefined and text for a pixel; an integer
 * array cannot hold them.
 */
function visit(
  { shape: [rows, columns], stride: [down, right], offset }: CheckedView,
  read: (index: number) => unknown,
  take?: (value: number | boolean) => void,
): void {
  for (let row = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++) {
      const value = read(offset + row * down + column * right)
      const isNumber = typeof value === 'number'
      if (!isNumber && typeof value !== 'boolean') {
        throw new TypeError(
          `expected ndarray values to be numbers or booleans, got ${describe(value)} in row ${row}, column ${column}`,
        )
      }
      if (isNumber && Number.isNaN(value)) {
        throw new RangeError(
          `expected ndarray values to be numbers, got NaN in row ${row}, column ${column}`,
        )
      }
      take?.(value)
    }
  }
}
