import fc from 'fast-check'
import { BitMask, bettiNumbers, skeletonize, type ThinningMethod } from 'vessel-reward'
import { describe, expect, it } from 'vitest'
import { evaluate } from '../../src/metrics/evaluate.ts'
import { topologyErrors } from '../../src/metrics/topology-errors/topology-errors.ts'

const METHODS = ['skimage', 'zhang-suen', 'guo-hall'] as const

type Rows = number[][]

/** `rows` rows of `width` pixels, each one pixel further to the right: `\`. */
function staircase(rows: number, width: number, from = 0): Rows {
  const size = rows + width
  return Array.from({ length: size }, (_, y) =>
    Array.from({ length: size }, (_, x) =>
      Number(y >= from && y < rows && x >= y && x < y + width),
    ),
  )
}

/** A staircase of 2 pixels with 1 in its last row, so that both its ends are pixels of one diagonal. */
function pointedStaircase(rows: number): Rows {
  const pixels = staircase(rows, 2)
  pixels[rows - 1][rows] = 0
  return pixels
}

/** The pixels within half of `width` of a segment whose middle is near that of the image. */
function line(size: number, length: number, width: number, angle: number, dx = 0, dy = 0): Rows {
  const cos = Math.cos(angle)
  const sin = Math.sin(angle)
  return Array.from({ length: size }, (_, y) =>
    Array.from({ length: size }, (_, x) => {
      const right = x - size / 2 - dx
      const down = y - size / 2 - dy
      const along = right * cos + down * sin
      const across = down * cos - right * sin
      return Number(Math.abs(along) <= length / 2 && Math.abs(across) <= width / 2)
    }),
  )
}

const mirror = (rows: Rows): Rows => rows.map((row) => [...row].reverse())
const transpose = (rows: Rows): Rows => rows[0].map((_, x) => rows.map((row) => row[x]))

/** A mask, its three turns by 90°, and the mirror images of these four. */
function eightSymmetries(rows: Rows): Rows[] {
  const turned = [rows]
  for (let k = 0; k < 3; k++) turned.push(mirror(transpose(turned[k])))
  return turned.flatMap((one) => [one, mirror(one)])
}

/** How many rows and columns hold a pixel, the greater number first. */
function extent(mask: Rows | BitMask): [long: number, short: number] {
  const bits = BitMask.from(mask)
  const rows = new Set<number>()
  const columns = new Set<number>()
  bits.toUint8Array().forEach((pixel, i) => {
    if (pixel === 0) return
    rows.add(Math.floor(i / bits.width))
    columns.add(i % bits.width)
  })
  return rows.size > columns.size ? [rows.size, columns.size] : [columns.size, rows.size]
}

/** Rows or columns, whichever are more, that the skeletons of the eight symmetries reach. */
const reached = (rows: Rows, method: ThinningMethod): number[] =>
  eightSymmetries(rows).map((one) => extent(skeletonize(one, { method }))[0])

const leastAndMost = (values: readonly number[]) => [Math.min(...values), Math.max(...values)]

// docs/metrics.md gives the numbers of the first four tests.
describe('the extent of a skeleton under the eight symmetries', () => {
  it.each([
    ['skimage', 2, 21, 40],
    ['zhang-suen', 2, 2, 2],
    ['guo-hall', 2, 41, 41],
    ['skimage', 3, 41, 42],
    ['zhang-suen', 3, 40, 40],
    ['guo-hall', 3, 42, 42],
    ['skimage', 4, 41, 43],
    ['zhang-suen', 4, 3, 3],
    ['guo-hall', 4, 43, 43],
  ] as const)('%s, a staircase of 40 rows of %i pixels: %i to %i', (method, width, least, most) => {
    const rows = staircase(40, width)
    expect(extent(rows)).toEqual([39 + width, 40])
    expect(leastAndMost(reached(rows, method))).toEqual([least, most])
  })

  it('skimage keeps 22 pixels of a staircase and 40 of its mirror image', () => {
    const rows = staircase(40, 2)
    expect(skeletonize(rows).count).toBe(22)
    expect(skeletonize(mirror(rows)).count).toBe(40)
  })

  it.each([
    ['skimage', 1, 40],
    ['zhang-suen', 1, 1],
    ['guo-hall', 40, 40],
  ] as const)('%s, one of 2 pixels with 1 in its last row: %i to %i', (method, least, most) => {
    const rows = pointedStaircase(40)
    expect(extent(rows)).toEqual([40, 40])
    expect(leastAndMost(reached(rows, method))).toEqual([least, most])
  })

  it('a metric takes half of a vessel for the whole', () => {
    const values = (change: (rows: Rows) => Rows, thinning: ThinningMethod) => {
      const truth = change(staircase(40, 2))
      const half = change(staircase(40, 2, 18))
      const { values } = evaluate(half, truth, { metrics: ['recall', 'clDice'], thinning })
      return [values.recall.toFixed(2), values.clDice.toFixed(3)]
    }
    const same = (rows: Rows) => rows
    expect(values(same, 'skimage')).toEqual(['0.55', '1.000'])
    expect(values(mirror, 'skimage')).toEqual(['0.55', '0.689'])
    expect(values(same, 'guo-hall')).toEqual(['0.55', '0.719'])
    expect(values(mirror, 'guo-hall')).toEqual(['0.55', '0.698'])
    const errors = (change: (rows: Rows) => Rows) =>
      topologyErrors(change(staircase(40, 2, 18)), change(staircase(40, 2))).length
    expect([errors(same), errors(mirror)]).toEqual([0, 1])
  })

  it('of lines at all angles', () => {
    const least = { skimage: 1, 'zhang-suen': 1, 'guo-hall': 1 }
    const places = [
      [0, 0],
      [0.25, 0.4],
      [0.5, 0.5],
    ]
    for (const width of [1.5, 2, 3, 4, 5]) {
      for (
        let degrees = 0;
        degrees < 180;
        degrees += degrees % 45 < 40 && degrees % 45 > 4 ? 5 : 1
      ) {
        for (const [dx, dy] of places) {
          const rows = line(72, 60, width, (degrees * Math.PI) / 180, dx, dy)
          const [long] = extent(rows)
          for (const method of METHODS) {
            const kept = extent(skeletonize(rows, { method }))[0]
            least[method] = Math.min(least[method], kept / long)
          }
        }
      }
    }
    const percent = METHODS.map((method) => `${method}: ${(100 * least[method]).toFixed(0)} %`)
    expect(percent).toEqual(['skimage: 2 %', 'zhang-suen: 2 %', 'guo-hall: 87 %'])
  })
})

describe('guo-hall', () => {
  const width = fc.integer({ min: 2, max: 8 })
  const rows = fc.integer({ min: 10, max: 60 })

  it('keeps every row and column of a staircase', () => {
    fc.assert(
      fc.property(rows, width, (n, w) => {
        for (const mask of [staircase(n, w), ...(w === 2 ? [pointedStaircase(n)] : [])]) {
          for (const one of eightSymmetries(mask)) {
            expect(extent(skeletonize(one, { method: 'guo-hall' }))).toEqual(extent(one))
          }
        }
      }),
    )
  })

  it('takes from a line no more than its width and a pixel, at the two ends', () => {
    const part = fc.double({ min: 0, max: 1, noNaN: true })
    fc.assert(
      fc.property(part, part, part, part, part, (turn, wide, long, dx, dy) => {
        const width = 1.5 + 4.5 * wide
        const rows = line(72, 20 + 40 * long, width, turn * Math.PI, dx, dy)
        // A line in pieces is another matter.
        fc.pre(bettiNumbers(rows).b0 === 1)
        for (const one of eightSymmetries(rows)) {
          const kept = extent(skeletonize(one, { method: 'guo-hall' }))[0]
          expect(kept).toBeGreaterThanOrEqual(extent(one)[0] - Math.ceil(width) - 1)
        }
      }),
      { numRuns: 100 },
    )
  })
})

describe('a line that leaves the image', () => {
  const SIZE = 80
  const PAD = 8
  /** With a round end inside, and through the right border at an angle to it. */
  const leaving = (width: number, angle: number, dy: number): Rows =>
    Array.from({ length: SIZE }, (_, y) =>
      Array.from({ length: SIZE }, (_, x) => {
        const right = x - (SIZE - 1)
        const down = y - SIZE / 2 - dy
        const along = right * Math.sin(angle) + down * Math.cos(angle)
        const across = right * Math.cos(angle) - down * Math.sin(angle)
        return Number(Math.hypot(Math.min(0, along + 45), across) <= width / 2)
      }),
    )
  const within = (i: number) => Math.min(SIZE - 1, Math.max(0, i - PAD))
  const padded = (rows: Rows): Rows =>
    Array.from({ length: SIZE + 2 * PAD }, (_, y) =>
      Array.from({ length: SIZE + 2 * PAD }, (_, x) => rows[within(y)][within(x)]),
    )
  /** Columns between the skeleton and the right border of the image, which begins at `left`. */
  const gap = (skeleton: BitMask, left: number): number => {
    for (let x = SIZE - 1; x >= 0; x--) {
      for (let y = 0; y < SIZE; y++) if (skeleton.get(x + left, y + left)) return SIZE - 1 - x
    }
    return SIZE
  }

  // docs/metrics.md gives these numbers.
  it.each([
    [3, '0.41', 4],
    [5, '0.37', 2],
    [9, '0.64', 4],
    [13, '0.79', 6],
  ])('of %i pixels ends before the border, but not in a padded mask', (width, mean, most) => {
    const gaps: number[] = []
    for (let degrees = 30; degrees <= 150; degrees += 5) {
      for (const dy of [0, 0.3, 0.6]) {
        const rows = leaving(width, (degrees * Math.PI) / 180, dy)
        gaps.push(gap(skeletonize(rows), 0))
        expect(gap(skeletonize(padded(rows)), PAD)).toBe(0)
      }
    }
    expect((gaps.reduce((sum, one) => sum + one) / gaps.length).toFixed(2)).toBe(mean)
    expect(Math.max(...gaps)).toBe(most)
  })
})
