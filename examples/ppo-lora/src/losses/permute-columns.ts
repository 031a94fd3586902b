import * as tf from '@tensorflow/tfjs'

/**
 * The columns of a matrix in another order. Its gradient is the same with the order turned round,
 * which every backend has: that of `tf.gather` adds up segments, which some have not.
 *
 * @param order - where each column of the input goes, a permutation of their indices
 */
export function permuteColumns(rows: tf.Tensor2D, order: Int32Array): tf.Tensor2D {
  const inverse = new Int32Array(order.length)
  for (let i = 0; i < order.length; i++) inverse[order[i]] = i
  const permuted = tf.customGrad((x) => ({
    value: gathered(x as tf.Tensor, inverse),
    gradFunc: (dy: tf.Tensor) => gathered(dy, order),
  }))
  return permuted(rows) as tf.Tensor2D
}

function gathered(rows: tf.Tensor, from: Int32Array): tf.Tensor {
  return tf.tidy(() => tf.gather(rows, tf.tensor1d(from, 'int32'), 1))
}
