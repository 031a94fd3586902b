import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import * as tf from '@tensorflow/tfjs'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { mulberry32 } from '../../mulberry32.ts'
import { startBackend } from '../src/backends/start-backend.ts'
import { loadAdapter, saveAdapter } from '../src/files/adapter-files.ts'
import { loadCheckpoint, saveCheckpoint } from '../src/files/checkpoint.ts'
import { loadModel, saveModel } from '../src/files/model-file.ts'
import { decodeSafetensors, encodeSafetensors } from '../src/files/safetensors.ts'
import { createAdapter } from '../src/model/lora.ts'
import { mergeAdapter, unmergeAdapter } from '../src/model/merge-adapter.ts'
import { createModel, type Model } from '../src/model/model.ts'
import type { Segmenter } from '../src/model/segmenter.ts'
import { restoreTraining, saveTraining } from '../src/run/training-files.ts'
import { trainSupervised } from '../src/supervised.ts'
import { initialState, train } from '../src/train.ts'
import { small, smallImages, smallSettings } from './support/tiny-run.ts'

const dir = mkdtempSync(join(tmpdir(), 'memory-'))
const file = join(dir, 'model.safetensors')
const adapterDir = join(dir, 'adapter')
const checkpoint = join(dir, 'checkpoint')
const settings = smallSettings({ updates: 1 })
let model: Model

beforeAll(async () => {
  await startBackend('wasm')
  model = createModel(small, mulberry32(1))
  await saveModel(file, model)
  const state = initialState(model, settings)
  await saveTraining(checkpoint, model, state, settings, 'wasm')
  await saveAdapter(adapterDir, state.adapter, { baseModelName: 'x', baseModel: model })
  state.adapter.dispose()
})
afterAll(() => rmSync(dir, { recursive: true }))

/** Tensors that something leaves behind. */
async function left(run: () => unknown): Promise<number> {
  const before = tf.memory().numTensors
  await run()
  return tf.memory().numTensors - before
}

describe('no tensor is left by', () => {
  it('a model that is made or loaded, one for each of its weights before', async () => {
    const make = () => createModel(small, mulberry32(1))
    const makes = { made: make, loaded: () => loadModel(file) }
    for (const [name, create] of Object.entries(makes)) {
      let held = 0
      const rest = await left(async () => {
        let one: Segmenter | undefined
        held = await left(() => {
          one = create()
        })
        one?.dispose()
      })
      expect([held, rest], name).toEqual([model.weights.size, 0])
    }
  })

  it('an adapter that is made or loaded, one for each of its weights before', async () => {
    const makes = {
      made: () => createAdapter(model, { random: mulberry32(2) }),
      loaded: () => loadAdapter(adapterDir, model),
    }
    for (const [name, create] of Object.entries(makes)) {
      const adapter = await create()
      const count = adapter.weights.size
      expect(await left(() => adapter.dispose()), name).toBe(-count)
      expect(await left(async () => (await create()).dispose()), name).toBe(0)
    }
  })

  it('a loaded adapter that runs, is merged and unmerged', async () => {
    const [image] = smallImages(model, 1)
    const rest = await left(async () => {
      const adapter = await loadAdapter(adapterDir, model)
      const windows = tf.tensor3d(image.input, [1, 16, 64])
      model.forward(windows, adapter).dispose()
      await mergeAdapter(model, adapter)
      model.forward(windows, adapter).dispose()
      unmergeAdapter(model, adapter)
      windows.dispose()
      adapter.dispose()
    })
    expect(rest).toBe(0)
  })

  it('files that are refused', async () => {
    const broken = join(dir, 'broken.safetensors')
    const { tensors, metadata } = decodeSafetensors(readFileSync(file))
    tensors.get('head.bias')!.data[0] = Number.NaN
    writeFileSync(broken, encodeSafetensors(tensors, metadata))
    expect(await left(() => expect(() => loadModel(broken)).toThrow('head.bias'))).toBe(0)
    const other = createModel(small, mulberry32(2))
    const refused = () => expect(loadAdapter(adapterDir, other)).rejects.toThrow('another model')
    expect(await left(refused)).toBe(0)
    other.dispose()
  })

  it('training, its optimiser and its checkpoints', async () => {
    const images = smallImages(model, 4)
    const rest = await left(async () => {
      const state = initialState(model, settings)
      await train(model, state, images, settings, async () => true)
      await saveTraining(checkpoint, model, state, settings, 'wasm')
      state.adapter.dispose()
      const restored = await restoreTraining(checkpoint, model, settings)
      expect(restored.state.update).toBe(1)
      restored.state.adapter.dispose()
    })
    expect(rest).toBe(0)
  })

  it('a checkpoint that is refused, and its numbers are checked', async () => {
    const { arrays, state } = loadCheckpoint(checkpoint)
    const [name] = arrays.keys()
    const folder = join(dir, 'refused')
    const refused = (message: string) =>
      expect(restoreTraining(folder, model, settings)).rejects.toThrow(message)
    arrays.get(name)![1] = Number.POSITIVE_INFINITY
    saveCheckpoint(folder, { arrays, state })
    expect(await left(() => refused(`${name} is not finite: number 1 of it is Inf`))).toBe(0)
    arrays.delete(name)
    saveCheckpoint(folder, { arrays, state })
    expect(await left(() => refused(`numbers of ${name} in ${folder}, got none`))).toBe(0)
  })

  it('supervised training', async () => {
    const [image] = smallImages(model, 1)
    const rest = await left(async () => {
      const one = createModel(small, mulberry32(3))
      const by = {
        steps: 2,
        batch: 2,
        learningRate: 0.01,
        warmUp: 1,
        weightDecay: 0,
        gradientNorm: 1,
        seed: 1,
      }
      await trainSupervised({
        model: one,
        variables: one.weights,
        draw: () => image,
        forward: (windows) => one.forward(windows),
        settings: by,
      })
      one.dispose()
    })
    expect(rest).toBe(0)
  })
})
