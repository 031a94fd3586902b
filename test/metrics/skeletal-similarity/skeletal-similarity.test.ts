import { BitMask, type SkeletalSimilarityOptions, skeletalSimilarity } from 'vessel-reward'
import { describe, expect, it } from 'vitest'
import { fitCubic } from '../../../src/metrics/skeletal-similarity/curve.ts'
import { segmentsOf } from '../../../src/metrics/skeletal-similarity/segments.ts'
import { bits, faults } from '../../oracle/compare.ts'
import { grid } from '../../oracle/grid.ts'
import { packedPairs, resultDifference } from '../centerline-pairs.ts'

const PAIRS = packedPairs()

/** The golden fits are exact; those in floating point differ in the last digits. */
const isNear = (actual: number, wanted: number) =>
  Object.is(actual, wanted) || Math.abs(actual - wanted) <= 1e-9

describe('skeletalSimilarity', () => {
  it('equals the golden values', () => {
    const found = faults(PAIRS, ({ pred, truth, within, agree, skeletal }) => {
      const { alpha, range, values } = skeletal
      const [rSe, rSp, rAcc, confidence] = values
      const run = (empty: SkeletalSimilarityOptions['empty']) =>
        skeletalSimilarity(pred, truth, { within, alpha, range, empty })
      return resultDifference(run, { rSe, rSp, rAcc, confidence }, agree, isNear)
    })
    expect(found).toEqual([])
  })

  it('has no accuracy where similarity is undefined and something lies in range', () => {
    // Three pixels make no segment, so that nothing says how much of what is in range is found.
    const dots = bits(grid(20, 20, (x, y) => y === 10 && x > 8 && x < 12))
    const none = bits(grid(20, 20, () => false))
    const missed = { rSe: 0, rSp: 1, rAcc: 0, confidence: 0 }
    expect(skeletalSimilarity(none, dots)).toEqual(missed)
    expect(skeletalSimilarity(dots, dots)).toEqual({ ...missed, rSe: 1, rAcc: 1 })
    expect(skeletalSimilarity(none, dots, { empty: 'nan' })).toMatchObject({ rSp: 1, rAcc: NaN })
    // Without foreground there is nothing to share: 397 of 400 pixels are true negatives.
    expect(skeletalSimilarity(dots, none)).toMatchObject({ rSe: 0, rAcc: 397 / 400 })
    expect(skeletalSimilarity(dots, none, { empty: 'nan' }).rAcc).toBe(397 / 400)
  })

  it('has an alpha of .5 and a range of 2 by default', () => {
    const { pred, truth } = PAIRS[60]
    const expected = skeletalSimilarity(pred, truth, { alpha: 0.5, range: 2 })
    expect(skeletalSimilarity(pred, truth)).toEqual(expected)
  })

  it('is 1 of equal masks', () => {
    const found = faults(PAIRS, ({ truth, within }) => {
      const { rSe, rSp, rAcc } = skeletalSimilarity(truth, truth, { within })
      return [rSe, rSp, rAcc].every((value) => value === 1) ? '' : `${[rSe, rSp, rAcc]}`
    })
    expect(found).toEqual([])
  })

  it('differs little from the published rule for pixels on parts that are in no segment', () => {
    const differences = PAIRS.map(({ skeletal: { values, published } }) =>
      Math.abs((values[0] ?? 0) - (published ?? 0)),
    )
    const mean = differences.reduce((sum, difference) => sum + difference) / PAIRS.length
    expect(mean).toBeCloseTo(0.0069, 4)
  })

  it('forgives a shift that is in range, which Dice does not', () => {
    const wave = (down: number) =>
      bits(grid(90, 40, (x, y) => Math.abs(y - down - Math.round(18 + 8 * Math.sin(x / 9))) < 2))
    expect(skeletalSimilarity(wave(1), wave(0)).rSe).toBeGreaterThan(0.95)
    expect(skeletalSimilarity(wave(8), wave(0)).rSe).toBeLessThan(0.5)
  })

  it('counts missing vessels as false negatives and extra ones as false positives', () => {
    const rows = (...ys: number[]) => bits(grid(60, 40, (_, y) => ys.includes(y)))
    expect(skeletalSimilarity(rows(10), rows(10, 30)).rSe).toBeCloseTo(0.5, 12)
    const extra = skeletalSimilarity(rows(10, 30), rows(10))
    expect(extra.rSe).toBe(1)
    // Of 40 rows, five are in range; of the others, one is drawn.
    expect(extra.rSp).toBeCloseTo(34 / 35, 12)
    expect(extra.rAcc).toBeCloseTo(39 / 40, 12)
  })

  it('has in range what lies within one pixel more than the radius, not on it', () => {
    // One pixel wide everywhere, so that the radius is the range.
    const truth = (x: number, y: number) => y === 10 && x >= 10 && x < 30
    const rSpWith = (column: number, row: number) => {
      const pred = grid(50, 24, (x, y) => truth(x, y) || (x === column && y === row))
      return skeletalSimilarity(bits(pred), bits(grid(50, 24, truth)), { range: 4 }).rSp
    }
    expect(rSpWith(32, 13)).toBe(1)
    expect(rSpWith(33, 12)).toBe(1)
    // Five pixels away from the end of the line.
    expect(rSpWith(32, 14)).toBeLessThan(1)
    expect(rSpWith(33, 13)).toBeLessThan(1)
    expect(rSpWith(6, 7)).toBeLessThan(1)
    expect(rSpWith(7, 7)).toBe(1)
  })

  it('scores thickness by alpha', () => {
    const band = (half: number) => bits(grid(60, 31, (_, y) => Math.abs(y - 15) <= half))
    // Half-widths of 3 and 2 differ by 1, half of the range.
    const score = (alpha: number) => skeletalSimilarity(band(2), band(1), { alpha }).rSe
    expect(score(0)).toBeCloseTo(1, 2)
    expect(score(1)).toBeLessThan(0.6)
    expect(score(0.5)).toBeCloseTo((score(0) + score(1)) / 2, 12)
  })

  it('takes masks without pixels', () => {
    const perfect = { rSe: 1, rSp: 1, rAcc: 1, confidence: 1 }
    expect(skeletalSimilarity([], [])).toEqual(perfect)
    expect(skeletalSimilarity([[], []], [[], []])).toEqual(perfect)
  })

  it.each<[unknown, Error]>([
    [{ alpha: 2 }, new RangeError('expected alpha to be a finite number ≥ 0 and ≤ 1, got 2')],
    [{ range: 0 }, new RangeError('expected range to be an integer from 1 to 10, got 0')],
    [{ range: '2' }, new TypeError("expected range to be a number, got '2'")],
    [
      { levels: 2 },
      new RangeError(
        "unknown option 'levels' of skeletalSimilarity: did you mean 'empty'? Known: within, ignore, empty, alpha, range",
      ),
    ],
  ])('refuses the options %j', (options, error) => {
    const run = () => skeletalSimilarity([[1]], [[1]], options as SkeletalSimilarityOptions)
    expect(run).toThrow(error)
  })
})

describe('segmentsOf', () => {
  const sizesOf = (mask: BitMask) => [...segmentsOf(mask).sizes.subarray(1)].sort((a, b) => a - b)

  it('cuts paths of 30 pixels or more and drops those of fewer than 4', () => {
    const line = (length: number) => bits(grid(length, 1, () => true))
    expect(sizesOf(line(3))).toEqual([])
    expect(sizesOf(line(4))).toEqual([4])
    expect(sizesOf(line(29))).toEqual([29])
    expect(sizesOf(line(30))).toEqual([15, 15])
    expect(sizesOf(line(45))).toEqual([15, 15, 15])
    expect(sizesOf(line(44))).toEqual([22, 22])
    expect(sizesOf(line(50))).toEqual([16, 17, 17])
  })

  it('cuts a ring, which has no end', () => {
    const ring = bits(grid(20, 20, (x, y) => Math.max(Math.abs(x - 9), Math.abs(y - 9)) === 7))
    const { ids, sizes, count } = segmentsOf(ring)
    expect(count).toBeGreaterThan(1)
    expect(sizes.reduce((sum, size) => sum + size)).toBe(ids.length)
  })

  it('splits at a crossing, of which every pixel joins one branch', () => {
    const plus = bits(grid(15, 15, (x, y) => x === 7 || y === 7))
    const { ids, count } = segmentsOf(plus)
    expect(count).toBe(4)
    expect([...ids].every((id) => id > 0)).toBe(true)
  })

  it('holds nothing of an empty mask', () => {
    expect(segmentsOf(BitMask.from([[0, 0]])).count).toBe(0)
    expect(segmentsOf(BitMask.from([])).count).toBe(0)
  })
})

describe('fitCubic', () => {
  it('finds the coefficients of a cubic far from the origin', () => {
    const us = Array.from({ length: 12 }, (_, i) => 4000 + i)
    const vs = us.map((u) => (u - 4005) ** 3 / 100 - (u - 4005) ** 2 / 10 + u)
    const [cube, square, linear] = fitCubic(us, vs, us.length)
    expect(cube).toBeCloseTo(0.01, 12)
    expect(square / (-0.1 - 3 * 0.01 * 4005)).toBeCloseTo(1, 10)
    expect(linear / (1 + 2 * 0.1 * 4005 + 3 * 0.01 * 4005 ** 2)).toBeCloseTo(1, 10)
  })

  it('leaves nothing of a constant, and only the slope of a line', () => {
    const us = [5, 6, 7, 8, 9]
    expect(fitCubic(us, [3, 3, 3, 3, 3], 5)).toEqual([0, 0, 0])
    const [cube, square, linear] = fitCubic(us, [1, 3, 5, 7, 9], 5)
    expect([cube, square]).toEqual([0, 0])
    expect(linear).toBeCloseTo(2, 12)
  })

  it('does not fail on fewer than four different places', () => {
    expect(fitCubic([2, 2, 2, 2], [1, 2, 3, 4], 4).every(Number.isFinite)).toBe(true)
    expect(fitCubic([1, 2, 1, 2], [1, 2, 3, 4], 4).every(Number.isFinite)).toBe(true)
  })
})
