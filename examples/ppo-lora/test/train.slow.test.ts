import { fileURLToPath } from 'node:url'
import { aggregate } from 'vessel-reward'
import { expect, it } from 'vitest'
import { startBackend } from '../src/backends/start-backend.ts'
import { prepare, rasterLogits } from '../src/data/prepare.ts'
import { syntheticImages } from '../src/data/synthetic/synthetic-images.ts'
import { loadModel } from '../src/files/model-file.ts'
import { imageReward } from '../src/ppo/image-reward.ts'
import { meanScores, scoreAll } from '../src/results/scores.ts'
import { DEFAULT_SETTINGS } from '../src/settings.ts'
import { initialState, train } from '../src/train.ts'

const BASE = fileURLToPath(new URL('../base/model.safetensors', import.meta.url))
const UPDATES = 30
const EDGE = 6

it('learns within a minute on the backend that is always there', async () => {
  await startBackend('wasm')
  const model = loadModel(BASE)
  const settings = { ...DEFAULT_SETTINGS, updates: UPDATES, images: 4, samples: 8, miniBatch: 4 }
  const images = prepare(syntheticImages('train'), model)
  const validation = prepare(syntheticImages('validation').slice(0, 24), model)
  const reward = imageReward(settings)
  const state = initialState(model, settings)
  const diceNow = async () =>
    meanScores(scoreAll(await rasterLogits(model, state.adapter, validation), validation, reward))
      .dice
  const before = await diceNow()
  const rewards: number[] = []
  await train(model, state, images, settings, async (record) => {
    expect(Object.values(record).every(Number.isFinite)).toBe(true)
    rewards.push(record.reward)
    return true
  })
  const after = await diceNow()
  const first = aggregate(rewards.slice(0, EDGE))
  const last = aggregate(rewards.slice(-EDGE))
  const error = Math.hypot(first.sd, last.sd) / Math.sqrt(EDGE)
  const seconds = (state.milliseconds / 1000).toFixed(0)
  console.info(
    `reward ${first.mean.toFixed(2)} → ${last.mean.toFixed(2)} ± ${error.toFixed(2)}, ` +
      `Dice ${before.toFixed(3)} → ${after.toFixed(3)}, ${seconds} s`,
  )
  expect(last.mean - first.mean).toBeGreaterThan(3 * error)
  expect(after - before).toBeGreaterThan(0.02)
}, 300_000)
