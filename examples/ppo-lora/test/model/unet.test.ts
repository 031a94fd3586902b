import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import * as tf from '@tensorflow/tfjs'
import { afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { mulberry32 } from '../../../mulberry32.ts'
import { loadAdapter, saveAdapter } from '../../src/files/adapter-files.ts'
import { loadModel, saveModel } from '../../src/files/model-file.ts'
import { decodeSafetensors } from '../../src/files/safetensors.ts'
import { type Adapter, createAdapter } from '../../src/model/lora.ts'
import { mergeAdapter, unmergeAdapter } from '../../src/model/merge-adapter.ts'
import { parameterCount } from '../../src/model/segmenter.ts'
import { createUNet, UNet } from '../../src/model/unet.ts'
import { assertUNetConfig, defaultUNet, type UNetConfig } from '../../src/model/unet-config.ts'
import { plainUNet } from '../support/plain-unet.ts'
import { bitsOf, expectClose, shake } from '../support/tiny-model.ts'

const TINY: UNetConfig = { model: 'unet', imageSize: 8, widths: [3, 4, 5] }
const TARGETS = ['conv1', 'conv2']

let dir: string
let model: UNet
let images: tf.Tensor4D

beforeAll(async () => {
  await tf.setBackend('cpu')
})
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'unet-'))
  model = createUNet(TINY, mulberry32(1))
  shakeAll(model, 2)
  images = randomImages(2, 3)
})
afterEach(() => rmSync(dir, { recursive: true }))

function randomImages(batch: number, seed: number): tf.Tensor4D {
  const random = mulberry32(seed)
  const values = Float32Array.from({ length: batch * 64 }, () => 4 * random() - 2)
  return tf.tensor4d(values, [batch, 8, 8, 1])
}

/** Biases and the head away from their first values, so that each of them counts. */
function shakeAll({ weights }: UNet, seed: number): void {
  const random = mulberry32(seed)
  for (const weight of weights.values()) {
    const values = Float32Array.from({ length: weight.size }, () => 0.6 * random() - 0.3)
    weight.assign(tf.tensor(values, weight.shape))
  }
}

const fresh = (changes = {}) =>
  createAdapter(model, {
    r: 2,
    alpha: 4,
    dropout: 0,
    targetModules: TARGETS,
    random: mulberry32(4),
    ...changes,
  })
const trained = (changes = {}) => shake(fresh(changes), 5)
const run = (adapter?: Adapter, options = {}) => model.forward(images, adapter, options).data()

describe('the U-Net', () => {
  it('has the documented number of parameters, and modules of the shapes of their kernels', () => {
    expect(parameterCount(createUNet(defaultUNet, mulberry32(1)))).toBe(60_257)
    expect(model.modules.map(({ path, shape }) => `${path} ${shape}`)).toEqual([
      'down.0.conv1 3,3,1,3',
      'down.0.conv2 3,3,3,3',
      'down.1.conv1 3,3,3,4',
      'down.1.conv2 3,3,4,4',
      'bottom.conv1 3,3,4,5',
      'up.1.conv1 3,3,9,4',
      'up.0.conv1 3,3,7,3',
      'head 1,1,3,1',
    ])
  })

  it('computes what a plain implementation computes', async () => {
    const logits = model.forward(images)
    expect(logits.shape).toEqual([2, 64])
    expectClose(await logits.data(), await plainUNet(model, images), 1e-5)
  })

  it('predicts about the prior at first and is the same for the same seed', async () => {
    const [a, b] = [1, 1].map((seed) => createUNet(TINY, mulberry32(seed)))
    const values = await a.forward(images).data()
    expect(await b.forward(images).data()).toEqual(values)
    expect(tf.mean(values).dataSync()[0]).toBeCloseTo(-2, 1)
  })

  it('refuses wrong configurations, parameters and images', () => {
    expect(() => assertUNetConfig({ ...TINY, imageSize: 10 })).toThrow('10 is not a multiple of 4')
    expect(() => assertUNetConfig({ ...TINY, imageSize: '8' })).toThrow('positive integer, got 8')
    expect(() => assertUNetConfig({ ...TINY, widths: [4, 0] })).toThrow('integers, got [4,0]')
    expect(() => assertUNetConfig({ ...TINY, model: 'net' })).toThrow('of a unet, got net')
    expect(() => assertUNetConfig(null)).toThrow(TypeError)
    expect(() => new UNet(TINY, new Map())).toThrow('down.0.conv1.weight: expected [3,3,1,3]')
    expect(() => model.forward(tf.zeros([1, 8, 9, 1]))).toThrow('got [1,8,9,1]')
    expect(() => model.inputOf(new Float32Array(63))).toThrow('expected 8×8 pixels, got 63')
  })

  it('comes back from a file bit by bit, in the layout of PyTorch', async () => {
    const file = join(dir, 'unet.safetensors')
    await saveModel(file, model)
    const loaded = loadModel(file)
    expect(loaded.config).toEqual(TINY)
    expect(await bitsOf(loaded)).toEqual(await bitsOf(model))
    const { tensors } = decodeSafetensors(readFileSync(file))
    expect(tensors.get('up.0.conv1.weight')?.shape).toEqual([3, 7, 3, 3])
  })
})

describe('an adapter of convolutions', () => {
  it('has rank · (inputs of a kernel + outputs) numbers a module', () => {
    const large = createUNet(defaultUNet, mulberry32(1))
    const random = mulberry32(2)
    const adapter = createAdapter(large, { r: 4, targetModules: TARGETS, random })
    expect(adapter.parameterCount).toBe(8868)
  })

  it('is exactly the base while it is fresh or disabled', async () => {
    expect(await run(fresh())).toEqual(await run())
    const adapter = trained()
    expect(await run(adapter)).not.toEqual(await run())
    adapter.enabled = false
    expect(await run(adapter)).toEqual(await run())
  })

  it('starts with A within ± 1 / √(9 in)', async () => {
    const A = await fresh({ r: 64 }).weights.get('up.1.conv1.lora_A')!.data()
    expect(Math.max(...A)).toBeLessThanOrEqual(1 / 9)
    expect(Math.max(...A)).toBeGreaterThan(0.98 / 9)
  })

  it('is two convolutions in a row beside the frozen one, with dropout in front of them', async () => {
    // So little is dropped that nothing is, which takes the way of dropout none the less.
    const dropout = 1e-9
    const options = { training: true, dropoutSeed: 1 }
    expectClose(await run(trained({ dropout }), options), await run(trained()), 1e-4)
    const half = trained({ dropout: 0.5 })
    expect(await run(half, options)).toEqual(await run(half, options))
    expect(await run(half, options)).not.toEqual(await run(half, { ...options, dropoutSeed: 2 }))
    const two = { training: true, dropoutSeed: [8, 9] }
    const second = tf.slice4d(images, [1, 0, 0, 0], [1, -1, -1, -1])
    const alone = model.forward(second, half, { training: true, dropoutSeed: [9] })
    expectClose((await run(half, two)).subarray(64), await alone.data(), 1e-5)
  })

  it('alone receives gradients', () => {
    const adapter = trained()
    const { grads } = tf.variableGrads(
      () => tf.mean(model.forward(images, adapter)),
      [...adapter.weights.values()],
    )
    const names = [...adapter.weights.values()].map((weight) => weight.name)
    expect(Object.keys(grads).sort()).toEqual(names.sort())
    for (const gradient of Object.values(grads)) {
      expect(gradient.abs().max().dataSync()[0]).toBeGreaterThan(0)
    }
  })

  it('is merged and unmerged', async () => {
    const adapter = trained()
    const [before, adapted] = [await bitsOf(model), await run(adapter)]
    await mergeAdapter(model, adapter)
    expectClose(await run(), adapted, 1e-5)
    unmergeAdapter(model, adapter)
    expect(await bitsOf(model)).toEqual(before)
  })

  it('comes back from files in the layout of PEFT', async () => {
    const adapter = trained({ targetModules: /up\..*|head/ })
    await saveAdapter(dir, adapter, { baseModelName: 'unet', baseModel: model })
    const { tensors } = decodeSafetensors(readFileSync(join(dir, 'adapter_model.safetensors')))
    const shapes = [...tensors].map(([name, { shape }]) => `${name.slice(17)} ${shape}`)
    expect(shapes).toEqual([
      'up.1.conv1.lora_A.weight 2,9,3,3',
      'up.1.conv1.lora_B.weight 4,2,1,1',
      'up.0.conv1.lora_A.weight 2,7,3,3',
      'up.0.conv1.lora_B.weight 3,2,1,1',
      'head.lora_A.weight 2,3,1,1',
      'head.lora_B.weight 1,2,1,1',
    ])
    const loaded = await loadAdapter(dir, model)
    expect(await bitsOf(loaded)).toEqual(await bitsOf(adapter))
    expect(await run(loaded)).toEqual(await run(adapter))
  })

  it('leaves no tensor behind', async () => {
    const before = tf.memory().numTensors
    const adapter = fresh()
    model.forward(images, adapter).dispose()
    await mergeAdapter(model, adapter)
    unmergeAdapter(model, adapter)
    adapter.dispose()
    expect(tf.memory().numTensors).toBe(before)
  })
})
