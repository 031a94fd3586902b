import { aggregate, compare } from 'vessel-reward'
import type { ImageReward, Reference } from '../ppo/image-reward.ts'
import { bestThreshold, METRICS, type Scores, scoreAll } from './scores.ts'

/** Scores of each method on every image. */
export type Methods = Record<string, Scores[]>

/** Logits of both models on the images that choices are made on, and on the test images. */
export interface Logits {
  validation: Float32Array[]
  test: Float32Array[]
}

/**
 * The frozen model as it is and at its best threshold, and the trained one, on the test images.
 * The threshold is chosen by Dice on the validation images.
 */
export function compareMethods(
  base: Logits,
  trained: Float32Array[],
  validation: readonly Reference[],
  test: readonly Reference[],
  reward: ImageReward,
): { methods: { base: Scores[]; threshold: Scores[]; trained: Scores[] }; threshold: number } {
  const { threshold } = bestThreshold(base.validation, validation, reward, 'dice')
  return {
    threshold,
    methods: {
      base: scoreAll(base.test, test, reward),
      threshold: scoreAll(base.test, test, reward, threshold),
      trained: scoreAll(trained, test, reward),
    },
  }
}

/** A table of the means with their 95 % bootstrap intervals, for a terminal. */
export function scoreTable(methods: Methods): string {
  const rows = Object.entries(methods).map(([name, scores]) => [
    name,
    ...METRICS.map((metric) => {
      const { mean, low, high } = aggregate(scores.map((one) => one[metric]))
      return `${mean.toFixed(3)} [${low.toFixed(3)}, ${high.toFixed(3)}]`
    }),
  ])
  const all = [['', ...METRICS], ...rows]
  const widths = all[0].map((_, i) => Math.max(...all.map((row) => row[i].length)))
  return all.map((row) => row.map((cell, i) => cell.padEnd(widths[i])).join('  ')).join('\n')
}

/** How much better the second method is than the first, image by image, in one line. */
export function pairedGain(name: string, first: Scores[], second: Scores[]): string {
  const values = (scores: Scores[]) => scores.map((one) => one.dice)
  const { difference, low, high, wins, n } = compare(values(second), values(first))
  const gain = `${difference.toFixed(3)} [${low.toFixed(3)}, ${high.toFixed(3)}]`
  return `Dice gained over ${name}: ${gain}, higher on ${wins} of ${n} images`
}
