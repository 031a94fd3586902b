import {
  accuracy,
  confusion,
  dice,
  type FBetaOptions,
  fBeta,
  iou,
  type MaskLike,
  type MetricOptions,
  mcc,
  precision,
  recall,
  specificity,
} from 'vessel-reward'
import { describe, expect, it } from 'vitest'
import { type GoldenOverlap, type GoldenPair, readGolden } from '../golden/golden.ts'
import { faults, isClose, numbersDifference } from '../oracle/compare.ts'

type Metric = (pred: MaskLike, truth: MaskLike, options?: MetricOptions) => number

const METRICS: Record<keyof GoldenOverlap, Metric> = {
  dice,
  iou,
  recall,
  precision,
  specificity,
  accuracy,
  fBeta2: (pred, truth, options) => fBeta(pred, truth, { ...options, beta: 2 }),
  fBetaHalf: (pred, truth, options) => fBeta(pred, truth, { ...options, beta: 0.5 }),
  mcc,
}

function inputsOf({ width, height, pred, truth, within }: GoldenPair) {
  const image = (data: Uint8Array) => ({ data, width, height })
  return {
    pred: image(pred),
    truth: image(truth),
    within: within === null ? undefined : image(within),
  }
}

describe('confusion', () => {
  it('equals the golden counts', () => {
    const { pairs } = readGolden()
    expect(pairs.length).toBeGreaterThanOrEqual(300)
    expect(pairs.filter((pair) => pair.within !== null).length).toBeGreaterThanOrEqual(50)
    const found = faults(pairs, (pair) => {
      const { pred, truth, within } = inputsOf(pair)
      return numbersDifference(confusion(pred, truth, { within }), pair.confusion)
    })
    expect(found).toEqual([])
  })

  it('counts each pixel of the field of view once', () => {
    const pred = [[1, 1, 0, 0, 1, 1]]
    const truth = [[1, 0, 1, 0, 1, 0]]
    expect(confusion(pred, truth)).toEqual({ tp: 2, fp: 2, fn: 1, tn: 1 })
    const within = [[1, 1, 1, 1, 0, 0]]
    expect(confusion(pred, truth, { within })).toEqual({ tp: 1, fp: 1, fn: 1, tn: 1 })
    expect(confusion(pred, truth, { within: [[0, 0, 0, 0, 0, 0]] })).toEqual({
      tp: 0,
      fp: 0,
      fn: 0,
      tn: 0,
    })
    expect(confusion([], [])).toEqual({ tp: 0, fp: 0, fn: 0, tn: 0 })
  })
})

describe('metrics of the four counts', () => {
  it.each(Object.entries(METRICS))('%s equals the golden values', (name, metric) => {
    const found = faults(readGolden().pairs, (pair) => {
      const { pred, truth, within } = inputsOf(pair)
      const golden = pair.overlap[name as keyof GoldenOverlap]
      const { fp, fn } = pair.confusion
      const expected = golden ?? (fp === 0 && fn === 0 ? 1 : 0)
      const value = metric(pred, truth, { within })
      if (!isClose(value, expected)) return `${value} instead of ${expected}`
      const strict = metric(pred, truth, { within, empty: 'nan' })
      if (!isClose(strict, golden ?? Number.NaN)) return `'nan' gives ${strict}, not ${golden}`
      return ''
    })
    expect(found).toEqual([])
  })

  it.each(Object.entries(METRICS))(
    "%s throws for 0/0 under 'throw', and only there",
    (name, metric) => {
      const found = faults(readGolden().pairs, (pair) => {
        const { pred, truth, within } = inputsOf(pair)
        const golden = pair.overlap[name as keyof GoldenOverlap]
        try {
          const value = metric(pred, truth, { within, empty: 'throw' })
          return isClose(value, golden ?? Number.NaN) ? '' : `${value} instead of ${golden}`
        } catch (error) {
          const { message } = error as Error
          const expected = `${name.replace(/2|Half/, '')} is undefined for these masks: 0 divided by 0`
          return golden === null && message === expected ? '' : message
        }
      })
      expect(found).toEqual([])
    },
  )

  it('fBeta is Dice for beta 1, and by default', () => {
    const pred = [[1, 1, 0, 1]]
    const truth = [[1, 0, 1, 1]]
    expect(fBeta(pred, truth)).toBe(dice(pred, truth))
    expect(fBeta(pred, truth, { beta: 1 })).toBe(dice(pred, truth))
  })

  it('fBeta goes to recall for a large beta and to precision for a small one', () => {
    const pred = [[1, 1, 0, 0, 1]]
    const truth = [[1, 0, 0, 0, 0]]
    expect(fBeta(pred, truth, { beta: 1e6 })).toBeCloseTo(recall(pred, truth), 9)
    expect(fBeta(pred, truth, { beta: 1e-6 })).toBeCloseTo(precision(pred, truth), 9)
    expect(fBeta(pred, truth, { beta: Number.MIN_VALUE })).toBe(precision(pred, truth))
  })

  it('mcc does not leave [−1, 1]', () => {
    for (let n = 1; n < 40; n++) {
      for (let m = 1; m < 40; m++) {
        const pred = [Uint8Array.from({ length: n + m }, (_, i) => Number(i < n))]
        const truth = [Uint8Array.from({ length: n + m }, (_, i) => Number(i >= n))]
        const value = mcc(pred, truth)
        if (value < -1) expect.fail(`${value} for ${n} and ${m} pixels`)
        expect(value).toBeCloseTo(-1, 12)
      }
    }
  })

  it.each<[string, unknown[], Error | RegExp]>([
    [
      'masks of unequal width',
      [[[1, 0]], [[1]]],
      new RangeError('expected a prediction and a truth of equal size, got 2 × 1 and 1 × 1'),
    ],
    [
      'masks of unequal height',
      [[[1]], [[1], [0]]],
      new RangeError('expected a prediction and a truth of equal size, got 1 × 1 and 1 × 2'),
    ],
    [
      'a field of view of another size',
      [[[1]], [[1]], { within: [[1, 1]] }],
      new RangeError('expected a field of view and masks of equal size, got 2 × 1 and 1 × 1'),
    ],
    [
      'a field of view that is null',
      [[[1]], [[1]], { within: null }],
      new TypeError(
        'expected the field of view (within) to be a mask: a BitMask, { data, width, height }, { data, shape }, a tensor or an array of rows, got null',
      ),
    ],
    [
      'an unknown policy',
      [[[1]], [[1]], { empty: 'zero' }],
      new RangeError("expected empty to be 'perfect' or 'nan' or 'throw', got 'zero'"),
    ],
    [
      'a policy that is no string',
      [[[1]], [[1]], { empty: 0 }],
      new TypeError("expected empty to be 'perfect' or 'nan' or 'throw', got 0"),
    ],
    [
      'null for options',
      [[[1]], [[1]], null],
      /^expected the options of \w+ to be a plain object, got null$/,
    ],
    [
      'a value of NaN',
      [[[1]], { data: Float64Array.of(Number.NaN), width: 1, height: 1 }],
      new RangeError('expected mask values to be numbers, got NaN at index 0 of the truth'),
    ],
    [
      'no truth',
      [[[1]]],
      new TypeError(
        'expected the truth to be a mask: a BitMask, { data, width, height }, { data, shape }, a tensor or an array of rows, got undefined',
      ),
    ],
  ])('refuse %s', (_, args, error) => {
    for (const metric of [
      ...Object.values(METRICS).filter((f) => !f.name.startsWith('fBeta')),
      fBeta,
      confusion,
    ]) {
      const call = metric as (...args: unknown[]) => unknown
      // Confusion counts are never undefined: it has no policy for that.
      if (metric === confusion && (args[2] as { empty?: unknown } | null)?.empty !== undefined)
        continue
      expect(() => call(...args), metric.name).toThrow(error)
    }
  })

  it.each<[FBetaOptions, Error]>([
    [
      { beta: 0 },
      new RangeError('expected beta to be a finite number ≥ 5e-324 and ≤ 1000000, got 0'),
    ],
    [
      { beta: -1 },
      new RangeError('expected beta to be a finite number ≥ 5e-324 and ≤ 1000000, got -1'),
    ],
    [
      { beta: 1e7 },
      new RangeError('expected beta to be a finite number ≥ 5e-324 and ≤ 1000000, got 10000000'),
    ],
    [
      { beta: Number.NaN },
      new RangeError('expected beta to be a finite number ≥ 5e-324 and ≤ 1000000, got NaN'),
    ],
    [{ beta: '1' as unknown as number }, new TypeError("expected beta to be a number, got '1'")],
  ])('fBeta refuses %j', (options, error) => {
    expect(() => fBeta([[1]], [[1]], options)).toThrow(error)
  })
})
