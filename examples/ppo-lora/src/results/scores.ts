import { BitMask, clDice, dice, iou, precision, recall } from 'vessel-reward'
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

/**
 * The control that training has to beat: the threshold of the frozen model that scores best on
 * images that choices may be made on.
 *
 * @returns the threshold of the logits, and the mean of the metric at each probability tried
 */
export function bestThreshold(
  logits: readonly Float32Array[],
  references: readonly Reference[],
  reward: ImageReward,
  metric: MetricName,
): { threshold: number; curve: { probability: number; scores: Scores }[] } {
  const curve = PROBABILITIES.map((probability) => {
    const threshold = Math.log(probability / (1 - probability))
    const scores = meanScores(scoreAll(logits, references, reward, threshold))
    return { probability, threshold, scores }
  })
  const best = curve.reduce((a, b) => (b.scores[metric] > a.scores[metric] ? b : a))
  return { threshold: best.threshold, curve }
}
