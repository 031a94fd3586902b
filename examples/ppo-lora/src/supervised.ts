/**
 * Training on labels, pixel by pixel: of the frozen models, and of what rewards are compared with.
 */

import * as tf from '@tensorflow/tfjs'
import { mulberry32 } from '../../mulberry32.ts'
import { inputsTensor, type Prepared, rowsTensor } from './data/prepare.ts'
import { type LossName, supervisedLoss } from './losses/supervised-loss.ts'
import { type Adapter, createAdapter } from './model/lora.ts'
import type { Segmenter } from './model/segmenter.ts'
import { assignValues, type Variables, valuesOf } from './model/variable.ts'
import { Adam, clipNorm } from './ppo/adam.ts'
import { seedOf } from './random.ts'
import { CEILING, PRETRAINING, type Settings, type SupervisedSettings } from './settings.ts'

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
  /** Default: `'bce'`. */
  loss?: LossName
  /** Where to go on from; every step changes it. Default: the start. */
  state?: SupervisedState
  /** Called after each step, which training ends with where it returns false. */
  onStep?: (step: number, loss: number) => unknown
}

/** What training on labels changes beside the variables. */
export interface SupervisedState {
  /** Steps made. */
  step: number
  optimizer: Adam
}

/** The learning rate of a step. */
function scheduled(step: number, { steps, learningRate, warmUp }: SupervisedSettings): number {
  if (step < warmUp) return (learningRate * (step + 1)) / warmUp
  return 0.5 * learningRate * (1 + Math.cos((Math.PI * (step - warmUp)) / (steps - warmUp)))
}

/** Trains by a loss inside the field of view. */
export async function trainSupervised({
  model,
  variables,
  draw,
  forward,
  settings,
  loss = 'bce',
  state = { step: 0, optimizer: new Adam({ weightDecay: settings.weightDecay }) },
  onStep,
}: SupervisedRun): Promise<void> {
  const random = mulberry32(settings.seed)
  const values = await valuesOf(variables)
  for (let step = 0; step < settings.steps; step++) {
    const batch = Array.from({ length: settings.batch }, () => draw(random))
    // Drawn again, so that the next ones are those of a run that was never stopped.
    if (step < state.step) continue
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
      const logits: tf.Tensor2D = tf.reshape(forward(inputs.images), inputs.labels.shape)
      const { labels, weights } = inputs
      return supervisedLoss(loss, { logits, labels, weights, order: model.order })
    }, [...variables.values()])
    const gradients = await valuesOf(variables, ({ name }) => grads[name])
    const [mean] = await value.data()
    tf.dispose([inputs, value, grads])
    if (!Number.isFinite(mean)) throw new Error(`expected a finite loss, got ${mean}`)
    clipNorm(gradients, settings.gradientNorm)
    state.optimizer.step(values, gradients, scheduled(step, settings))
    assignValues(variables, values)
    state.step = step + 1
    if ((await onStep?.(step, mean)) === false) return
  }
}

/** Trains an adapter on true labels: what these would be worth. */
export async function superviseAdapter(
  model: Segmenter,
  draw: DrawLabeled,
  lora: Settings['lora'],
  settings: SupervisedSettings,
  { loss, onStep }: Pick<SupervisedRun, 'loss' | 'onStep'> = {},
): Promise<Adapter> {
  const adapter = createAdapter(model, { ...lora, random: mulberry32(settings.seed) })
  let dropoutSeed = seedOf(settings.seed, 7)
  const forward = (inputs: tf.Tensor) =>
    model.forward(inputs, adapter, { training: true, dropoutSeed: dropoutSeed++ })
  const { weights: variables } = adapter
  await trainSupervised({ model, variables, draw, forward, settings, loss, onStep })
  return adapter
}

/**
 * Training on labels for as many optimiser steps, of as many images each, as PPO makes by some
 * settings: a control that had less would be easier to beat.
 *
 * @param learningRate - the highest one
 */
export function budgetOf(settings: Settings, learningRate: number): SupervisedSettings {
  const { updates, epochs, images, miniBatch, accumulation, seed } = settings
  const batch = miniBatch * accumulation
  const steps = (updates * epochs * images) / batch
  return {
    steps,
    batch,
    learningRate,
    // A fortieth: at the default's length as many as pretraining has.
    warmUp: Math.round(steps / 40),
    weightDecay: 0,
    // Of another loss than PPO's: that of pretraining.
    gradientNorm: PRETRAINING.gradientNorm,
    seed,
  }
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
