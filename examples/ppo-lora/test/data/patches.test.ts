import { describe, expect, test } from 'vitest'
import { mulberry32 } from '../../../mulberry32.ts'
import { cutOriented, drawPatch, findPatches } from '../../src/data/patches.ts'
import { rewardImages, syntheticImages } from '../../src/data/synthetic/synthetic-images.ts'
import { realImage } from '../support/real-image.ts'

const image = Float32Array.from({ length: 12 }, (_, i) => i)
const layers = { image, truth: Uint8Array.from(image), within: new Uint8Array(12).fill(1) }

/** The square of two rows and columns around 5, 6, 9 and 10 of four columns. */
const cut = (orientation: number) => cutOriented(layers, 4, 5, 2, orientation)

test.each([
  [0, [5, 6, 9, 10]],
  [1, [6, 5, 10, 9]],
  [2, [9, 10, 5, 6]],
  [3, [10, 9, 6, 5]],
  [4, [5, 9, 6, 10]],
  [5, [9, 5, 10, 6]],
  [6, [6, 10, 5, 9]],
  [7, [10, 6, 9, 5]],
])('orientation %i of a square has its own order, in all layers', (orientation, order) => {
  const sample = cut(orientation)
  expect([...sample.image]).toEqual(order)
  expect([...sample.truth]).toEqual(order)
  expect([...sample.within]).toEqual([1, 1, 1, 1])
  expect(sample.size).toBe(2)
})

test('rewards come from every image in four orientations', () => {
  const [images, all] = [syntheticImages('train'), rewardImages()]
  expect(all).toHaveLength(4 * images.length)
  const { size, image: first, truth, within } = images[3]
  expect(all[3]).toEqual({ size, image: first, truth, within })
  const rows = Array.from({ length: size }, (_, y) => truth.slice(y * size, (y + 1) * size))
  const upsideDown = rows.reverse().flatMap((row) => [...row])
  expect([...all[2 * images.length + 3].truth]).toEqual(upsideDown)
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
