import ndarray, { type NdArray } from 'ndarray'

/**
 * A contiguous ndarray over `data`.
 *
 * @param of - the function that returns it, for the error
 * @throws EvalError where generating code is forbidden: the package makes the code of a class when
 * the first ndarray of its kind is made
 */
export function contiguous<Data extends Uint8Array | Int32Array>(
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
