import ndarray, { type NdArray } from 'ndarray'
import type { ThresholdOptions } from '../mask/accepted-forms.ts'
import { BitMask, type MaskLike } from '../mask/bitmask.ts'
import { checkCount, type OptionTable, readOptions } from '../mask/options.ts'
import { describe, finiteNumber } from '../mask/validate.ts'
import {
  type SkeletonizeOptions,
  skeletonize as skeletonizeMask,
  THINNING_RULE,
} from '../morphology/skeletonize.ts'
import {
  CONNECTIVITY_RULE,
  type ConnectivityOptions,
  label as labelMask,
} from '../topology/label.ts'
import { checkedView, type NumericNdArray } from './checked-view.ts'

/** Whether a threshold is given makes a difference to `BitMask.from`. */
type Read = { threshold: number | undefined }

const FROM_OPTIONS: OptionTable<ThresholdOptions, Read> = {
  threshold: { default: undefined, read: (value, name) => finiteNumber(value as number, name) },
}
const SKELETONIZE_OPTIONS: OptionTable<SkeletonizeOptions & ThresholdOptions, Read> = {
  ...FROM_OPTIONS,
  method: THINNING_RULE,
}
const LABEL_OPTIONS: OptionTable<ConnectivityOptions & ThresholdOptions, Read> = {
  ...FROM_OPTIONS,
  connectivity: CONNECTIVITY_RULE,
}

/** A label map as an ndarray; see {@link label}. */
export interface NdArrayLabels {
  /** Of shape [rows, columns]: 0 for background, then 1 to `count`. */
  labels: NdArray<Int32Array>
  /** Number of components, background excluded. */
  count: number
}

/**
 * Thresholds an array: 1 where a value is greater than `value`, otherwise 0.
 *
 * @param array - [rows, columns], any strides
 * @param value - the threshold, any finite number
 * @returns a new contiguous ndarray of the same shape
 * @throws TypeError if `array` is not an ndarray of numbers or booleans, or `value` is not a number
 * @throws RangeError if `array` has not two dimensions or reaches outside its data, or a value is
 * NaN
 * @throws EvalError where generating code is forbidden
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
  checkCount(arguments.length, 2, 'threshold')
  if (typeof value !== 'number') {
    throw new TypeError(`expected the threshold to be a number, got ${describe(value)}`)
  }
  if (!Number.isFinite(value)) {
    throw new RangeError(`expected the threshold to be a finite number, got ${value}`)
  }
  return arrayOf(BitMask.from(checkedView(array), { threshold: value }), 'threshold')
}

function arrayOf(mask: BitMask, of: string): NdArray<Uint8Array> {
  return contiguous(mask.toUint8Array(), mask.height, mask.width, of)
}

/**
 * Packs an ndarray into a `BitMask`, which every function of the core accepts. A prediction or
 * truth that is scored more than once is best packed once. Generates no code.
 *
 * @param array - [rows, columns], any strides
 * @param options - `threshold`: foreground is `value > threshold`; 0 by default
 * @throws TypeError or RangeError if the array or an option is not valid
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
  checkCount(arguments.length, 2, 'fromNdarray')
  const { threshold } = readOptions(options, FROM_OPTIONS, 'fromNdarray')
  return BitMask.from(checkedView(array), { threshold })
}

/**
 * A mask as an ndarray of 0 and 1.
 *
 * @param mask - a mask in any form that the core accepts
 * @returns a new contiguous ndarray of shape [rows, columns]
 * @throws TypeError or RangeError if the mask is not valid; EvalError as {@link threshold} does
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
  checkCount(arguments.length, 1, 'toNdarray')
  return arrayOf(BitMask.from(mask), 'toNdarray')
}

/**
 * The skeleton of a mask; see `skeletonize` of the core for the variants.
 *
 * @param array - [rows, columns], any strides
 * @param options - `method` as in the core, and `threshold`
 * @returns a new contiguous ndarray of the same shape, of 0 and 1
 * @throws TypeError, RangeError or EvalError as {@link threshold} does, or if an option is not valid
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
  checkCount(arguments.length, 2, 'skeletonize')
  const { method, threshold } = readOptions(options, SKELETONIZE_OPTIONS, 'skeletonize')
  return arrayOf(skeletonizeMask(fromNdarray(array, { threshold }), { method }), 'skeletonize')
}

/**
 * Labels connected components in the raster order of their first pixels; see `label` of the core.
 *
 * @param array - [rows, columns], any strides
 * @param options - `connectivity`: 4 or 8, 8 by default; and `threshold`
 * @returns the label map, a new contiguous ndarray of the same shape, and the number of components
 * @throws TypeError, RangeError or EvalError as {@link threshold} does, or if an option is not valid
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
  checkCount(arguments.length, 2, 'label')
  const { connectivity, threshold } = readOptions(options, LABEL_OPTIONS, 'label')
  const mask = fromNdarray(array, { threshold })
  const { labels, count, width, height } = labelMask(mask, { connectivity })
  return { labels: contiguous(labels, height, width, 'label'), count }
}

/**
 * A contiguous ndarray over `data`.
 *
 * @param of - the function that returns it, for the error
 * @throws EvalError where generating code is forbidden: the package makes the code of a class when
 * the first ndarray of its kind is made
 */
function contiguous<Data extends Uint8Array | Int32Array>(
  data: Data,
  rows: number,
  columns: number,
  of: string,
): NdArray<Data> {
  try {
    return ndarray<Data>(data, [rows, columns])
  } catch (error) {
    if (!(error instanceof EvalError)) throw error
    throw new EvalError(
      `${of} returns an ndarray, whose package generates code, which is forbidden here: use fromNdarray and the functions of vessel-reward`,
      { cause: error },
    )
  }
}
