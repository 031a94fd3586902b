import { expect, it } from 'vitest'
import { cutOriented } from '../../src/data/patches.ts'
import { rewardImages, syntheticImages } from '../../src/data/synthetic/synthetic-images.ts'

const image = Float32Array.from({ length: 12 }, (_, i) => i)
const layers = { image, truth: Uint8Array.from(image), within: new Uint8Array(12).fill(1) }

/** The square of two rows and columns around 5, 6, 9 and 10 of four columns. */
const cut = (orientation: number) => cutOriented(layers, 4, 5, 2, orientation)

it.each([
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

it('rewards come from every image in four orientations', () => {
  const [images, all] = [syntheticImages('train'), rewardImages()]
  expect(all).toHaveLength(4 * images.length)
  const { size, image: first, truth, within } = images[3]
  expect(all[3]).toEqual({ size, image: first, truth, within })
  const rows = Array.from({ length: size }, (_, y) => truth.slice(y * size, (y + 1) * size))
  const upsideDown = rows.reverse().flatMap((row) => [...row])
  expect([...all[2 * images.length + 3].truth]).toEqual(upsideDown)
})
