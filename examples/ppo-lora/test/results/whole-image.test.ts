import * as tf from '@tensorflow/tfjs'
import { BitMask } from 'vessel-reward'
import { beforeAll, describe, expect, test } from 'vitest'
import { mulberry32 } from '../../../mulberry32.ts'
import { logitsOf, prepare, toRaster } from '../../src/data/prepare.ts'
import { createModel } from '../../src/model/model.ts'
import { tokenOrder } from '../../src/model/tokens.ts'
import { recallByCaliber } from '../../src/results/caliber-recall.ts'
import { patchReward, wholeImageLogits } from '../../src/results/whole-image.ts'
import { realImage } from '../support/real-image.ts'
import { expectClose, tiny } from '../support/tiny-model.ts'

beforeAll(async () => {
  await tf.setBackend('cpu')
})

describe('whole images', () => {
  const model = createModel(tiny, mulberry32(1))

  test('of the size of a tile have its logits', async () => {
    const image = realImage(8, 8)
    const [direct] = await logitsOf(model, undefined, prepare([{ ...image, size: 8 }], model))
    const whole = await wholeImageLogits(model, undefined, image)
    expectClose(whole, toRaster(direct, tokenOrder(tiny)), 1e-6)
  })

  test('are covered to the last pixel, by means over tiles', async () => {
    const image = realImage(21, 13)
    const whole = await wholeImageLogits(model, undefined, image)
    const starts = (length: number) => {
      const all: number[] = []
      for (let start = 0; start < length - 8; start += 6) all.push(start)
      return [...all, length - 8]
    }
    const sums = new Float64Array(21 * 13)
    const weights = new Float64Array(21 * 13)
    for (const top of starts(13)) {
      for (const left of starts(21)) {
        const part = new Float32Array(64)
        for (let i = 0; i < 64; i++) part[i] = image.image[(top + (i >> 3)) * 21 + left + (i & 7)]
        const ones = new Uint8Array(64).fill(1)
        const sample = { size: 8, image: part, truth: ones, within: ones }
        const [logits] = await logitsOf(model, undefined, prepare([sample], model))
        toRaster(logits, tokenOrder(tiny)).forEach((z, i) => {
          const [x, y] = [i & 7, i >> 3]
          const weight = Math.min(x + 1, 8 - x, y + 1, 8 - y, 2)
          sums[(top + y) * 21 + left + x] += weight * z
          weights[(top + y) * 21 + left + x] += weight
        })
      }
    }
    const expected = sums.map((sum, i) => sum / weights[i])
    expectClose(whole, expected, 1e-5)
  })

  test('leave out what is far from the field of view; too small ones are refused', async () => {
    const image = realImage(40, 8)
    image.within.fill(0)
    image.within[0] = 1
    const whole = await wholeImageLogits(model, undefined, image)
    expect(Number.isFinite(whole[7])).toBe(true)
    expect(whole[39]).toBe(Number.NEGATIVE_INFINITY)
    await expect(wholeImageLogits(model, undefined, realImage(7, 20))).rejects.toThrow(
      'expected image 1 to be at least 8 × 8, got 7 × 20',
    )
  })
})

describe('evaluation', () => {
  test('recall by caliber', () => {
    const image = realImage(40, 30)
    const thick = image.truth.map((value, i) => (image.caliber[i] >= 1.75 ? value : 0))
    const mask = BitMask.from({ data: thick, width: 40, height: 30 })
    const [thin, middle, wide] = recallByCaliber([mask], [image])
    expect(wide).toBe(1)
    expect(middle).toBe(0)
    // No vessel is that thin.
    expect(thin).toBeNaN()
  })

  test('the reward of an image is the mean over the patches of its grid', () => {
    const ones = BitMask.from({ data: new Uint8Array(50 * 20).fill(1), width: 50, height: 20 })
    const data = Uint8Array.from({ length: 50 * 20 }, (_, i) => (i % 50 < 16 ? 1 : 0))
    const mask = BitMask.from({ data, width: 50, height: 20 })
    const areas: number[] = []
    const reward = patchReward((patch, { truth }) => {
      areas.push(truth.count)
      return BitMask.from(patch).count
    }, 16)
    expect(reward(mask, { truth: ones, within: ones })).toBeCloseTo(256 / 3, 10)
    expect(areas).toEqual([256, 256, 256])
  })
})
