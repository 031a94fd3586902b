import * as tf from '@tensorflow/tfjs'

/**
 * The policy: every pixel is foreground with probability σ(z / τ), independently, where z is the
 * model's logit and τ the temperature. All tensors have one shape, images × pixels.
 */

/** log σ(x) and log σ(−x): the log-probabilities of foreground and of background. */
export function logProbabilities(x: tf.Tensor): { foreground: tf.Tensor; background: tf.Tensor } {
  // σ(−x) in logarithms without overflow: −max(x, 0) − log(1 + exp(−|x|)).
  const tail = tf.log1p(tf.exp(tf.neg(tf.abs(x))))
  const positive = tf.relu(x)
  return {
    foreground: tf.sub(tf.sub(x, positive), tail),
    background: tf.sub(tf.neg(positive), tail),
  }
}

/** Draws `count` masks from logits; `random` returns numbers in [0, 1). */
export function sampleMasks(
  logits: Float32Array,
  temperature: number,
  count: number,
  random: () => number,
): Uint8Array[] {
  const probabilities = Float64Array.from(logits, (z) => 1 / (1 + Math.exp(-z / temperature)))
  return Array.from({ length: count }, () => {
    const mask = new Uint8Array(logits.length)
    for (let i = 0; i < mask.length; i++) mask[i] = random() < probabilities[i] ? 1 : 0
    return mask
  })
}

/**
 * What a pixel's samples add up to: the clipped objective min(r·A, clip(r)·A) depends on a sample
 * only through its pixel and the sign of its advantage, so that the sum over samples is a sum of
 * four, whatever the number of samples.
 */
export interface Credit {
  /** Sum of the positive advantages of the samples that have the pixel. */
  foregroundGain: Float32Array
  /** Sum of the negative ones. */
  foregroundLoss: Float32Array
  /** Sums of the advantages of the samples that do not have it. */
  backgroundGain: Float32Array
  backgroundLoss: Float32Array
}

/** Adds up advantages by pixel; `advantageAt(k, i)` is that of sample k at pixel i. */
export function creditOf(
  masks: readonly Uint8Array[],
  weights: Uint8Array,
  advantageAt: (k: number, i: number) => number,
): Credit {
  const pixels = weights.length
  const credit: Credit = {
    foregroundGain: new Float32Array(pixels),
    foregroundLoss: new Float32Array(pixels),
    backgroundGain: new Float32Array(pixels),
    backgroundLoss: new Float32Array(pixels),
  }
  masks.forEach((mask, k) => {
    for (let i = 0; i < pixels; i++) {
      if (weights[i] === 0) continue
      const advantage = advantageAt(k, i) / masks.length
      const isGain = advantage > 0
      if (mask[i] === 1) (isGain ? credit.foregroundGain : credit.foregroundLoss)[i] += advantage
      else (isGain ? credit.backgroundGain : credit.backgroundLoss)[i] += advantage
    }
  })
  return credit
}

/** The tensors of {@link Credit}, images × pixels. */
export type CreditTensors = Record<keyof Credit, tf.Tensor>

/** Far outside any clip range; the ratio and its products stay finite in single precision. */
const LARGEST_LOG_RATIO = 30

/**
 * The mean of an image over its pixels of weight 1. Means rather than sums: a coefficient or a norm
 * is then the same for images of every size.
 */
function meanInside(each: tf.Tensor, weights: tf.Tensor): tf.Tensor1D {
  // First over the pixels of an image: long sums lose digits on some backends.
  const sums = tf.sum(tf.mul(each, weights), -1)
  return tf.div(sums, tf.maximum(tf.sum(weights, -1), 1))
}

/**
 * The clipped surrogate objective of PPO with one ratio per pixel, the mean over the pixels of weight
 * 1 and over images, negated: to be minimised.
 *
 * @param clip - ratios are clipped to 1 − first and 1 + second
 *
 * Source: J. Schulman et al., "Proximal policy optimization algorithms", 2017.
 */
export function surrogateLoss(
  x: tf.Tensor,
  oldX: tf.Tensor,
  credit: CreditTensors,
  weights: tf.Tensor,
  [below, above]: readonly [number, number],
): tf.Scalar {
  const now = logProbabilities(x)
  const before = logProbabilities(oldX)
  const side = (name: 'foreground' | 'background'): tf.Tensor => {
    const logRatio = tf.minimum(tf.sub(now[name], before[name]), LARGEST_LOG_RATIO)
    const ratio = tf.exp(logRatio)
    const gain = tf.mul(credit[`${name}Gain`], tf.minimum(ratio, 1 + above))
    const loss = tf.mul(credit[`${name}Loss`], tf.maximum(ratio, 1 - below))
    return tf.add(gain, loss)
  }
  const objective = tf.add(side('foreground'), side('background'))
  return tf.neg(tf.mean(meanInside(objective, weights))) as tf.Scalar
}

/** Exact KL divergence of the policy from another one: nats per pixel of weight 1, image by image. */
export function klDivergence(x: tf.Tensor, otherX: tf.Tensor, weights: tf.Tensor): tf.Tensor1D {
  const p = tf.sigmoid(x)
  const now = logProbabilities(x)
  const other = logProbabilities(otherX)
  const kl = tf.add(
    tf.mul(p, tf.sub(now.foreground, other.foreground)),
    tf.mul(tf.sub(1, p), tf.sub(now.background, other.background)),
  )
  return meanInside(kl, weights)
}

/** Entropy of the policy: nats per pixel of weight 1, image by image. */
export function entropy(x: tf.Tensor, weights: tf.Tensor): tf.Tensor1D {
  const p = tf.sigmoid(x)
  const { foreground, background } = logProbabilities(x)
  const each = tf.neg(tf.add(tf.mul(p, foreground), tf.mul(tf.sub(1, p), background)))
  return meanInside(each, weights)
}

/** How far the policy has moved since it drew the samples. */
export interface RatioStatistics {
  /** Of the policy before the update against the one after, per pixel: Schulman's estimator. */
  approximateKl: number
  /** Share of pixels in the field of view whose ratio is clipped. */
  clipFraction: number
  /** Mean ratio, and 1 plus the largest distance of a ratio from 1. */
  ratioMean: number
  ratioMax: number
}

/**
 * Statistics of the ratios, expected over the pixels' samples under the policy before the update:
 * what the samples drawn would show, with less noise.
 */
export async function ratioStatistics(
  x: tf.Tensor,
  oldX: tf.Tensor,
  weights: tf.Tensor,
  [below, above]: readonly [number, number],
): Promise<RatioStatistics> {
  const result = tf.tidy(() => {
    const now = logProbabilities(x)
    const before = logProbabilities(oldX)
    const count = tf.sum(weights)
    const sums = (['foreground', 'background'] as const).map((side) => {
      const logRatio = tf.sub(now[side], before[side])
      const ratio = tf.exp(logRatio)
      const distance = tf.mul(tf.abs(tf.sub(ratio, 1)), weights)
      const share = tf.mul(tf.exp(before[side]), weights)
      // (r − 1) − log r: never negative, and of expectation KL (J. Schulman, 2020).
      const kl = tf.sub(tf.sub(ratio, 1), logRatio)
      const isOutside = tf.logicalOr(tf.less(ratio, 1 - below), tf.greater(ratio, 1 + above))
      const clipped = tf.cast(isOutside, 'float32')
      return [kl, clipped, ratio]
        .map((each) => tf.sum(tf.sum(tf.mul(each, share), -1)))
        .concat(tf.max(distance))
    })
    const [a, b] = sums
    return tf.stack([
      tf.div(tf.add(a[0], b[0]), count),
      tf.div(tf.add(a[1], b[1]), count),
      tf.div(tf.add(a[2], b[2]), count),
      tf.add(1, tf.maximum(a[3], b[3])),
    ])
  })
  const [approximateKl, clipFraction, ratioMean, ratioMax] = await result.data()
  result.dispose()
  return { approximateKl, clipFraction, ratioMean, ratioMax }
}
