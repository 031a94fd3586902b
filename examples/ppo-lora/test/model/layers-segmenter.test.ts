import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import * as tf from '@tensorflow/tfjs'
import { afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { mulberry32 } from '../../../mulberry32.ts'
import { startBackend } from '../../src/backends/start-backend.ts'
import { prepare } from '../../src/data/prepare.ts'
import { loadAdapter, saveAdapter } from '../../src/files/adapter-files.ts'
import { loadSegmenter } from '../../src/files/load-segmenter.ts'
import { LayersSegmenter } from '../../src/model/layers-segmenter.ts'
import { type Adapter, createAdapter } from '../../src/model/lora.ts'
import { mergeAdapter, unmergeAdapter } from '../../src/model/merge-adapter.ts'
import type { Segmenter } from '../../src/model/segmenter.ts'
import { initialState, train, type UpdateRecord } from '../../src/train.ts'
import { saveNetwork, smallNetwork } from '../support/layers-model.ts'
import { bitsOf, expectClose, shake } from '../support/tiny-model.ts'
import { smallSamples, smallSettings } from '../support/tiny-run.ts'

let dir: string
let file: string
let network: tf.LayersModel
let model: Segmenter
let images: tf.Tensor4D

beforeAll(async () => {
  await startBackend('wasm')
})
beforeEach(async () => {
  dir = mkdtempSync(join(tmpdir(), 'layers-'))
  network = smallNetwork()
  file = await saveNetwork(dir, network)
  model = await loadSegmenter(file)
  images = tf.randomNormal([2, 8, 8, 1], 0, 1, 'float32', 5)
})
afterEach(() => rmSync(dir, { recursive: true }))

const trained = (changes = {}) =>
  shake(
    createAdapter(model, {
      r: 2,
      alpha: 4,
      dropout: 0,
      targetModules: '/.+/',
      random: mulberry32(1),
      ...changes,
    }),
    2,
  )
const run = (adapter?: Adapter, options = {}) => model.forward(images, adapter, options).data()

describe('a LayersModel', () => {
  it('is read from its files, with the modules that adapters change', async () => {
    expect([model.imageSize, model.inputShape]).toEqual([8, [8, 8, 1]])
    expect(model.modules).toEqual([
      { path: 'first', shape: [3, 3, 1, 4], kind: 'convolution' },
      { path: 'second', shape: [3, 3, 4, 5], kind: 'convolution' },
      { path: 'logits', shape: [7, 1], kind: 'linear' },
    ])
    expect(model.weights.has('normal.moving_mean')).toBe(true)
    expect(model.weights.has('large.kernel')).toBe(true)
    const logits = model.forward(images)
    expect(logits.shape).toEqual([2, 64])
    const expected = network.predict(images) as tf.Tensor
    expect(await logits.data()).toEqual(await expected.data())
  })

  it('has adapters that are the change of its kernels', async () => {
    const adapter = trained()
    const [base, adapted] = [await run(), await run(adapter)]
    expect(adapted).not.toEqual(base)
    // The change is there during a forward pass only.
    expect(await run()).toEqual(base)
    expect(
      await run(createAdapter(model, { targetModules: ['first'], random: mulberry32(3) })),
    ).toEqual(base)
    const before = await bitsOf(model)
    await mergeAdapter(model, adapter)
    expectClose(await run(), adapted, 1e-6)
    unmergeAdapter(model, adapter)
    expect(await bitsOf(model)).toEqual(before)
  })

  it('gives gradients to the adapter alone, and none is missing', async () => {
    const adapter = trained()
    const list = [...adapter.weights.values()]
    const { grads } = tf.variableGrads(
      () => tf.mean(tf.square(model.forward(images, adapter))),
      list,
    )
    expect(Object.keys(grads).sort()).toEqual(list.map(({ name }) => name).sort())
    for (const gradient of Object.values(grads)) {
      expect((await gradient.data()).some((value) => value !== 0)).toBe(true)
    }
  })

  it('has its adapters in files, for it alone', async () => {
    const adapter = trained({ targetModules: ['second', 'logits'] })
    const folder = join(dir, 'adapter')
    await saveAdapter(folder, adapter, { baseModelName: 'own', baseModel: model })
    expect(await bitsOf(await loadAdapter(folder, model))).toEqual(await bitsOf(adapter))
    const other = new LayersSegmenter(smallNetwork(8, 3))
    other.weights.get('normal.moving_mean')?.assign(tf.ones([5]))
    await expect(loadAdapter(folder, other)).rejects.toThrow('the base parameters are not')
  })

  it('has no place for dropout', () => {
    const options = { training: true, dropoutSeed: 1 }
    expect(() => model.forward(images, trained({ dropout: 0.1 }), options)).toThrow(
      'expected adapters without dropout for this model',
    )
    // What failed leaves no change behind.
    expect(() => model.forward(images)).not.toThrow()
  })

  it('learns by PPO, from the policy that drew the samples', async () => {
    const lora = { r: 2, alpha: 4, dropout: 0, targetModules: '/first|second/' }
    const settings = smallSettings({ updates: 2, tile: 4, lora })
    const before = await bitsOf(model)
    const state = initialState(model, settings)
    const records: UpdateRecord[] = []
    await train(model, state, prepare(smallSamples(4, 8, 1), model), settings, async (record) => {
      records.push(record)
      return true
    })
    for (const { firstRatioMax } of records) expect(Math.abs(firstRatioMax - 1)).toBeLessThan(1e-4)
    expect(records[1].ratioMax).toBeGreaterThan(1.001)
    expect(await bitsOf(model)).toEqual(before)
  })

  it('of three channels sees the image in each', async () => {
    const color = new LayersSegmenter(smallNetwork(8, 3))
    const input = color.inputOf(Float32Array.from({ length: 64 }, (_, i) => i))
    expect([...input.subarray(0, 7)]).toEqual([0, 0, 0, 1, 1, 1, 2])
    expect(() => color.inputOf(new Float32Array(63))).toThrow('expected 8×8 pixels, got 63')
    expect(() => color.forward(images)).toThrow('expected inputs [batch, 8, 8, 3], got [2,8,8,1]')
  })

  it('leaves no tensor behind', async () => {
    const before = tf.memory().numTensors
    const one = await loadSegmenter(file)
    one.forward(images).dispose()
    one.dispose()
    expect(tf.memory().numTensors).toBe(before)
  })
})

describe('a LayersModel is refused', () => {
  const input = (...shape: (number | null)[]) => tf.input({ shape })
  const convolution = (activation?: 'sigmoid', filters = 1) =>
    tf.layers.conv2d({ filters, kernelSize: 1, activation })
  const made = (inputs: tf.SymbolicTensor, layer: tf.layers.Layer) =>
    tf.model({ inputs, outputs: layer.apply(inputs) as tf.SymbolicTensor })

  it.each([
    ['a sigmoid at its end', () => smallNetwork(8, 1, 'sigmoid'), 'got the activation sigmoid'],
    [
      'a sigmoid before a reshape',
      () => {
        const x = input(8, 8, 1)
        const outputs = tf.layers
          .reshape({ targetShape: [8, 8] })
          .apply(convolution('sigmoid').apply(x)) as tf.SymbolicTensor
        return tf.model({ inputs: x, outputs })
      },
      'got the activation sigmoid',
    ],
    [
      'two features a pixel',
      () => made(input(8, 8, 1), convolution(undefined, 2)),
      'got [any, 8, 8, 2]',
    ],
    ['images that are not square', () => made(input(8, 9, 1), convolution()), 'got [any, 8, 9, 1]'],
    ['two channels', () => made(input(8, 8, 2), convolution()), '1 or 3], got [any, 8, 8, 2]'],
    [
      'another size',
      () => made(input(8, 8, 1), tf.layers.conv2d({ filters: 1, kernelSize: 1, strides: 2 })),
      'expected a model of one logit per pixel, [batch, 8, 8, 1], got [any, 4, 4, 1]',
    ],
    [
      'two outputs',
      () => {
        const x = input(8, 8, 1)
        const outputs = [convolution().apply(x), convolution().apply(x)] as tf.SymbolicTensor[]
        return tf.model({ inputs: x, outputs })
      },
      'one output, got 2',
    ],
    [
      'nothing to adapt',
      () => made(input(8, 8, 1), tf.layers.averagePooling2d({ poolSize: 1 })),
      'Dense or Conv2D layers',
    ],
  ])('with %s', (_, create, message) => {
    expect(() => new LayersSegmenter(create())).toThrow(message)
  })

  it('when its file is none', async () => {
    const refused = async (content: unknown, message: string) => {
      writeFileSync(file, typeof content === 'string' ? content : JSON.stringify(content))
      await expect(loadSegmenter(file)).rejects.toThrow(`${file}: ${message}`)
    }
    const json = JSON.parse(readFileSync(file, 'utf8'))
    await refused('{', 'it is not JSON')
    await refused({ ...json, format: 'graph-model' }, 'expected a LayersModel, got a GraphModel')
    await refused({ format: 'layers-model' }, 'expected a LayersModel with modelTopology')
    await refused({ ...json, modelTopology: {} }, '')
    // A manifest without its paths, and one of a file that is not there.
    await refused({ ...json, weightsManifest: [{}] }, '')
    const gone = [{ paths: ['gone.bin'], weights: [] }]
    await refused({ ...json, weightsManifest: gone }, 'ENOENT')
    await expect(loadSegmenter(join(dir, 'none.json'))).rejects.toThrow('ENOENT')
  })
})
