import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { clusterPoints, type PointRows, squaredReach } from '../../src/topology/cluster-points.ts'

/** The next number below a positive one. */
function before(value: number): number {
  const bytes = new DataView(new ArrayBuffer(8))
  bytes.setFloat64(0, value)
  bytes.setBigUint64(0, bytes.getBigUint64(0) - 1n)
  return bytes.getFloat64(0)
}

const RADII = [0, 0.5, 1, Math.SQRT2, 1.5, Math.sqrt(5), 3, Math.sqrt(13), 7.5, 50, 1e9, 1e308]

function pointsOf(rows: readonly (readonly number[])[]): PointRows {
  const rowStart = new Int32Array(rows.length + 1)
  rows.forEach((row, y) => {
    rowStart[y + 1] = rowStart[y] + row.length
  })
  return { x: Int32Array.from(rows.flat()), rowStart, rows: rows.length }
}

/** Every pair is asked for its distance, until nothing changes. */
function clustersByPairs(rows: readonly (readonly number[])[], radius: number): number[] {
  const points = rows.flatMap((row, y) => row.map((x) => ({ x, y })))
  const first = points.map((_, i) => i)
  for (let changed = true; changed; ) {
    changed = false
    for (let i = 0; i < points.length; i++) {
      for (let j = 0; j < i; j++) {
        const apart = Math.sqrt((points[i].x - points[j].x) ** 2 + (points[i].y - points[j].y) ** 2)
        if (apart > radius || first[i] === first[j]) continue
        first[i] = first[j] = Math.min(first[i], first[j])
        changed = true
      }
    }
  }
  return first
}

function expectClusters(rows: readonly (readonly number[])[], radius: number): void {
  const points = pointsOf(rows)
  const actual = clusterPoints(points, radius).subarray(0, points.x.length)
  expect([...actual], `radius ${radius}`).toEqual(clustersByPairs(rows, radius))
}

function randomNumbers(seed: number): () => number {
  let state = seed
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0
    return state / 2 ** 32
  }
}

/** Rows of different places, a few of them far from the others. */
const anyRows = fc.array(
  fc
    .uniqueArray(fc.oneof({ weight: 5, arbitrary: fc.nat(14) }, fc.nat(70)), { maxLength: 7 })
    .map((row) => row.sort((a, b) => a - b)),
  { maxLength: 14 },
)
/** Radii that are the distance of two pixels, and those just below. */
const anyRadius = fc.oneof(
  fc.constantFrom(...RADII),
  fc.tuple(fc.integer({ min: 1, max: 900 }), fc.boolean()).map(([squared, isBelow]) => {
    return isBelow ? before(Math.sqrt(squared)) : Math.sqrt(squared)
  }),
)

describe('clusterPoints', () => {
  it('joins what a comparison of all pairs joins, whatever the radius', () => {
    fc.assert(fc.property(anyRows, anyRadius, expectClusters), { numRuns: 1500 })
  })

  it.each(RADII)('does so for many points of several densities, radius %d', (radius) => {
    const random = randomNumbers(7)
    for (const share of [0.005, 0.02, 0.1]) {
      const rows = Array.from({ length: 60 }, () =>
        Array.from({ length: 80 }, (_, x) => x).filter(() => random() < share),
      )
      expectClusters(rows, radius)
    }
  })

  it('merges at a distance of exactly the radius, also where its square is rounded', () => {
    const apart = [[0], [], [3]]
    expect([...clusterPoints(pointsOf(apart), Math.sqrt(13)).subarray(0, 2)]).toEqual([0, 0])
    expect([...clusterPoints(pointsOf(apart), before(Math.sqrt(13))).subarray(0, 2)]).toEqual([
      0, 1,
    ])
    // The square of the number before √82, less 1, has the root 9 in floating point.
    const slanted = [[0], [9]]
    expect([...clusterPoints(pointsOf(slanted), Math.sqrt(82)).subarray(0, 2)]).toEqual([0, 0])
    const below = clusterPoints(pointsOf(slanted), before(Math.sqrt(82)))
    expect([...below.subarray(0, 2)]).toEqual([0, 1])
  })

  it('compares no pairs of rows point by point, however great the radius', () => {
    const random = randomNumbers(5)
    const rows = Array.from({ length: 1500 }, () =>
      Array.from({ length: 1500 }, (_, x) => x).filter(() => random() < 0.07),
    )
    // Halves that are too far apart to be joined, but near enough to be compared.
    const halves = rows.map((row) => row.filter((x) => x < 400 || x > 1100))
    const time = (points: PointRows, radius: number) => {
      const start = performance.now()
      clusterPoints(points, radius)
      return performance.now() - start
    }
    const [all, apart] = [pointsOf(rows), pointsOf(halves)]
    time(all, 3)
    const near = Math.max(time(all, 3), time(all, 3))
    // Point by point it takes a hundred times as long as within 3 pixels, and else two or three.
    expect(Math.min(time(all, 1e4), time(all, 1e4))).toBeLessThan(20 * near)
    expect(Math.min(time(apart, 690), time(apart, 690))).toBeLessThan(20 * near)
    const clusters = clusterPoints(apart, 690).subarray(0, apart.x.length)
    expect(clusters.filter((first, i) => first === i)).toHaveLength(2)
  })
})

describe('squaredReach', () => {
  it('is the greatest squared distance with a root of at most the radius', () => {
    for (let squared = 0; squared < 5000; squared++) {
      const root = Math.sqrt(squared)
      expect(squaredReach(root)).toBe(squared)
      if (squared > 0) expect(squaredReach(before(root))).toBe(squared - 1)
    }
    expect(squaredReach(1e308)).toBe(Number.POSITIVE_INFINITY)
  })
})
