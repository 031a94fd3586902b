import type { StridedMask, TensorMask } from '../mask/accepted-forms.ts'
import { BitMask, type MaskLike } from '../mask/bitmask.ts'
import { describe, integer } from '../mask/validate.ts'

/**
 * Many masks: an array of them, or one tensor or ndarray of [masks, rows, columns] or
 * [masks, rows, columns, 1].
 */
export type MaskBatch = readonly MaskLike[] | StridedMask | TensorMask

/** At most this many masks in one batch: more would not fit in memory with their results. */
const MAX_MASKS = 2 ** 20

/** Predictions with their truths: one each, or one for all. */
export interface Batch {
  readonly preds: readonly MaskLike[]
  /** One truth for each prediction, or none where one is for all. */
  readonly truths: readonly MaskLike[] | undefined
  /** The truth for all. */
  readonly shared: MaskLike | undefined
}

/** Tells lists of masks from single masks, and checks that there are as many truths as predictions. */
export function batchOf(preds: MaskBatch, truths: MaskLike | MaskBatch): Batch {
  const predList = predictionsOf(preds)
  // The length of an array need not be that of what it holds: new Array(2 ** 32 - 1) holds nothing.
  integer(predList.length, 'the number of predictions', 0, MAX_MASKS)
  const truthList = truthsOf(truths)
  if (truthList === undefined) {
    return { preds: predList, truths: undefined, shared: truths as MaskLike }
  }
  if (truthList.length === 1 && !Array.isArray(truths)) {
    return { preds: predList, truths: undefined, shared: truthList[0] }
  }
  if (truthList.length !== predList.length) {
    throw new RangeError(
      `expected one truth for each prediction or one for all, got ${truthList.length} truths for ${predList.length} predictions`,
    )
  }
  return { preds: predList, truths: truthList, shared: undefined }
}

function predictionsOf(preds: MaskBatch): readonly MaskLike[] {
  if (Array.isArray(preds)) {
    if (!isRows(preds)) return preds
    throw new TypeError(
      'expected an array of predictions, got the rows of one: pass [prediction], or call score',
    )
  }
  const list = sliced(preds, 'the predictions')
  if (list !== undefined) return list
  throw new TypeError(
    `expected an array of predictions, or a tensor of [masks, rows, columns], got ${describe(preds)}`,
  )
}

/** The list of truths; undefined where it is one mask. */
function truthsOf(truths: MaskLike | MaskBatch): readonly MaskLike[] | undefined {
  if (Array.isArray(truths)) return isRows(truths) ? undefined : (truths as readonly MaskLike[])
  return sliced(truths, 'the truths')
}

/** Nested rows are one mask, although they are an array. */
function isRows(list: readonly unknown[]): boolean {
  const first = list[0]
  if (typeof first !== 'object' || first === null) return false
  const value = (first as ArrayLike<unknown>)[0]
  return typeof value === 'number' || typeof value === 'boolean'
}

/** The masks of a tensor or an ndarray of more than two dimensions. */
function sliced(value: unknown, what: string): StridedMask[] | undefined {
  if (typeof value !== 'object' || value === null || BitMask.isMask(value)) return undefined
  if (!('shape' in value)) return undefined
  const isTensor = 'dataSync' in value && typeof value.dataSync === 'function'
  if (!isTensor && !('data' in value)) return undefined
  const given = value as StridedMask & TensorMask
  const { shape } = given
  if ((!Array.isArray(shape) && !ArrayBuffer.isView(shape)) || shape.length < 3) return undefined
  const [count, rows, columns, last = 1] = shape
  if (shape.length > 4 || last !== 1) {
    throw new RangeError(
      `expected the shape of ${what} to be [masks, rows, columns] or [masks, rows, columns, 1], got ${shape.length} dimensions of which the last is ${describe(shape[shape.length - 1])}`,
    )
  }
  integer(count, `the number of ${what}`, 0, MAX_MASKS)
  const data = isTensor ? given.dataSync() : given.data
  const stride = isTensor ? undefined : given.stride
  const isList = stride === undefined || Array.isArray(stride) || ArrayBuffer.isView(stride)
  if (!isList || (stride !== undefined && stride.length !== shape.length)) {
    throw new TypeError(
      `expected the stride of ${what} to be ${shape.length} integers, got ${describe(stride)}`,
    )
  }
  const [step, down, right] = stride ?? [rows * columns, columns, 1]
  const first = isTensor ? 0 : (given.offset ?? 0)
  const length = (data as ArrayLike<unknown> | undefined)?.length
  if (stride === undefined && first === 0 && length !== count * rows * columns) {
    throw new RangeError(
      `expected ${count * rows * columns} values of ${what} (${count} × ${rows} rows × ${columns} columns), got ${length}`,
    )
  }
  return Array.from({ length: count }, (_, i) => ({
    data,
    shape: [rows, columns],
    stride: [down, right],
    offset: first + i * step,
  }))
}
