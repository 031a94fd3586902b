import fc from 'fast-check'
import { BitMask, confusion, type SweepCase, sweep, sweepAll } from 'vessel-reward'
import { describe, expect, it } from 'vitest'
import { readSweepGolden } from '../../golden/sweep-golden.ts'

const golden = readSweepGolden()
const OVERLAP = ['dice', 'iou', 'recall', 'precision', 'specificity', 'accuracy', 'mcc'] as const

/** Names of golden cases as cases. */
const casesOf = (names: readonly string[]): SweepCase[] =>
  golden.cases
    .filter(({ name }) => names.includes(name))
    .map(({ map, truth, within }) => ({ probabilities: map, truth, within }))

describe('pooled pixels', () => {
  it.each(golden.pooled)('of $names have the areas and metrics of scikit-learn', (expected) => {
    const { pooled } = sweepAll(casesOf(expected.names), { thresholds: golden.thresholds })
    // Of 32 bits, values are rounded to those of 16.
    const isRounded = expected.names[0].split('-')[1] === '0'
    const error = isRounded ? 1e-4 : 1e-12
    expect(Math.abs(pooled.averagePrecision - expected.averagePrecision)).toBeLessThan(error)
    expect(Math.abs(pooled.rocAuc - expected.rocAuc)).toBeLessThan(error)
    for (const [k, row] of expected.metrics.entries()) {
      for (const [i, name] of OVERLAP.entries()) {
        expect(Math.abs((pooled.values[name]?.[k] ?? 0) - row[i])).toBeLessThan(1e-12)
      }
    }
  })
})

/** Maps of 8 bits with truths, all of one size. */
const drawnCases = fc.array(
  fc
    .record({
      levels: fc.array(fc.integer({ min: 0, max: 255 }), { minLength: 6, maxLength: 6 }),
      truth: fc.array(fc.constantFrom(0, 1), { minLength: 6, maxLength: 6 }),
    })
    .map(({ levels, truth }) => ({
      probabilities: { data: Float32Array.from(levels, (level) => level / 255), shape: [2, 3] },
      truth: { data: truth, shape: [2, 3] },
    })),
  { minLength: 1, maxLength: 6 },
)

const mean = (values: readonly number[]) => {
  const kept = values.filter((value) => !Number.isNaN(value))
  return kept.reduce((sum, value) => sum + value, 0) / kept.length
}

describe('any cases', () => {
  it('have the means of their sweeps', () => {
    fc.assert(
      fc.property(drawnCases, fc.constantFrom('perfect', 'nan'), (cases, empty) => {
        const options = {
          metrics: ['recall', 'clDice', 'b0Error'],
          thresholds: [0.1, 0.3, 0.8],
          empty,
        } as const
        const each = cases.map(({ probabilities, truth }) => sweep(probabilities, truth, options))
        const summary = sweepAll(cases, options)
        for (const name of options.metrics) {
          for (let k = 0; k < 3; k++) {
            const values = each.map((one) => one.values[name][k])
            expect(summary.mean.values[name][k]).toBe(mean(values))
            expect(summary.mean.undefined[name][k]).toBe(values.filter(Number.isNaN).length)
          }
        }
        for (const area of ['averagePrecision', 'rocAuc'] as const) {
          expect(summary.mean[area]).toBe(mean(each.map((one) => one[area])))
        }
        expect(summary.mean.best.atHalf).toBe(mean(each.map((one) => one.best.atHalf)))
        expect(summary.cases).toBe(cases.length)
      }),
      { numRuns: 40 },
    )
  })

  it('of 8 bits have a threshold for each mask by default', () => {
    fc.assert(
      fc.property(drawnCases, ([one]) => {
        const { mean: means, thresholds } = sweepAll([one])
        const { best, curve } = sweep(one.probabilities, one.truth)
        expect(thresholds).toHaveLength(255)
        expect(means.best.value).toBe(best.value)
        const counts = (thresholds: Float64Array, dice: Float64Array) =>
          new Set([...dice].filter((_, i) => thresholds[i] < 1))
        const all = counts(thresholds, means.values.dice)
        expect(all).toEqual(counts(curve.thresholds, curve.values.dice as Float64Array))
      }),
      { numRuns: 50 },
    )
  })

  it('are each scored at the threshold that is best for the others', () => {
    // Whole numbers, so that no sum is rounded.
    const gain = (pred: BitMask, truth: BitMask) => {
      const { tp, fp } = confusion(pred, truth)
      return tp === 0 ? Number.NaN : tp - fp
    }
    const options = { metrics: [], scores: { gain }, thresholds: [0.2, 0.4, 0.6] }
    fc.assert(
      fc.property(drawnCases, (cases) => {
        const values = cases.map((one, i) => {
          if (cases.length === 1) return Number.NaN
          const { best } = sweepAll(cases.toSpliced(i, 1), options).mean
          const { thresholds, values } = sweep(one.probabilities, one.truth, options)
          return values.gain[thresholds.indexOf(best.threshold)] ?? Number.NaN
        })
        expect(sweepAll(cases, options).mean.leaveOneOut).toBe(mean(values))
      }),
      { numRuns: 30 },
    )
  })
})

const TRUTH = [[1, 1, 0, 0]]
const CASES: SweepCase[] = [
  { probabilities: [[0.75, 0.25, 0.25, 0]], truth: TRUTH },
  { probabilities: [[0.75, 0.375, 0.125, 0]], truth: TRUTH },
]

it('scores each case at the threshold that is best for the others', () => {
  // Alone, the first has .8 at .2 and .67 above; the second 1 up to .3, and .67 at .5.
  const options = { metrics: ['dice'], thresholds: [0.2, 0.3, 0.5] } as const
  const { mean: means } = sweepAll(CASES, options)
  // The first at .3, which is best for the second (nearer to .5 than .2), and the second at .2.
  expect(means.leaveOneOut).toBeCloseTo((2 / 3 + 1) / 2, 12)
  expect(means.best).toEqual({ name: 'dice', threshold: 0.2, value: 0.9, atHalf: 2 / 3 })
})

it('takes cases one after the other', () => {
  let alive = 0
  function* lazily(): Generator<SweepCase> {
    for (const one of CASES) {
      alive++
      expect(alive).toBe(1)
      yield one
      alive--
    }
  }
  const thresholds = [0.5]
  expect(sweepAll(lazily(), { thresholds })).toEqual(sweepAll(CASES, { thresholds }))
})

it('takes thresholds by what is asked for', () => {
  expect(sweepAll(CASES).thresholds).toHaveLength(255)
  expect(sweepAll(CASES).thresholds[127]).toBe(0.5)
  expect(sweepAll(CASES, { metrics: ['clDice'] }).thresholds).toHaveLength(19)
  expect(sweepAll(CASES, { scores: { one: () => 1 } }).thresholds).toHaveLength(19)
})

it('hands scores what lies inside the field of view', () => {
  const within = [[0, 1, 1, 1]]
  const seen: string[] = []
  const score = (pred: BitMask, truth: BitMask) => {
    seen.push(`${pred.toUint8Array()} ${truth.toUint8Array()}`)
    return 1
  }
  const options = { scores: { score }, thresholds: [0.1, 0.5] }
  const { pooled } = sweepAll([{ ...CASES[0], within }], options)
  expect(seen).toEqual(['0,1,1,0 0,1,0,0', '0,0,0,0 0,1,0,0'])
  expect(pooled.tp).toEqual(Float64Array.of(1, 0))
  expect(pooled.tn).toEqual(Float64Array.of(1, 2))
})

it('says of which case something is wrong', () => {
  const all = (cases: unknown) => () => sweepAll(cases as SweepCase[])
  const [good] = CASES
  expect(all([])).toThrow('expected sweepAll to get at least one case, got none')
  expect(all([good, { ...good, probabilities: [[0, 255]] }])).toThrow(
    'expected the probabilities of cases[1] to lie within [0, 1], got 255',
  )
  expect(all([{ ...good, truth: [[1]] }])).toThrow('probabilities and a truth of cases[0] of equal')
  expect(all([{ ...good, truth: 3 }])).toThrow('expected the truth of cases[0] to be a mask')
  expect(all([{ ...good, within: 3 }])).toThrow('(within) of cases[0] to be a mask')
  expect(all([good, BitMask.from([[1]])])).toThrow(
    'expected the fields of cases[1] to be a plain object',
  )
  expect(all([null])).toThrow('expected the fields of cases[0] to be a plain object, got null')
  expect(all([undefined])).toThrow(
    'expected cases[0] to be { probabilities, truth }, got undefined',
  )
  expect(all([{ truth: TRUTH }])).toThrow('expected cases[0] to be { probabilities, truth }')
  expect(all([{ ...good, withn: TRUTH }])).toThrow("unknown field 'withn' of cases[0]: did you")
  expect(all(good)).toThrow('expected the cases to be an array or another iterable, got an object')
  expect(all('ab')).toThrow(TypeError)
  expect(() => sweepAll(CASES, { within: [[1]] } as never)).toThrow("unknown option 'within'")
})
