import * as tf from '@tensorflow/tfjs'
import { crossEntropy } from './cross-entropy.ts'
import { permuteColumns } from './permute-columns.ts'
import { softClDice } from './soft-cl-dice.ts'
import { softDice } from './soft-dice.ts'

/** What training on labels makes small. */
export type LossName =
  /** Binary cross-entropy. */
  | 'bce'
  /** Soft Dice + cross-entropy, in equal parts. */
  | 'dice-bce'
  /** Soft clDice + soft Dice, in equal parts: the largest weight that its authors give clDice. */
  | 'cldice-dice'

/** Every {@link LossName}. */
export const LOSSES: readonly LossName[] = ['bce', 'dice-bce', 'cldice-dice']

/**
 * Erosions of the soft skeletons: vessels of the images here are at most some 3 pixels wide from
 * their centerline, where the scale of a pixel is that of a patch.
 */
const EROSIONS = 3

/** What a loss is computed from; all tensors are images × pixels, in the model's order. */
export interface LossInput {
  logits: tf.Tensor2D
  /** 1 at vessels. */
  labels: tf.Tensor2D
  /** 1 inside the field of view. */
  weights: tf.Tensor2D
  /** Where each pixel of the model's order lies in raster order, in a square image. */
  order: Int32Array
}

/** The loss of a name. */
export function supervisedLoss(name: LossName, input: LossInput): tf.Scalar {
  const { logits, labels, weights, order } = input
  if (name === 'bce') return crossEntropy(logits, labels, weights)
  const probabilities = tf.sigmoid(logits)
  const dice = softDice(probabilities, labels, weights)
  if (name === 'dice-bce') {
    return tf.mul(0.5, tf.add(dice, crossEntropy(logits, labels, weights)))
  }
  const size = Math.sqrt(order.length)
  const maps = ([probabilities, labels, weights] as tf.Tensor2D[]).map((rows) =>
    tf.reshape(permuteColumns(rows, order), [-1, size, size]),
  ) as tf.Tensor3D[]
  return tf.mul(0.5, tf.add(dice, softClDice(maps[0], maps[1], maps[2], EROSIONS)))
}
