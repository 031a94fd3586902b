import { type BitMask, counterfactualAdvantages } from 'vessel-reward'
import type { Settings } from '../settings.ts'
import { type ImageReward, rewardOptionsOf } from './image-reward.ts'

/** Masks drawn for one image, in raster order, and what they are judged by. */
export interface Judged {
  masks: readonly Uint8Array[]
  truth: BitMask
  within: BitMask
}

/** Advantages of the samples of one image. */
export interface ImageAdvantages {
  /** Reward of each sample. */
  rewards: Float64Array
  /** One value per sample and tile, at `sample * rows * columns + row * columns + column`. */
  advantages: Float64Array
  rows: number
  columns: number
}

/** In one pass, as its last digits go into what is learned. */
const deviation = (values: ArrayLike<number>): number => {
  let sum = 0
  let squares = 0
  for (let i = 0; i < values.length; i++) {
    sum += values[i]
    squares += values[i] * values[i]
  }
  const mean = sum / values.length
  return Math.sqrt(Math.max(0, squares / values.length - mean * mean))
}

/** Divides by the deviation; what does not vary carries no information, and becomes 0. */
function normalize(values: Float64Array): Float64Array {
  const size = deviation(values)
  return values.map((value) => (size > 1e-8 ? value / size : 0))
}

/**
 * Advantages of all samples of a rollout.
 *
 * @param values - for credit by value: the predicted value of each image
 * @param running - for credit by value: takes the rewards in, and its deviation divides them
 */
export function advantagesOf(
  rollout: readonly Judged[],
  settings: Settings,
  reward: ImageReward,
  random: () => number,
  values?: ArrayLike<number>,
  running?: RunningDeviation,
): ImageAdvantages[] {
  const { credit } = settings
  if (credit === 'tile') return tileAdvantages(rollout, settings)
  if (credit === 'shuffled') {
    return shuffled(tileAdvantages(rollout, settings), random)
  }
  const scores = rollout.map((one) => score(one, reward))
  for (const rewards of scores) for (const r of rewards) running?.add(r)
  const unit = running?.deviation ?? 1
  const centered = scores.map((rewards, image) => {
    if (credit === 'value') {
      // An image is an episode of one step: a generalised advantage estimate (J. Schulman et al., ICLR
      // 2016) is this difference whatever its discount and trace are, so that there are none to set.
      const value = values?.[image] ?? 0
      return rewards.map((r) => r / unit - value)
    }
    const sum = rewards.reduce((a, b) => a + b, 0)
    const n = rewards.length
    const base = credit === 'rloo' ? (r: number) => (sum - r) / (n - 1) : () => sum / n
    const differences = rewards.map((r) => r - base(r))
    return credit === 'group' ? normalize(differences) : differences
  })
  const all = Float64Array.from(centered.flatMap((one) => [...one]))
  const scale = credit === 'group' ? 1 : deviation(all)
  const mean = credit === 'value' ? all.reduce((a, b) => a + b, 0) / all.length : 0
  return scores.map((rewards, image) => ({
    rewards,
    advantages: centered[image].map((a) => (scale > 1e-8 ? (a - mean) / scale : 0)),
    rows: 1,
    columns: 1,
  }))
}

function score({ masks, truth, within }: Judged, reward: ImageReward): Float64Array {
  const { width, height } = truth
  return Float64Array.from(masks, (data) => reward({ data, width, height }, { truth, within }))
}

/**
 * Credit by tile. The overlap terms and the skeleton terms are brought to one size before they are
 * added: else a stray component, which costs the topology term .1, drowns a pixel of Dice.
 */
function tileAdvantages(rollout: readonly Judged[], settings: Settings): ImageAdvantages[] {
  const { tile, shares } = settings
  const options = { tile, reward: rewardOptionsOf(settings) }
  const credits = rollout.map(({ masks, truth, within }) => {
    const { width, height } = truth
    const samples = masks.map((data) => ({ data, width, height }))
    return counterfactualAdvantages(samples, truth, { ...options, within })
  })
  const joined = (group: 'overlap' | 'skeleton') =>
    normalize(Float64Array.from(credits.flatMap((credit) => [...credit[group]])))
  const overlap = joined('overlap')
  const skeleton = joined('skeleton')
  const all = normalize(overlap.map((o, i) => shares.overlap * o + shares.skeleton * skeleton[i]))
  let next = 0
  return credits.map(({ rewards, rows, columns, overlap: { length } }) => {
    const advantages = all.subarray(next, next + length)
    next += length
    return { rewards, advantages, rows, columns }
  })
}

/**
 * Each image gets the advantages of another one, but keeps its rewards. Those of other samples of the
 * same image would not do: a sample's own reward is in their baselines, with a negative sign, so that
 * training by them goes down on purpose.
 */
function shuffled(images: readonly ImageAdvantages[], random: () => number): ImageAdvantages[] {
  const shift = 1 + Math.floor(random() * (images.length - 1))
  return images.map((image, i) => {
    const { advantages } = images[(i + shift) % images.length]
    return { ...image, advantages }
  })
}

/**
 * Mean and deviation of numbers that come one after another.
 *
 * Source: B. P. Welford, "Note on a method for calculating corrected sums of squares and products",
 * Technometrics 4, 1962.
 */
export class RunningDeviation {
  count = 0
  mean = 0
  /** Sum of squared distances from the mean. */
  squares = 0

  add(value: number): void {
    this.count++
    const before = value - this.mean
    this.mean += before / this.count
    this.squares += before * (value - this.mean)
  }

  /** Deviation of all numbers so far; 1 while they do not vary. */
  get deviation(): number {
    const deviation = Math.sqrt(this.squares / Math.max(1, this.count))
    return deviation > 1e-8 ? deviation : 1
  }
}
