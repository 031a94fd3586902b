import {
  BitMask,
  balanceTerm,
  bettiNumbers,
  cal,
  calTerm,
  clDice,
  clDiceTerm,
  componentsTerm,
  holesTerm,
  junctionF1,
  junctionTerm,
  MultiObjectiveReward,
  nsd,
  precision,
  precisionHinge,
  type RewardTerm,
  recall,
  surfaceTerm,
} from 'vessel-reward'
import { describe, expect, it } from 'vitest'
import { readGolden } from '../../golden/golden.ts'

/** Golden pairs of vessels, in which every quality is defined. */
const PAIRS = readGolden()
  .pairs.filter((_, i) => i % 5 === 0)
  .map(({ pred, truth, width, height }) => {
    const pack = (data: Uint8Array) => BitMask.from({ data, width, height })
    return { pred: pack(pred), truth: pack(truth) }
  })
  .filter(({ pred, truth }) => pred.count > 0 && truth.count > 0)

const termOf = (term: RewardTerm, pred: BitMask, truth: BitMask) =>
  new MultiObjectiveReward({ terms: { mine: term } }).explain(pred, truth).terms.mine.value

/** 1 for equal counts, less the more times one is the other. */
const closeness = (a: number, b: number) => 1 / (1 + Math.abs(Math.log((a + 1) / (b + 1))))

type Quality = (pred: BitMask, truth: BitMask) => number

describe('a term of quality', () => {
  it.each<[string, (options?: { weight?: number; scale?: number }) => RewardTerm, Quality]>([
    ['balanceTerm', balanceTerm, (p, t) => Math.min(precision(p, t), recall(p, t))],
    ['calTerm', calTerm, cal],
    ['clDiceTerm', clDiceTerm, clDice],
    ['junctionTerm', junctionTerm, (p, t) => junctionF1(p, t, { radius: 5 })],
    ['componentsTerm', componentsTerm, (p, t) => closeness(bettiNumbers(p).b0, bettiNumbers(t).b0)],
    ['holesTerm', holesTerm, (p, t) => closeness(bettiNumbers(p).b1, bettiNumbers(t).b1)],
    ['surfaceTerm', surfaceTerm, (p, t) => nsd(p, t, { tolerance: 1 })],
  ])('%s is the metric times the scale', (_, make, quality) => {
    const [plain, scaled] = [make(), make({ weight: -2, scale: 3 })]
    expect([plain.weight, plain.range]).toEqual([1, [0, 10]])
    expect([scaled.weight, scaled.range]).toEqual([-2, [0, 3]])
    for (const { pred, truth } of PAIRS) {
      const expected = quality(pred, truth)
      expect(termOf(plain, pred, truth)).toBeCloseTo(10 * expected, 12)
      expect(termOf(scaled, pred, truth)).toBeCloseTo(3 * expected, 12)
    }
    expect(() => make({ weight: 1e9, scale: 1e9 })).not.toThrow()
    expect(() => make({ weight: 1e9 + 1 })).toThrow('≤ 1000000000, got 1000000001')
    expect(() => make({ weight: -1e9 - 1 })).toThrow('got -1000000001')
    expect(() => make({ scale: 0 })).toThrow('scale')
  })

  it('junctionTerm has a radius and surfaceTerm a tolerance', () => {
    for (const { pred, truth } of PAIRS.slice(0, 8)) {
      expect(termOf(junctionTerm({ radius: 2, scale: 1 }), pred, truth)).toBe(
        junctionF1(pred, truth, { radius: 2 }),
      )
      expect(termOf(surfaceTerm({ tolerance: 2, scale: 1 }), pred, truth)).toBe(
        nsd(pred, truth, { tolerance: 2 }),
      )
    }
    expect(() => junctionTerm({ radius: 100 })).not.toThrow()
    expect(() => junctionTerm({ radius: 101 })).toThrow('≤ 100, got 101')
    expect(() => surfaceTerm({ tolerance: 101 })).toThrow('≤ 100, got 101')
  })

  it('precisionHinge punishes a precision below its target', () => {
    const truth = BitMask.from([[1, 1, 0, 0]])
    const pred = BitMask.from([[1, 1, 1, 1]])
    const { weight, range } = precisionHinge()
    expect([weight, range]).toEqual([1, [-16, 0]])
    expect(precisionHinge({ target: 0.5, weight: 3 })).toMatchObject({ weight: 3, range: [-10, 0] })
    expect(termOf(precisionHinge(), pred, truth)).toBeCloseTo(-6, 12)
    expect(termOf(precisionHinge({ target: 0.5 }), pred, truth)).toBe(0)
    expect(termOf(precisionHinge({ target: 1 }), pred, truth)).toBe(-10)
    expect(termOf(precisionHinge(), truth, truth)).toBe(0)
  })
})
