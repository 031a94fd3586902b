import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  TOPOLOGY_ERROR_KINDS,
  type TopologyError,
} from '../../../src/metrics/topology-errors/topology-errors.ts'
import { errorMarks } from '../../../src/node/overlay/error-marks.ts'

const error = (kind: TopologyError['kind'], x: number, y: number, size: number) => ({
  ...{ kind, x, y, size },
})

describe('errorMarks', () => {
  test('joins connections of one gap, and no others', () => {
    const { marks, specks } = errorMarks(
      [
        error('broken connection', 10, 10, 6),
        error('broken connection', 17, 10, 9),
        error('broken connection', 24, 13, 4),
        // Of another kind, too far for its size, too far for any, and branches.
        error('spurious connection', 12, 10, 6),
        error('broken connection', 60, 10, 2),
        error('broken connection', 68, 10, 2),
        error('broken connection', 200, 10, 90),
        error('broken connection', 226, 10, 80),
        error('missing branch', 100, 100, 30),
        error('missing branch', 101, 100, 20),
      ],
      0,
    )
    expect(specks).toBe(0)
    expect(marks).toEqual([
      { ...error('broken connection', 200, 10, 90), count: 1 },
      { ...error('broken connection', 226, 10, 80), count: 1 },
      { ...error('missing branch', 100, 100, 30), count: 1 },
      { ...error('missing branch', 101, 100, 20), count: 1 },
      { ...error('broken connection', 17, 10, 19), count: 3 },
      { ...error('spurious connection', 12, 10, 6), count: 1 },
      { ...error('broken connection', 60, 10, 2), count: 1 },
      { ...error('broken connection', 68, 10, 2), count: 1 },
    ])
  })

  test('counts small branches, and shows small breaks', () => {
    const small = TOPOLOGY_ERROR_KINDS.map((kind, i) => error(kind, 50 * i, 0, 4))
    const { marks, specks } = errorMarks(small, 5)
    expect(marks.map(({ kind }) => kind)).toEqual(['broken connection', 'spurious connection'])
    expect(specks).toBe(2)
    expect(errorMarks(small, 4).specks).toBe(0)
  })

  test('loses no error, and sorts by size', () => {
    const place = fc.nat(200)
    const errors = fc.array(
      fc.record({
        kind: fc.constantFrom(...TOPOLOGY_ERROR_KINDS),
        x: place,
        y: place,
        size: fc.integer({ min: 1, max: 60 }),
      }),
      { maxLength: 60 },
    )
    fc.assert(
      fc.property(errors, fc.nat(20), (list, minSize) => {
        const { marks, specks } = errorMarks(list, minSize)
        expect(marks.reduce((sum, { count }) => sum + count, specks)).toBe(list.length)
        const sizes = marks.map(({ size }) => size)
        expect(sizes).toEqual(sizes.slice().sort((a, b) => b - a))
        for (const mark of marks) {
          const isOne = ({ kind, x, y }: TopologyError) =>
            kind === mark.kind && x === mark.x && y === mark.y
          expect(list.some(isOne)).toBe(true)
        }
        // The order of the list says nothing.
        const again = errorMarks(list.slice().reverse(), minSize).marks
        expect(again.map(({ size, count }) => [size, count])).toEqual(
          marks.map(({ size, count }) => [size, count]),
        )
      }),
    )
  })

  test('takes thousands', () => {
    const many = Array.from({ length: 20_000 }, (_, i) =>
      error('broken connection', 5 * (i % 200), 5 * Math.floor(i / 200), 3),
    )
    const { marks } = errorMarks(many, 0)
    expect(marks).toHaveLength(1)
    expect(marks[0].count).toBe(20_000)
  })
})
