import type * as tf from '@tensorflow/tfjs'
import type { Prepared } from '../data/prepare.ts'
import type { Model } from '../model/model.ts'
import { type SupervisedSettings, trainSupervised } from '../supervised.ts'

/** Steps after which more of them gain little. */
export const CEILING_STEPS = 600

const SETTINGS: Omit<SupervisedSettings, 'steps'> = {
  batch: 8,
  learningRate: 1e-3,
  warmUp: 20,
  weightDecay: 0.02,
  gradientNorm: 1,
  seed: 2,
}

/**
 * Trains all parameters of a model on true labels, pixel by pixel: what can be reached by someone
 * who has the labels, where reinforcement learning only has a number per mask.
 */
export async function trainCeiling(
  model: Model,
  images: readonly Prepared[],
  steps: number,
  print: (line: string) => void,
): Promise<void> {
  const draw = (random: () => number) => images[Math.floor(random() * images.length)]
  const forward = (windows: tf.Tensor3D) => model.forward(windows)
  const settings = { ...SETTINGS, steps }
  await trainSupervised(model, model.weights, draw, forward, settings, (step, loss) => {
    if ((step + 1) % 100 === 0) {
      print(`supervised step ${step + 1} of ${steps}, loss ${loss.toFixed(4)}`)
    }
  })
}
