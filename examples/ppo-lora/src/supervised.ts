import * as tf from '@tensorflow/tfjs'
import { mulberry32 } from '../../mulberry32.ts'
import { type Prepared, rowsTensor, windowsTensor } from './data/prepare.ts'
import { type Model, tokenOrder } from './model/model.ts'
import { Adam, clipNorm } from './ppo/adam.ts'
import { logProbabilities } from './ppo/policy.ts'

/** Settings of supervised training. */
export interface SupervisedSettings {
  steps: number
  batch: number
  /** Rises over `warmUp` steps, then falls along a cosine to 0. */
  learningRate: number
  warmUp: number
  weightDecay: number
  gradientNorm: number
  seed: number
}

/** The learning rate of a step. */
export function scheduled(
  step: number,
  { steps, learningRate, warmUp }: SupervisedSettings,
): number {
  if (step < warmUp) return (learningRate * (step + 1)) / warmUp
  return 0.5 * learningRate * (1 + Math.cos((Math.PI * (step - warmUp)) / (steps - warmUp)))
}

/** Trains all weights by binary cross-entropy inside the field of view. */
export async function trainSupervised(
  model: Model,
  variables: ReadonlyMap<string, tf.Variable>,
  draw: (random: () => number) => Prepared,
  forward: (windows: tf.Tensor3D) => tf.Tensor3D,
  settings: SupervisedSettings,
  onStep: (step: number, loss: number) => void,
): Promise<void> {
  const random = mulberry32(settings.seed)
  const optimizer = new Adam({ weightDecay: settings.weightDecay })
  const order = tokenOrder(model.config)
  const values = new Map<string, Float32Array>()
  for (const [name, variable] of variables) {
    values.set(name, (await variable.data()).slice() as Float32Array)
  }
  for (let step = 0; step < settings.steps; step++) {
    const batch = Array.from({ length: settings.batch }, () => draw(random))
    const inputs = {
      windows: windowsTensor(batch, model),
      labels: rowsTensor(
        batch.map(({ truth }) => {
          const raster = truth.toUint8Array()
          return Uint8Array.from(order, (at) => raster[at])
        }),
      ),
      weights: rowsTensor(batch.map(({ weights }) => weights)),
    }
    const { value, grads } = tf.variableGrads(() => {
      const logits = tf.reshape(forward(inputs.windows), inputs.labels.shape)
      const { foreground, background } = logProbabilities(logits)
      const each = tf.add(
        tf.mul(inputs.labels, foreground),
        tf.mul(tf.sub(1, inputs.labels), background),
      )
      const sums = tf.sum(tf.mul(each, inputs.weights), -1)
      return tf.neg(tf.mean(tf.div(sums, tf.sum(inputs.weights, -1)))) as tf.Scalar
    }, [...variables.values()])
    const gradients = new Map<string, Float32Array>()
    for (const [name, variable] of variables) {
      gradients.set(name, (await grads[variable.name].data()).slice() as Float32Array)
    }
    const [loss] = await value.data()
    tf.dispose([inputs, value, grads])
    if (!Number.isFinite(loss)) throw new Error(`expected a finite loss, got ${loss}`)
    clipNorm(gradients, settings.gradientNorm)
    optimizer.step(values, gradients, scheduled(step, settings))
    for (const [name, variable] of variables) {
      const tensor = tf.tensor(values.get(name) as Float32Array, variable.shape)
      variable.assign(tensor)
      tensor.dispose()
    }
    onStep(step, loss)
  }
}
