import * as tf from '@tensorflow/tfjs'

/** Added above and below the line, so that an image without vessels has a value. */
const SMOOTH = 1

/**
 * 1 − Dice with probabilities in place of a mask, per image, then the mean over images.
 *
 * @param probabilities - images × pixels, 0 to 1
 * @param labels - the same shape, 1 at vessels
 * @param weights - the same shape, 1 inside the field of view
 *
 * Source: F. Milletari, N. Navab, S.-A. Ahmadi, "V-Net", 3DV 2016; here with plain sums below the
 * line rather than squares.
 */
export function softDice(
  probabilities: tf.Tensor,
  labels: tf.Tensor,
  weights: tf.Tensor,
): tf.Scalar {
  const inside = tf.mul(probabilities, weights)
  const common = tf.sum(tf.mul(inside, labels), -1)
  const both = tf.add(tf.sum(inside, -1), tf.sum(tf.mul(labels, weights), -1))
  const dice = tf.div(tf.add(tf.mul(common, 2), SMOOTH), tf.add(both, SMOOTH))
  return tf.mean(tf.sub(1, dice)) as tf.Scalar
}
