import * as tf from '@tensorflow/tfjs'
import { softSkeleton } from './soft-skeleton.ts'

/** Added above and below the line, so that an image without vessels has a value. */
const SMOOTH = 1

/**
 * 1 − clDice with soft skeletons in place of thinned masks, per image, then the mean over images.
 *
 * @param probabilities - images × rows × columns, 0 to 1
 * @param labels - the same shape, 1 at vessels
 * @param weights - the same shape, 1 inside the field of view
 * @param erosions - of the soft skeletons: at least the largest half-width of a vessel, rounded up
 *
 * Source: S. Shit et al., "clDice: a novel topology-preserving loss function for tubular structure
 * segmentation", CVPR 2021, algorithm 2.
 */
export function softClDice(
  probabilities: tf.Tensor3D,
  labels: tf.Tensor3D,
  weights: tf.Tensor3D,
  erosions: number,
): tf.Scalar {
  const predicted = tf.mul(probabilities, weights) as tf.Tensor3D
  const truth = tf.mul(labels, weights) as tf.Tensor3D
  /** Share of the skeleton of one that lies in the other. */
  const share = (skeleton: tf.Tensor3D, mask: tf.Tensor3D) => {
    const inside = tf.sum(tf.mul(skeleton, mask), [1, 2])
    return tf.div(tf.add(inside, SMOOTH), tf.add(tf.sum(skeleton, [1, 2]), SMOOTH))
  }
  const precision = share(softSkeleton(predicted, erosions), truth)
  const sensitivity = share(softSkeleton(truth, erosions), predicted)
  const mean = tf.div(tf.mul(2, tf.mul(precision, sensitivity)), tf.add(precision, sensitivity))
  return tf.mean(tf.sub(1, mean)) as tf.Scalar
}
