import fc from 'fast-check'
import {
  BitMask,
  type CreditOptions,
  counterfactualAdvantages,
  type MaskLike,
  MultiObjectiveReward,
  type RewardOptions,
  tileFacts,
} from 'vessel-reward'
import { describe, expect, it } from 'vitest'
import { mulberry32 } from '../../../examples/mulberry32.ts'
import { bits } from '../../oracle/compare.ts'
import { draw, type Grid, grid } from '../../oracle/grid.ts'
import { anySize, masksOfOneSize } from '../../property/masks.ts'
import { BLACK_BOX } from './black-box.ts'

const sum = (values: ArrayLike<number>) => Array.from(values).reduce((a, b) => a + b, 0)

const anyFactOptions = fc.record(
  {
    thinning: fc.constantFrom('skimage', 'zhang-suen', 'guo-hall'),
    connectivity: fc.constantFrom(4, 8),
    junctions: fc.oneof(
      fc.constantFrom('crossing-number', 'pixels', 'clusters'),
      fc.record({ mergeRadius: fc.constantFrom(0, 1.5, 3, 6) }),
    ),
    length: fc.constantFrom('chain', 'pixels'),
  },
  { requiredKeys: [] },
) as fc.Arbitrary<RewardOptions>

const anyTile = fc.oneof(fc.integer({ min: 1, max: 40 }), fc.constantFrom(1, 8, 15, 16, 30, 32, 99))

const anyReward = fc
  .tuple(
    anyFactOptions,
    fc.record(
      {
        bounded: fc.boolean(),
        recallTarget: fc.constantFrom(0, 0.5, 1),
        precisionTarget: fc.constantFrom(0.2, 1),
        weights: fc.record(
          { dice: fc.constantFrom(0, 1), topology: fc.constant(2), precision: fc.constant(0.3) },
          { requiredKeys: [] },
        ),
      },
      { requiredKeys: [] },
    ),
  )
  .map(([facts, formula]) => ({ ...facts, ...formula }))

/** A mask in one of the forms that are handled on their own way: packed or not. */
const asMask = (mask: Grid, packed: boolean): MaskLike => (packed ? bits(mask) : mask)

describe('tileFacts', () => {
  it('adds up to the facts of the image, whatever the tile', () => {
    fc.assert(
      fc.property(
        masksOfOneSize(3, anySize(140, 40)),
        anyTile,
        anyFactOptions,
        fc.boolean(),
        fc.boolean(),
        ([pred, truth, field], tile, options, inField, packed) => {
          const within = inField ? bits(field) : undefined
          const facts = tileFacts(asMask(pred, packed), asMask(truth, !packed), {
            ...options,
            within,
            tile,
          })
          const { width, height } = pred
          expect(facts.rows).toBe(Math.ceil(height / tile))
          expect(facts.columns).toBe(Math.ceil(width / tile))
          const terms = { seen: { weight: 1, value: (pair: { pred: object }) => seen(pair) } }
          let pair: { confusion: Record<string, number>; pred: Record<string, number> } | undefined
          const seen = (given: object) => {
            const { confusion, pred: own } = given as NonNullable<typeof pair>
            const { junctions, components, length } = own
            pair = { confusion, pred: { junctions, components, length } }
            return 0
          }
          new MultiObjectiveReward({ ...options, within, terms }).score(bits(pred), bits(truth))
          for (const name of ['tp', 'fp', 'fn'] as const) {
            expect(sum(facts[name]), name).toBe(pair?.confusion[name])
            expect(facts[name].length).toBe(facts.rows * facts.columns)
          }
          for (const name of ['junctions', 'components', 'length'] as const) {
            expect(sum(facts[name]), name).toBeCloseTo(pair?.pred[name] as number, 6)
            expect(facts[name].every((part) => part >= 0)).toBe(true)
          }
        },
      ),
      { numRuns: 250 },
    )
  })

  it('gives each tile what lies in it', () => {
    const mask = draw('...... .####. ...... ...##.')
    const facts = tileFacts(mask, draw('...... ...### ...... ......'), { tile: 3 })
    expect([facts.rows, facts.columns]).toEqual([2, 2])
    expect(facts.tp).toEqual(Float64Array.of(0, 2, 0, 0))
    expect(facts.fp).toEqual(Float64Array.of(2, 0, 0, 2))
    expect(facts.fn).toEqual(Float64Array.of(0, 1, 0, 0))
    // The link across the border belongs half to each side.
    expect(facts.length).toEqual(Float64Array.of(1.5, 1.5, 0, 1))
    expect(facts.components).toEqual(Float64Array.of(0.5, 0.5, 0, 1))
  })

  it('cuts junctions where their pixels lie', () => {
    const tee = draw('#######. ...#.... ...#.... ...#....')
    const whole = tileFacts(tee, tee, { tile: 8 })
    expect(sum(whole.junctions)).toBe(1)
    const single = tileFacts(tee, tee, { tile: 1 })
    expect(sum(single.junctions)).toBeCloseTo(1, 12)
    const places = [...single.junctions.keys()].filter((i) => single.junctions[i] > 0)
    for (const i of places) {
      expect(single.junctions[i]).toBeCloseTo(1 / places.length, 12)
      expect(tee.data[i]).toBe(1)
    }
  })

  it('takes masks without pixels', () => {
    for (const empty of [[], [[]]]) {
      expect(tileFacts(empty, empty, { tile: 4 }).tp).toEqual(new Float64Array(0))
    }
  })

  it('refuses wrong options', () => {
    const of = (options: unknown) => () => tileFacts([[1]], [[1]], options as { tile: number })
    for (const options of [undefined, null, 3, {}, { tile: '3' }, { tile: 1, within: 3 }]) {
      expect(of(options)).toThrow(TypeError)
    }
    for (const tile of [0, -1, 1.5, Number.NaN, Number.POSITIVE_INFINITY]) {
      expect(of({ tile })).toThrow(RangeError)
    }
    expect(of({ tile: 1, weights: {} })).toThrow(/unknown option 'weights'/)
    expect(of({ tile: 1, within: [[1, 1]] })).toThrow(/field of view/)
    expect(() => tileFacts([[1, 1]], [[1]], { tile: 1 })).toThrow(/equal size/)
    expect(() => tileFacts(BitMask.from([[1, 1]]), [[1]], { tile: 1 })).toThrow(/equal size/)
  })
})

/** The advantages by their definition, from the facts of tiles and a reward's own formula. */
function oracleAdvantages(
  samples: readonly Grid[],
  truth: Grid,
  tile: number,
  score: (facts: Record<Fact, number>) => number,
): number[] {
  const facts = samples.map((sample) => tileFacts(sample, truth, { tile }))
  const totals = facts.map(
    (own) =>
      Object.fromEntries(FACTS.map((name) => [name, sum(own[name])])) as Record<Fact, number>,
  )
  return samples.flatMap((_, k) =>
    Array.from(facts[k].tp, (_tp, t) => {
      const others = samples
        .map((_sample, j) => j)
        .filter((j) => j !== k)
        .map((j) => {
          const swapped = { ...totals[k] }
          for (const name of FACTS) swapped[name] += facts[j][name][t] - facts[k][name][t]
          return score(swapped)
        })
      return score(totals[k]) - sum(others) / others.length
    }),
  )
}

const FACTS = ['tp', 'fp', 'fn', 'length', 'junctions', 'components'] as const
type Fact = (typeof FACTS)[number]

describe('counterfactualAdvantages', () => {
  it('gives each sample the reward of MultiObjectiveReward', () => {
    fc.assert(
      fc.property(
        masksOfOneSize(4, anySize(70, 40)),
        anyTile,
        anyReward,
        fc.boolean(),
        fc.boolean(),
        ([a, b, truth, field], tile, options, inField, packed) => {
          const within = inField ? bits(field) : undefined
          const samples = [a, b, truth].map((mask) => asMask(mask, packed))
          const { rewards, overlap, skeleton, rows, columns } = counterfactualAdvantages(
            samples,
            bits(truth),
            { tile, within, reward: options },
          )
          const { score } = new MultiObjectiveReward({ ...options, within })
          for (let k = 0; k < 3; k++) {
            const expected = score(samples[k], bits(truth))
            expect(Math.abs(rewards[k] - expected)).toBeLessThan(1e-9 * (1 + Math.abs(expected)))
          }
          expect(overlap.length).toBe(3 * rows * columns)
          expect(skeleton.length).toBe(overlap.length)
          expect([...overlap, ...skeleton].every(Number.isFinite)).toBe(true)
        },
      ),
      { numRuns: 250 },
    )
  })

  it('follows its definition', () => {
    fc.assert(
      fc.property(masksOfOneSize(4, anySize(70, 40)), anyTile, ([a, b, c, truth], tile) => {
        const samples = [a, b, c]
        const result = counterfactualAdvantages(samples, truth, { tile })
        const facts = new MultiObjectiveReward().explain(truth, truth).metrics
        const overlap = oracleAdvantages(samples, truth, tile, ({ tp, fp, fn }) => {
          const agree = fp === 0 && fn === 0 ? 1 : 0
          const recall = tp + fn === 0 ? agree : tp / (tp + fn)
          const diceOf = tp + fp + fn === 0 ? 1 : (2 * tp) / (2 * tp + fp + fn)
          return 5 * diceOf + 4 * Math.min(0, recall - 0.85)
        })
        const { junctionsTruth, componentsTruth, lengthTruth } = facts
        const skeleton = oracleAdvantages(samples, truth, tile, (pred) => {
          const none = (value: number) => Math.abs(value) < 1e-9
          const found =
            junctionsTruth === 0
              ? Number(none(pred.junctions))
              : Math.min(pred.junctions / junctionsTruth, 1)
          const error =
            lengthTruth === 0 ? Number(!none(pred.length)) : Math.abs(1 - pred.length / lengthTruth)
          const agreement = found - 0.1 * Math.abs(pred.components - componentsTruth)
          return Math.max(-1, agreement) - 0.5 * Math.min(1, error)
        })
        let error = 0
        for (let i = 0; i < overlap.length; i++) {
          error = Math.max(error, Math.abs(result.overlap[i] - overlap[i]))
          error = Math.max(error, Math.abs(result.skeleton[i] - skeleton[i]))
        }
        expect(error).toBeLessThan(1e-9)
      }),
      { numRuns: 100 },
    )
  })

  it('is exactly 0 where the samples are equal', () => {
    fc.assert(
      fc.property(masksOfOneSize(3), anyTile, ([mask, same, truth], tile) => {
        const equal = counterfactualAdvantages([mask, bits(mask), mask], truth, { tile })
        expect([...equal.overlap, ...equal.skeleton].every((value) => value === 0)).toBe(true)
        // In one tile all samples agree: nothing is decided there.
        const half = (source: Grid) =>
          grid(mask.width, mask.height, (x, y) => {
            const from = x < 2 * tile ? mask : source
            return from.data[y * mask.width + x] === 1
          })
        const { overlap, rows, columns } = counterfactualAdvantages(
          [half(mask), half(same)],
          truth,
          { tile },
        )
        for (let i = 0; i < overlap.length; i++) {
          if ((i % (rows * columns)) % columns < 2) expect(overlap[i]).toBe(0)
        }
      }),
      { numRuns: 100 },
    )
  })

  it('is finite and 0 in sum for two samples of one tile, degenerate masks included', () => {
    const make = (set: boolean) => grid(9, 7, () => set)
    const masks = [make(false), make(true), draw(Array(7).fill('....#....').join(' '))]
    for (const truth of masks) {
      for (const bounded of [true, false]) {
        const result = counterfactualAdvantages(masks, truth, { tile: 4, reward: { bounded } })
        const all = [...result.rewards, ...result.overlap, ...result.skeleton]
        expect(all.every(Number.isFinite)).toBe(true)
        for (const [i, first] of masks.entries()) {
          const second = masks[(i + 1) % 3]
          const pair = counterfactualAdvantages([first, second], truth, {
            tile: 9,
            reward: { bounded },
          })
          const gain = pair.rewards[0] - pair.rewards[1]
          expect(pair.overlap[0] + pair.skeleton[0]).toBeCloseTo(gain, 9)
          expect(pair.overlap[1] + pair.skeleton[1]).toBeCloseTo(-gain, 9)
        }
      }
    }
    expect(counterfactualAdvantages([[], []], [], { tile: 1 }).rewards[0]).toBeCloseTo(6, 12)
  })

  it('does not take what rounding leaves over for a junction or a length', () => {
    // Forty-nine parts of a forty-ninth are not 1: swapped out, nothing must be left.
    const line = grid(49, 3, (_x, y) => y === 1)
    const dot = grid(49, 3, (x, y) => x === 24 && y === 1)
    const { skeleton } = counterfactualAdvantages([line, dot], dot, { tile: 49 })
    expect(skeleton[0]).toBeCloseTo(-0.5, 12)
    const cross = grid(21, 21, (x, y) => x === 10 || y === 10)
    const bar = grid(21, 21, (_x, y) => y === 10)
    const swapped = counterfactualAdvantages([cross, bar], bar, { tile: 21 })
    const { score } = new MultiObjectiveReward()
    const gain = score(cross, bar) - score(bar, bar)
    expect(swapped.overlap[0] + swapped.skeleton[0]).toBeCloseTo(gain, 12)
  })

  it('counts a junction more where length and components are as they were', () => {
    // Eight pixels each, of a chain of length 7.
    const tee = grid(12, 12, (x, y) => (y === 4 && x > 2 && x < 8) || (x === 5 && y > 4 && y < 8))
    const line = grid(12, 12, (x, y) => y === 4 && x > 1 && x < 10)
    const { score, explain } = new MultiObjectiveReward()
    const { metrics } = explain(line, tee)
    expect(metrics.lengthPred).toBe(metrics.lengthTruth)
    expect([metrics.junctionsPred, metrics.junctionsTruth]).toEqual([0, 1])
    const { overlap, skeleton } = counterfactualAdvantages([tee, line], tee, { tile: 12 })
    expect(skeleton[0]).toBeGreaterThan(0)
    const gain = score(tee, tee) - score(line, tee)
    expect(overlap[0] + skeleton[0]).toBeCloseTo(gain, 12)
    expect(overlap[1] + skeleton[1]).toBeCloseTo(-gain, 12)
  })

  it('has a precision hinge, which is the precision term of the reward', () => {
    const samples = [draw('####. ####.'), draw('##... #....')]
    const truth = draw('##... #....')
    const run = (options: Partial<CreditOptions>) =>
      counterfactualAdvantages(samples, truth, { tile: 2, ...options })
    const hinged = run({ precisionHinge: { weight: 0.2, threshold: 0.7 } })
    const weighted = run({ reward: { weights: { precision: 0.2 }, precisionTarget: 0.7 } })
    expect(hinged).toEqual(weighted)
    expect(hinged.rewards[0] - run({}).rewards[0]).toBeCloseTo(0.2 * 20 * (3 / 8 - 0.7), 12)
    expect(hinged.skeleton).toEqual(run({}).skeleton)
    expect(run({ precisionHinge: { weight: 0.2 } })).toEqual(
      run({ reward: { weights: { precision: 0.2 } } }),
    )
  })

  it('takes the field of view from either place', () => {
    const masks = [draw('####. ..#..'), draw('##... ..#..')]
    const within = bits(draw('###.. ###..'))
    const run = (options: object) =>
      counterfactualAdvantages(masks, masks[0], { tile: 2, ...options })
    expect(run({ within })).toEqual(run({ reward: { within } }))
    expect(run({ within })).toEqual(run({ within, reward: { within } }))
    expect(run({ within })).not.toEqual(run({}))
    expect(() => run({ within, reward: { within: draw('##### #####') } })).toThrow(RangeError)
  })

  it('names samples that are no array', () => {
    for (const samples of [undefined, 'ab', { length: 2, 0: [[1]], 1: [[0]] }]) {
      expect(() => counterfactualAdvantages(samples as never, [[1]], { tile: 1 })).toThrow(
        'expected an array of samples, got',
      )
    }
  })

  it('names the threshold of the hinge that is no share', () => {
    for (const threshold of [-0.5, 1.5]) {
      const options = { tile: 1, precisionHinge: { weight: 1, threshold } }
      expect(() => counterfactualAdvantages([[[1]], [[0]]], [[1]], options)).toThrow(
        `expected precisionHinge.threshold to be a finite number ≥ 0 and ≤ 1, got ${threshold}`,
      )
    }
  })

  it('refuses what has no counterfactual', () => {
    const of = (samples: unknown, options: unknown = { tile: 1 }) => {
      return () => counterfactualAdvantages(samples as MaskLike[], [[1]], options as CreditOptions)
    }
    expect(of([[[1]]])).toThrow(RangeError)
    expect(of([[[1]]])).toThrow(/at least 2 samples/)
    expect(of([])).toThrow(RangeError)
    const two = [[[1]], [[0]]]
    const terms = { mine: { weight: 1, range: [0, 1], value: () => 2 } }
    expect(of(two, { tile: 1, reward: { terms } })).toThrow(/'mine'/)
    expect(of([[[1]], [[1, 1]]], { tile: 1, reward: { preset: 'robust' } })).toThrow(/equal size/)
    expect(of(two, { tile: 1, reward: { preset: 'best' } })).toThrow(/'best'/)
    expect(of(two, { tile: 1, reward: { terms: {} } })).not.toThrow()
    for (const options of [
      undefined,
      { reward: {} },
      { tile: 1, reward: null },
      { tile: 1, precisionHinge: 3 },
      { tile: 1, precisionHinge: {} },
      { tile: 1, precisionHinge: { weight: '1' } },
    ]) {
      expect(() => counterfactualAdvantages(two, [[1]], options as never)).toThrow(TypeError)
    }
    for (const options of [
      { tile: 0 },
      { tile: 1, typo: 1 },
      { tile: 1, reward: { typo: 1 } },
      { tile: 1, precisionHinge: { weight: 1, threshold: 2 } },
      { tile: 1, precisionHinge: { weight: Number.NaN } },
      { tile: 1, precisionHinge: { weight: 1, typo: 2 } },
      { tile: 1, precisionHinge: { weight: 1 }, reward: { weights: { precision: 1 } } },
      { tile: 1, precisionHinge: { weight: 1 }, reward: { precisionTarget: 0.5 } },
    ]) {
      expect(of(two, options)).toThrow(RangeError)
    }
    expect(of('masks')).toThrow(TypeError)
    expect(of([[[1]], 3])).toThrow(TypeError)
    expect(of([[[1]], [[1, 1]]])).toThrow(/equal size/)
  })
})

describe('counterfactualAdvantages of a reward that is a black box', () => {
  it('follows its definition, and gives each sample its reward', () => {
    fc.assert(
      fc.property(
        masksOfOneSize(5, anySize(70, 20)),
        fc.constantFrom(3, 8, 15, 30, 32, 99),
        fc.constantFrom<RewardOptions>(BLACK_BOX, { preset: 'robust' }),
        fc.boolean(),
        ([a, b, c, truth, field], tile, reward, inField) => {
          const within = inField ? bits(field) : undefined
          const samples = [a, b, c]
          const { rewards, overlap, skeleton, rows, columns } = counterfactualAdvantages(
            [asMask(a, true), b, c],
            truth,
            { tile, within, reward },
          )
          const { score } = new MultiObjectiveReward({ ...reward, within })
          const inTile = (t: number, x: number, y: number) =>
            t === Math.floor(y / tile) * columns + Math.floor(x / tile)
          const { width, height } = truth
          const inside = (mask: Grid, at: number) =>
            within === undefined || field.data[at] === 1 ? mask.data[at] : 0
          const total = overlap.map((value, i) => value + skeleton[i])
          const pixels = Array.from(truth.data.keys())
          for (let t = 0; t < rows * columns; t++) {
            const own = pixels.filter((at) => inTile(t, at % width, Math.floor(at / width)))
            const cells = samples.map((mask) => own.map((at) => inside(mask, at)).join(''))
            const losses = samples.map((mask) => {
              const mended = grid(width, height, (x, y) => {
                const source = inTile(t, x, y) ? truth : mask
                return source.data[y * width + x] === 1
              })
              return score(mask, truth) - score(mended, truth)
            })
            for (let k = 0; k < 3; k++) {
              const others = [0, 1, 2].filter((j) => cells[j] !== cells[k])
              const expected = sum(others.map((j) => losses[k] - losses[j])) / 2
              expect(total[k * rows * columns + t]).toBeCloseTo(expected, 9)
            }
          }
          for (let k = 0; k < 3; k++) expect(rewards[k]).toBe(score(samples[k], truth))
        },
      ),
      { numRuns: 60 },
    )
  })

  it('puts the terms that count structures apart', () => {
    const samples = [draw('##.##. ......'), draw('#..##. ......')]
    const truth = draw('#####. ......')
    const run = (reward: RewardOptions) =>
      counterfactualAdvantages(samples, truth, { tile: 3, reward })
    const zeros = new Float64Array(4)
    const only = (name: string) => ({
      weights: { dice: 0, recall: 0, topology: 0, length: 0 },
      terms: {
        [name]: {
          weight: 1,
          value: ({ confusion }: { confusion: { tp: number } }) => confusion.tp,
        },
      },
    })
    expect(run(only('holes')).overlap).toEqual(zeros)
    expect(run(only('holes')).skeleton).toEqual(Float64Array.of(1, 0, -1, 0))
    expect(run(only('mine')).skeleton).toEqual(zeros)
    expect(run(only('mine')).overlap).toEqual(Float64Array.of(1, 0, -1, 0))
    // A term that weighs nothing makes no black box of a reward.
    const light = { terms: { mine: { weight: 0, value: () => Number.NaN } } }
    expect(run(light)).toEqual(run({}))
  })

  it('is that of built-in terms where these are additive', () => {
    const next = mulberry32(9)
    const samples = Array.from({ length: 4 }, () => grid(40, 40, () => next() < 0.3))
    const truth = grid(40, 40, () => next() < 0.3)
    const terms = (mask: RewardOptions['terms']) => ({
      weights: { dice: 0, recall: 0, topology: 0, length: 0 },
      terms: mask,
    })
    const { overlap } = counterfactualAdvantages(samples, truth, {
      tile: 8,
      reward: terms({ hits: { weight: 1, value: ({ confusion }) => confusion.tp - confusion.fp } }),
    })
    const facts = samples.map((sample) => tileFacts(sample, truth, { tile: 8 }))
    for (const [k, { tp, fp }] of facts.entries()) {
      for (let t = 0; t < 25; t++) {
        const others = facts.filter((_, j) => j !== k)
        const mean = sum(others.map((other) => other.tp[t] - other.fp[t])) / 3
        expect(overlap[k * 25 + t]).toBeCloseTo(tp[t] - fp[t] - mean, 9)
      }
    }
  })

  it('is exactly 0 where all samples agree, and finite for degenerate masks', () => {
    const make = (set: boolean) => grid(9, 7, () => set)
    const masks = [make(false), make(true), draw(Array(7).fill('....#....').join(' '))]
    for (const reward of [BLACK_BOX, { preset: 'robust' as const }]) {
      for (const truth of masks) {
        const same = counterfactualAdvantages([masks[2], masks[2]], truth, { tile: 4, reward })
        expect([...same.overlap, ...same.skeleton].every((value) => value === 0)).toBe(true)
        const all = counterfactualAdvantages(masks, truth, { tile: 4, reward })
        expect([...all.rewards, ...all.overlap, ...all.skeleton].every(Number.isFinite)).toBe(true)
      }
      expect(counterfactualAdvantages([[], []], [], { tile: 1, reward }).overlap).toHaveLength(0)
    }
  })
})
