import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { mulberry32 } from '../../mulberry32.ts'
import { startBackend } from '../src/backends/start-backend.ts'
import { rasterLogits } from '../src/data/prepare.ts'
import { LOSSES } from '../src/losses/supervised-loss.ts'
import { createModel, type Model } from '../src/model/model.ts'
import { DEFAULT_SETTINGS, REAL_SETTINGS } from '../src/settings.ts'
import { budgetOf, superviseAdapter } from '../src/supervised.ts'
import { small, smallImages, smallSettings } from './support/tiny-run.ts'

let model: Model
beforeAll(async () => {
  await startBackend('wasm')
  model = createModel(small, mulberry32(1))
})
afterAll(() => model.dispose())

describe('the budget of training on labels', () => {
  it('is that of PPO: as many steps, of as many images', () => {
    // 400 updates, 2 passes over 8 images, 4 at a time.
    expect(budgetOf(DEFAULT_SETTINGS, 3e-3)).toMatchObject({ steps: 1600, batch: 4, warmUp: 40 })
    expect(budgetOf(REAL_SETTINGS, 3e-3)).toMatchObject({ steps: 960, batch: 4 })
    const accumulated = { ...DEFAULT_SETTINGS, miniBatch: 2, accumulation: 2, seed: 5 }
    expect(budgetOf(accumulated, 1e-3)).toMatchObject({
      steps: 1600,
      batch: 4,
      learningRate: 1e-3,
      gradientNorm: 1,
      seed: 5,
    })
  })
})

describe('an adapter that is trained on labels', () => {
  it.each(LOSSES)('by %s learns them, and leaves the model as it was', async (loss) => {
    const images = smallImages(model, 2)
    // Each step sees both, so that losses can be compared.
    let drawn = 0
    const draw = () => images[drawn++ % 2]
    const settings = smallSettings({ updates: 10 })
    const before = await rasterLogits(model, undefined, images)
    const losses: number[] = []
    const onStep = (_: number, value: number) => losses.push(value)
    const budget = budgetOf(settings, 3e-2)
    const lora = { ...settings.lora, r: 4 }
    const adapter = await superviseAdapter(model, draw, lora, budget, { loss, onStep })
    expect(losses).toHaveLength(40)
    expect(losses[39]).toBeLessThan(0.97 * losses[0])
    expect(await rasterLogits(model, undefined, images)).toEqual(before)
    adapter.dispose()
  })
})
