/**
 * Training on labels, pixel by pixel: of the frozen models, and of what rewards are compared with.
 */

import * as tf from '@tensorflow/tfjs'
import { mulberry32 } from '../../mulberry32.ts'
import { inputsTensor, type Prepared, rowsTensor } from './data/prepare.ts'
import { type Adapter, createAdapter } from './model/lora.ts'
import type { Segmenter } from './model/segmenter.ts'
import { assignValues, type Variables, valuesOf } from './model/variable.ts'
import { Adam, clipNorm } from './ppo/adam.ts'
import { logProbabilities } from './ppo/policy.ts'
import { seedOf } from './random.ts'
import { CEILING, type Settings, type SupervisedSettings } from './settings.ts'

/** Draws an image with its labels. */
export type DrawLabeled = (random: () => number) => Prepared

/** What {@link trainSupervised} works with. */
export interface SupervisedRun {
  model: Segmenter
  /** Those that are trained. */
  variables: Variables
  draw: DrawLabeled
  /** The logits of what the model reads. */
  forward: (inputs: tf.Tensor) => tf.Tensor2D
  settings: SupervisedSettings
  onStep?: (step: number, loss: number) => void
}

/** The learning rate of a step. */
function scheduled(step: number, { steps, learningRate, warmUp }: SupervisedSettings): number {
  if (step < warmUp) return (learningRate * (step + 1)) / warmUp
  return 0.5 * learningRate * (1 + Math.cos((Math.PI * (step - warmUp)) / (steps - warmUp)))
}

/** Trains by binary cross-entropy inside the field of view. */
export async function trainSupervised({
  model,
  variables,
  draw,
  forward,
  settings,
  onStep,
}: SupervisedRun): Promise<void> {
  const random = mulberry32(settings.seed)
  const optimizer = new Adam({ weightDecay: settings.weightDecay })
  const values = await valuesOf(variables)
  for (let step = 0; step < settings.steps; step++) {
    const batch = Array.from({ length: settings.batch }, () => draw(random))
    const inputs = {
      images: inputsTensor(batch, model),
      labels: rowsTensor(
        batch.map(({ truth }) => {
          const raster = truth.toUint8Array()
          return Uint8Array.from(model.order, (at) => raster[at])
        }),
      ),
      weights: rowsTensor(batch.map(({ weights }) => weights)),
    }
    const { value, grads } = tf.variableGrads(() => {
      const logits = tf.reshape(forward(inputs.images), inputs.labels.shape)
      const { foreground, background } = logProbabilities(logits)
      const each = tf.add(
        tf.mul(inputs.labels, foreground),
        tf.mul(tf.sub(1, inputs.labels), background),
      )
      const sums = tf.sum(tf.mul(each, inputs.weights), -1)
      return tf.neg(tf.mean(tf.div(sums, tf.sum(inputs.weights, -1)))) as tf.Scalar
    }, [...variables.values()])
    const gradients = await valuesOf(variables, ({ name }) => grads[name])
    const [loss] = await value.data()
    tf.dispose([inputs, value, grads])
    if (!Number.isFinite(loss)) throw new Error(`expected a finite loss, got ${loss}`)
    clipNorm(gradients, settings.gradientNorm)
    optimizer.step(values, gradients, scheduled(step, settings))
    assignValues(variables, values)
    onStep?.(step, loss)
  }
}

/** Trains an adapter on true labels: what these would be worth. */
export async function superviseAdapter(
  model: Segmenter,
  draw: DrawLabeled,
  lora: Settings['lora'],
  settings: SupervisedSettings,
): Promise<Adapter> {
  const adapter = createAdapter(model, { ...lora, random: mulberry32(settings.seed) })
  let dropoutSeed = seedOf(settings.seed, 7)
  const forward = (inputs: tf.Tensor) =>
    model.forward(inputs, adapter, { training: true, dropoutSeed: dropoutSeed++ })
  await trainSupervised({ model, variables: adapter.weights, draw, forward, settings })
  return adapter
}

/**
 * Trains all parameters of a model on true labels: what can be reached by someone who has them, where
 * reinforcement learning only has a number per mask.
 */
export async function trainCeiling(
  model: Segmenter,
  draw: DrawLabeled,
  steps: number,
  print: (line: string) => void,
): Promise<void> {
  await trainSupervised({
    model,
    // All that gradients train: not the statistics of a batch normalisation.
    variables: new Map([...model.weights].filter(([, { trainable }]) => trainable)),
    draw,
    forward: (inputs) => model.forward(inputs),
    settings: { ...CEILING, steps },
    onStep: (step, loss) => {
      if ((step + 1) % 100 !== 0) return
      print(`supervised step ${step + 1} of ${steps}, loss ${loss.toFixed(4)}`)
    },
  })
}
