import type * as tf from '@tensorflow/tfjs'

/** The parts of the WASM backend that products of views use. */
export interface WasmBackend {
  dataIdMap: { get: (dataId: object) => { id: number; memoryOffset: number } }
  makeOutput: (shape: number[], dtype: tf.DataType) => tf.TensorInfo
  wasm: {
    cwrap: (name: string, result: null, parameters: string[]) => (...values: unknown[]) => void
    tfjs: {
      registerTensor: (id: number, size: number, memoryOffset: number) => void
      disposeData: (id: number) => void
    }
  }
}

/** Numbers before the first one of each matrix, in the memory of its tensor. */
export interface Places {
  left: number
  right: number
  output: number
}

/** Ids of the views below; the backend counts its own up from 1. */
const FIRST_VIEW = 1 << 30

const FLOAT_BYTES = 4

let product: ((...values: unknown[]) => void) | undefined

/**
 * Multiplies matrices that lie anywhere in the memory of three tensors, one pair after another: for
 * every place, the left one of rows × inner numbers times the right one of inner × columns.
 *
 * The WASM backend has a fast product for one right matrix only, which this calls on views. No number is
 * copied.
 */
export function multiplyViews(
  backend: WasmBackend,
  { left, right, output }: Record<keyof Places, tf.TensorInfo>,
  [rows, inner, columns]: [rows: number, inner: number, columns: number],
  places: readonly Places[],
): void {
  const { wasm, dataIdMap } = backend
  const number = 'number'
  const types = [number, 'array', number, number, 'array', ...Array(4).fill(number)]
  product ??= wasm.cwrap('BatchMatMul', null, types)
  const startOf = (tensor: tf.TensorInfo) => dataIdMap.get(tensor.dataId).memoryOffset
  const [startLeft, startRight, startOutput] = [left, right, output].map(startOf)
  const shapeOf = (...shape: number[]) => new Uint8Array(new Int32Array(shape).buffer)
  const shapeLeft = shapeOf(1, rows, inner)
  const shapeRight = shapeOf(1, inner, columns)
  const [idLeft, idRight, idOutput] = [FIRST_VIEW, FIRST_VIEW + 1, FIRST_VIEW + 2]
  for (const place of places) {
    const view = (id: number, size: number, start: number, at: number) =>
      wasm.tfjs.registerTensor(id, size, start + at * FLOAT_BYTES)
    view(idLeft, rows * inner, startLeft, place.left)
    view(idRight, inner * columns, startRight, place.right)
    view(idOutput, rows * columns, startOutput, place.output)
    product(idLeft, shapeLeft, 3, idRight, shapeRight, 3, 0, 0, idOutput)
    // Also forgets the packed copy of the right matrix, which the backend keeps by its id.
    for (const id of [idLeft, idRight, idOutput]) wasm.tfjs.disposeData(id)
  }
}
