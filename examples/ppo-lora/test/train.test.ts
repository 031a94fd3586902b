import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import * as tf from '@tensorflow/tfjs'
import { afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { mulberry32 } from '../../mulberry32.ts'
import { startBackend } from '../src/backends/start-backend.ts'
import { type Prepared, prepare } from '../src/data/prepare.ts'
import { createModel, type Model } from '../src/model/model.ts'
import { createUNet } from '../src/model/unet.ts'
import { restoreTraining, saveTraining } from '../src/run/training-files.ts'
import type { Settings } from '../src/settings.ts'
import {
  initialState,
  NonFiniteError,
  type TrainingState,
  train,
  type UpdateRecord,
} from '../src/train.ts'
import { adapterBits, small, smallImages, smallSamples, smallSettings } from './support/tiny-run.ts'

let folder: string
let model: Model
let images: Prepared[]

beforeAll(async () => {
  await startBackend('wasm')
  model = createModel(small, mulberry32(1))
  images = smallImages(model, 12)
})
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'training-'))
})
afterEach(() => rmSync(folder, { recursive: true }))

async function trained(
  settings: Settings,
  state = initialState(model, settings),
  onUpdate: (record: UpdateRecord) => Promise<boolean> = async () => true,
): Promise<{ state: TrainingState; records: UpdateRecord[] }> {
  const records: UpdateRecord[] = []
  await train(model, state, images, settings, async (record) => {
    records.push(record)
    return onUpdate(record)
  })
  return { state, records }
}

/** A record without the times. */
const timeless = ({ seconds: _, rewardShare: __, ...record }: UpdateRecord) => record

const CLASSIC: Partial<Settings> = {
  credit: 'value',
  samples: 1,
  normalizeRewards: true,
  kl: { coefficient: 1, target: 0.01 },
  entropyBonus: 0.1,
}

describe('training a U-Net', () => {
  it('begins with ratios of 1, gives the same bits again and goes on from a checkpoint', async () => {
    const net = createUNet({ model: 'unet', imageSize: 16, widths: [4, 6] }, mulberry32(1))
    const own = prepare(smallSamples(4, 16, 1), net)
    const lora = { r: 2, alpha: 4, dropout: 0, targetModules: '/.+conv.|head/' }
    const settings = smallSettings({ updates: 4, lora })
    const run = async (state = initialState(net, settings), until = 4) => {
      const records: UpdateRecord[] = []
      await train(net, state, own, settings, async (record) => {
        records.push(record)
        return record.update < until
      })
      return { state, records: records.map(timeless) }
    }
    const [one, two] = [await run(), await run()]
    expect(await adapterBits(one.state)).toEqual(await adapterBits(two.state))
    for (const { firstRatioMax } of one.records) {
      expect(Math.abs(firstRatioMax - 1)).toBeLessThan(1e-4)
    }
    expect(Math.max(...one.records.map(({ ratioMax }) => ratioMax))).toBeGreaterThan(1.01)
    const { state } = await run(undefined, 2)
    await saveTraining(folder, net, state, settings, 'wasm')
    const { state: restored } = await restoreTraining(folder, net, settings)
    expect((await run(restored)).records).toEqual(one.records.slice(2))
    expect(await adapterBits(restored)).toEqual(await adapterBits(one.state))
    net.dispose()
  })
})

describe('training', () => {
  it('begins every update with the policy that drew its samples, with dropout too', async () => {
    const lora = { ...smallSettings().lora, dropout: 0.3 }
    // Batches of other sizes round otherwise.
    const settings = smallSettings({ lora, images: 4, miniBatch: 2, learningRate: 0.02 })
    const { records } = await trained(settings)
    expect(records).toHaveLength(6)
    for (const record of records) {
      expect(Math.abs(record.firstRatioMax - 1)).toBeLessThan(1e-4)
      expect(record.firstClipFraction).toBe(0)
      expect(Math.abs(record.firstApproximateKl)).toBeLessThan(1e-6)
    }
    // The policy does move later.
    expect(Math.max(...records.map((record) => record.ratioMax))).toBeGreaterThan(1.01)
    expect(records.at(-1)?.kl).toBeGreaterThan(1e-4)
  })

  it('ends its passes where the policy has gone too far from its samples', async () => {
    const settings = smallSettings({ updates: 3, learningRate: 0.02 })
    const { records: all } = await trained(settings)
    expect(all.map(({ steps }) => steps)).toEqual([4, 4, 4])
    const stopKl = 0.5 * (all[0].approximateKl + all[0].firstApproximateKl)
    const { records } = await trained({ ...settings, stopKl })
    expect(records[0].steps).toBeLessThan(4)
    // The first step is never beyond: the policy is still that of the samples.
    const { records: least } = await trained({ ...settings, stopKl: 1e-12 })
    expect(least.every(({ steps }) => steps >= 1 && steps < 4)).toBe(true)
  })

  it('measures divergence and entropy at a temperature that stays, too', async () => {
    const settings = smallSettings({
      updates: 2,
      learningRate: 1e-9,
      lora: { ...smallSettings().lora },
    })
    const [hot, cold] = await Promise.all(
      [1, 0.1].map(async (t) => (await trained({ ...settings, temperature: [t, t] })).records[0]),
    )
    expect(hot.policyEntropy).toBeCloseTo(hot.entropy, 6)
    expect(cold.entropy).toBeCloseTo(hot.entropy, 6)
    expect(cold.policyEntropy).toBeLessThan(0.5 * cold.entropy)
  })

  it.each([
    ['the default', {}],
    ['the classic recipe', CLASSIC],
    ['a group baseline', { credit: 'group' as const }],
  ])('gives the same bits for the same seed: %s', async (_, changes) => {
    const settings = smallSettings({ updates: 3, ...changes })
    const [one, two] = [await trained(settings), await trained(settings)]
    expect(await adapterBits(one.state)).toEqual(await adapterBits(two.state))
    expect(one.records.map(timeless)).toEqual(two.records.map(timeless))
    const other = await trained({ ...settings, seed: 2 })
    expect(await adapterBits(other.state)).not.toEqual(await adapterBits(one.state))
  })

  it.each([
    ['the default', {}],
    ['the classic recipe', CLASSIC],
  ])('goes on from a checkpoint as if it had never stopped: %s', async (_, changes) => {
    const settings = smallSettings(changes)
    const whole = await trained(settings)
    const first = initialState(model, settings)
    await trained(settings, first, async ({ update }) => {
      if (update === 3) await saveTraining(folder, model, first, settings, 'wasm')
      return update < 3
    })
    const { state } = await restoreTraining(folder, model, settings)
    expect(state.update).toBe(3)
    const rest = await trained(settings, state)
    expect(await adapterBits(state)).toEqual(await adapterBits(whole.state))
    expect(rest.records.map(timeless)).toEqual(whole.records.slice(3).map(timeless))
    expect({ ...state.rewards }).toEqual({ ...whole.state.rewards })
  })

  it('is not continued with other settings', async () => {
    const settings = smallSettings()
    await saveTraining(folder, model, initialState(model, settings), settings, 'wasm')
    await expect(restoreTraining(folder, model, { ...settings, clip: [0.1, 0.2] })).rejects.toThrow(
      'expected the settings of the run',
    )
  })

  it('is not continued on another frozen model', async () => {
    const settings = smallSettings()
    await saveTraining(folder, model, initialState(model, settings), settings, 'wasm')
    const other = createModel(model.config, mulberry32(99))
    await expect(restoreTraining(folder, other, settings)).rejects.toThrow('another frozen model')
    other.dispose()
  })

  it('leaves the frozen model alone and no tensor behind', async () => {
    const bits = async () =>
      Promise.all([...model.weights.values()].map(async (weight) => (await weight.data()).slice()))
    const before = await bits()
    const settings = smallSettings({ updates: 3 })
    const state = initialState(model, settings)
    let tensors = 0
    await trained(settings, state, async ({ update }) => {
      if (update === 1) tensors = tf.memory().numTensors
      return true
    })
    expect(tf.memory().numTensors).toBe(tensors)
    expect(await bits()).toEqual(before)
  })

  it('makes of two accumulated halves the step of the whole', async () => {
    // One step only, and nothing clipped by its norm.
    const once = { updates: 1, epochs: 1, gradientNorm: 1e6, images: 4 }
    const whole = await trained(smallSettings({ ...once, miniBatch: 4, accumulation: 1 }))
    const halves = await trained(smallSettings({ ...once, miniBatch: 2, accumulation: 2 }))
    const norm = whole.records[0].gradientNorm
    expect(Math.abs(halves.records[0].gradientNorm - norm) / norm).toBeLessThan(1e-4)
  })

  it('stops at a number that is none, and has not trained on it', async () => {
    const settings = smallSettings()
    const { state } = await trained(settings, undefined, async ({ update }) => update < 2)
    expect(state.update).toBe(2)
    const [name, weight] = [...state.adapter.weights][0]
    const [steps, good] = [state.optimizer.steps, (await weight.data()).slice()]
    weight.assign(tf.fill(weight.shape, Number.NaN))
    const broken = await adapterBits(state)
    await expect(trained(settings, state)).rejects.toThrow(NonFiniteError)
    expect(state.update).toBe(2)
    expect(state.optimizer.steps).toBe(steps)
    expect(await adapterBits(state)).toEqual(broken)
    for (const { first, second } of state.optimizer.moments.values()) {
      expect([...first, ...second].every(Number.isFinite)).toBe(true)
    }
    expect(name).toContain('lora_A')
    weight.assign(tf.tensor(good, weight.shape))
    const { records } = await trained(settings, state)
    expect(records.at(-1)?.update).toBe(settings.updates)
  })
})
