import * as tf from '@tensorflow/tfjs'

const KERNEL = 'Identity'

let copying: tf.KernelFunc | undefined

/**
 * Makes a clone share the memory of its tensor on the WASM backend, as it does on the others; with
 * false it is a copy again. The backend must be registered.
 *
 * Tensors do not change, so nothing can tell the difference but the clock: every tensor that is saved
 * for a gradient is cloned.
 */
export function shareClones(on: boolean): void {
  const config = tf.getKernel(KERNEL, 'wasm')
  copying ??= config.kernelFunc
  tf.unregisterKernel(KERNEL, 'wasm')
  tf.registerKernel({ ...config, kernelFunc: on ? share : copying })
}

const share: tf.KernelFunc = ({ inputs, backend }) => {
  const { dataId, shape, dtype } = inputs.x as tf.TensorInfo
  ;(backend as tf.KernelBackend).incRef(dataId)
  return { dataId, shape, dtype }
}
