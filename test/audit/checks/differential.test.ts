import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { differential, kendall } from '../../../src/audit/checks/differential.ts'
import type { AuditRun } from '../../../src/audit/run.ts'
import { seededRandom, seedFor, shuffle } from '../../../src/mask/seeded-random.ts'

/** An audit of two truths that has scored these masks: truth, reward, reference. */
function runOf(scored: [truth: number, reward: number, reference?: number][]): AuditRun {
  return {
    tolerance: 0.5,
    closely: 2,
    settings: { referenceName: 'strict' },
    scored: scored.map(([truth, reward, reference], i) => ({
      name: `mask ${i}`,
      truth,
      reward,
      reference,
    })),
  } as unknown as AuditRun
}

describe('differential', () => {
  it('lists for each mask that is paid too much the one that it wrongs most, worst first', () => {
    const {
      reference,
      points,
      worst,
      kendall: tau,
    } = differential(
      runOf([
        [0, 6, 1],
        [0, 5, 3],
        [0, 4, 9],
        [1, 2, 2],
        [1, 1, 4],
        [1, 0.9, 3],
      ]),
    )
    expect(reference).toBe('strict')
    expect(points).toHaveLength(6)
    // Mask 4 is preferred to mask 5 by less than the tolerance, and rightly so.
    expect(worst).toEqual([
      { better: 0, worse: 2 },
      { better: 1, worse: 2 },
      { better: 3, worse: 4 },
    ])
    // All three pairs of the first truth are turned round; two of three of the second.
    expect(tau).toBeCloseTo((-1 - 1 / 3) / 2, 12)
  })

  it('lists pairs of one gap in the order of the masks, five at most', () => {
    const rows = Array.from({ length: 7 }, (_, i): [number, number, number] => [
      0,
      20 - i,
      i < 6 ? 0 : 1,
    ])
    const { worst } = differential(runOf(rows))
    expect(worst).toEqual([0, 1, 2, 3, 4].map((better) => ({ better, worse: 6 })))
  })

  it('leaves out what was not scored by both, and pairs within the tolerance', () => {
    const { points, worst } = differential(
      runOf([
        [0, 6, undefined],
        [0, Number.NaN, 1],
        [0, 5, Number.POSITIVE_INFINITY],
        [0, 5, 2],
        [0, 4.5, 3],
      ]),
    )
    expect(points.map(({ name }) => name)).toEqual(['mask 3', 'mask 4'])
    expect(worst).toEqual([])
  })
})

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
