import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { countMatches } from '../../src/metrics/point-matching.ts'
import { readGraphGolden } from '../golden/graph-golden.ts'
import { faults } from '../oracle/compare.ts'

type Point = readonly [x: number, y: number]

const flat = (points: readonly Point[]) =>
  [...points].sort((a, b) => a[1] - b[1] || a[0] - b[0]).flat()

const near = (a: Point, b: Point, radius: number) =>
  (a[0] - b[0]) ** 2 + (a[1] - b[1]) ** 2 <= radius ** 2

/** Tries every partner of every point. */
function mostMatches(a: readonly Point[], b: readonly Point[], radius: number): number {
  if (a.length === 0) return 0
  const [point, ...rest] = a
  let most = mostMatches(rest, b, radius)
  b.forEach((other, i) => {
    if (!near(point, other, radius)) return
    most = Math.max(most, 1 + mostMatches(rest, b.toSpliced(i, 1), radius))
  })
  return most
}

const points = fc.array(fc.tuple(fc.nat(6), fc.nat(4)), { maxLength: 6 })

describe('countMatches', () => {
  it('is the greatest number of pairs that any matching has', () => {
    fc.assert(
      fc.property(points, points, fc.constantFrom(0, 1, 1.5, 2, 5), (a, b, radius) => {
        expect(countMatches(flat(a), flat(b), radius)).toBe(mostMatches(a, b, radius))
      }),
      { numRuns: 500 },
    )
  })

  it('reassigns partners along a path as long as the set', () => {
    // Point i may go to i or i + 1; the last may only go to itself, so that nearest-first fails.
    const n = 20_000
    const a: Point[] = Array.from({ length: n }, (_, i) => [2 * i + 1, 0])
    const b: Point[] = Array.from({ length: n }, (_, i) => [2 * i, 0])
    expect(countMatches(flat(a), flat(b), 1)).toBe(n)
    expect(countMatches(flat(b), flat(a), 1)).toBe(n)
  })

  it('equals the maximum matchings of SciPy', () => {
    const { matchings } = readGraphGolden()
    const found = faults(matchings, ({ a, b, radius, matched }) => {
      const forth = countMatches(a, b, radius)
      const back = countMatches(b, a, radius)
      return forth === matched && back === matched ? '' : `${forth}, ${back} instead of ${matched}`
    })
    expect(found).toEqual([])
    // Not all of these are settled by taking whatever is free.
    expect(matchings.filter(({ edges, matched }) => edges > 4 * matched).length).toBeGreaterThan(10)
  })

  it('does not list the pairs of a crowd', () => {
    // 1.6 · 10⁹ pairs are within reach.
    const n = 200
    const crowd: Point[] = Array.from({ length: n * n }, (_, i) => [i % n, Math.floor(i / n)])
    expect(countMatches(flat(crowd), flat(crowd), 1e4)).toBe(n * n)
    expect(countMatches(flat(crowd), flat(crowd.slice(7)), 1e4)).toBe(n * n - 7)
  })

  it('takes a distance equal to the radius for within reach', () => {
    expect(countMatches([0, 0], [3, 4], 5)).toBe(1)
    expect(countMatches([0, 0], [3, 4], 4.999)).toBe(0)
    expect(countMatches([5, 5], [6, 6], Math.SQRT2)).toBe(1)
    expect(countMatches([0, 10], [2, 13], Math.sqrt(13))).toBe(1)
    expect(countMatches([0, 0], [9, 1], Math.sqrt(82))).toBe(1)
    expect(countMatches([0, 0], [9, 1], Math.sqrt(82) - 2 ** -49)).toBe(0)
    // In floating point 10 − radius is 7: a row that is out of reach must not match from end to end.
    expect(countMatches([0, 10], [0, 13], 3 - 2 ** -51)).toBe(0)
    expect(countMatches([0, 10], [40, 7], 3 - 2 ** -51)).toBe(0)
  })
})
