import * as tf from '@tensorflow/tfjs'

const KERNEL = 'BatchMatMul'

/** The parts of the WASM backend that a kernel uses. */
interface WasmBackend {
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

/** Ids of the views below; the backend counts its own up from 1. */
const FIRST_VIEW = 1 << 30

const FLOAT_BYTES = 4

let plain: tf.KernelFunc | undefined
let product: ((...values: unknown[]) => void) | undefined

/**
 * Makes products of many matrices with as many others, as attention has them, fast on the WASM
 * backend; with false they are TensorFlow.js's own again. The backend must be registered.
 *
 * The backend has a fast product for one right matrix only. This calls it for one pair after another,
 * on views into the memory of the operands. The fast product is the same that other layers use.
 */
export function splitBatchedProducts(on: boolean): void {
  plain ??= tf.getKernel(KERNEL, 'wasm').kernelFunc
  tf.unregisterKernel(KERNEL, 'wasm')
  const kernelFunc = on ? split(plain) : plain
  tf.registerKernel({ kernelName: KERNEL, backendName: 'wasm', kernelFunc })
}

function split(kernel: tf.KernelFunc): tf.KernelFunc {
  return (call) => {
    const { a, b } = call.inputs as { a: tf.TensorInfo; b: tf.TensorInfo }
    const { transposeA, transposeB } = call.attrs as { transposeA?: boolean; transposeB?: boolean }
    const leading = a.shape.slice(0, -2)
    const batch = tf.util.sizeFromShape(leading)
    const isSuited =
      batch > 1 &&
      !transposeA &&
      !transposeB &&
      a.dtype === 'float32' &&
      b.dtype === 'float32' &&
      tf.util.arraysEqual(leading, b.shape.slice(0, -2))
    if (!isSuited) return kernel(call)

    const backend = call.backend as unknown as WasmBackend
    const [rows, inner] = a.shape.slice(-2)
    const columns = b.shape.at(-1) as number
    const output = backend.makeOutput([...leading, rows, columns], 'float32')
    multiplyPairs(backend, a, b, output, batch, [rows, inner, columns])
    return output
  }
}

function multiplyPairs(
  backend: WasmBackend,
  a: tf.TensorInfo,
  b: tf.TensorInfo,
  output: tf.TensorInfo,
  batch: number,
  [rows, inner, columns]: number[],
): void {
  const { wasm, dataIdMap } = backend
  const number = 'number'
  const types = [number, 'array', number, number, 'array', ...Array(4).fill(number)]
  product ??= wasm.cwrap(KERNEL, null, types)
  const views = [
    { size: rows * inner, offset: dataIdMap.get(a.dataId).memoryOffset },
    { size: inner * columns, offset: dataIdMap.get(b.dataId).memoryOffset },
    { size: rows * columns, offset: dataIdMap.get(output.dataId).memoryOffset },
  ]
  const shapeOf = (...shape: number[]) => new Uint8Array(new Int32Array(shape).buffer)
  const shapeA = shapeOf(1, rows, inner)
  const shapeB = shapeOf(1, inner, columns)
  const [idA, idB, idOutput] = [FIRST_VIEW, FIRST_VIEW + 1, FIRST_VIEW + 2]
  for (let i = 0; i < batch; i++) {
    for (const [view, { size, offset }] of views.entries()) {
      wasm.tfjs.registerTensor(FIRST_VIEW + view, size, offset + i * size * FLOAT_BYTES)
    }
    product(idA, shapeA, 3, idB, shapeB, 3, 0, 0, idOutput)
    // Also forgets the packed copy of the right matrix, which the backend keeps by its id.
    for (const id of [idA, idB, idOutput]) wasm.tfjs.disposeData(id)
  }
}
