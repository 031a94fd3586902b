import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import * as tf from '@tensorflow/tfjs'
import { afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { mulberry32 } from '../../../mulberry32.ts'
import { startBackend } from '../../src/backends/start-backend.ts'
import { type Prepared, rasterLogits } from '../../src/data/prepare.ts'
import { loadAdapter, saveAdapter } from '../../src/files/adapter-files.ts'
import { type Adapter, createAdapter } from '../../src/model/lora.ts'
import { createModel, type Model } from '../../src/model/model.ts'
import { startAdapter } from '../../src/run/start-adapter.ts'
import { restoreTraining, saveTraining } from '../../src/run/training-files.ts'
import type { Settings } from '../../src/settings.ts'
import { initialState, train, type UpdateRecord } from '../../src/train.ts'
import { shake } from '../support/tiny-model.ts'
import { adapterBits, small, smallImages, smallSettings } from '../support/tiny-run.ts'

let folder: string
let model: Model
let images: Prepared[]
let start: Adapter
const settings = smallSettings({ updates: 4, kl: { coefficient: 0.01 } })

beforeAll(async () => {
  await startBackend('wasm')
  model = createModel(small, mulberry32(1))
  images = smallImages(model, 8)
  start = shake(createAdapter(model, { ...settings.lora, random: mulberry32(9) }), 9)
})
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'start-'))
})
afterEach(() => rmSync(folder, { recursive: true }))

/** Trains until an update, and gives back what was logged. */
async function continued(state: ReturnType<typeof initialState>, until: number) {
  const records: UpdateRecord[] = []
  await train(model, state, images, settings, async (record) => {
    records.push(record)
    return record.update < until
  })
  return records
}

describe('PPO that begins with an adapter', () => {
  it('is that adapter at first, in its logits and in its divergence, and leaves it as it was', async () => {
    const before = await adapterBits({ adapter: start })
    const state = initialState(model, settings, start)
    expect(await rasterLogits(model, state.adapter, images)).toEqual(
      await rasterLogits(model, start, images),
    )
    const [first] = await continued(state, 1)
    expect(first.firstRatioMax).toBeCloseTo(1, 5)
    expect(first.firstApproximateKl).toBeCloseTo(0, 6)
    // From the frozen model it is far at once; from the start only as far as one update leads.
    const same = { ...initialState(model, settings, start), start: undefined }
    const [other] = await continued(same, 1)
    expect(first.kl).toBeLessThan(other.kl / 10)
    expect(await adapterBits(state)).not.toEqual(before)
    expect(await adapterBits({ adapter: start })).toEqual(before)
    for (const { adapter } of [state, same]) adapter.dispose()
  })

  it('is resumed bit for bit', async () => {
    const whole = initialState(model, settings, start)
    await continued(whole, 4)
    const part = initialState(model, settings, start)
    await continued(part, 2)
    await saveTraining(folder, model, part, settings, 'wasm')
    const { state } = await restoreTraining(folder, model, settings, start)
    await continued(state, 4)
    expect(await adapterBits(state)).toEqual(await adapterBits(whole))
    for (const { adapter } of [whole, part, state]) adapter.dispose()
  })

  it('leaves no tensor behind', async () => {
    const before = tf.memory().numTensors
    const state = initialState(model, settings, start)
    await continued(state, 1)
    state.adapter.dispose()
    expect(tf.memory().numTensors).toBe(before)
    expect((await adapterBits({ adapter: start }))[0].every(Number.isFinite)).toBe(true)
  })
})

describe('the adapter of --start', () => {
  const request = (changes: object = {}) => ({
    start: 'supervised' as string | undefined,
    folder,
    resume: false,
    settings: settings as Settings,
    baseModelName: 'tiny',
    supervise: async () =>
      shake(createAdapter(model, { ...settings.lora, random: Math.random }), 4),
    ...changes,
  })
  const refuseToTrain = async (): Promise<Adapter> => {
    throw new Error('it was trained again')
  }

  it('is kept in the folder of the run, and is there when the run is resumed', async () => {
    const made = await startAdapter(model, request())
    const kept = await loadAdapter(join(folder, 'start'), model)
    expect(await adapterBits({ adapter: kept })).toEqual(await adapterBits({ adapter: made! }))
    writeFileSync(join(folder, 'config.json'), JSON.stringify({ start: 'supervised' }))
    for (const again of ['supervised', undefined]) {
      const resumed = await startAdapter(
        model,
        request({ start: again, resume: true, supervise: refuseToTrain }),
      )
      expect(await adapterBits({ adapter: resumed! })).toEqual(
        await adapterBits({ adapter: made! }),
      )
    }
    await expect(startAdapter(model, request({ start: 'other', resume: true }))).rejects.toThrow(
      'began with supervised, not with other',
    )
  })

  it('is none where none was asked for, and cannot be changed afterwards', async () => {
    expect(await startAdapter(model, request({ start: undefined }))).toBeUndefined()
    writeFileSync(join(folder, 'config.json'), '{}')
    expect(await startAdapter(model, request({ start: undefined, resume: true }))).toBeUndefined()
    await expect(startAdapter(model, request({ resume: true }))).rejects.toThrow(
      'began with a fresh adapter, not with supervised',
    )
  })

  it('is read from a folder, and refused where it does not fit the settings', async () => {
    const saved = join(folder, 'saved')
    await saveAdapter(saved, start, { baseModelName: 'tiny', baseModel: model })
    const read = await startAdapter(model, request({ start: saved, supervise: refuseToTrain }))
    expect(await adapterBits({ adapter: read! })).toEqual(await adapterBits({ adapter: start }))
    const withLora = (lora: object) =>
      startAdapter(
        model,
        request({ start: saved, settings: { ...settings, lora: { ...settings.lora, ...lora } } }),
      )
    await expect(withLora({ r: 3, alpha: 6 })).rejects.toThrow(
      'lora.r 3, as the settings say, got 2: --settings \'{"lora":{"r":2,"alpha":4}}\' fits it',
    )
    await expect(withLora({ alpha: 8 })).rejects.toThrow('lora.alpha 8, as the settings say, got 4')
    await expect(withLora({ targetModules: ['q'] })).rejects.toThrow(
      /lora_A is none by the settings/,
    )
    // What is dropped in training is a choice of each training.
    expect(await withLora({ dropout: 0.1 })).toBeDefined()
  })
})
