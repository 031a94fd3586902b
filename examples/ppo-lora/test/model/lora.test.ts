import * as tf from '@tensorflow/tfjs'
import { beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { mulberry32 } from '../../../mulberry32.ts'
import {
  type Adapter,
  createAdapter,
  fillDropout,
  trainableParameters,
} from '../../src/model/lora.ts'
import { matchModules } from '../../src/model/match-modules.ts'
import { createModel, type Model } from '../../src/model/model.ts'
import { defaultConfig } from '../../src/model/model-config.ts'
import { expectClose, randomWindows, shake, tiny } from '../support/tiny-model.ts'

let model: Model
let windows: tf.Tensor3D

beforeAll(async () => {
  await tf.setBackend('cpu')
})
beforeEach(() => {
  model = createModel(tiny, mulberry32(1))
  windows = randomWindows(tiny, 2, 2)
})

const trained = () => shake(createAdapter(model, { r: 2, alpha: 4, random: mulberry32(3) }), 4)
const run = (adapter?: Adapter, options = {}) => model.forward(windows, adapter, options).data()

describe('adapter', () => {
  it('is exactly the base while it is fresh, with dropout too', async () => {
    const adapter = createAdapter(model, { random: mulberry32(3) })
    expect(await run(adapter)).toEqual(await run())
    expect(await run(adapter, { training: true, dropoutSeed: 1 })).toEqual(await run())
  })

  it('is exactly the base while it is disabled', async () => {
    const adapter = trained()
    expect(await run(adapter)).not.toEqual(await run())
    adapter.enabled = false
    expect(await run(adapter)).toEqual(await run())
  })

  it('adds scale · x A B to every module that it changes', async () => {
    const adapter = trained()
    expect(adapter.scale).toBe(2)
    const copy = createModel(tiny, mulberry32(1))
    for (const module of adapter.modules) {
      const A = adapter.weights.get(`${module}.lora_A`)! as unknown as tf.Tensor2D
      const B = adapter.weights.get(`${module}.lora_B`)! as unknown as tf.Tensor2D
      const kernel = copy.weights.get(`${module}.weight`)!
      kernel.assign(tf.add(kernel, tf.mul(tf.dot(A, B), 2)))
    }
    const expected = await copy.forward(windows).data()
    const values = await run(adapter)
    expectClose(values, expected, 1e-5)
  })

  it('starts with A within ± 1 / √in and B at 0', async () => {
    const adapter = createAdapter(createModel(defaultConfig, mulberry32(1)), {
      random: mulberry32(5),
    })
    const A = await adapter.weights.get('blocks.1.feed_forward.down.lora_A')!.data()
    const bound = 1 / Math.sqrt(128)
    expect(Math.max(...A)).toBeLessThanOrEqual(bound)
    expect(Math.max(...A)).toBeGreaterThan(0.98 * bound)
    expect(Math.min(...A)).toBeLessThan(-0.98 * bound)
    const B = await adapter.weights.get('blocks.1.feed_forward.down.lora_B')!.data()
    expect(B.every((value) => value === 0)).toBe(true)
  })

  it('reports its share of the parameters', () => {
    const base = createModel(defaultConfig, mulberry32(1))
    const report = trainableParameters(base, createAdapter(base, { random: mulberry32(2) }))
    expect(report).toEqual({
      trainable: 17_408,
      total: 126_352,
      text: 'trainable 17,408 of 126,352 (13.8 %)',
    })
    const config = { ...defaultConfig, width: 96, blocks: 3, feedForward: 192 }
    const large = createModel(config, mulberry32(1))
    expect(createAdapter(large, { random: mulberry32(2) }).parameterCount).toBe(39_168)
  })

  it('alone receives gradients', () => {
    const adapter = trained()
    const { grads } = tf.variableGrads(
      () => tf.mean(model.forward(windows, adapter, { training: true, dropoutSeed: 1 })),
      [...adapter.weights.values()],
    )
    const names = [...adapter.weights.values()].map((weight) => weight.name)
    expect(Object.keys(grads).sort()).toEqual(names.sort())
    for (const gradient of Object.values(grads)) {
      expect(gradient.abs().max().dataSync()[0]).toBeGreaterThan(0)
    }
  })

  it('refuses settings out of range', () => {
    const random = mulberry32(1)
    expect(() => createAdapter(model, { random, r: 0 })).toThrow(
      'r: expected an integer ≥ 1, got 0',
    )
    expect(() => createAdapter(model, { random, dropout: 1 })).toThrow('[0, 1), got 1')
    expect(() => createAdapter(model, { random, alpha: Number.NaN })).toThrow('alpha: expected')
  })
})

describe('targets', () => {
  const paths = () => model.modules.map(({ path }) => path)

  it('are last parts of paths, as in PEFT', () => {
    expect(paths()).toEqual([
      'embed',
      ...['q', 'k', 'v', 'o'].map((name) => `blocks.0.attention.${name}`),
      ...['gate', 'up', 'down'].map((name) => `blocks.0.feed_forward.${name}`),
      'head',
    ])
    expect(matchModules(paths(), ['q', 'attention.v', 'head'])).toEqual([
      'blocks.0.attention.q',
      'blocks.0.attention.v',
      'head',
    ])
  })

  it('are an expression that matches whole paths', () => {
    expect(matchModules(paths(), /.*\.(q|down)/g)).toEqual([
      'blocks.0.attention.q',
      'blocks.0.feed_forward.down',
    ])
    expect(() => matchModules(paths(), /attention/)).toThrow('no module matches /attention/')
  })

  it('must all exist', () => {
    expect(() => matchModules(paths(), ['q', 'query'])).toThrow('no module matches query;')
    expect(() => matchModules(paths(), [])).toThrow('no module matches []')
    expect(() => matchModules(paths(), ['norm'])).toThrow(RangeError)
  })

  it('may be the first and the last module', async () => {
    const targetModules = ['embed', 'head']
    const adapter = shake(createAdapter(model, { targetModules, random: mulberry32(1) }), 2)
    expect(adapter.modules).toEqual(targetModules)
    expect(await run(adapter)).not.toEqual(await run())
  })
})

describe('dropout', () => {
  it('is chosen by the seed, and for each image alone', async () => {
    const adapter = trained()
    const seeded = (dropoutSeed: number | number[]) => run(adapter, { training: true, dropoutSeed })
    expect(await seeded(1)).toEqual(await seeded(1))
    expect(await seeded(1)).not.toEqual(await seeded(2))
    expect(await run(adapter, { dropoutSeed: 1 })).toEqual(await run(adapter))
    const both = await seeded([5, 6])
    const second = tf.slice3d(windows, [1, 0, 0], [1, -1, -1])
    const alone = await model.forward(second, adapter, { training: true, dropoutSeed: [6] }).data()
    expectClose(both.subarray(alone.length), alone, 1e-5)
  })

  it('needs a seed', () => {
    const adapter = trained()
    expect(() => model.forward(windows, adapter, { training: true })).toThrow('dropoutSeed')
    const options = { training: true, dropoutSeed: [1] }
    expect(() => model.forward(windows, adapter, options)).toThrow('expected 2 dropout seeds')
  })

  it('drops the asked share, keeps the mean and does not repeat itself', () => {
    const values = new Float32Array(200_001)
    for (const rate of [0.05, 0.5]) {
      fillDropout(values, rate, 7)
      const dropped = values.filter((value) => value === 0).length / values.length
      expect(Math.abs(dropped - rate)).toBeLessThan(4 * Math.sqrt((rate * (1 - rate)) / 200_001))
      const mean = values.reduce((sum, value) => sum + value, 0) / values.length
      expect(Math.abs(mean - 1)).toBeLessThan(0.01)
      const other = new Float32Array(values.length)
      fillDropout(other, rate, 8)
      const joint = values.filter((value, i) => value === 0 && other[i] === 0).length
      expect(joint / values.length).toBeCloseTo(rate * rate, 2)
    }
    fillDropout(values, 0, 7)
    expect(values.every((value) => value === 1)).toBe(true)
  })
})
