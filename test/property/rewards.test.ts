import fc from 'fast-check'
import { type MaskLike, MultiObjectiveReward, type RewardOptions } from 'vessel-reward'
import { describe, expect, it } from 'vitest'
import { bits } from '../oracle/compare.ts'
import { type Grid, intersect, toRows } from '../oracle/grid.ts'
import { DEFAULTS, type OracleRewardOptions, oracleReward } from '../oracle/reward.ts'
import { anySize, maskOfSize, masksOfOneSize, type Size } from './masks.ts'

const anyWeight = fc.oneof(
  fc.double({ min: -10, max: 10, noNaN: true }),
  fc.constantFrom(0, -0, 1, 0.1, 5e-324, 1e9, -1e9),
)
const anyTarget = fc.oneof(
  fc.double({ min: 0, max: 1, noNaN: true }),
  fc.constantFrom(0, -0, 0.8, 0.85, 1),
)
const anyRadius = fc.oneof(fc.nat(8), fc.constantFrom(0.5, 1.5, 1e300))

/** Every option but the field of view. */
const anyOptions: fc.Arbitrary<OracleRewardOptions> = fc.record({
  weights: fc.record({
    dice: anyWeight,
    recall: anyWeight,
    topology: anyWeight,
    length: anyWeight,
    precision: anyWeight,
  }),
  recallTarget: anyTarget,
  precisionTarget: anyTarget,
  bounded: fc.boolean(),
  thinning: fc.constantFrom('skimage', 'zhang-suen', 'guo-hall'),
  connectivity: fc.constantFrom(4, 8),
  junctions: fc.record({
    method: fc.constantFrom('crossing-number', 'pixels', 'clusters'),
    mergeRadius: anyRadius,
  }),
  length: fc.constantFrom('chain', 'pixels'),
})

/** Sizes with many that are degenerate. */
const manySizes = fc.oneof(
  anySize(70, 40),
  fc.record({ width: fc.integer({ min: 0, max: 4 }), height: fc.integer({ min: 0, max: 4 }) }),
)

/** A prediction, a truth and a field of view; often one is the other, empty or full. */
const anyTriple = manySizes.chain((size: Size) =>
  fc
    .tuple(maskOfSize(size), maskOfSize(size), maskOfSize(size), fc.nat(5))
    .map(([pred, truth, within, twist]) => {
      const flat = (value: number) => ({ ...size, data: truth.data.map(() => value) })
      if (twist === 0) return { pred: truth, truth, within }
      if (twist === 1) return { pred: flat(0), truth, within }
      if (twist === 2) return { pred, truth: flat(0), within }
      if (twist === 3) return { pred: flat(1), truth, within }
      return { pred, truth, within }
    }),
)

const anyWithin = fc.boolean()

/** The options as the reward takes them. */
function rewardOf(options: OracleRewardOptions, within?: Grid): MultiObjectiveReward {
  const field = within === undefined ? undefined : bits(within)
  return new MultiObjectiveReward({ ...options, within: field } satisfies RewardOptions)
}

describe('MultiObjectiveReward on random pairs', () => {
  it('equals its formula with the default options', () => {
    fc.assert(
      fc.property(anyTriple, fc.boolean(), ({ pred, truth }, bounded) => {
        const { total } = oracleReward(pred, truth, { ...DEFAULTS, bounded })
        const score = new MultiObjectiveReward({ bounded }).score(bits(pred), bits(truth))
        expect(Math.abs(score - total)).toBeLessThanOrEqual(1e-12 * Math.max(10, Math.abs(total)))
      }),
    )
  })

  it('equals its formula with any options', () => {
    fc.assert(
      fc.property(anyTriple, anyOptions, anyWithin, ({ pred, truth, within }, options, cut) => {
        const field = cut ? within : undefined
        const expected = oracleReward(pred, truth, { ...options, within: field })
        const { total, terms } = rewardOf(options, field).explain(bits(pred), bits(truth))
        let size = 0
        for (const [name, value] of Object.entries(expected.terms)) {
          const error = Math.abs(terms[name].value - value)
          expect(error, name).toBeLessThanOrEqual(1e-12 * Math.max(10, Math.abs(value)))
          expect(terms[name].weight).toBe(options.weights[name as keyof typeof options.weights])
          expect(terms[name].weighted).toBe(terms[name].weight * terms[name].value)
          size += Math.abs(terms[name].weighted)
        }
        expect(Math.abs(total - expected.total)).toBeLessThanOrEqual(1e-12 * (size + 10))
      }),
      { numRuns: 200 },
    )
  })

  it('is finite and within its range, whatever the options', () => {
    fc.assert(
      fc.property(anyTriple, anyOptions, anyWithin, ({ pred, truth, within }, options, cut) => {
        const reward = rewardOf(options, cut ? within : undefined)
        const { min, max } = reward.range
        expect(min).toBeLessThanOrEqual(max)
        if (options.bounded) expect([min, max].every(Number.isFinite)).toBe(true)
        const score = reward.score(bits(pred), bits(truth))
        expect(Number.isFinite(score)).toBe(true)
        expect(score).toBeGreaterThanOrEqual(min)
        expect(score).toBeLessThanOrEqual(max)
      }),
      { numRuns: 300 },
    )
  })

  it('explains exactly the score, in finite numbers', () => {
    fc.assert(
      fc.property(anyTriple, anyOptions, anyWithin, ({ pred, truth, within }, options, cut) => {
        const reward = rewardOf(options, cut ? within : undefined)
        const { total, terms, metrics } = reward.explain(bits(pred), bits(truth))
        expect(total).toBe(reward.score(bits(pred), bits(truth)))
        const values = Object.values(terms).flatMap(({ value, weighted }) => [value, weighted])
        for (const value of [...values, ...Object.values(metrics)]) {
          expect(Number.isFinite(value)).toBe(true)
        }
      }),
      { numRuns: 150 },
    )
  })

  it('is best, and at its maximum, for the truth itself', () => {
    const weights = fc.record({
      dice: fc.double({ min: 0, max: 10, noNaN: true }),
      recall: fc.double({ min: 0, max: 10, noNaN: true }),
      topology: fc.double({ min: 0, max: 10, noNaN: true }),
      length: fc.double({ min: 0, max: 10, noNaN: true }),
      precision: fc.double({ min: 0, max: 10, noNaN: true }),
    })
    fc.assert(
      fc.property(anyTriple, anyOptions, weights, ({ pred, truth, within }, options, positive) => {
        const reward = rewardOf({ ...options, weights: positive }, within)
        const best = reward.score(bits(truth), bits(truth))
        expect(best).toBe(reward.range.max)
        expect(reward.score(bits(pred), bits(truth))).toBeLessThanOrEqual(best)
      }),
      { numRuns: 100 },
    )
  })

  it('with a field of view equals masks cut by hand', () => {
    fc.assert(
      fc.property(anyTriple, anyOptions, ({ pred, truth, within }, options) => {
        const p = bits(intersect(pred, within))
        const t = bits(intersect(truth, within))
        const whole = rewardOf(options)
        const reward = rewardOf(options, within)
        expect(reward.score(bits(pred), bits(truth))).toBe(whole.score(p, t))
        const { terms, metrics } = reward.explain(bits(pred), bits(truth))
        const byHand = whole.explain(p, t)
        expect({ terms, metrics }).toEqual({ terms: byHand.terms, metrics: byHand.metrics })
      }),
      { numRuns: 100 },
    )
  })

  it('gives a batch what it gives one by one: one truth for all, or a list', () => {
    const batches = masksOfOneSize(6, anySize(40, 30))
    fc.assert(
      fc.property(batches, anyOptions, ([a, b, c, truth, other, within], options) => {
        const reward = rewardOf(options, within)
        const preds = [a, b, c]
        const truths = [truth, other, truth]
        const one = preds.map((pred) => reward.score(pred, truth))
        const each = preds.map((pred, i) => reward.score(pred, truths[i]))
        // Anything above 0 is foreground, however much.
        const faint = (mask: Grid) => ({
          ...mask,
          data: Float32Array.from(mask.data, (v) => v * 9),
        })
        const forms: ((mask: Grid) => MaskLike)[] = [bits, toRows, faint, (mask) => mask]
        for (const form of forms) {
          expect([...reward.scoreBatch(preds.map(form), form(truth))]).toEqual(one)
          expect([...reward.scoreBatch(preds.map(form), truths.map(form))]).toEqual(each)
          expect(preds.map((pred) => reward.score(form(pred), form(truth)))).toEqual(one)
        }
        const packed = truths.map(bits)
        expect([...reward.scoreBatch(preds.map(bits), packed)]).toEqual(each)
        expect([...reward.scoreBatch(preds.map(bits), packed)]).toEqual(each)
      }),
      { numRuns: 60 },
    )
  })

  it('remembers of a mask only what is true of it', () => {
    fc.assert(
      fc.property(anyTriple, fc.array(anyOptions, { maxLength: 4 }), (masks, many) => {
        const [pred, truth, within] = [bits(masks.pred), bits(masks.truth), bits(masks.within)]
        for (const options of many) {
          for (const field of [undefined, within]) {
            const kept = new MultiObjectiveReward({ ...options, within: field })
            const fresh = new MultiObjectiveReward({ ...options, within: field && masks.within })
            expect(kept.score(pred, truth)).toBe(fresh.score(masks.pred, masks.truth))
          }
        }
      }),
      { numRuns: 60 },
    )
  })

  it('forgets a mask that turned out to be bad', () => {
    fc.assert(
      fc.property(masksOfOneSize(3, anySize(66, 70)), fc.nat(), ([pred, truth, other], at) => {
        const reward = new MultiObjectiveReward()
        const expected = reward.explain(bits(pred), bits(truth))
        const { width, height } = other
        const bad = Float32Array.from(other.data)
        bad[at % bad.length] = Number.NaN
        const wide = {
          width: width + 1,
          height,
          data: new Uint8Array((width + 1) * height).fill(1),
        }
        for (const mask of [{ data: bad, width, height }, wide]) {
          expect(() => reward.score(mask, truth)).toThrow(RangeError)
          expect(reward.explain(pred, truth)).toEqual(expected)
        }
      }),
      { numRuns: 60 },
    )
  })
})
