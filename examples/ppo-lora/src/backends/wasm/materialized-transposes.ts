import * as tf from '@tensorflow/tfjs'

/**
 * A gradient of matrix products for the WASM backend: operands are transposed in memory first.
 *
 * TensorFlow.js multiplies by a transposed matrix in the gradient. The WASM backend has a fast kernel
 * for plain operands only, and walks transposed ones number by number, which made up four fifths of a
 * training step. The results are the same products, so it is right on every backend, just not faster.
 */
const gradient: tf.GradConfig = {
  kernelName: 'BatchMatMul',
  inputsToSave: ['a', 'b'],
  gradFunc: (upstream, saved, attributes) => {
    const dy = upstream as tf.Tensor
    const [a, b] = saved
    const { transposeA, transposeB } = attributes as unknown as {
      transposeA: boolean
      transposeB: boolean
    }
    // y = a b, with a and b as they enter the product: da = dy bᵀ, db = aᵀ dy, transposed back.
    const entersA = () => (transposeA ? a : transposed(a))
    const entersB = () => (transposeB ? b : transposed(b))
    return {
      a: () => {
        if (!transposeA) return tf.matMul(dy, entersB())
        return tf.matMul(transposeB ? transposed(b) : b, transposed(dy))
      },
      b: () => {
        if (!transposeB) return tf.matMul(entersA(), dy)
        return tf.matMul(transposed(dy), transposeA ? transposed(a) : a)
      },
    }
  },
}

const original = tf.getGradient(gradient.kernelName)

/** Switches the gradient on or off (then it is TensorFlow.js's own) for this process. */
export function materializeTransposes(on: boolean): void {
  tf.unregisterGradient(gradient.kernelName)
  tf.registerGradient(on ? gradient : original)
}

/** Swaps the last two axes, in memory. */
function transposed(tensor: tf.Tensor): tf.Tensor {
  const axes = tensor.shape.map((_, axis) => axis)
  axes.push(...axes.splice(-2).reverse())
  return tf.transpose(tensor, axes)
}
