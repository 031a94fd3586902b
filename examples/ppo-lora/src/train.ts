/**
 * PPO + LoRA on a reward that knows topology: a frozen segmenter that misses thin vessels learns to
 * see them, from rewards alone. One file, read from top to bottom: what is kept and logged, the loop,
 * then its three parts: rollout, credit, update.
 *
 *     npm run train -- --quick
 */

import { setImmediate } from 'node:timers/promises'
import * as tf from '@tensorflow/tfjs'
import { mulberry32 } from '../../mulberry32.ts'
import { checkSettings } from './check-settings.ts'
import { fixedLogits } from './data/fixed-logits.ts'
import { inputsTensor, logitsOf, type Prepared, rowsTensor, toRaster } from './data/prepare.ts'
import { imagesOfUpdate, type RunImages } from './data/run-images.ts'
import { copyWeights } from './model/copy-weights.ts'
import { type Adapter, createAdapter } from './model/lora.ts'
import type { Segmenter } from './model/segmenter.ts'
import { assignValues, valuesOf } from './model/variable.ts'
import { Adam, clipNorm } from './ppo/adam.ts'
import { advantagesOf, RunningDeviation } from './ppo/advantages.ts'
import { type ImageReward, imageReward } from './ppo/image-reward.ts'
import { klPenaltyAfter } from './ppo/kl-penalty.ts'
import {
  type Credit,
  creditOf,
  entropy,
  klDivergence,
  type RatioStatistics,
  ratioStatistics,
  sampleMasks,
  surrogateLoss,
} from './ppo/policy.ts'
import { explainedVariance, ValueHead } from './ppo/value-head.ts'
import { permutation, seedOf } from './random.ts'
import type { Settings } from './settings.ts'

/** Everything that training changes: what a checkpoint holds. */
export interface TrainingState {
  /** Updates made. */
  update: number
  adapter: Adapter
  /** What it began with, against which its divergence is measured; without it the frozen model. */
  start: Adapter | undefined
  optimizer: Adam
  valueHead: ValueHead
  klCoefficient: number
  /** Of all rewards so far, where settings ask for it. */
  rewards: RunningDeviation
  /** Milliseconds spent in all and on rewards. */
  milliseconds: number
  rewardMilliseconds: number
}

/**
 * The state before the first update.
 *
 * @param start - gives the adapter its weights; without it the adapter changes nothing yet
 */
export function initialState(model: Segmenter, settings: Settings, start?: Adapter): TrainingState {
  checkSettings(settings)
  const adapter = createAdapter(model, { ...settings.lora, random: mulberry32(settings.seed) })
  if (start !== undefined) copyWeights(start, adapter)
  return {
    update: 0,
    adapter,
    start,
    optimizer: new Adam({ epsilon: settings.adamEpsilon }),
    valueHead: new ValueHead(),
    klCoefficient: settings.kl.coefficient,
    rewards: new RunningDeviation(),
    milliseconds: 0,
    rewardMilliseconds: 0,
  }
}

/** What the steps of an update showed; means over them. */
interface StepStatistics extends RatioStatistics {
  loss: number
  policyLoss: number
  /**
   * Against the policy that training began with, exact, and of the policy: nats per pixel in the field
   * of view. At temperature 1, which does not move as the policy's own does,
   */
  kl: number
  entropy: number
  /** and at the policy's own. */
  policyKl: number
  policyEntropy: number
  /** Norm of the gradient before clipping. */
  gradientNorm: number
}

/** What is logged of an update. */
export interface UpdateRecord extends StepStatistics {
  update: number
  /** Over all samples of the rollout. */
  reward: number
  rewardDeviation: number
  rewardMin: number
  rewardMax: number
  /** Share of images all of whose samples earn the same: there is nothing to learn from these. */
  equalGroups: number
  /** Of the advantages, over samples and tiles. */
  advantageDeviation: number
  /** Squared error of the value head, and its share of the variance explained; 0 without one. */
  valueLoss: number
  explainedVariance: number
  klCoefficient: number
  learningRate: number
  temperature: number
  /** Of the first mini-batch: 0, 0 and 1, as the policy has not moved yet. */
  firstApproximateKl: number
  firstClipFraction: number
  firstRatioMax: number
  /** Steps that were made of the passes over the rollout: fewer where `stopKl` ended them. */
  steps: number
  /** Seconds of the update, and the share of them spent on rewards and credit. */
  seconds: number
  rewardShare: number
}

/** A loss or gradient that is not a number: training must stop, not go on. */
export class NonFiniteError extends Error {
  override name = 'NonFiniteError'
}

/**
 * Makes one update after another.
 *
 * @param images - with the truths that rewards come from: all, or those of each update
 * @param onUpdate - called after each; training ends early where it returns false
 * @throws NonFiniteError if a loss or gradient is not finite; the state is that of the last step
 */
export async function train(
  model: Segmenter,
  state: TrainingState,
  images: RunImages,
  settings: Settings,
  onUpdate: (record: UpdateRecord) => Promise<boolean>,
): Promise<void> {
  const reward = imageReward(settings)
  const usesValue = settings.credit === 'value'

  while (state.update < settings.updates) {
    const begin = performance.now()
    const { update, valueHead, klCoefficient } = state
    const done = update / settings.updates
    const [hot, cold] = settings.temperature
    const temperature = hot + (cold - hot) * done
    const learningRate = settings.learningRate * (1 - done)

    // Rollout: draw masks for some images.
    const batch = imagesOfUpdate(images, update, settings)
    const features = usesValue ? await valueFeatures(model, batch) : []
    const random = mulberry32(seedOf(settings.seed, 2, update))
    const rollout = await rollOut({ model, state, batch, temperature, settings, random })

    // Credit: have the masks judged, and give every pixel of them its share.
    const values = features.map((one) => valueHead.predict(one))
    const running = usesValue && settings.normalizeRewards ? state.rewards : undefined
    const judged = judge({ model, rollout, settings, reward, random, values, running })

    // Update: some passes over the rollout, in an order of their own.
    const { credit } = judged
    const pass = { model, state, rollout, credit, temperature, learningRate, settings }
    const { first, steps, ...means } = await updatePolicy(pass)
    const unit = running?.deviation ?? 1
    const returns = judged.rewards.map((group) => sum(group) / group.length / unit)
    const valueLoss = usesValue ? valueHead.fit(features, returns, settings.valueHead) : 0
    state.klCoefficient = klPenaltyAfter(klCoefficient, means.kl, settings.kl)

    state.update++
    const milliseconds = performance.now() - begin
    state.milliseconds += milliseconds
    state.rewardMilliseconds += judged.milliseconds
    const rewards = judged.rewards.flatMap((group) => [...group])
    // Backends that compute at once never let the event loop run, and Ctrl-C would not be seen.
    await setImmediate()
    const goOn = await onUpdate({
      update: state.update,
      reward: sum(rewards) / rewards.length,
      rewardDeviation: deviationOf(rewards),
      rewardMin: Math.min(...rewards),
      rewardMax: Math.max(...rewards),
      equalGroups: judged.equalGroups,
      advantageDeviation: judged.advantageDeviation,
      valueLoss,
      explainedVariance: usesValue ? explainedVariance(values, returns) : 0,
      klCoefficient,
      learningRate,
      temperature,
      ...means,
      firstApproximateKl: first.approximateKl,
      firstClipFraction: first.clipFraction,
      firstRatioMax: first.ratioMax,
      steps,
      seconds: milliseconds / 1000,
      rewardShare: judged.milliseconds / milliseconds,
    })
    if (!goOn) return
  }
}

// Rollout.

/** Images with the masks that the policy drew for them; all in the model's order. */
interface Rollout {
  images: readonly Prepared[]
  /** Logits before the update and of what training began with, per image. */
  logits: Float32Array[]
  referenceLogits: Float32Array[]
  /** Of the dropout of each image, the same in every pass of the update. */
  dropoutSeeds: number[]
  /** Per image, all of its samples. */
  masks: Uint8Array[][]
}

/** Draws masks for images from the policy. */
async function rollOut(input: {
  model: Segmenter
  state: TrainingState
  batch: readonly Prepared[]
  temperature: number
  settings: Settings
  random: () => number
}): Promise<Rollout> {
  const { model, state, batch: images, temperature, settings, random } = input
  const { update, adapter, start } = state
  const referenceLogits = await fixedLogits(model, start, images)
  const dropoutSeeds = images.map((_, i) => seedOf(settings.seed, 3, update, i))
  const logits = await logitsOf(model, adapter, images, dropoutSeeds)
  const masks = logits.map((z) => sampleMasks(z, temperature, settings.samples, random))
  return { images, logits, referenceLogits, dropoutSeeds, masks }
}

async function valueFeatures(model: Segmenter, images: readonly Prepared[]) {
  const logits = await logitsOf(model, undefined, images)
  return logits.map((z) => ValueHead.features(toRaster(z, model.order), model.imageSize))
}

// Credit.

/** What the masks of a rollout are worth. */
interface Judgment {
  /** Per image. */
  credit: Credit[]
  /** Rewards of all samples, image by image. */
  rewards: Float64Array[]
  equalGroups: number
  advantageDeviation: number
  /** Milliseconds spent on rewards and advantages. */
  milliseconds: number
}

/** Rewards of masks, and the credit of their pixels. */
function judge(input: {
  model: Segmenter
  rollout: Rollout
  settings: Settings
  reward: ImageReward
  random: () => number
  /** For credit by value: the predicted value of each image. */
  values: readonly number[]
  running: RunningDeviation | undefined
}): Judgment {
  const { model, rollout, settings, reward, random, values, running } = input
  const { imageSize, order } = model

  const begin = performance.now()
  const judged = rollout.images.map(({ truth, within }, i) => ({
    masks: rollout.masks[i].map((mask) => toRaster(mask, order)),
    truth,
    within,
  }))
  const advantages = advantagesOf(judged, settings, reward, random, values, running)
  const milliseconds = performance.now() - begin

  const credit = rollout.images.map(({ weights }, i) => {
    const { advantages: all, rows, columns } = advantages[i]
    const tiles = rows * columns
    const tileOf = tileOfPixel(order, imageSize, rows === 1 ? imageSize : settings.tile, columns)
    return creditOf(rollout.masks[i], weights, (k, pixel) => all[k * tiles + tileOf[pixel]])
  })
  const rewards = advantages.map((one) => one.rewards)
  const equal = rewards.filter((group) => group.every((r) => Math.abs(r - group[0]) < 1e-9))
  return {
    credit,
    rewards,
    equalGroups: equal.length / rewards.length,
    advantageDeviation: deviationOf(advantages.flatMap((one) => [...one.advantages])),
    milliseconds,
  }
}

/** The tile of each pixel in the model's order. */
function tileOfPixel(order: Int32Array, size: number, tile: number, columns: number): Int32Array {
  return order.map((at) => {
    const y = Math.floor(at / size)
    const x = at - y * size
    return Math.floor(y / tile) * columns + Math.floor(x / tile)
  })
}

function sum(values: readonly number[] | Float64Array): number {
  let total = 0
  for (const value of values) total += value
  return total
}

function deviationOf(values: readonly number[]): number {
  const mean = sum(values) / values.length
  return Math.sqrt(values.reduce((squares, v) => squares + (v - mean) ** 2, 0) / values.length)
}

// Update.

/** What all steps of an update share. */
interface UpdateInput {
  model: Segmenter
  state: TrainingState
  rollout: Rollout
  credit: readonly Credit[]
  temperature: number
  learningRate: number
  settings: Settings
}

/** Changes the adapter by some passes over a rollout; `first` is what its first step showed. */
async function updatePolicy(
  input: UpdateInput,
): Promise<StepStatistics & { first: StepStatistics; steps: number }> {
  const { rollout, settings, state, learningRate } = input
  const { seed, miniBatch, accumulation, epochs, stopKl } = settings
  const { weights: variables } = state.adapter
  const weights = await valuesOf(variables)
  const steps: StepStatistics[] = []
  passes: for (let epoch = 0; epoch < epochs; epoch++) {
    const order = permutation(rollout.images.length, seedOf(seed, 4, state.update, epoch))
    for (let begin = 0; begin < order.length; begin += miniBatch * accumulation) {
      const total = new Map<string, Float32Array>()
      const parts: StepStatistics[] = []
      for (let part = 0; part < accumulation; part++) {
        const from = begin + part * miniBatch
        const batch = order.slice(from, from + miniBatch)
        const { gradients, statistics } = await gradientsOf(input, batch)
        for (const [name, gradient] of gradients) {
          const sums = total.get(name)
          if (sums === undefined) total.set(name, gradient)
          else for (let i = 0; i < sums.length; i++) sums[i] += gradient[i]
        }
        parts.push(statistics)
      }
      if (accumulation > 1) {
        for (const g of total.values()) for (let i = 0; i < g.length; i++) g[i] /= accumulation
      }
      const statistics = { ...meanOf(parts), gradientNorm: clipNorm(total, settings.gradientNorm) }
      for (const name of ['loss', 'gradientNorm'] as const) {
        if (!Number.isFinite(statistics[name])) {
          throw new NonFiniteError(`expected a finite ${name}, got ${statistics[name]}`)
        }
      }
      if (stopKl > 0 && statistics.approximateKl > stopKl) break passes
      steps.push(statistics)
      state.optimizer.step(weights, total, learningRate)
      assignValues(variables, weights)
    }
  }
  return { ...meanOf(steps), first: steps[0], steps: steps.length }
}

/** Gradients of the loss of some images of the rollout: forward pass and back. */
async function gradientsOf(
  { model, state, rollout, credit, temperature, settings }: UpdateInput,
  batch: readonly number[],
): Promise<{ gradients: Map<string, Float32Array>; statistics: StepStatistics }> {
  const { adapter, klCoefficient } = state
  const { clip, entropyBonus } = settings
  const of = <T>(all: readonly T[]) => batch.map((i) => all[i])
  const images = of(rollout.images)
  const inputs = inputsTensor(images, model)
  const weights = rowsTensor(images.map((image) => image.weights))
  const old = tf.tidy(() => tf.div(rowsTensor(of(rollout.logits)), temperature))
  const reference = rowsTensor(of(rollout.referenceLogits))
  const side = (name: keyof Credit) => rowsTensor(of(credit).map((one) => one[name]))
  const credits = {
    foregroundGain: side('foregroundGain'),
    foregroundLoss: side('foregroundLoss'),
    backgroundGain: side('backgroundGain'),
    backgroundLoss: side('backgroundLoss'),
  }
  const dropout = { training: true, dropoutSeed: of(rollout.dropoutSeeds) }
  let kept: tf.Tensor[] = []
  const { value, grads } = tf.variableGrads(() => {
    const logits = model.forward(inputs, adapter, dropout)
    const x = tf.div(logits, temperature)
    const policyLoss = surrogateLoss(x, old, credits, weights, clip)
    const kl = tf.mean(klDivergence(logits, reference, weights))
    const nats = tf.mean(entropy(logits, weights))
    kept = [policyLoss, kl, nats, x].map((tensor) => tf.keep(tensor))
    let loss: tf.Tensor = policyLoss
    if (klCoefficient !== 0) loss = tf.add(loss, tf.mul(klCoefficient, kl))
    if (entropyBonus !== 0) loss = tf.sub(loss, tf.mul(entropyBonus, nats))
    return loss as tf.Scalar
  }, [...adapter.weights.values()])
  const gradients = await valuesOf(adapter.weights, ({ name }) => grads[name])
  const [loss] = await value.data()
  const x = kept[3]
  const ofPolicy = tf.tidy(() => [
    tf.mean(klDivergence(x, tf.div(reference, temperature), weights)),
    tf.mean(entropy(x, weights)),
  ])
  const numbers = [...kept.slice(0, 3), ...ofPolicy]
  const [[policyLoss], [kl], [nats], [policyKl], [policyEntropy]] = await Promise.all(
    numbers.map((tensor) => tensor.data()),
  )
  const ratios = await ratioStatistics(x, old, weights, clip)
  tf.dispose([inputs, weights, old, reference, credits, grads, value, kept, ofPolicy])
  const measured = { kl, entropy: nats, policyKl, policyEntropy }
  return { gradients, statistics: { loss, policyLoss, ...measured, gradientNorm: 0, ...ratios } }
}

/** Means over steps; of the largest ratios the largest. */
function meanOf(steps: readonly StepStatistics[]): StepStatistics {
  const mean = { ...steps[0] }
  for (const name of Object.keys(mean) as (keyof StepStatistics)[]) {
    const values = steps.map((one) => one[name])
    mean[name] = name === 'ratioMax' ? Math.max(...values) : sum(values) / values.length
  }
  return mean
}
