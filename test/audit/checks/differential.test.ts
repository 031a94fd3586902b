import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { kendall } from '../../../src/audit/checks/differential.ts'
import { seededRandom, seedFor, shuffle } from '../../../src/mask/seeded-random.ts'

describe('kendall', () => {
  it('equals scipy.stats.kendalltau', () => {
    expect(kendall([12, 2, 1, 12, 2], [1, 4, 7, 1, 0])).toBeCloseTo(-0.4714045207910316, 12)
    expect(kendall([1, 2, 3, 4, 5], [3, 1, 4, 1, 5])).toBeCloseTo(0.31622776601683794, 12)
    expect(kendall([1, 2, 3], [1, 2, 3])).toBe(1)
    expect(kendall([1, 1], [1, 2])).toBeNaN()
    expect(kendall([], [])).toBeNaN()
  })

  it('is symmetric and turns with the sign', () => {
    const pairs = fc.array(fc.tuple(fc.integer({ min: 0, max: 9 }), fc.integer({ min: 0, max: 9 })))
    fc.assert(
      fc.property(pairs, (points) => {
        const a = points.map(([x]) => x)
        const b = points.map(([, y]) => y)
        const tau = kendall(a, b)
        expect(kendall(b, a)).toBe(tau)
        expect(
          kendall(
            a,
            b.map((y) => -y),
          ),
        ).toBe(0 - tau)
      }),
    )
  })
})

describe('seeded random numbers', () => {
  it('are spread evenly, and others for other seeds', () => {
    const random = seededRandom(seedFor(1, 'speckle', 0))
    const bins = new Int32Array(10)
    for (let i = 0; i < 1e5; i++) bins[Math.floor(10 * random())]++
    for (const count of bins) expect(Math.abs(count - 1e4)).toBeLessThan(500)
    const seeds = [seedFor(1, 'a', 0), seedFor(1, 'a', 1), seedFor(1, 'b', 0), seedFor(2, 'a', 0)]
    expect(new Set(seeds).size).toBe(4)
    expect(new Set(seeds.map((seed) => seededRandom(seed)())).size).toBe(4)
  })

  it('shuffle without loss', () => {
    const items = Int32Array.from({ length: 1000 }, (_, i) => i)
    const mixed = shuffle(items.slice(), seededRandom(5))
    expect(mixed).not.toEqual(items)
    expect(mixed.slice().sort()).toEqual(items)
  })
})
