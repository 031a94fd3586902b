import { BitMask, clDice, dice, iou, precision, recall, sweep } from 'vessel-reward'
import type { ImageReward, Reference } from '../ppo/image-reward.ts'

/** What a mask is scored by; all inside the field of view. */
export const METRICS = ['dice', 'recall', 'precision', 'iou', 'clDice', 'reward'] as const

export type MetricName = (typeof METRICS)[number]

/** One value per metric: of one image, or the mean over images. */
export type Scores = Record<MetricName, number>

/** Scores one mask. */
export function scoresOf(mask: BitMask, reference: Reference, reward: ImageReward): Scores {
  const { truth, within } = reference
  const options = { within }
  return {
    dice: dice(mask, truth, options),
    recall: recall(mask, truth, options),
    precision: precision(mask, truth, options),
    iou: iou(mask, truth, options),
    clDice: clDice(mask, truth, options),
    reward: reward(mask, reference),
  }
}

/** The mask of logits above a threshold. */
export function maskOf(logits: Float32Array, { truth }: Reference, threshold: number): BitMask {
  const { width, height } = truth
  const data = Uint8Array.from(logits, (z) => (z > threshold ? 1 : 0))
  return BitMask.from({ data, width, height })
}

/** Scores of every image, at one threshold of the logits. */
export function scoreAll(
  logits: readonly Float32Array[],
  references: readonly Reference[],
  reward: ImageReward,
  threshold = 0,
): Scores[] {
  return logits.map((one, i) =>
    scoresOf(maskOf(one, references[i], threshold), references[i], reward),
  )
}

/** The mean over images, metric by metric. */
export function meanScores(scores: readonly Scores[]): Scores {
  const mean = (name: MetricName) => scores.reduce((sum, one) => sum + one[name], 0) / scores.length
  return Object.fromEntries(METRICS.map((name) => [name, mean(name)])) as Scores
}

/** Thresholds that are tried, as probabilities. */
const PROBABILITIES = Array.from({ length: 39 }, (_, i) => 0.025 * (i + 1))

/** The same for logits. */
const LIMITS = PROBABILITIES.map((probability) => Math.log(probability / (1 - probability)))

/**
 * Each logit as the share of the thresholds that it exceeds. A sigmoid is rounded, and could put a
 * logit on the other side of a threshold; with these numbers a mask at a threshold is that of the
 * logits, bit for bit.
 */
function sharesOf(logits: Float32Array): Float64Array {
  return Float64Array.from(
    logits,
    (z) => LIMITS.filter((limit) => z > limit).length / LIMITS.length,
  )
}

/** Between the shares of those that exceed a threshold and those that do not. */
const SHARES = LIMITS.map((_, k) => (k + 0.5) / LIMITS.length)

/** Names of the metrics that the library knows; the reward is ours. */
const LIBRARY_METRICS = METRICS.filter((name) => name !== 'reward')

/** The mean of everything at one threshold. */
interface CurvePoint {
  /** The threshold as a probability. */
  probability: number
  scores: Scores
}

/** The means over images at each probability tried. */
function thresholdCurve(
  logits: readonly Float32Array[],
  references: readonly Reference[],
  reward: ImageReward,
): CurvePoint[] {
  const sweeps = logits.map((one, i) => {
    const reference = references[i]
    const { truth, within } = reference
    const { width, height } = truth
    return sweep({ data: sharesOf(one), width, height }, truth, {
      within,
      metrics: LIBRARY_METRICS,
      scores: { reward: (mask) => reward(mask, reference) },
      thresholds: SHARES,
    })
  })
  return PROBABILITIES.map((probability, k) => {
    const each = sweeps.map(
      ({ values }) => Object.fromEntries(METRICS.map((name) => [name, values[name][k]])) as Scores,
    )
    return { probability, scores: meanScores(each) }
  })
}

/**
 * The control that training has to beat: the threshold of the frozen model that scores best on
 * images that choices may be made on; of equally good ones the least.
 *
 * @returns the threshold of the logits, and the mean of everything at each probability tried
 */
export function bestThreshold(
  logits: readonly Float32Array[],
  references: readonly Reference[],
  reward: ImageReward,
  metric: MetricName,
): { threshold: number; curve: CurvePoint[] } {
  const curve = thresholdCurve(logits, references, reward)
  const best = curve.reduce((a, b) => (b.scores[metric] > a.scores[metric] ? b : a))
  return { threshold: LIMITS[curve.indexOf(best)], curve }
}
