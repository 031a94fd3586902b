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
import ndarray, { type NdArray } from 'ndarray'
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
import { checkedView, type NumericNdArray, nameOf } from './ndarray/checked-view.ts'

export type { NumericNdArray }

/** A label map as an ndarray; see {@link label}. */
export interface NdArrayLabels {
  /** Of shape [rows, columns]: 0 for background, then 1 to `count`. */
  labels: NdArray<Int32Array>
  /** Number of components, background excluded. */
  count: number
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
 * skeletonize(bar).data // => Uint8Array [0, 0, 0, 1, 0, 1, 1, 1, 0, 0, 0, 0, 0, 0, 0]
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
