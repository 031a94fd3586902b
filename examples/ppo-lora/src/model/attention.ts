import * as tf from '@tensorflow/tfjs'

/**
 * Scaled dot-product attention over the tokens of each image: softmax(q kᵀ / √d) v for every head.
 *
 * @param query - [batch · tokens, width], as are `key`, `value` and the result; heads are neighbouring
 * columns
 *
 * Source: A. Vaswani et al., "Attention is all you need", NeurIPS 2017.
 */
export function attention(
  query: tf.Tensor2D,
  key: tf.Tensor2D,
  value: tf.Tensor2D,
  batch: number,
  heads: number,
): tf.Tensor2D {
  const [rows, width] = query.shape
  const perHead = [batch, rows / batch, heads, width / heads]
  const split = (x: tf.Tensor) => tf.transpose(x.reshape(perHead), [0, 2, 1, 3])
  // Scaling the queries touches fewer numbers than scaling the scores.
  const scaled = tf.mul(query, Math.sqrt(heads / width))
  const mixed = mix(split(scaled), split(key), split(value))
  return tf.transpose(mixed, [0, 2, 1, 3]).reshape<tf.Tensor2D>([rows, width])
}

/**
 * softmax(q kᵀ) v of [batch, heads, tokens, size] tensors, with a gradient that passes over the large
 * tokens × tokens matrices half as often as the taped one: the sum over a row of dS ∘ S is that of
 * dO ∘ O (T. Dao et al., "FlashAttention", NeurIPS 2022). Transposes are made in memory, since the
 * WASM backend is slow on products of transposed operands.
 */
const mix = tf.customGrad((...parameters) => {
  const [q, k, v] = parameters as tf.Tensor[]
  const save = parameters[3] as tf.GradSaveFunc
  const shares = tf.softmax(tf.matMul(q, flipped(k)))
  const output = tf.matMul(shares, v)
  save([q, k, v, shares, output])
  const gradFunc = (upstream: tf.Tensor, saved: tf.Tensor[]) => {
    const [q, k, v, shares, output] = saved
    const dv = tf.matMul(flipped(shares), upstream)
    const along = tf.sum(tf.mul(upstream, output), -1, true)
    const dScores = tf.mul(tf.sub(tf.matMul(upstream, flipped(v)), along), shares)
    return [tf.matMul(dScores, k), tf.matMul(flipped(dScores), q), dv]
  }
  return { value: output, gradFunc }
}) as (q: tf.Tensor, k: tf.Tensor, v: tf.Tensor) => tf.Tensor

/** The last two of four axes exchanged. */
function flipped(x: tf.Tensor): tf.Tensor {
  return tf.transpose(x, [0, 1, 3, 2])
}
