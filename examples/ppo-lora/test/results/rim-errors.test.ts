import { BitMask } from 'vessel-reward'
import { describe, expect, test } from 'vitest'
import { outerBand, rimErrors, rimText } from '../../src/results/rim-errors.ts'

const [width, height] = [40, 30]
const maskOf = (isIn: (x: number, y: number) => boolean) => {
  const data = Uint8Array.from({ length: width * height }, (_, i) =>
    isIn(i % width, Math.floor(i / width)) ? 1 : 0,
  )
  return BitMask.from({ data, width, height })
}
/** A field of view of 30 columns, cut by the image's border above and below. */
const within = maskOf((x) => x >= 5 && x < 35)
const truth = maskOf((x) => x === 20)
const none = maskOf(() => false)

describe('errors at the rim', () => {
  test('are those within five pixels of the outside, not of the image’s border', () => {
    expect(outerBand(within)).toEqual(maskOf((x) => (x >= 5 && x < 10) || (x >= 30 && x < 35)))
    expect(outerBand(maskOf(() => true)).count).toBe(0)
  })

  test('are false vessels: as a share of all of them, over the pixels of all images', () => {
    // Two columns of one image are false, one of them in the band; what lies outside does not count.
    const ring = maskOf((x) => [2, 6, 15, 20].includes(x))
    const apart = maskOf((x) => x === 16 || x === 17)
    const references = [
      { truth, within },
      { truth, within },
    ]
    const { area, falsePixels } = rimErrors(
      { ring: [ring, apart], right: [truth, truth], empty: [none, none] },
      references,
    )
    expect(area).toBeCloseTo(1 / 3, 12)
    expect(falsePixels.ring).toBe(1 / 4)
    expect([falsePixels.right, falsePixels.empty]).toEqual([Number.NaN, Number.NaN])
    expect(rimText({ area, falsePixels })).toBe(
      'false vessel pixels in the outer 5 pixels of the field of view, where 33.3 % of it lie:\n' +
        'ring   25.0 %\nright  –\nempty  –',
    )
  })
})
