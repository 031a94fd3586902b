import fc from 'fast-check'
import { BitMask } from 'vessel-reward'
import { describe, expect, it } from 'vitest'
import { nearestFeatureOf } from '../../src/morphology/nearest-feature.ts'
import { readCenterlineGolden } from '../golden/centerline-golden.ts'
import { bits, faults, firstDifference } from '../oracle/compare.ts'
import { draw } from '../oracle/grid.ts'

/** The first of the nearest in the order of columns, then rows. */
function bruteForce({ width, height, data }: { width: number; height: number; data: Uint8Array }) {
  return Int32Array.from(data, (_, i) => {
    let nearest = -1
    let least = Number.POSITIVE_INFINITY
    for (let x = 0; x < width; x++) {
      for (let y = 0; y < height; y++) {
        if (data[y * width + x] === 0) continue
        const squared = ((i % width) - x) ** 2 + (Math.floor(i / width) - y) ** 2
        if (squared < least) {
          least = squared
          nearest = y * width + x
        }
      }
    }
    return nearest
  })
}

describe('nearestFeatureOf', () => {
  it('is as far away as in SciPy', () => {
    const { nearest } = readCenterlineGolden()
    expect(nearest.length).toBeGreaterThan(200)
    const found = faults(nearest, ({ width, mask, height, digest }) => {
      const squares = nearestFeatureOf(BitMask.from({ data: mask, width, height })).map(
        (index, i) =>
          ((index % width) - (i % width)) ** 2 +
          (Math.floor(index / width) - Math.floor(i / width)) ** 2,
      )
      return digest(squares) ? '' : 'other distances'
    })
    expect(found).toEqual([])
  })

  it('takes the leftmost, then the uppermost of equally near ones', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 40 }),
        fc.integer({ min: 1, max: 12 }),
        fc.integer({ min: 1, max: 12 }),
        fc.infiniteStream(fc.nat({ max: 99 })),
        (width, height, percent, values) => {
          const data = Uint8Array.from({ length: width * height }, () =>
            (values.next().value as number) < percent ? 1 : 0,
          )
          const mask = { width, height, data }
          expect(firstDifference(nearestFeatureOf(bits(mask)), bruteForce(mask))).toBe('')
        },
      ),
      { numRuns: 300 },
    )
    const corners = bits(draw('#.# ... #.#'))
    expect([...nearestFeatureOf(corners)]).toEqual([0, 0, 2, 0, 0, 2, 6, 6, 8])
  })

  it('names no pixel of an empty mask, and none of one without pixels', () => {
    expect([...nearestFeatureOf(bits(draw('.. ..')))]).toEqual([-1, -1, -1, -1])
    expect([...nearestFeatureOf(BitMask.from([]))]).toEqual([])
    expect([...nearestFeatureOf(BitMask.from([[], []]))]).toEqual([])
  })
})
