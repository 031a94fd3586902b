import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { simplifyLine } from '../../src/trace/simplify-line.ts'

type Point = [x: number, y: number]

const pointsOf = (line: Int32Array): Point[] =>
  Array.from({ length: line.length / 2 }, (_, k) => [line[2 * k], line[2 * k + 1]])
const simplified = (points: readonly Point[], chunkSize: number): Point[] =>
  pointsOf(simplifyLine(Int32Array.from(points.flat()), chunkSize))
const lengthOf = (points: readonly Point[]): number =>
  points
    .slice(1)
    .reduce((sum, [x, y], k) => sum + Math.hypot(x - points[k][0], y - points[k][1]), 0)

/** Sec 22.5°: how much longer than a straight line the pixels that draw it are at most. */
const LONGER = Math.sqrt(4 - 2 * Math.SQRT2)

/** The rule put plainly: from each turn the farthest one that a stroke may go to. */
function expected(points: readonly Point[], chunkSize: number): Point[] {
  const last = points.length - 1
  const isClosed = `${points[0]}` === `${points[last]}`
  const fewest = isClosed ? 3 : 2
  if (chunkSize < 3 || last < fewest) return [...points]
  const kept = [0]
  for (let from = 0; from < last; from = kept[kept.length - 1]) {
    const end = last - Math.max(0, fewest - kept.length)
    const before = lengthOf(kept.map((k) => points[k]))
    let to = from + 1
    for (let next = from + 2; next <= end; next++) {
      const piece = lengthOf(points.slice(from, next + 1))
      const [width, height] = [0, 1].map((axis) =>
        Math.abs(points[next][axis] - points[from][axis]),
      )
      const stroke = Math.hypot(width, height)
      if (width >= chunkSize || height >= chunkSize) break
      const isStraight = piece <= stroke * LONGER
      const keepsLength = before + stroke >= lengthOf(points.slice(0, next + 1)) * (15 / 16)
      if (isStraight && keepsLength) to = next
    }
    kept.push(to)
  }
  return kept.map((k) => points[k])
}

const steps = fc.array(
  fc.record({
    dx: fc.integer({ min: -1, max: 1 }),
    dy: fc.integer({ min: -1, max: 1 }),
    times: fc.integer({ min: 1, max: 4 }),
  }),
  { minLength: 1, maxLength: 24 },
)
const walk = steps.map((list) => {
  const points: Point[] = [[3, 5]]
  for (const { dx, dy, times } of list) {
    if (dx === 0 && dy === 0) continue
    const [x, y] = points[points.length - 1]
    points.push([x + dx * times, y + dy * times])
  }
  return points
})
/** A walk that mostly goes on in one direction, as vessels do. */
const way = fc
  .array(fc.tuple(fc.constantFrom(-1, 0, 0, 1), fc.integer({ min: 1, max: 5 })), {
    minLength: 1,
    maxLength: 24,
  })
  .map((list) => {
    const points: Point[] = [[0, 9]]
    for (const [dy, times] of list) {
      const [x, y] = points[points.length - 1]
      points.push([x + times, y + dy * times])
    }
    return points
  })

describe('simplifyLine', () => {
  it.each([1, 2, 3, 4, 6, 10, 30, 64])('goes as far as it may with chunks of %i', (chunkSize) => {
    fc.assert(
      fc.property(fc.oneof(walk, way), fc.boolean(), (points, isClosed) => {
        const line = isClosed ? [...points, ...points.slice(0, -1).reverse()] : points
        expect(simplified(line, chunkSize)).toEqual(expected(line, chunkSize))
      }),
      { numRuns: 120, seed: 7 },
    )
  })

  it('keeps a turn of a line that is open and two of one that is closed', () => {
    const open: Point[] = [
      [0, 0],
      [4, 0],
      [9, 1],
    ]
    expect(simplified(open, 64)).toEqual(open)
    expect(simplified([...open, [12, 1]], 64)).toHaveLength(3)
    const closed: Point[] = [...open, [4, 1], [0, 0]]
    expect(simplified(closed, 64)).toHaveLength(4)
    // One that comes back to its first column only is open.
    const column: Point[] = [
      [0, 0],
      [0, 4],
      [1, 5],
      [0, 9],
    ]
    expect(simplified(column, 64)).toEqual(expected(column, 64))
    expect(simplified(column, 64)).toHaveLength(3)
  })

  it('gives the line itself where nothing can be left out', () => {
    const line = Int32Array.of(0, 0, 5, 0, 9, 1, 14, 1)
    expect(simplifyLine(line, 2)).toBe(line)
    expect(simplifyLine(line, 3)).toEqual(line)
    const short = Int32Array.of(0, 0, 5, 0)
    expect(simplifyLine(short, 64)).toBe(short)
  })
})
