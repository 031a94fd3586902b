import fc from 'fast-check'
import { aggregate, compare, type Evaluation, MultiObjectiveReward } from 'vessel-reward'
import { describe, expect, it } from 'vitest'
import { mulberry32 } from '../../../examples/mulberry32.ts'

const value = fc.double({ min: -1e3, max: 1e3, noNaN: true })
const maybe = fc.oneof(
  { weight: 6, arbitrary: value },
  { weight: 1, arbitrary: fc.constantFrom(null, undefined, Number.NaN) },
)
const quick = { resamples: 50 }

/** Sums of three uniform numbers: nearly normal, with mean 1.5 and standard deviation .5. */
function bells(count: number, seed: number): number[] {
  const next = mulberry32(seed)
  return Array.from({ length: count }, () => next() + next() + next())
}

describe('aggregate', () => {
  it('gives mean and standard deviation of the defined values', () => {
    fc.assert(
      fc.property(fc.array(maybe, { maxLength: 12 }), (values) => {
        const kept = values.filter((v): v is number => typeof v === 'number' && !Number.isNaN(v))
        const { mean, sd, n, undefined: missing, low, high } = aggregate(values, quick)
        expect([n, missing]).toEqual([kept.length, values.length - kept.length])
        if (n === 0) {
          expect([mean, sd, low, high]).toEqual([Number.NaN, Number.NaN, Number.NaN, Number.NaN])
          return
        }
        const expected = kept.reduce((sum, v) => sum + v, 0) / n
        const variance = kept.reduce((sum, v) => sum + (v - expected) ** 2, 0) / (n - 1)
        expect(mean).toBeCloseTo(expected, 9)
        if (n > 1) expect(sd).toBeCloseTo(Math.sqrt(variance), 9)
        else expect(sd).toBeNaN()
        expect(low).toBeLessThanOrEqual(high)
        expect(low).toBeGreaterThanOrEqual(Math.min(...kept) - 1e-9)
        expect(high).toBeLessThanOrEqual(Math.max(...kept) + 1e-9)
      }),
      { numRuns: 200 },
    )
  })

  it('has an interval that is 1.96 standard errors to each side of the mean of many values', () => {
    const { mean, sd, low, high } = aggregate(bells(400, 1))
    const error = (1.96 * sd) / Math.sqrt(400)
    expect((mean - low) / error).toBeCloseTo(1, 1)
    expect((high - mean) / error).toBeCloseTo(1, 1)
    const wider = aggregate(bells(400, 1), { confidence: 0.99 })
    expect((wider.high - wider.low) / (high - low)).toBeCloseTo(2.576 / 1.96, 1)
  })

  it.each([
    [40, 0.92, 0.97],
    [8, 0.86, 0.93],
  ])('covers the true mean about as often as it says, %i values', (count, least, most) => {
    let covered = 0
    for (let seed = 0; seed < 800; seed++) {
      const { low, high } = aggregate(bells(count, seed + 100), { resamples: 400, seed })
      if (low <= 1.5 && 1.5 <= high) covered++
    }
    expect(covered / 800).toBeGreaterThan(least)
    expect(covered / 800).toBeLessThan(most)
  })

  it('gives the same interval for the same seed only', () => {
    const values = bells(30, 7)
    expect(aggregate(values)).toEqual(aggregate(Float64Array.from(values)))
    expect(aggregate(values)).toEqual(aggregate(values, { seed: 0 }))
    expect(aggregate(values, { seed: 1 }).low).not.toBe(aggregate(values).low)
  })

  it('summarises each name of records, missing ones included', () => {
    const records = [{ dice: 0.5, hd95: 3 }, { dice: 0.25 }, { dice: 0.75, hd95: Number.NaN }]
    const { dice, hd95 } = aggregate(records, quick)
    expect(dice).toEqual(aggregate([0.5, 0.25, 0.75], quick))
    expect(hd95).toEqual(aggregate([3, undefined, null], quick))
    expect([hd95.n, hd95.undefined]).toEqual([1, 2])
    expect(Object.keys(aggregate([{ ['__proto__' as string]: 1 }], quick))).toEqual(['__proto__'])
  })

  it('gives each of many columns what it gives it alone', () => {
    const row = fc.record({ a: maybe, b: maybe, c: value, d: value })
    fc.assert(
      fc.property(fc.array(row, { minLength: 1, maxLength: 30 }), (rows) => {
        // With so many samples not all four columns fit into memory at a time.
        for (const options of [quick, { resamples: 400_000 / rows.length }]) {
          const some = { ...options, resamples: Math.ceil(options.resamples) }
          const all = aggregate(rows, some)
          for (const name of ['a', 'b', 'c', 'd'] as const) {
            const alone = aggregate(
              rows.map((one) => one[name]),
              some,
            )
            expect(all[name]).toEqual(alone)
          }
        }
      }),
      { numRuns: 15 },
    )
  })

  it('takes what a reward explains and scores', () => {
    const reward = new MultiObjectiveReward()
    const preds = [[[1, 1, 1]], [[1, 0, 0]]]
    const metrics = preds.map((pred) => reward.explain(pred, [[1, 1, 1]]).metrics)
    expect(aggregate(metrics, quick).recall.mean).toBeCloseTo(2 / 3, 12)
    expect(aggregate(reward.scoreBatch(preds, [[1, 1, 1]]), quick).n).toBe(2)
  })

  it('refuses what is no value or option', () => {
    const of = (values: unknown, options?: unknown) => () =>
      aggregate(values as number[], options as object)
    for (const values of [null, 1, 'dice', {}, ['a'], [1, {}], [{}, 1], [{ dice: '1' }], [[[1]]]]) {
      expect(of(values)).toThrow(TypeError)
    }
    expect(of([{ dice: 1 }, { dice: true }])).toThrow(/'dice' of record 1 to be a number/)
    for (const values of [[Number.POSITIVE_INFINITY], [1e101], new Array(2 ** 32 - 1)]) {
      expect(of(values)).toThrow(RangeError)
    }
    // One more value than this is too many; of so many the second is no record.
    const most: unknown[] = []
    most[2 ** 24 - 1] = {}
    most[0] = {}
    expect(of(most)).toThrow('expected record 1 to be an object')
    most.length++
    expect(of(most)).toThrow('expected at most 16777216 values')
    for (const options of [null, 1, { seed: '1' }, { resamples: '1' }]) {
      expect(of([1], options)).toThrow(TypeError)
    }
    for (const options of [
      { seed: -1 },
      { seed: 0.5 },
      { resamples: 0 },
      { confidence: 2 },
      { typo: 1 },
    ]) {
      expect(of([1], options)).toThrow(RangeError)
    }
  })
})

describe('compare', () => {
  it('is the summary of the differences, with opposite signs the other way round', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(maybe, maybe), { minLength: 1, maxLength: 9 }), (pairs) => {
        const a = pairs.map(([first]) => first)
        const b = pairs.map(([, second]) => second)
        const differences = pairs.map(([x, y]) => (x ?? Number.NaN) - (y ?? Number.NaN))
        const compared = compare(a, b, quick)
        const { difference, low, high, p, adjustedP, wins, ties, losses, ...rest } = compared
        const summary = aggregate(differences, quick)
        const { n, undefined: missing } = summary
        expect(rest).toEqual({ n, undefined: missing, direction: 'higher' })
        expect(adjustedP).toBe(p)
        expect([difference, low, high]).toEqual([summary.mean, summary.low, summary.high])
        expect(wins).toBe(differences.filter((d) => d > 0).length)
        expect(losses).toBe(differences.filter((d) => d < 0).length)
        expect(wins + ties + losses).toBe(rest.n)
        const back = compare(b, a, quick)
        expect([back.wins, back.losses, back.p]).toEqual([losses, wins, p])
        expect(back.difference).toBe(0 - difference)
        expect(p).toBeGreaterThan(0)
        expect(p).toBeLessThanOrEqual(1)
      }),
      { numRuns: 150 },
    )
  })

  it('gives exact p-values of few images', () => {
    const zeros = (n: number) => new Float64Array(n)
    expect(compare([1, 2, 3], zeros(3)).p).toBe(2 / 8)
    // Of the sums ±1 ±2 ±3 the six that are at least 2 in size, and the two of size 0 are not.
    expect(compare([1, -2, 3], zeros(3)).p).toBe(6 / 8)
    expect(compare([1, 1, 1, 1, 1, 1, 1, 1], zeros(8)).p).toBe(2 / 256)
    expect(compare([0.1, 0.2, -0.3], zeros(3)).p).toBe(1)
    expect(compare([5, 5], [5, 5])).toMatchObject({ difference: 0, p: 1, ties: 2 })
    expect(compare([0, 0, 1], zeros(3)).p).toBe(1)
    expect(compare([], []).p).toBe(1)
    expect(compare([], []).difference).toBeNaN()
  })

  it('estimates p-values of many images', () => {
    const shifted = bells(100, 3).map((v) => v - 1.5 + 0.1)
    const { p } = compare(shifted, new Float64Array(100))
    const { mean, sd } = aggregate(shifted, quick)
    const z = (mean / sd) * 10
    // Two-sided tail of the normal distribution (Abramowitz and Stegun 7.1.25).
    const t = 1 / (1 + (0.47047 * z) / Math.SQRT2)
    const tail = t * (0.3480242 + t * (-0.0958798 + t * 0.7478556)) * Math.exp((-z * z) / 2)
    expect(Math.abs(p - tail)).toBeLessThan(0.01)
    expect(compare(new Float64Array(20).fill(1), new Float64Array(20)).p).toBeLessThan(1e-3)
    // Every choice of signs is at least as far from 0 as nothing is.
    const even = Float64Array.from({ length: 20 }, (_, i) => (i % 2 === 0 ? 1 : -1))
    expect(compare(even, new Float64Array(20)).p).toBe(1)
  })

  it('compares each name that both records have', () => {
    const a = [
      { dice: 1, recall: 1 },
      { dice: 0.5, recall: 0 },
    ]
    const b = [
      { dice: 0.5, iou: 1 },
      { dice: 0.75, iou: 1 },
    ]
    const both = compare(a, b, quick)
    expect(Object.keys(both)).toEqual(['dice'])
    expect(both.dice).toEqual(compare([1, 0.5], [0.5, 0.75], quick))
  })

  it('gives each of many columns the interval and the p-value that it gives it alone', () => {
    const columns = [bells(30, 1), bells(30, 2), bells(30, 3).map((v, i) => (i < 20 ? 1.5 : v))]
    const rows = bells(30, 4).map((d, i) => ({
      a: columns[0][i],
      b: columns[1][i],
      c: columns[2][i],
      d,
    }))
    const others = rows.map(() => ({ a: 1.4, b: 1.5, c: 1.5, d: 1.6 }))
    const all = compare(rows, others, quick)
    for (const name of ['a', 'b', 'c', 'd'] as const) {
      const [ours, theirs] = [rows, others].map((list) => list.map((one) => one[name]))
      expect(all[name]).toMatchObject({
        ...compare(ours, theirs, quick),
        adjustedP: expect.anything(),
        direction: 'higher',
      })
    }
  })

  it('knows which values of a metric are better, or is told', () => {
    const [one, other] = [[{ hd95: 3, mine: 2 }], [{ hd95: 8, mine: 5 }]]
    const { hd95, mine } = compare(one, other, quick)
    expect([hd95.direction, hd95.wins, hd95.losses]).toEqual(['lower', 1, 0])
    expect([mine.direction, mine.wins, mine.losses]).toEqual(['higher', 0, 1])
    const told = compare(one, other, { ...quick, direction: { mine: 'one', hd95: 'higher' } })
    expect([told.hd95.direction, told.hd95.wins]).toEqual(['higher', 0])
    expect([told.mine.direction, told.mine.wins]).toEqual(['one', 1])
    expect(compare([2], [5], { ...quick, direction: 'lower' }).wins).toBe(1)
    expect(() => compare([2], [5], { direction: null as never })).toThrow(
      'expected the directions of compare to be a plain object, got null',
    )
    expect(() => compare([2], [5], { direction: { mine: 'up' as never } })).toThrow(
      /the direction of mine/,
    )
  })

  it('refuses evaluations of one method only', () => {
    const evaluation: Evaluation = { values: { dice: 1 }, rules: {} }
    const message = 'expected record 0 to be an evaluation'
    expect(() => compare([evaluation], [{ dice: 1 }] as never)).toThrow(message)
    expect(() => compare([{ dice: 1 }] as never, [evaluation])).toThrow(message)
  })

  it('refuses lists of other lengths or kinds', () => {
    expect(() => compare([1], [1, 2])).toThrow(RangeError)
    expect(() => compare([1], [{ dice: 1 }] as never)).toThrow(TypeError)
    expect(() => compare([1], undefined as never)).toThrow(TypeError)
  })
})

describe('aggregate of evaluations', () => {
  const evaluations: Evaluation<'dice' | 'hd95'>[] = [
    { values: { dice: 1, hd95: 0 }, rules: { dice: 'perfect', hd95: 'perfect' } },
    { values: { dice: 0.5, hd95: 3 }, rules: {} },
    { values: { dice: 0, hd95: 9 }, rules: { hd95: 'worst' } },
    { values: { dice: 0, hd95: Number.NaN }, rules: { hd95: 'left out' } },
  ]

  it('counts by which rule undefined values were scored', () => {
    const { dice, hd95 } = aggregate(evaluations, quick)
    expect(dice).toMatchObject({
      mean: 0.375,
      n: 4,
      undefined: 0,
      scoredPerfect: 1,
      scoredWorst: 0,
    })
    expect(hd95).toMatchObject({ mean: 4, n: 3, undefined: 1, scoredPerfect: 1, scoredWorst: 1 })
  })

  it('summarises the values as plain records are', () => {
    const plain = aggregate(
      evaluations.map(({ values }) => values),
      quick,
    )
    const { scoredPerfect, scoredWorst, ...hd95 } = aggregate(evaluations, quick).hd95
    expect(hd95).toEqual(plain.hd95)
  })

  it('counts a metric only where it was asked for', () => {
    const some = [
      { values: { dice: 1 }, rules: {} },
      { values: { dice: 0, iou: 0 }, rules: {} },
    ] as Evaluation[]
    expect(aggregate(some, quick).iou).toMatchObject({ n: 1, undefined: 0 })
  })

  it('names what is no value', () => {
    const bad = [{ values: { dice: 'good' }, rules: {} }] as unknown as Evaluation[]
    expect(() => aggregate(bad)).toThrow(TypeError)
    expect(() => aggregate(bad)).toThrow("expected 'dice' of record 0 to be a number, got 'good'")
  })
})
