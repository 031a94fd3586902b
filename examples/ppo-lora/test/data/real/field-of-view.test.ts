import { expect, test } from 'vitest'
import { withoutRim } from '../../../src/data/real/field-of-view.ts'

const [width, height] = [30, 20]
/** A field of view that ends inside the image on the left, and at the image's border elsewhere. */
const within = Uint8Array.from({ length: width * height }, (_, i) => (i % width >= 4 ? 1 : 0))

test('three pixels along the rim of a field of view are left out, none at the image’s border', () => {
  const inner = withoutRim(within, width, height)
  inner.forEach((value, i) => {
    expect(value).toBe(i % width >= 7 ? 1 : 0)
  })
})

test('a field of view without a rim is whole, a thin one has nothing inside', () => {
  const all = new Uint8Array(width * height).fill(1)
  expect(withoutRim(all, width, height)).toEqual(all)
  const thin = Uint8Array.from(all, (_, i) => (i % width < 3 ? 1 : 0))
  expect(withoutRim(thin, width, height).some((value) => value !== 0)).toBe(false)
})
