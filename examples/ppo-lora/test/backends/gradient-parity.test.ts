import * as tf from '@tensorflow/tfjs'
import { afterAll, describe, expect, it } from 'vitest'
import { mulberry32 } from '../../../mulberry32.ts'
import { compareOperations, largestDifference } from '../../src/backends/compare-operations.ts'
import { type Backend, type BackendName, startBackend } from '../../src/backends/start-backend.ts'
import { createAdapter } from '../../src/model/lora.ts'
import { createModel } from '../../src/model/model.ts'
import type { ModelConfig } from '../../src/model/model-config.ts'
import { createUNet } from '../../src/model/unet.ts'
import { type CreditTensors, entropy, klDivergence, surrogateLoss } from '../../src/ppo/policy.ts'

const CONFIG: ModelConfig = {
  imageSize: 16,
  patch: 4,
  window: 12,
  width: 16,
  blocks: 2,
  heads: 2,
  feedForward: 32,
}

const IMAGES = 3

/** Other orders of additions in single precision; a GPU's are measured like the others'. */
const TOLERANCE = 1e-5

/** What makes each model, and what its adapter changes. */
const MODELS = {
  transformer: (random: () => number) => ({
    model: createModel(CONFIG, random),
    targets: undefined,
  }),
  unet: (random: () => number) => ({
    model: createUNet({ model: 'unet', imageSize: 16, widths: [6, 8, 10] }, random),
    targets: /.+/,
  }),
}

/** Loss and gradients of every parameter of models and adapters, by name, on the current backend. */
async function gradients(): Promise<Map<string, Float32Array>> {
  const all = new Map<string, Float32Array>()
  for (const [name, create] of Object.entries(MODELS)) {
    for (const [parameter, values] of await gradientsOf(create)) {
      all.set(`${name} ${parameter}`, values)
    }
  }
  return all
}

async function gradientsOf(
  create: (typeof MODELS)[keyof typeof MODELS],
): Promise<Map<string, Float32Array>> {
  const random = mulberry32(11)
  const uniform = (shape: number[], low: number, high: number): tf.Tensor => {
    const size = shape.reduce((all, each) => all * each, 1)
    return tf.tensor(
      Float32Array.from({ length: size }, () => low + (high - low) * random()),
      shape,
    )
  }
  const { model, targets: targetModules } = create(random)
  const targets = targetModules && { targetModules }
  const adapter = createAdapter(model, { r: 4, alpha: 8, dropout: 0.1, random, ...targets })
  for (const [name, weight] of adapter.weights) {
    // Zero by default, which hides errors in the other factor's gradient.
    if (name.endsWith('lora_B')) weight.assign(uniform(weight.shape, -0.3, 0.3))
  }
  const pixels = [IMAGES, model.imageSize ** 2]
  const windows = uniform([IMAGES, ...model.inputShape], -2, 2)
  const old = uniform(pixels, -3, 3)
  const reference = uniform(pixels, -3, 3)
  const weights = tf.tensor(
    Float32Array.from({ length: pixels[0] * pixels[1] }, () => (random() < 0.8 ? 1 : 0)),
    pixels,
  )
  const credit: CreditTensors = {
    foregroundGain: uniform(pixels, 0, 1),
    foregroundLoss: uniform(pixels, -1, 0),
    backgroundGain: uniform(pixels, 0, 1),
    backgroundLoss: uniform(pixels, -1, 0),
  }
  const parameters = [...model.weights, ...adapter.weights]
  const { value, grads } = tf.variableGrads(
    () => {
      const options = { training: true, dropoutSeed: [1, 2, 3] }
      const logits = model.forward(windows, adapter, options)
      const x = tf.div(logits.reshape(pixels), 0.5)
      const loss = surrogateLoss(x, old, credit, weights, [0.2, 0.2])
      const kl = tf.mean(klDivergence(x, reference, weights))
      const bonus = tf.mean(entropy(x, weights))
      return tf.add(loss, tf.sub(kl, bonus)) as tf.Scalar
    },
    parameters.map(([, weight]) => weight),
  )
  const result = new Map([['loss', (await value.data()) as Float32Array]])
  for (const [name, weight] of parameters) {
    result.set(name, (await grads[weight.name].data()) as Float32Array)
  }
  model.dispose()
  adapter.dispose()
  tf.dispose([windows, old, reference, weights, credit, value, grads])
  return result
}

await startBackend('cpu')
const expected = await gradients()

for (const name of ['wasm', 'node-gpu', 'webgpu'] as const satisfies BackendName[]) {
  const backend = await startBackend(name).catch((error: Error) => error)
  if (backend instanceof Error) {
    const reason = backend.message
    console.warn(`\n*** backend ${name} is absent: its gradients are NOT checked (${reason}) ***\n`)
    it.skip(`gradients on ${name}: NOT CHECKED, ${reason}`, () => {})
    continue
  }
  describe(`${name} on ${backend.device}`, () => {
    let current: Backend | undefined
    afterAll(() => current?.stop())

    it('has the loss and gradients of the cpu backend', async () => {
      current = await startBackend(name)
      const actual = await gradients()
      expect([...actual.keys()]).toEqual([...expected.keys()])
      expect(tf.getBackend()).toBe(name === 'node-gpu' ? 'tensorflow' : name)
      let worst = 0
      let worstRelative = 0
      for (const [parameter, values] of actual) {
        const difference = largestDifference(values, expected.get(parameter) as Float32Array)
        worst = Math.max(worst, difference)
        expect(difference, parameter).toBeLessThanOrEqual(TOLERANCE)
        const wanted = expected.get(parameter) as Float32Array
        const scale = wanted.reduce((largest, v) => Math.max(largest, Math.abs(v)), 0)
        // Small gradients have to agree as well: against the largest one of their parameter.
        const relative = largestDifference(
          values.map((v) => v / scale),
          wanted.map((v) => v / scale),
        )
        worstRelative = Math.max(worstRelative, relative)
        expect(relative, parameter).toBeLessThanOrEqual(TOLERANCE)
      }
      console.info(
        `${name}: largest difference of a gradient ${worst.toExponential(1)}, ` +
          `over the largest gradient of its parameter ${worstRelative.toExponential(1)}`,
      )
      // A loss without gradients would pass as well.
      for (const values of expected.values()) expect(values.some((v) => v !== 0)).toBe(true)
    })

    it('computes what the cpu backend computes', async () => {
      current = await startBackend(name)
      for (const { operation, difference } of await compareOperations()) {
        expect(difference, operation).toBeLessThanOrEqual(TOLERANCE)
      }
    })
  })
}
