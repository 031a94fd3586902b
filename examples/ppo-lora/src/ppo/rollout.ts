import { mulberry32 } from '../../../mulberry32.ts'
import { logitsOf, type Prepared, toRaster } from '../data/prepare.ts'
import type { Adapter } from '../model/lora.ts'
import { type Model, tokenOrder } from '../model/model.ts'
import type { Settings } from '../settings.ts'
import { advantagesOf } from './advantages.ts'
import type { ImageReward } from './image-reward.ts'
import { type Credit, creditOf, sampleMasks } from './policy.ts'
import type { RunningDeviation } from './running-deviation.ts'

/** Images with the masks that the policy drew for them and what these are worth. */
export interface Rollout {
  images: readonly Prepared[]
  /** Logits before the update and of the frozen model, per image, in token order. */
  logits: Float32Array[]
  referenceLogits: Float32Array[]
  credit: Credit[]
  /** Of the dropout of each image, the same in every pass of the update. */
  dropoutSeeds: number[]
  /** Rewards of all samples, image by image. */
  rewards: Float64Array[]
  /** Share of images all of whose samples earn the same: there is nothing to learn from these. */
  equalGroups: number
  /** Deviation of the advantages over samples and tiles. */
  advantageDeviation: number
  /** Milliseconds spent on rewards and advantages. */
  rewardMilliseconds: number
}

/** A number that depends on all of its parts; for generators of random numbers. */
export function seedOf(...parts: number[]): number {
  return parts.reduce(
    (hash, part) => Math.imul(hash ^ part, 0x01000193) ^ (hash >>> 13),
    0x811c9dc5,
  )
}

/** The images of an update: all images in turn, in an order that is new each time round. */
export function imagesOf<T>(all: readonly T[], update: number, { images, seed }: Settings): T[] {
  return Array.from({ length: images }, (_, i) => {
    const at = update * images + i
    const round = Math.floor(at / all.length)
    return all[permutation(all.length, seedOf(seed, 1, round))[at % all.length]]
  })
}

let lastPermutation: { length: number; seed: number; order: number[] } | undefined

function permutation(length: number, seed: number): number[] {
  if (lastPermutation?.length === length && lastPermutation.seed === seed) {
    return lastPermutation.order
  }
  const random = mulberry32(seed)
  const order = Array.from({ length }, (_, i) => i)
  for (let i = length - 1; i > 0; i--) {
    const j = Math.floor(random() * (i + 1))
    const value = order[i]
    order[i] = order[j]
    order[j] = value
  }
  lastPermutation = { length, seed, order }
  return order
}

/** Logits of the frozen model by image: they never change. */
const references = new WeakMap<Prepared, Float32Array>()

async function referenceLogitsOf(
  model: Model,
  images: readonly Prepared[],
): Promise<Float32Array[]> {
  const missing = images.filter((image) => !references.has(image))
  if (missing.length > 0) {
    const logits = await logitsOf(model, undefined, missing)
    for (const [i, image] of missing.entries()) references.set(image, logits[i])
  }
  return images.map((image) => references.get(image) as Float32Array)
}

/** Draws masks for images from the policy and has them judged. */
export async function rollOut(
  model: Model,
  adapter: Adapter,
  images: readonly Prepared[],
  update: number,
  temperature: number,
  settings: Settings,
  reward: ImageReward,
  values?: ArrayLike<number>,
  running?: RunningDeviation,
): Promise<Rollout> {
  const random = mulberry32(seedOf(settings.seed, 2, update))
  const referenceLogits = await referenceLogitsOf(model, images)
  const dropoutSeeds = images.map((_, i) => seedOf(settings.seed, 3, update, i))
  const logits = await logitsOf(model, adapter, images, dropoutSeeds)
  const order = tokenOrder(model.config)
  const drawn = logits.map((z) => sampleMasks(z, temperature, settings.samples, random))

  const begin = performance.now()
  const judged = images.map(({ truth, within }, i) => ({
    masks: drawn[i].map((mask) => toRaster(mask, order)),
    truth,
    within,
  }))
  const advantages = advantagesOf(judged, settings, reward, random, values, running)
  const rewardMilliseconds = performance.now() - begin

  const { imageSize } = model.config
  const credit = images.map(({ weights }, i) => {
    const { advantages: all, rows, columns } = advantages[i]
    const tiles = rows * columns
    const tileOf = tileOfPixel(order, imageSize, rows === 1 ? imageSize : settings.tile, columns)
    return creditOf(drawn[i], weights, (k, pixel) => all[k * tiles + tileOf[pixel]])
  })
  const rewards = advantages.map((one) => one.rewards)
  const equal = rewards.filter((group) => group.every((r) => Math.abs(r - group[0]) < 1e-9))
  return {
    images,
    logits,
    referenceLogits,
    credit,
    dropoutSeeds,
    rewards,
    equalGroups: equal.length / rewards.length,
    advantageDeviation: deviationOf(advantages.flatMap((one) => [...one.advantages])),
    rewardMilliseconds,
  }
}

/** The tile of each pixel in token order. */
function tileOfPixel(order: Int32Array, size: number, tile: number, columns: number): Int32Array {
  return order.map((at) => {
    const y = Math.floor(at / size)
    const x = at - y * size
    return Math.floor(y / tile) * columns + Math.floor(x / tile)
  })
}

function deviationOf(values: readonly number[]): number {
  const mean = values.reduce((a, b) => a + b, 0) / values.length
  return Math.sqrt(values.reduce((sum, v) => sum + (v - mean) ** 2, 0) / values.length)
}
