import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import * as tf from '@tensorflow/tfjs'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { mulberry32 } from '../../../mulberry32.ts'
import { loadModel, saveModel } from '../../src/files/model-file.ts'
import { decodeSafetensors, encodeSafetensors } from '../../src/files/safetensors.ts'
import { createModel, Model } from '../../src/model/model.ts'
import {
  assertConfig,
  defaultConfig,
  type ModelConfig,
  parameterShapes,
} from '../../src/model/model-config.ts'
import { parameterCount } from '../../src/model/segmenter.ts'
import { tokenOrder, unfold } from '../../src/model/tokens.ts'
import { plainForward } from '../support/plain-forward.ts'
import { expectClose, randomWindows, tiny } from '../support/tiny-model.ts'

const dir = mkdtempSync(join(tmpdir(), 'model-'))

beforeAll(async () => {
  await tf.setBackend('cpu')
})
afterAll(() => rmSync(dir, { recursive: true }))

function naiveUnfold(image: Float32Array, { imageSize, patch, window }: ModelConfig): number[] {
  const out: number[] = []
  const grid = imageSize / patch
  for (let token = 0; token < grid * grid; token++) {
    for (let i = 0; i < window * window; i++) {
      const y = Math.floor(token / grid) * patch + Math.floor(i / window) - (window - patch) / 2
      const x = (token % grid) * patch + (i % window) - (window - patch) / 2
      const inside = y >= 0 && y < imageSize && x >= 0 && x < imageSize
      out.push(inside ? image[y * imageSize + x] : 0)
    }
  }
  return out
}

describe('tokens', () => {
  const configs = [tiny, defaultConfig, { ...tiny, window: 2 }, { ...tiny, window: 14 }]

  it('unfolds windows as a naive loop does', () => {
    for (const config of configs) {
      const random = mulberry32(3)
      const image = Float32Array.from({ length: config.imageSize ** 2 }, random)
      expect([...unfold(image, config)]).toEqual(naiveUnfold(image, config))
    }
  })

  it('orders pixels as the patches that the windows are centred on', () => {
    for (const config of configs) {
      const order = tokenOrder(config)
      const image = Float32Array.from({ length: config.imageSize ** 2 }, (_, i) => i)
      const patches = naiveUnfold(image, { ...config, window: config.patch })
      expect([...order]).toEqual(patches)
      expect(new Set(order).size).toBe(order.length)
    }
  })

  it('refuses an image of another size', () => {
    expect(() => unfold(new Float32Array(63), tiny)).toThrow('expected 8×8 pixels, got 63 numbers')
  })
})

describe('model', () => {
  it('has the documented numbers of parameters', () => {
    const small = createModel(defaultConfig, mulberry32(1))
    const large = createModel(
      { ...defaultConfig, width: 96, blocks: 3, feedForward: 192 },
      mulberry32(1),
    )
    expect(parameterCount(small)).toBe(108_944)
    expect(parameterCount(large)).toBe(317_200)
    small.dispose()
    large.dispose()
  })

  it('computes what a plain implementation computes', async () => {
    const model = createModel({ ...tiny, blocks: 2 }, mulberry32(5))
    // Positions, gains and biases far from their first values, so that each one counts.
    const random = mulberry32(6)
    for (const weight of model.weights.values()) {
      const values = Float32Array.from({ length: weight.size }, () => 2 * random() - 1)
      weight.assign(tf.tensor(values, weight.shape))
    }
    const windows = randomWindows(model.config, 2, 7)
    const logits = model.forward(windows)
    expect(logits.shape).toEqual([2, 64])
    const expected = await plainForward(model, windows)
    expectClose(await logits.data(), expected, 1e-5)
  })

  it('treats the images of a batch one by one', async () => {
    const model = createModel(tiny, mulberry32(8))
    const windows = randomWindows(tiny, 3, 9)
    const together = await model.forward(windows).data()
    const last = await model.forward(windows.slice([2], [1])).data()
    expectClose(together.subarray(2 * last.length), last, 1e-5)
  })

  it('has gradients that agree with finite differences', async () => {
    const model = createModel({ ...tiny, blocks: 1 }, mulberry32(10))
    const windows = randomWindows(tiny, 1, 11)
    const direction = tf.randomNormal<tf.Rank.R2>([1, 64], 0, 1, 'float32', 12)
    const loss = (): tf.Scalar => tf.tidy(() => tf.sum(tf.mul(model.forward(windows), direction)))
    const { grads } = tf.variableGrads(loss, [...model.weights.values()])
    const step = 1e-2
    for (const [name, weight] of model.weights) {
      const gradient = await grads[weight.name].data()
      const values = (await weight.data()).slice() as Float32Array
      let best = 0
      gradient.forEach((value, i) => {
        if (Math.abs(value) > Math.abs(gradient[best])) best = i
      })
      const at = (value: number): number => {
        const moved = values.slice()
        moved[best] = value
        weight.assign(tf.tensor(moved, weight.shape))
        return loss().dataSync()[0]
      }
      const numeric = (at(values[best] + step) - at(values[best] - step)) / (2 * step)
      weight.assign(tf.tensor(values, weight.shape))
      const tolerance = 0.02 * Math.abs(numeric) + 1e-3
      expect(Math.abs(gradient[best] - numeric), name).toBeLessThan(tolerance)
    }
  })

  it('predicts about the prior at first and is the same for the same seed', async () => {
    const windows = randomWindows(defaultConfig, 1, 13)
    const [a, b] = [1, 1].map((seed) => createModel(defaultConfig, mulberry32(seed)))
    const values = await a.forward(windows).data()
    expect(await b.forward(windows).data()).toEqual(values)
    expect(tf.mean(values).dataSync()[0]).toBeCloseTo(-2, 1)
  })

  it('leaves no tensor behind', () => {
    const model = createModel(tiny, mulberry32(1))
    const windows = randomWindows(tiny, 2, 2)
    const before = tf.memory().numTensors
    model.forward(windows).dispose()
    expect(tf.memory().numTensors).toBe(before)
    model.dispose()
    expect(tf.memory().numTensors).toBe(before - parameterShapes(tiny).size)
  })

  it('refuses wrong configurations, parameters and inputs', () => {
    expect(() => assertConfig({ ...tiny, heads: 0 })).toThrow('model heads: expected a positive')
    expect(() => assertConfig({ ...tiny, heads: 3 })).toThrow(
      'width 8 is not a multiple of heads 3',
    )
    expect(() => assertConfig({ ...tiny, window: 5 })).toThrow('window 5 cannot be centred')
    expect(() => assertConfig({ ...tiny, imageSize: 9 })).toThrow('imageSize 9 is not a multiple')
    expect(() => assertConfig(null)).toThrow(TypeError)
    expect(() => new Model(tiny, new Map())).toThrow('parameter embed.weight: expected [36,8]')
    const model = createModel(tiny, mulberry32(1))
    expect(() => model.forward(tf.zeros([1, 15, 36]))).toThrow('got [1,15,36]')
  })
})

describe('model files', () => {
  it('come back bit by bit, configuration included', async () => {
    const model = createModel({ ...tiny, feedForward: 10 }, mulberry32(20))
    const file = join(dir, 'base.safetensors')
    await saveModel(file, model)
    const loaded = loadModel(file) as Model
    expect(loaded.config).toEqual(model.config)
    expect([...loaded.weights.keys()]).toEqual([...model.weights.keys()])
    for (const [name, weight] of model.weights) {
      expect(await loaded.weights.get(name)!.data()).toEqual(await weight.data())
    }
    expect(readdirSync(dir)).toEqual(['base.safetensors'])
  })

  it('are refused, written and read, for a weight that is not finite', async () => {
    const file = join(dir, 'broken.safetensors')
    const model = createModel(tiny, mulberry32(20))
    await saveModel(file, model)
    const { tensors, metadata } = decodeSafetensors(readFileSync(file))
    for (const value of [Number.NaN, Number.POSITIVE_INFINITY]) {
      tensors.get('norm.weight')!.data[2] = value
      writeFileSync(file, encodeSafetensors(tensors, metadata))
      expect(() => loadModel(file)).toThrow(
        `${file}: norm.weight is not finite: number 2 of it is ${value}`,
      )
    }
    const gain = model.weights.get('norm.weight')!
    gain.assign(tf.fill(gain.shape, Number.NaN))
    const before = readFileSync(file)
    await expect(saveModel(file, model)).rejects.toThrow('saving refused: norm.weight is not fin')
    expect(readFileSync(file).equals(before)).toBe(true)
  })

  it('are refused for more blocks than there are parameters, at once', async () => {
    const file = join(dir, 'blocks.safetensors')
    const config = JSON.stringify({ ...tiny, blocks: 2 ** 40 })
    writeFileSync(file, encodeSafetensors(new Map(), { config }))
    expect(() => loadModel(file)).toThrow(`${file}: 0 parameters are too few for ${2 ** 40} blocks`)
  })

  it('are refused when they are cut or hold something else', async () => {
    const file = join(dir, 'base.safetensors')
    const bytes = readFileSync(file)
    const cut = join(dir, 'cut.safetensors')
    writeFileSync(cut, bytes.subarray(0, bytes.length - 4))
    expect(() => loadModel(cut)).toThrow(/cut\.safetensors: expected \d+ bytes of numbers, got \d+/)
    writeFileSync(cut, 'no tensors at all')
    expect(() => loadModel(cut)).toThrow('the header is longer than the file')
    expect(() => loadModel(join(dir, 'none'))).toThrow('ENOENT')
    const text = bytes.toString('latin1').replace('"window\\":6', '"window\\":8')
    writeFileSync(cut, Buffer.from(text, 'latin1'))
    expect(() => loadModel(cut)).toThrow(
      'embed.weight has shape [8,36], the configuration needs [8,64]',
    )
  })
})
