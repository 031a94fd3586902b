import fc from 'fast-check'
import {
  aggregate,
  assd,
  BitMask,
  bettiMatching,
  bufferedOverlap,
  cal,
  calParts,
  clDice,
  dice,
  endpointF1,
  evaluate,
  hausdorff,
  hd95,
  junctionF1,
  METRIC_NAMES,
  masd,
  nsd,
  precision,
  skeletalSimilarity,
} from 'vessel-reward'
import { describe, expect, it } from 'vitest'
import { vesselMask } from '../../examples/procedural-vessels.ts'

const truth = vesselMask({ width: 96, height: 80, seed: 1 })
const pred = vesselMask({ width: 96, height: 80, seed: 2 })
const empty = BitMask.from({ data: new Uint8Array(96 * 80), width: 96, height: 80 })
const within = BitMask.from({
  data: Uint8Array.from({ length: 96 * 80 }, (_, i) => Number(i % 96 < 70)),
  width: 96,
  height: 80,
})

/** Metrics that are 0 at best; the others are 1. */
const ERRORS = ['b0Error', 'b1Error', 'bettiMatchingError', 'hausdorff', 'hd95', 'assd', 'masd']

describe('evaluate', () => {
  it('gives what the metrics give by themselves', () => {
    const options = { within, spacing: [1, 2] as const, radius: 4, thinning: 'guo-hall' as const }
    const { values, rules } = evaluate(pred, truth, { ...options, tolerance: 2 })
    expect(Object.keys(values)).toEqual(METRIC_NAMES)
    expect(rules).toEqual({})
    expect(values).toMatchObject({
      dice: dice(pred, truth, { within }),
      precision: precision(pred, truth, { within }),
      hd95: hd95(pred, truth, { within, spacing: [1, 2] }),
      hausdorff: hausdorff(pred, truth, { within, spacing: [1, 2] }),
      assd: assd(pred, truth, { within, spacing: [1, 2] }),
      masd: masd(pred, truth, { within, spacing: [1, 2] }),
      nsd: nsd(pred, truth, { within, spacing: [1, 2], tolerance: 2 }),
      cal: cal(pred, truth, { within }),
      calArea: calParts(pred, truth, { within }).area,
      rSe: skeletalSimilarity(pred, truth, { within }).rSe,
      junctionF1: junctionF1(pred, truth, { within, radius: 4, thinning: 'guo-hall' }),
      bettiMatchingError: bettiMatching(pred, truth, { within }).error,
    })
  })

  it('has the defaults of the metrics', () => {
    const { completeness, correctness, quality } = bufferedOverlap(pred, truth)
    expect(evaluate(pred, truth).values).toMatchObject({
      completeness,
      correctness,
      quality,
      nsd: nsd(pred, truth, { tolerance: 1 }),
      junctionF1: junctionF1(pred, truth),
      endpointF1: endpointF1(pred, truth),
      clDice: clDice(pred, truth),
      hd95: hd95(pred, truth),
    })
  })

  it('is perfect for equal masks, empty ones included, and says which values are undefined', () => {
    for (const mask of [truth, empty]) {
      const { values, rules } = evaluate(mask, mask)
      for (const name of METRIC_NAMES) {
        expect(values[name], name).toBeCloseTo(ERRORS.includes(name) ? 0 : 1, 12)
      }
      expect(new Set(Object.values(rules)).size).toBe(mask === empty ? 1 : 0)
      if (mask === empty) expect(rules).toMatchObject({ dice: 'perfect', hd95: 'perfect' })
    }
  })

  it('counts a missed vessel as the worst value, never as nothing', () => {
    const missed = evaluate(empty, truth)
    const diagonal = Math.hypot(96, 80)
    expect(missed.values).toMatchObject({ dice: 0, precision: 0, clDice: 0, hd95: diagonal })
    expect(missed.rules).toMatchObject({ precision: 'worst', hd95: 'worst' })
    expect(missed.rules.dice).toBeUndefined()
    const { hd95: summary } = aggregate([missed, evaluate(truth, truth)], { resamples: 10 })
    expect(summary).toMatchObject({ mean: diagonal / 2, n: 2, undefined: 0, scoredWorst: 1 })
    const left = evaluate(empty, truth, { empty: 'nan' })
    expect(left.values.hd95).toBeNaN()
    expect(left.rules.hd95).toBe('left out')
    expect(() => evaluate(empty, truth, { empty: 'throw' })).toThrow(RangeError)
  })

  it('has every value finite for all masks', () => {
    const mask = fc
      .array(fc.boolean(), { minLength: 40, maxLength: 40 })
      .map((data) => BitMask.from({ data, width: 8, height: 5 }))
    fc.assert(
      fc.property(mask, mask, (a, b) => {
        const { values, rules } = evaluate(a, b)
        for (const name of METRIC_NAMES) expect(Number.isFinite(values[name]), name).toBe(true)
        for (const name of METRIC_NAMES) {
          if (rules[name] === undefined) continue
          const [perfect, worst] = ERRORS.includes(name) ? [0, Math.hypot(8, 5)] : [1, 0]
          expect(values[name], name).toBe(rules[name] === 'perfect' ? perfect : worst)
        }
        if (a.equals(b)) expect(Object.values(rules)).not.toContain('worst')
      }),
    )
  })

  it('does not count as worst what agrees in masks that differ', () => {
    // Neither has a junction, and single pixels have no ends and no length.
    const lines = evaluate([[1, 1, 1, 1]], [[1, 1, 1, 0]])
    expect(lines.values).toMatchObject({ junctionPrecision: 1, junctionRecall: 1, junctionF1: 1 })
    expect(lines.rules).toMatchObject({ junctionPrecision: 'perfect', junctionF1: 'perfect' })
    const dots = evaluate([[1, 0, 0]], [[0, 0, 1]], { metrics: ['endpointF1', 'lengthRatio'] })
    expect(dots.values).toEqual({ endpointF1: 1, lengthRatio: 1 })
    expect(dots.rules).toEqual({ endpointF1: 'perfect', lengthRatio: 'perfect' })
    expect(aggregate([dots], { resamples: 1 }).lengthRatio).toMatchObject({
      scoredPerfect: 1,
      scoredWorst: 0,
    })
  })

  it("gives what it calls 'worst' the worst value: no accuracy without a similarity", () => {
    const dots = [[1, 0, 0, 0, 0, 0, 0, 0, 1]]
    const dot = [[1, 0, 0, 0, 0, 0, 0, 0, 0]]
    const { values, rules } = evaluate(dot, dots, { metrics: ['rSe', 'rSp', 'rAcc'] })
    expect(values).toEqual({ rSe: 0, rSp: 1, rAcc: 0 })
    expect(rules).toEqual({ rSe: 'worst', rAcc: 'worst' })
    expect(evaluate(dots, dots).values.rAcc).toBe(1)
    expect(evaluate(dots, dots).rules.rAcc).toBe('perfect')
  })

  it('computes the wanted metrics only', () => {
    const { values } = evaluate(pred, truth, { metrics: ['nsd', 'tprec'] })
    expect(Object.keys(values)).toEqual(['tprec', 'nsd'])
    expect(evaluate(pred, truth, { metrics: [] }).values).toEqual({})
  })

  it('refuses what is no option or metric', () => {
    const call = (options: unknown) => () => evaluate(pred, truth, options as object)
    expect(call({ metrics: ['f1'] })).toThrow(
      "unknown metric 'f1' of evaluate: did you mean 'iou'? Known: dice, iou",
    )
    expect(call({ metrics: 'dice' })).toThrow(TypeError)
    expect(call({ metric: ['dice'] })).toThrow("unknown option 'metric'")
    expect(call({ radius: -1 })).toThrow(RangeError)
    expect(call({ within: [[1]] })).toThrow(RangeError)
  })

  it('checks options of metrics that are not wanted, too', () => {
    const call = (options: object) => () => evaluate(pred, truth, { metrics: ['dice'], ...options })
    for (const options of [
      { spacing: 0 },
      { tolerance: -1 },
      { radius: 1e5 },
      { buffer: 101 },
      { thinning: 'thin' },
      { connectivity: 6 },
    ]) {
      expect(call(options), JSON.stringify(options)).toThrow(RangeError)
    }
    expect(call({ spacing: 'wide' })).toThrow(TypeError)
  })
})
