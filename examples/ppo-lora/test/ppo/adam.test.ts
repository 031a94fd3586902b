import * as tf from '@tensorflow/tfjs'
import { describe, expect, it } from 'vitest'
import { mulberry32 } from '../../../mulberry32.ts'
import { startBackend } from '../../src/backends/start-backend.ts'
import { Adam, clipNorm } from '../../src/ppo/adam.ts'
import { expectClose } from '../support/tiny-model.ts'

describe('Adam', () => {
  it('makes the steps of the published algorithm', () => {
    const random = mulberry32(1)
    const [rate, beta1, beta2, epsilon, decay] = [0.01, 0.9, 0.999, 1e-8, 0.02]
    const weights = Float32Array.from({ length: 5 }, () => random() - 0.5)
    // In double precision, line by line as in the paper.
    const [x, m, v] = [[...weights], new Array(5).fill(0), new Array(5).fill(0)]
    const optimizer = new Adam({ weightDecay: decay })
    for (let t = 1; t <= 20; t++) {
      const gradient = Float32Array.from(x, () => random() - 0.3)
      for (let i = 0; i < 5; i++) {
        m[i] = beta1 * m[i] + (1 - beta1) * gradient[i]
        v[i] = beta2 * v[i] + (1 - beta2) * gradient[i] ** 2
        const first = m[i] / (1 - beta1 ** t)
        const second = v[i] / (1 - beta2 ** t)
        x[i] -= rate * (first / (Math.sqrt(second) + epsilon) + decay * x[i])
      }
      optimizer.step(new Map([['w', weights]]), new Map([['w', gradient]]), rate)
    }
    expectClose(weights, x, 1e-6)
    expect(optimizer.steps).toBe(20)
  })

  it("agrees with TensorFlow.js's", async () => {
    await startBackend('cpu')
    const start = [0.5, -1, 2]
    const variable = tf.variable(tf.tensor1d(start))
    const reference = tf.train.adam(0.05)
    const weights = Float32Array.from(start)
    const optimizer = new Adam()
    for (let t = 0; t < 10; t++) {
      reference.minimize(() => tf.sum(tf.square(variable)) as tf.Scalar)
      const gradient = weights.map((w) => 2 * w)
      optimizer.step(new Map([['w', weights]]), new Map([['w', gradient]]), 0.05)
    }
    // Its epsilon stands at another place.
    expectClose(weights, await variable.data(), 1e-4)
  })

  it('asks for every gradient', () => {
    const weights = new Map([['w', new Float32Array(1)]])
    expect(() => new Adam().step(weights, new Map(), 1)).toThrow('gradient of w')
  })
})

describe('the norm of gradients', () => {
  it('is brought to the limit over all arrays together', () => {
    const gradients = new Map([
      ['a', Float32Array.of(3, 0)],
      ['b', Float32Array.of(0, 4)],
    ])
    expect(clipNorm(gradients, 1)).toBe(5)
    const all = [...gradients.values()].flatMap((g) => [...g])
    expect(Math.hypot(...all)).toBeCloseTo(1, 6)
    expectClose(all, [0.6, 0, 0, 0.8], 1e-6)
    expect(clipNorm(gradients, 2)).toBeCloseTo(1, 6)
    expectClose(
      [...gradients.values()].flatMap((g) => [...g]),
      all,
      0,
    )
  })
})
