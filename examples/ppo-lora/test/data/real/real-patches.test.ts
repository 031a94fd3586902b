import * as tf from '@tensorflow/tfjs'
import { BitMask } from 'vessel-reward'
import { beforeAll, describe, expect, test } from 'vitest'
import { mulberry32 } from '../../../../mulberry32.ts'
import { realCoarseLabel } from '../../../src/data/coarse-labels.ts'
import { drawPatch, findPatches } from '../../../src/data/patches.ts'
import { logitsOf, prepare, toRaster } from '../../../src/data/prepare.ts'
import { caliberOf } from '../../../src/data/real/caliber.ts'
import { localContrast } from '../../../src/data/real/local-contrast.ts'
import { splitPatients } from '../../../src/data/real/patient-split.ts'
import type { RealImage } from '../../../src/data/real/real-images.ts'
import { createModel } from '../../../src/model/model.ts'
import { tokenOrder } from '../../../src/model/tokens.ts'
import { recallByCaliber } from '../../../src/results/caliber-recall.ts'
import { patchReward, wholeImageLogits } from '../../../src/results/whole-image.ts'
import { expectClose, tiny } from '../../support/tiny-model.ts'

beforeAll(async () => {
  await tf.setBackend('cpu')
})

/** An image of noise with a thick and a thin vessel, and a field of view that leaves out a border. */
function realImage(width: number, height: number, seed = 1): RealImage {
  const random = mulberry32(seed)
  const at = (value: (x: number, y: number) => number) =>
    Uint8Array.from({ length: width * height }, (_, i) => value(i % width, Math.floor(i / width)))
  const within = at((x, y) => (x >= 2 && y >= 2 && x < width - 2 && y < height - 2 ? 1 : 0))
  const truth = at((_, y) => ((y >= 6 && y < 11) || y === 15 ? 1 : 0))
  for (let i = 0; i < truth.length; i++) truth[i] &= within[i]
  return {
    name: `image ${seed}`,
    patient: String(seed),
    width,
    height,
    green: new Float32Array(width * height),
    image: Float32Array.from(within, (w) => (w === 0 ? 0 : 2 * random() - 1)),
    truth,
    within,
    caliber: caliberOf(truth, width, height),
  }
}

describe('local contrast', () => {
  const [width, height] = [40, 30]
  const random = mulberry32(3)
  const grey = Float32Array.from({ length: width * height }, (_, i) => i / 100 + random())
  const within = realImage(width, height).within

  test('does not depend on brightness, contrast or what is outside the field of view', () => {
    const expected = localContrast(grey, within, width, height)
    const other = grey.map((value, i) => (within[i] === 1 ? 3 * value : 1e6 * random()))
    expectClose(localContrast(other, within, width, height), expected, 1e-4)
    expect(expected.every((value, i) => within[i] === 1 || value === 0)).toBe(true)
    expect(expected.some((value) => Math.abs(value) > 0.5)).toBe(true)
    const inside = expected.filter((_, i) => within[i] === 1)
    expect(Math.abs(inside.reduce((a, b) => a + b) / inside.length)).toBeLessThan(0.2)
  })

  test('is limited, and finite where there is no contrast', () => {
    const uniform = localContrast(new Float32Array(width * height).fill(0), within, width, height)
    expect(uniform.every((value) => value === 0)).toBe(true)
    const spike = grey.map(() => 0)
    spike[10 * width + 20] = 1000
    const peak = localContrast(spike, within, width, height)
    expect(Math.max(...peak)).toBe(5)
  })
})

describe('caliber', () => {
  test('is the half-width of the vessel in all of its pixels', () => {
    const { caliber, truth, width } = realImage(40, 30)
    for (let i = 0; i < truth.length; i++) {
      const x = i % width
      if (truth[i] === 0) expect(caliber[i]).toBe(0)
      // Ends are rounder than the rest.
      else if (x >= 6 && x < 34) expect(caliber[i]).toBe(i / width < 12 ? 3 : 1)
    }
  })

  test('a mask without background is of no finite width', () => {
    const caliber = caliberOf(new Uint8Array(25).fill(1), 5, 5)
    expect(caliber.every((value) => value > 0)).toBe(true)
  })
})

describe('coarse labels', () => {
  test('miss most thin vessels, keep thick ones and widen parts of them', () => {
    const image = realImage(300, 40)
    const shares = { thin: 0, thick: 0, wide: 0 }
    const rounds = 20
    for (let seed = 0; seed < rounds; seed++) {
      const label = realCoarseLabel(image, seed)
      expect(label.every((value, i) => value <= image.within[i])).toBe(true)
      const row = (y: number) => {
        const part = label.subarray(y * 300 + 2, y * 300 + 298)
        return part.reduce((a, b) => a + b, 0) / part.length / rounds
      }
      shares.thin += row(15)
      shares.thick += row(8)
      shares.wide += row(5)
    }
    expect(shares.thick).toBeGreaterThan(0.99)
    expect(shares.thin).toBeGreaterThan(0.08)
    expect(shares.thin).toBeLessThan(0.25)
    expect(shares.wide).toBeGreaterThan(0.15)
    expect(shares.wide).toBeLessThan(0.45)
    expect(realCoarseLabel(image, 1)).toEqual(realCoarseLabel(image, 1))
    expect(realCoarseLabel(image, 1)).not.toEqual(realCoarseLabel(image, 2))
  })
})

describe('patches', () => {
  const images = [realImage(40, 30, 1), realImage(32, 36, 2)]
  const rules = { size: 16, stride: 4, within: 0.9, vessel: 0.2 }

  test('are those that follow the rules', () => {
    const found: number[] = []
    images.forEach(({ width, height, within, truth }, i) => {
      for (let top = 0; top + 16 <= height; top += 4) {
        for (let left = 0; left + 16 <= width; left += 4) {
          let inside = 0
          let vessel = 0
          for (let at = 0; at < 256; at++) {
            const pixel = (top + (at >> 4)) * width + left + (at & 15)
            inside += within[pixel]
            vessel += truth[pixel]
          }
          if (inside >= 0.9 * 256 && vessel >= 0.2 * 256) found.push(i, left, top)
        }
      }
    })
    const patches = findPatches(images, rules)
    expect([...patches.places]).toEqual(found)
    expect(patches.count).toBe(found.length / 3)
    expect(() => findPatches(images, { ...rules, vessel: 0.99 })).toThrow(/no patch of 16 × 16/)
  })

  test('are drawn in all eight orientations, image and masks alike', () => {
    const width = 16
    const image = Float32Array.from({ length: 256 }, (_, i) => i + 1)
    const truth = Uint8Array.from({ length: 256 }, (_, i) => (i % 3 === 0 ? 1 : 0))
    const within = new Uint8Array(256).fill(1)
    const one = { ...realImage(16, 16), image, truth, within }
    const patches = findPatches([one], { size: 16, stride: 1, within: 1, vessel: 0 })
    const random = mulberry32(1)
    const seen = new Set<string>()
    for (let k = 0; k < 100; k++) {
      const patch = drawPatch(patches, random)
      expect(patch.size).toBe(16)
      patch.image.forEach((value, i) => {
        expect(patch.truth[i]).toBe(truth[value - 1])
      })
      seen.add([patch.image[0], patch.image[1], patch.image[width]].join())
    }
    expect([...seen].sort()).toEqual(
      [
        [1, 2, 17],
        [1, 17, 2],
        [16, 15, 32],
        [16, 32, 15],
        [241, 242, 225],
        [241, 225, 242],
        [256, 255, 240],
        [256, 240, 255],
      ]
        .map((corner) => corner.join())
        .sort(),
    )
  })
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

describe('patients', () => {
  const names = Array.from({ length: 14 }, (_, i) => `Image_${String(i + 1).padStart(2, '0')}`)

  test('are split by shares, or as asked for', () => {
    const split = splitPatients([...names, ...names].reverse())
    expect(split.base).toEqual(names.slice(0, 5))
    expect(split.validation).toEqual(names.slice(5, 6))
    expect(split.reward).toEqual(names.slice(6, 10))
    expect(split.test).toEqual(names.slice(10))
    const other = splitPatients(names, 'base:11-14,validation:6,reward:7,9-10,test:1')
    expect(other.reward).toEqual(['Image_07', 'Image_09', 'Image_10'])
    expect(other.test).toEqual(['Image_01'])
  })

  test.each([
    ['base:1-5,validation:6,reward:6-10,test:11', 'used for two things'],
    ['base:1-5,validation:6,reward:7-10', 'no patient for test'],
    ['base:1-5,validation:6,reward:7-10,test:11-15', 'from 1 to 14'],
    ['base:5-1,validation:6,reward:7-10,test:11', 'from 1 to 14'],
    ['train:1', 'expected a split such as'],
    ['1-3', 'expected a split such as'],
  ])('refuses %s', (text, message) => {
    expect(() => splitPatients(names, text)).toThrow(message)
  })

  test('refuses too few', () => {
    expect(() => splitPatients(['a', 'b', 'c'])).toThrow('at least 4 patients')
  })
})
