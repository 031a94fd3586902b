/**
 * Masks as ndarrays: every function takes an `ndarray` of shape [rows, columns] with any strides,
 * offset and store, and all but `fromNdarray` return ndarrays.
 *
 * The package `ndarray` makes the code of an ndarray's class with `new Function` when the first of
 * its kind is made, not when it is imported. So this entry can be imported under a content-security
 * policy that forbids that, and `fromNdarray` works; `threshold`, `toNdarray`, `skeletonize` and
 * `label`, which return ndarrays, throw an EvalError that says so.
 *
 * @packageDocumentation
 */
export type { NumericNdArray } from './checked-view.ts'
export {
  fromNdarray,
  label,
  type NdArrayLabels,
  skeletonize,
  threshold,
  toNdarray,
} from './ndarray-functions.ts'
