import * as tf from '@tensorflow/tfjs'
import { rowsTensor, windowsTensor } from '../data/prepare.ts'
import type { Adapter } from '../model/lora.ts'
import type { Model } from '../model/model.ts'
import type { Settings } from '../settings.ts'
import { type Adam, clipNorm } from './adam.ts'
import { type Credit, entropy, klDivergence, logProbabilities, surrogateLoss } from './policy.ts'
import type { Rollout } from './rollout.ts'

/** What one update of the policy showed; means over its steps. */
export interface UpdateStatistics {
  loss: number
  policyLoss: number
  /** Exact, against the frozen model, per image, in nats. */
  kl: number
  /** Of the policy before the update against the one after, per pixel: Schulman's estimator. */
  approximateKl: number
  /** Share of pixels in the field of view whose ratio is clipped. */
  clipFraction: number
  /** Mean ratio, and 1 plus the largest distance of a ratio from 1. */
  ratioMean: number
  ratioMax: number
  /** Per image, in nats. */
  entropy: number
  /** Norm of the gradient before clipping. */
  gradientNorm: number
}

/** Of the first mini-batch alone, when the policy is still the one that drew the samples. */
export type FirstStatistics = Pick<UpdateStatistics, 'approximateKl' | 'clipFraction' | 'ratioMax'>

/** A loss or gradient that is no number: training must stop, not go on. */
export class NonFiniteError extends Error {
  override name = 'NonFiniteError'
}

const CREDIT_NAMES = [
  'foregroundGain',
  'foregroundLoss',
  'backgroundGain',
  'backgroundLoss',
] as const satisfies readonly (keyof Credit)[]

/**
 * Updates the adapter by some passes over a rollout.
 *
 * @throws NonFiniteError before anything is changed by a step with a loss or gradient like that
 */
export async function updatePolicy(
  model: Model,
  adapter: Adapter,
  optimizer: Adam,
  rollout: Rollout,
  { temperature, learningRate, klCoefficient, order }: StepSettings,
  settings: Settings,
): Promise<UpdateStatistics & { first: FirstStatistics }> {
  const { miniBatch, accumulation, epochs } = settings
  const steps: UpdateStatistics[] = []
  let first: FirstStatistics | undefined
  const weights = new Map<string, Float32Array>()
  for (const [name, variable] of adapter.weights) {
    weights.set(name, (await variable.data()).slice() as Float32Array)
  }
  for (let epoch = 0; epoch < epochs; epoch++) {
    const indices = order(epoch)
    for (let begin = 0; begin < indices.length; begin += miniBatch * accumulation) {
      const sum = new Map<string, Float32Array>()
      const parts: UpdateStatistics[] = []
      for (let part = 0; part < accumulation; part++) {
        const from = begin + part * miniBatch
        const batch = indices.slice(from, from + miniBatch)
        const options = { temperature, klCoefficient }
        const one = await gradientsOf(model, adapter, rollout, batch, options, settings)
        for (const [name, gradient] of one.gradients) {
          const total = sum.get(name)
          if (total === undefined) sum.set(name, gradient)
          else for (let i = 0; i < total.length; i++) total[i] += gradient[i]
        }
        parts.push(one.statistics)
      }
      if (accumulation > 1) {
        for (const g of sum.values()) for (let i = 0; i < g.length; i++) g[i] /= accumulation
      }
      const statistics = { ...meanOf(parts), gradientNorm: clipNorm(sum, settings.gradientNorm) }
      for (const name of ['loss', 'gradientNorm'] as const) {
        if (!Number.isFinite(statistics[name])) {
          throw new NonFiniteError(`expected a finite ${name}, got ${statistics[name]}`)
        }
      }
      first ??= statistics
      steps.push(statistics)
      optimizer.step(weights, sum, learningRate)
      for (const [name, variable] of adapter.weights) {
        const values = weights.get(name) as Float32Array
        const tensor = tf.tensor(values, variable.shape)
        variable.assign(tensor)
        tensor.dispose()
      }
    }
  }
  return { ...meanOf(steps), first: first as FirstStatistics }
}

/** What changes from update to update. */
export interface StepSettings {
  temperature: number
  learningRate: number
  klCoefficient: number
  /** Order of the rollout's images in each pass. */
  order: (epoch: number) => number[]
}

const meanOf = (all: readonly UpdateStatistics[]): UpdateStatistics => {
  const names = Object.keys(all[0]) as (keyof UpdateStatistics)[]
  const mean = (name: keyof UpdateStatistics) => {
    const values = all.map((one) => one[name])
    return name === 'ratioMax'
      ? Math.max(...values)
      : values.reduce((a, b) => a + b, 0) / values.length
  }
  return Object.fromEntries(names.map((name) => [name, mean(name)])) as unknown as UpdateStatistics
}

async function gradientsOf(
  model: Model,
  adapter: Adapter,
  rollout: Rollout,
  batch: readonly number[],
  options: { temperature: number; klCoefficient: number },
  { clip, entropyBonus }: Settings,
): Promise<{ gradients: Map<string, Float32Array>; statistics: UpdateStatistics }> {
  const { temperature, klCoefficient } = options
  const dropoutSeed = batch.map((i) => rollout.dropoutSeeds[i])
  const inputs = {
    windows: windowsTensor(
      batch.map((i) => rollout.images[i]),
      model,
    ),
    weights: rowsTensor(batch.map((i) => rollout.images[i].weights)),
    old: scaled(
      batch.map((i) => rollout.logits[i]),
      temperature,
    ),
    reference: scaled(
      batch.map((i) => rollout.referenceLogits[i]),
      temperature,
    ),
  }
  const credit = Object.fromEntries(
    CREDIT_NAMES.map((name) => [name, rowsTensor(batch.map((i) => rollout.credit[i][name]))]),
  ) as Record<keyof Credit, tf.Tensor>
  let kept: tf.Tensor[] = []
  const variables = [...adapter.weights.values()]
  const { value, grads } = tf.variableGrads(() => {
    const logits = model.forward(inputs.windows, adapter, { training: true, dropoutSeed })
    const x = tf.div(tf.reshape(logits, inputs.old.shape), temperature)
    const policyLoss = surrogateLoss(x, inputs.old, credit, clip)
    const kl = tf.mean(klDivergence(x, inputs.reference, inputs.weights))
    const bits = tf.mean(entropy(x, inputs.weights))
    kept = [policyLoss, kl, bits, x].map((tensor) => tf.keep(tensor))
    let loss: tf.Tensor = policyLoss
    if (klCoefficient !== 0) loss = tf.add(loss, tf.mul(klCoefficient, kl))
    if (entropyBonus !== 0) loss = tf.sub(loss, tf.mul(entropyBonus, bits))
    return loss as tf.Scalar
  }, variables)
  const gradients = new Map<string, Float32Array>()
  for (const [name, variable] of adapter.weights) {
    gradients.set(name, (await grads[variable.name].data()).slice() as Float32Array)
  }
  const [loss] = await value.data()
  const [[policyLoss], [kl], [bits]] = await Promise.all(kept.slice(0, 3).map((t) => t.data()))
  const ratios = await ratioStatistics(kept[3], inputs.old, inputs.weights, clip)
  tf.dispose([inputs, credit, grads, value, kept])
  const statistics = { loss, policyLoss, kl, entropy: bits, gradientNorm: 0, ...ratios }
  return { gradients, statistics }
}

function scaled(rows: readonly Float32Array[], temperature: number): tf.Tensor2D {
  return tf.tidy(() => tf.div(rowsTensor(rows), temperature))
}

/**
 * Statistics of the ratios, expected over the pixels' samples under the policy before the update:
 * what the samples drawn would show, with less noise.
 */
async function ratioStatistics(
  x: tf.Tensor,
  oldX: tf.Tensor,
  weights: tf.Tensor,
  clip: number,
): Promise<Pick<UpdateStatistics, 'approximateKl' | 'clipFraction' | 'ratioMean' | 'ratioMax'>> {
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
      const clipped = tf.cast(tf.greater(distance, clip), 'float32')
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
