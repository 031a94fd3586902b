/**
 * Masks as ndarrays: every function takes an `ndarray` of shape [rows, columns] with any strides,
 * offset and store, and returns ndarrays.
 *
 * The packages `ndarray` and `ndarray-ops` generate code with `new Function`, so that importing
 * this entry throws where a content-security policy forbids that. The core entry does not import
 * them and reads ndarrays all the same, except those over a store with `get` and `set`.
 *
 * @packageDocumentation
 */
import ndarray, { type Data, type NdArray } from 'ndarray'
// ndarray-ops adds its functions in a loop, so that Node finds no named exports in it.
import ops from 'ndarray-ops'
import {
  BitMask,
  type ConnectivityOptions,
  label as labelMask,
  type MaskLike,
  type SkeletonizeOptions,
  skeletonize as skeletonizeMask,
  type ThresholdOptions,
} from './index.ts'

/** An ndarray of numbers or booleans: over a typed array, an array, or a store with `get`. */
export type NumericNdArray = NdArray<Data<number>> | NdArray<Data<boolean>>

/** A label map as an ndarray; see {@link label}. */
export interface NdArrayLabels {
  /** Of shape [rows, columns]: 0 for background, then 1 to `count`. */
  labels: NdArray<Int32Array>
  /** Number of components, background excluded. */
  count: number
}

// As many pixels as a BitMask may have, checked before anything of that size is allocated.
const MAX_PIXELS = 2 ** 28
// ndarray keeps offsets as 32-bit integers.
const MAX_INDEX = 2 ** 31 - 1

function nameOf(value: unknown): string {
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

/** A view of the same pixels that is certainly an ndarray, and reaches only into its data. */
function checkedView(array: NumericNdArray): NdArray<Data<number>> {
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
  checkInteger(offset, 'the offset', 0, MAX_INDEX)
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
  return ndarray(data as Data<number>, [rows, columns], [down, right], offset)
}

const INTEGER_TYPES = /^(?:u?int(?:8|16|32)|uint8_clamped|buffer)$/

/** Only an integer array cannot hold NaN, undefined or text, all of which compare as background. */
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

/**
 * Thresholds an array, by `ndarray-ops`: 1 where a value is greater than `value`, otherwise 0.
 *
 * @param array - [rows, columns], any strides
 * @param value - the threshold, any finite number
 * @returns a new contiguous ndarray of the same shape
 * @throws TypeError if `array` is no ndarray of numbers or booleans, or `value` no number
 * @throws RangeError if `array` has not two dimensions or reaches outside its data, or a value is
 * NaN
 *
 * @example
 * ```ts
 * import ndarray from 'ndarray'
 * import { threshold } from 'vessel-reward/ndarray'
 *
 * const probabilities = ndarray(new Float32Array([0.1, 0.7, 0.5, 0.9]), [2, 2])
 * threshold(probabilities, 0.5).data // => Uint8Array [0, 1, 0, 1]
 * threshold(probabilities.transpose(1, 0), 0.5).data // => Uint8Array [0, 0, 1, 1]
 * ```
 */
export function threshold(array: NumericNdArray, value: number): NdArray<Uint8Array> {
  if (typeof value !== 'number') {
    throw new TypeError(`expected the threshold to be a number, got ${nameOf(value)}`)
  }
  if (!Number.isFinite(value)) {
    throw new RangeError(`expected the threshold to be a finite number, got ${value}`)
  }
  const view = checkedView(array)
  checkValues(view)
  const [rows, columns] = view.shape
  const result = ndarray(new Uint8Array(rows * columns), [rows, columns])
  ops.gts(result, view, value)
  return result
}

/**
 * Packs an ndarray into a `BitMask`, which every function of the core accepts. A prediction or
 * truth that is scored more than once is best packed once.
 *
 * @param array - [rows, columns], any strides
 * @param options - `threshold`: foreground is `value > threshold`; 0 by default
 * @throws TypeError or RangeError as {@link threshold} does
 *
 * @example
 * ```ts
 * import ndarray from 'ndarray'
 * import { dice } from 'vessel-reward'
 * import { fromNdarray } from 'vessel-reward/ndarray'
 *
 * const grey = ndarray(new Uint8Array([0, 255, 255, 0]), [2, 2])
 * const mask = fromNdarray(grey)
 * mask.count // => 2
 * dice(mask, fromNdarray(grey.step(-1, 1))) // => 0
 * ```
 */
export function fromNdarray(array: NumericNdArray, options?: ThresholdOptions): BitMask {
  if (options !== undefined && (typeof options !== 'object' || options === null)) {
    throw new TypeError(`expected an options object, got ${nameOf(options)}`)
  }
  const { data, shape } = threshold(array, options?.threshold ?? 0)
  return BitMask.from({ data, shape })
}

/**
 * A mask as an ndarray of 0 and 1.
 *
 * @param mask - a mask in any form that the core accepts
 * @returns a new contiguous ndarray of shape [rows, columns]
 * @throws TypeError or RangeError if the mask is not valid
 *
 * @example
 * ```ts
 * import { BitMask } from 'vessel-reward'
 * import { toNdarray } from 'vessel-reward/ndarray'
 *
 * const array = toNdarray(BitMask.from([[0, 1, 1]]))
 * array.shape // => [1, 3]
 * array.get(0, 2) // => 1
 * ```
 */
export function toNdarray(mask: MaskLike): NdArray<Uint8Array> {
  const bits = BitMask.from(mask)
  return ndarray<Uint8Array>(bits.toUint8Array(), [bits.height, bits.width])
}

/**
 * The skeleton of a mask; see `skeletonize` of the core for the variants.
 *
 * @param array - [rows, columns], any strides
 * @param options - `method` as in the core, and `threshold`
 * @returns a new contiguous ndarray of the same shape, of 0 and 1
 * @throws TypeError or RangeError as {@link threshold} does, or if an option is not valid
 *
 * @example
 * ```ts
 * import ndarray from 'ndarray'
 * import { skeletonize } from 'vessel-reward/ndarray'
 *
 * const bar = ndarray(new Uint8Array(15).fill(1), [3, 5])
 * skeletonize(bar).data // => Uint8Array [0, 0, 0, 0, 0, 0, 1, 1, 1, 0, 0, 0, 0, 0, 0]
 * ```
 */
export function skeletonize(
  array: NumericNdArray,
  options?: SkeletonizeOptions & ThresholdOptions,
): NdArray<Uint8Array> {
  return toNdarray(skeletonizeMask(fromNdarray(array, options), options))
}

/**
 * Labels connected components in the raster order of their first pixels; see `label` of the core.
 *
 * @param array - [rows, columns], any strides
 * @param options - `connectivity`: 4 or 8, 8 by default; and `threshold`
 * @returns the label map, a new contiguous ndarray of the same shape, and the number of components
 * @throws TypeError or RangeError as {@link threshold} does, or if an option is not valid
 *
 * @example
 * ```ts
 * import ndarray from 'ndarray'
 * import { label } from 'vessel-reward/ndarray'
 *
 * const mask = ndarray(new Uint8Array([1, 0, 1, 0, 1, 0]), [2, 3])
 * label(mask).count // => 1
 * label(mask, { connectivity: 4 }).labels.data // => Int32Array [1, 0, 2, 0, 3, 0]
 * ```
 */
export function label(
  array: NumericNdArray,
  options?: ConnectivityOptions & ThresholdOptions,
): NdArrayLabels {
  const { labels, count, width, height } = labelMask(fromNdarray(array, options), options)
  return { labels: ndarray(labels, [height, width]), count }
}
