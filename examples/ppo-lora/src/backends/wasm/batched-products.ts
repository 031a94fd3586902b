import * as tf from '@tensorflow/tfjs'
import { multiplyViews, type WasmBackend } from './product-of-views.ts'

const KERNEL = 'BatchMatMul'

let plain: tf.KernelFunc | undefined

/**
 * Makes products of many matrices with as many others, as attention has them, fast on the WASM
 * backend; with false they are TensorFlow.js's own again. The backend must be registered.
 *
 * The backend has a fast product for one right matrix only. This calls it for one pair after another.
 * The fast product is the same that other layers use.
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
    const places = Array.from({ length: batch }, (_, i) => ({
      left: i * rows * inner,
      right: i * inner * columns,
      output: i * rows * columns,
    }))
    multiplyViews(backend, { left: a, right: b, output }, [rows, inner, columns], places)
    return output
  }
}
