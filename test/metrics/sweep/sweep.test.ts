import fc from 'fast-check'
import {
  BitMask,
  confusion,
  evaluate,
  METRIC_NAMES,
  type MetricName,
  MultiObjectiveReward,
  sweep,
} from 'vessel-reward'
import { describe, expect, it } from 'vitest'
import { readSweepGolden } from '../../golden/sweep-golden.ts'

const { cases, thresholds } = readSweepGolden()
const OVERLAP = ['dice', 'iou', 'recall', 'precision', 'specificity', 'accuracy', 'mcc'] as const

describe('golden maps', () => {
  it.each(cases)('$name has the areas of scikit-learn', (golden) => {
    const { map, truth, within } = golden
    const found = sweep(map, truth, { within, metrics: ['dice'], empty: 'nan' })
    for (const name of ['averagePrecision', 'rocAuc'] as const) {
      if (golden[name] === null) expect(found[name]).toBeNaN()
      else expect(Math.abs(found[name] - golden[name])).toBeLessThan(1e-12)
    }
  })

  it.each(cases)('$name has the metrics of scikit-learn', ({ map, truth, within, metrics }) => {
    const { values } = sweep(map, truth, { within, thresholds, empty: 'nan' })
    for (const [k, row] of metrics.entries()) {
      for (const [i, name] of OVERLAP.entries()) {
        const value = values[name][k]
        // What is 0/0 here is 0 there.
        if (Number.isNaN(value)) expect(row[i]).toBe(0)
        else expect(Math.abs(value - row[i])).toBeLessThan(1e-12)
      }
    }
  })
})

/** Pixels of a small map of few or many values, of a truth and of a field of view. */
const pictures = fc
  .tuple(fc.integer({ min: 1, max: 9 }), fc.integer({ min: 1, max: 9 }))
  .chain(([width, height]) => {
    const pixels = (arb: fc.Arbitrary<number>) =>
      fc.array(arb, { minLength: width * height, maxLength: width * height })
    const value = fc.oneof(
      fc.constantFrom(0, -0, 0.5, 1, 0.25, 2 ** -1074),
      fc.double({ min: 0, max: 1, noNaN: true }),
    )
    return fc.record({
      width: fc.constant(width),
      height: fc.constant(height),
      values: pixels(value),
      truth: pixels(fc.constantFrom(0, 1)),
      within: fc.option(pixels(fc.constantFrom(0, 1)), { nil: undefined }),
      isSingle: fc.boolean(),
    })
  })

type Drawn = (typeof pictures extends fc.Arbitrary<infer T> ? T : never) & object

function masksOf({ width, height, values, truth, within, isSingle }: Drawn) {
  const data = isSingle ? Float32Array.from(values) : Float64Array.from(values)
  return {
    map: { data, width, height },
    truth: { data: truth, width, height },
    within: within && { data: within, width, height },
  }
}

describe('any map', () => {
  it('has at every threshold of the curve the counts of the mask there', () => {
    fc.assert(
      fc.property(pictures, (drawn) => {
        const { map, truth, within } = masksOf(drawn)
        const { curve } = sweep(map, truth, { within })
        const { tp, fp, fn, tn } = curve
        for (const [k, threshold] of curve.thresholds.entries()) {
          const mask = BitMask.from(map, { threshold })
          const counts = { tp: tp[k], fp: fp[k], fn: fn[k], tn: tn[k] }
          expect(counts).toEqual(confusion(mask, truth, { within }))
        }
        expect([...curve.thresholds]).toEqual([...new Set(curve.thresholds)].sort((a, b) => a - b))
        expect(curve.thresholds.at(-1)).toBeLessThanOrEqual(1)
      }),
    )
  })

  it('has at every threshold the values of evaluate, whatever the metric', () => {
    fc.assert(
      fc.property(
        pictures,
        fc.constantFrom('perfect', 'nan'),
        fc.subarray([...METRIC_NAMES], { minLength: 1 }),
        (drawn, empty, metrics) => {
          const { map, truth, within } = masksOf(drawn)
          const tried = [0, 0.25, 0.5, 0.99, 1, ...drawn.values.slice(0, 2)]
          const found = sweep(map, truth, {
            within,
            metrics,
            empty,
            thresholds: tried,
            tolerance: 2,
          })
          for (const [k, threshold] of found.thresholds.entries()) {
            const mask = BitMask.from(map, { threshold })
            const { values } = evaluate(mask, truth, { within, metrics, empty, tolerance: 2 })
            for (const name of metrics) expect(found.values[name][k]).toBe(values[name])
          }
        },
      ),
      { numRuns: 60 },
    )
  })

  it('has no threshold with a better value than the best one', () => {
    const directions: [MetricName, (value: number, best: number) => boolean][] = [
      ['dice', (value, best) => value <= best],
      ['mcc', (value, best) => value <= best],
      ['b0Error', (value, best) => value >= best],
      ['lengthRatio', (value, best) => Math.abs(value - 1) >= Math.abs(best - 1)],
    ]
    fc.assert(
      fc.property(pictures, fc.constantFrom(...directions), (drawn, [name, isNoBetter]) => {
        const { map, truth, within } = masksOf(drawn)
        const { best, values, curve } = sweep(map, truth, { within, metrics: [name] })
        const all = [...(curve.values[name as 'dice'] ?? []), ...values[name]]
        for (const value of all) expect(isNoBetter(value, best.value)).toBe(true)
        const mask = BitMask.from(map, { threshold: best.threshold })
        const options = { within, metrics: [name] }
        expect(evaluate(mask, truth, options).values[name]).toBe(best.value)
        const half = BitMask.from(map, { threshold: 0.5 })
        expect(evaluate(half, truth, options).values[name]).toBe(best.atHalf)
      }),
    )
  })

  it('has the areas that its order has, whatever the form', () => {
    fc.assert(
      fc.property(pictures, (drawn) => {
        const { map, truth, within } = masksOf({ ...drawn, isSingle: false })
        const { width, height, values } = drawn
        const rows = Array.from({ length: height }, (_, y) =>
          values.slice(y * width, (y + 1) * width),
        )
        const shape = [height, width]
        const forms = [
          rows,
          { data: values, width, height },
          { data: [...values].reverse(), shape, stride: [-width, -1], offset: values.length - 1 },
          { shape: [1, height, width, 1], dataSync: () => Float64Array.from(values) },
        ]
        const first = sweep(map, truth, { within })
        for (const form of forms) expect(sweep(form, truth, { within })).toEqual(first)
        const rounded = (value: number) => Math.round(1024 * value) / 1024
        // A mirrored order has the rest of the area, ties counted half.
        const down = { data: values.map((value) => 1 - rounded(value)), width, height }
        const up = { data: values.map(rounded), width, height }
        const options = { within, empty: 'nan' } as const
        const both = sweep(up, truth, options).rocAuc + sweep(down, truth, options).rocAuc
        if (!Number.isNaN(both)) expect(both).toBeCloseTo(1, 12)
      }),
    )
  })
})

const MAP = { data: Float32Array.of(0.875, 0.75, 0.375, 0.125), width: 4, height: 1 }
const TRUTH = [[1, 1, 1, 0]]

describe('scores', () => {
  it('get masks inside the field of view, once for each mask', () => {
    const seen: [Uint8Array, Uint8Array][] = []
    const score = (pred: BitMask, truth: BitMask) => {
      seen.push([pred.toUint8Array(), truth.toUint8Array()])
      return pred.count
    }
    const { values, best } = sweep(MAP, TRUTH, {
      within: [[0, 1, 1, 1]],
      metrics: [],
      scores: { pixels: score },
      thresholds: [0.2, 0.3, 0.8, 0.1],
    })
    expect([...values.pixels]).toEqual([3, 2, 2, 0])
    // Those of 0.2 and 0.3 are one mask; 0.5 is asked for by itself.
    expect(seen).toHaveLength(4)
    expect(seen[0]).toEqual([Uint8Array.of(0, 1, 1, 1), Uint8Array.of(0, 1, 1, 0)])
    expect(best).toEqual({ name: 'pixels', threshold: 0.1, value: 3, atHalf: 1 })
  })

  it('of a reward with the field of view are those of the reward itself', () => {
    const within = [[0, 1, 1, 1]]
    const { score } = new MultiObjectiveReward({ within })
    const options = { within, metrics: ['clDice'], scores: { score }, best: 'score' } as const
    const { values, thresholds: tried } = sweep(MAP, TRUTH, options)
    expect(tried).toHaveLength(19)
    for (const [k, threshold] of tried.entries()) {
      expect(values.score[k]).toBe(score(BitMask.from(MAP, { threshold }), TRUTH))
    }
  })

  it('may have any name', () => {
    const names = ['__proto__', 'toString']
    const scores = Object.fromEntries(names.map((name, i) => [name, () => i + 1]))
    for (const best of names) {
      const found = sweep(MAP, TRUTH, { scores, best, thresholds: [0.2, 0.8] })
      const columns = new Map(Object.entries(found.values))
      expect(names.map((name) => columns.get(name))).toEqual([
        Float64Array.of(1, 1),
        Float64Array.of(2, 2),
      ])
      expect(found.best.value).toBe(names.indexOf(best) + 1)
    }
  })

  it('that are no numbers, no functions or called as a metric are refused', () => {
    const given = (scores: object) => () => sweep(MAP, TRUTH, { scores } as never)
    expect(given({ mine: () => '1' })).toThrow("expected scores.mine to return a number, got '1'")
    expect(given({ mine: 1 })).toThrow('expected scores.mine to be a function, got 1')
    expect(given({ dice: () => 1 })).toThrow("got that of the metric 'dice'")
    expect(given([])).toThrow(TypeError)
  })
})

describe('the best threshold', () => {
  const at = (values: number[], truth: number[][]) => {
    const map = { data: values, width: values.length, height: 1 }
    return sweep(map, truth).best.threshold
  }

  it('of equally good ones is the nearest to 0.5, then the lesser', () => {
    // Recall is 1 below 0.875; 0.3125 and 0.6875 are as near to 0.5.
    const values = { data: [0.875, 0.5, 0.125], width: 3, height: 1 }
    const options = { metrics: ['recall'] } as const
    expect(sweep(values, [[1, 0, 0]], options).best.threshold).toBe(0.3125)
    expect(at([0, 1], [[0, 1]])).toBe(0.5)
    expect(
      sweep(MAP, TRUTH, { metrics: ['dice'], thresholds: [0.4, 0.6, 0.7] }).best.threshold,
    ).toBe(0.4)
  })

  it('is not a number where the metric is undefined everywhere', () => {
    const options = { metrics: ['recall'], empty: 'nan' } as const
    expect(sweep(MAP, [[0, 0, 0, 0]], options).best).toEqual({
      name: 'recall',
      threshold: Number.NaN,
      value: Number.NaN,
      atHalf: Number.NaN,
    })
  })

  it('is of a name that was asked for', () => {
    expect(() => sweep(MAP, TRUTH, { best: 'clDice' })).toThrow(
      "unknown name 'clDice' of best of sweep: did you mean",
    )
    expect(() => sweep(MAP, TRUTH, { metrics: [] })).toThrow('at least one name')
  })
})

describe('empty truths', () => {
  const flat = (value: number) => ({ data: [value, value], width: 2, height: 1 })

  it.each([
    [0.2, [[0, 0]], 1, 1],
    [0.8, [[0, 0]], 0, 0],
    [0.8, [[1, 1]], 1, 1],
    [0.2, [[1, 1]], 1, 0],
  ])('a map of %d against %j', (value, truth, averagePrecision, rocAuc) => {
    expect(sweep(flat(value), truth)).toMatchObject({ averagePrecision, rocAuc })
  })

  it('are NaN or refused if that is asked for', () => {
    const { averagePrecision, rocAuc } = sweep(flat(0.2), [[0, 0]], { empty: 'nan' })
    expect([averagePrecision, rocAuc]).toEqual([Number.NaN, Number.NaN])
    const options = { empty: 'throw', metrics: ['accuracy'] } as const
    expect(() => sweep(flat(0.2), [[0, 0]], options)).toThrow('averagePrecision is undefined')
  })

  it('also where the field of view has no pixel, and where the image has none', () => {
    const nothing = sweep(MAP, TRUTH, { within: [[0, 0, 0, 0]] })
    expect(nothing.curve.thresholds).toEqual(Float64Array.of(0.5))
    expect(nothing).toMatchObject({ averagePrecision: 1, rocAuc: 1, undecided: 0 })
    const none = { data: [], width: 0, height: 2 ** 27 }
    expect(sweep(none, none).best).toMatchObject({ threshold: 0.5, value: 1 })
  })
})

describe('binary maps', () => {
  it('are told', () => {
    const { isBinary, undecided, best } = sweep([[0, 1, 1, 0]], TRUTH)
    expect({ isBinary, undecided }).toEqual({ isBinary: true, undecided: 0 })
    expect(best.threshold).toBe(0.5)
    expect(sweep([[0.01, 0.99]], [[0, 1]]).isBinary).toBe(true)
    const few = new Float32Array(2000).fill(0.999)
    few[7] = 0.5
    const shape = [20, 100]
    const truth = { data: new Uint8Array(2000), shape }
    expect(sweep({ data: few, shape }, truth)).toMatchObject({ isBinary: true, undecided: 0.0005 })
    few[8] = 0.026
    expect(sweep({ data: few, shape }, truth)).toMatchObject({ isBinary: false, undecided: 0.001 })
    expect(sweep(MAP, TRUTH)).toMatchObject({ isBinary: false, undecided: 1 })
  })
})

describe('what is no map of probabilities', () => {
  it.each<[unknown, string]>([
    [BitMask.from(TRUTH), 'expected the probabilities to hold probabilities, got a BitMask'],
    [
      [[0, 255, 7]],
      'got 255 at pixel 1: these look like grey levels of 8 bits, which divided by 255',
    ],
    [new Uint8Array(3), 'numbers alone have no size'],
    [{ data: Uint16Array.of(0, 300), width: 2, height: 1 }, 'of 16 bits, which divided by 65535'],
    [[[-2.5, 0.5]], 'these look like logits z (from -2.5 to 0.5), of which 1 / (1 + Math.exp(-z))'],
    [
      [[0.5, 1.0000001]],
      'expected the probabilities to lie within [0, 1], got 1.0000001 at pixel 1',
    ],
    [[[0.5, Number.NaN]], 'NaN'],
    [{ data: [Number.NaN], width: 1, height: 1 }, 'got NaN at pixel 0'],
    [{ data: ['1'], width: 1, height: 1 }, "got '1' at index 0"],
    [[[0.5, '1']], "got '1'"],
    [{ data: new Float32Array(6), width: 2, height: 1, channels: 3 }, 'pass one channel'],
    ['map.png', 'readMask'],
    [null, 'got null'],
  ])('%j is refused', (map, message) => {
    expect(() => sweep(map as never, TRUTH)).toThrow(message)
  })

  it('differs in size from its truth or field of view', () => {
    expect(() => sweep(MAP, [[1, 0]])).toThrow(
      'expected probabilities and a truth of equal size, got 4 × 1 and 2 × 1',
    )
    expect(() => sweep(MAP, TRUTH, { within: [[1]] })).toThrow('a field of view and masks')
  })

  it('is not changed by a score that changes the data', () => {
    const data = Float32Array.of(0.9, 0.8, 0.3, 0.1)
    const map = { data, width: 4, height: 1 }
    const usual = sweep(map, TRUTH, { metrics: ['clDice'] })
    const spoil = () => {
      data.fill(0)
      return 0
    }
    const { values } = sweep(map, TRUTH, { metrics: ['clDice'], scores: { spoil } })
    expect(values.clDice).toEqual(usual.values.clDice)
  })
})

describe('thresholds', () => {
  it('are sorted, each taken once', () => {
    const { thresholds: taken } = sweep(MAP, TRUTH, { thresholds: [1, 0.5, -0, 0.5, 0] })
    expect(taken).toEqual(Float64Array.of(0, 0.5, 1))
    const typed = sweep(MAP, TRUTH, { thresholds: Float32Array.of(0.5) })
    expect(typed.thresholds).toEqual(Float64Array.of(0.5))
  })

  it('are those that are written so by default', () => {
    const { thresholds: usual } = sweep(MAP, TRUTH)
    expect([...usual].map(String)).toEqual(
      '0.05 0.1 0.15 0.2 0.25 0.3 0.35 0.4 0.45 0.5 0.55 0.6 0.65 0.7 0.75 0.8 0.85 0.9 0.95'.split(
        ' ',
      ),
    )
  })

  it.each<[unknown, string]>([
    [[], 'expected 1 to 10000 thresholds, got 0'],
    [new Array(10_001).fill(0), 'got 10001'],
    [[0.5, 1.5], 'expected thresholds[1] to be a finite number ≥ 0 and ≤ 1, got 1.5'],
    [[Number.NaN], 'thresholds[0]'],
    [['0.5'], "expected thresholds[0] to be a number, got '0.5'"],
    [0.5, 'expected thresholds to be an array of numbers, got 0.5'],
    [Uint8Array.of(1), 'expected thresholds to be an array of numbers, got a Uint8Array'],
  ])('%j is refused', (given, message) => {
    expect(() => sweep(MAP, TRUTH, { thresholds: given as number[] })).toThrow(message)
  })
})

it('leaves out what the truth ignores', () => {
  const truth = [[1, 1, 255, 0]]
  const options = { within: [[1, 1, 0, 1]] }
  expect(sweep(MAP, truth, { ignore: 255 })).toEqual(sweep(MAP, [[1, 1, 0, 0]], options))
})
