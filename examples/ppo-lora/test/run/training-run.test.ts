import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { mulberry32 } from '../../../mulberry32.ts'
import { type Backend, startBackend } from '../../src/backends/start-backend.ts'
import type { Prepared } from '../../src/data/prepare.ts'
import type { RunImages } from '../../src/data/run-images.ts'
import type { Adapter } from '../../src/model/lora.ts'
import { createModel, type Model } from '../../src/model/model.ts'
import { readLog } from '../../src/run/log.ts'
import { type RunPlace, runTraining } from '../../src/run/training-run.ts'
import type { Settings } from '../../src/settings.ts'
import { adapterBits, small, smallImages, smallSettings } from '../support/tiny-run.ts'

const root = mkdtempSync(join(tmpdir(), 'training-run-'))
afterAll(() => rmSync(root, { recursive: true }))

let backend: Backend
let model: Model
let images: Prepared[]
beforeAll(async () => {
  backend = await startBackend('wasm')
  model = createModel(small, mulberry32(1))
  images = smallImages(model, 12)
})

const settings = smallSettings({ updates: 6, validateEvery: 2 })
/** What validation says, by the number of the look at it. */
const DICE = [0.5, 0.7, 0.6]

/** A run in a folder that is interrupted after some updates; also the adapters that were looked at. */
async function runIn(
  folder: string,
  {
    by = settings,
    drawn = images,
    resume = false,
    stopAfter = 6,
    looks = 0,
  }: Partial<{
    by: Settings
    drawn: RunImages
    resume: boolean
    stopAfter: number
    looks: number
  }> = {},
) {
  const seen: Float32Array[][] = []
  let updates = 0
  const place: RunPlace = {
    folder: join(root, folder),
    backend,
    base: 'base.safetensors',
    resume,
    checkpointEvery: 10,
    isInterrupted: () => ++updates === stopAfter,
    validate: async (adapter: Adapter) => {
      seen.push(await adapterBits({ adapter }))
      return DICE[looks + seen.length - 1]
    },
  }
  return { ...(await runTraining(model, drawn, by, place)), seen }
}

it('ends with the adapter that was best on the validation images', async () => {
  const { kept, keptUpdate, state, seen } = await runIn('best')
  expect(keptUpdate).toBe(4)
  expect(await adapterBits({ adapter: kept })).toEqual(seen[1])
  expect(await adapterBits(state)).toEqual(seen[2])
  expect(seen[2]).not.toEqual(seen[1])
  const dice = readLog(join(root, 'best')).map(({ validationDice }) => validationDice)
  expect(dice).toEqual([null, 0.5, null, 0.7, null, 0.6])
})

it('knows the best one after it was resumed', async () => {
  const { kept: whole } = await runIn('whole')
  await runIn('parts', { stopAfter: 5 })
  const { kept, keptUpdate } = await runIn('parts', { resume: true, looks: 2 })
  expect(keptUpdate).toBe(4)
  expect(await adapterBits({ adapter: kept })).toEqual(await adapterBits({ adapter: whole }))
})

it('ends with the last one where settings say so, or nothing is validated', async () => {
  const last = await runIn('last', { by: { ...settings, keep: 'last' } })
  expect([last.keptUpdate, last.kept]).toEqual([6, last.state.adapter])
  const blind = await runIn('blind', { by: { ...settings, keep: 'last', validateEvery: 0 } })
  expect([blind.seen.length, blind.keptUpdate]).toEqual([0, 6])
})

it('draws the images of an update by its number: a resumed run draws the same ones', async () => {
  const asked: number[] = []
  const drawn = (update: number) => {
    asked.push(update)
    return images.slice(update, update + settings.images)
  }
  const { state: whole } = await runIn('drawn', { drawn })
  expect(asked).toEqual([0, 1, 2, 3, 4, 5])
  await runIn('drawn-parts', { drawn, stopAfter: 3 })
  const { state } = await runIn('drawn-parts', { drawn, resume: true, looks: 1 })
  expect(asked.slice(6)).toEqual([0, 1, 2, 3, 4, 5])
  expect(await adapterBits(state)).toEqual(await adapterBits(whole))
})
