import * as tf from '@tensorflow/tfjs'
import { logProbabilities } from '../ppo/policy.ts'

/**
 * Binary cross-entropy: the mean over the pixels of weight 1 of an image, then over images.
 *
 * @param logits - images × pixels
 * @param labels - the same shape, 1 at vessels
 * @param weights - the same shape, 1 inside the field of view
 */
export function crossEntropy(logits: tf.Tensor, labels: tf.Tensor, weights: tf.Tensor): tf.Scalar {
  const { foreground, background } = logProbabilities(logits)
  const each = tf.add(tf.mul(labels, foreground), tf.mul(tf.sub(1, labels), background))
  const sums = tf.sum(tf.mul(each, weights), -1)
  return tf.neg(tf.mean(tf.div(sums, tf.sum(weights, -1)))) as tf.Scalar
}
