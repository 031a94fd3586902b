import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  BitMask,
  counterfactualAdvantages,
  evaluate,
  METRIC_NAMES,
  MultiObjectiveReward,
} from '../../src/index.ts'
import { answerText } from '../../src/serve/answer-text.ts'
import { DEFAULT_LIMITS, type Limits } from '../../src/serve/limits.ts'
import { type RequestDefaults, readRequest } from '../../src/serve/request.ts'
import { Scorer } from '../../src/serve/scorer.ts'
import { TruthStore } from '../../src/serve/truth-store.ts'
import { grid } from '../oracle/grid.ts'
import { masksOfOneSize } from '../property/masks.ts'
import { wireMask } from './wire-masks.ts'

const defaults: RequestDefaults = {
  limits: DEFAULT_LIMITS,
  reward: { preset: 'design' },
  metrics: undefined,
  settings: {},
}

/** The answer to a request, as JSON has it. */
function asker(limits: Partial<Limits> = {}) {
  const all = { ...DEFAULT_LIMITS, ...limits }
  const scorer = new Scorer(all)
  const truths = new TruthStore(all.truthBytes)
  const ask = (request: object) => {
    const read = readRequest(JSON.parse(JSON.stringify(request)), defaults, truths)
    if (read.op === 'hello') return expect.fail('expected another request')
    return JSON.parse(answerText(scorer, read).text)
  }
  return { ask, scorer }
}

const REWARDS = [
  {},
  { preset: 'robust' },
  { preset: 'design', weights: { precision: 0.3, topology: 0 } },
  { preset: 'robust', thinning: 'zhang-suen', connectivity: 4 },
] as const

test('scores as the library does, whatever the forms of the masks', () => {
  const { ask } = asker()
  fc.assert(
    fc.property(
      masksOfOneSize(5),
      fc.nat(3),
      fc.nat(3),
      fc.boolean(),
      ([truth, within, ...preds], form, which, hasField) => {
        const field = hasField ? BitMask.from(within) : undefined
        const reward = REWARDS[which]
        const request = {
          truth: wireMask(truth, form),
          ...(hasField ? { within: wireMask(within, form + 1) } : {}),
          reward,
          metrics: ['dice', 'hd95', 'junctionF1'],
          predictions: preds.map((pred, i) => wireMask(pred, form + i)),
        }
        const answer = ask(request)
        const own = new MultiObjectiveReward({ ...reward, within: field })
        expect(answer.valid).toEqual(preds.map(() => 1))
        preds.forEach((pred, i) => {
          const explained = own.explain(pred, truth)
          expect(answer.rewards[i]).toBe(own.score(pred, truth) + 0)
          const counting = Object.entries(explained.terms).filter(([, { weight }]) => weight !== 0)
          expect(answer.terms[i]).toEqual(
            Object.fromEntries(counting.map(([name, { weighted }]) => [name, weighted + 0])),
          )
          const sum = (a: number, b: unknown) => a + (b as number)
          expect(Object.values(answer.terms[i]).reduce(sum, 0)).toBe(answer.rewards[i])
          const { values, rules } = evaluate(pred, truth, {
            metrics: ['dice', 'hd95', 'junctionF1'],
            within: field,
          })
          expect([answer.metrics[i], answer.rules[i]]).toEqual([values, rules])
        })
        const { predictions: _, ...alone } = request
        const single = ask({ ...alone, prediction: wireMask(preds[0], form + 2) })
        expect(single).toEqual({
          id: null,
          reward: answer.rewards[0],
          terms: answer.terms[0],
          metrics: answer.metrics[0],
          rules: answer.rules[0],
          valid: 1,
        })
      },
    ),
  )
})

test('credits tiles as the library does', () => {
  const { ask } = asker()
  fc.assert(
    fc.property(masksOfOneSize(4), fc.nat(1), ([truth, within, ...samples], which) => {
      const reward = which === 0 ? {} : { preset: 'robust' as const }
      const options = { tile: 9, within: BitMask.from(within), reward }
      const { rows, columns, rewards, overlap, skeleton } = counterfactualAdvantages(
        samples,
        truth,
        options,
      )
      const plain = (values: Float64Array) => Array.from(values, (value) => value + 0)
      expect(
        ask({
          op: 'advantages',
          id: 3,
          truth: wireMask(truth, which),
          within: wireMask(within, 0),
          samples: samples.map(wireMask),
          tile: 9,
          reward,
        }),
      ).toEqual({
        id: 3,
        rows,
        columns,
        rewards: plain(rewards),
        overlap: plain(overlap),
        skeleton: plain(skeleton),
      })
    }),
    { numRuns: 30 },
  )
})

const truth = { size: [4, 4], counts: [5, 2, 9] }
const good = { size: [4, 4], counts: [5, 1, 10] }
const small = { size: [2, 2], counts: [4] }

test('explains', () => {
  const { ask } = asker()
  const reward = new MultiObjectiveReward()
  const [a, b] = [BitMask.fromRle(good), BitMask.fromRle(truth)]
  const json = (value: unknown) => JSON.parse(JSON.stringify(value))
  const explanation = json(reward.explain(a, b))
  const request = { op: 'explain', truth }
  expect(ask({ ...request, prediction: good })).toEqual({ id: null, explanation })
  expect(ask({ ...request, predictions: [good, truth] })).toEqual({
    id: null,
    explanations: [explanation, json(reward.explain(b, b))],
  })
})

describe('a prediction that is no mask of the right size', () => {
  const { ask } = asker()
  const request = { id: 1, truth, predictions: [good, small, 'nothing'] }

  test('is an error that names it', () => {
    expect(ask(request).error).toEqual({
      code: 'size-mismatch',
      message:
        'expected predictions[1] to have the size of the truth, 4 rows × 4 columns, got 2 × 2',
      argument: 'predictions[1]',
    })
    expect(ask({ truth, prediction: 'x' }).error).toMatchObject({ argument: 'prediction' })
  })

  test('scores worst and is flagged, if that is asked for', () => {
    const answer = ask({ ...request, on_unparsable: 'worst', metrics: ['dice', 'hd95'] })
    const { min } = new MultiObjectiveReward().range
    expect(answer).toMatchObject({
      rewards: [expect.any(Number), min, min],
      valid: [1, 0, 0],
      problems: [
        null,
        expect.stringMatching(/^expected predictions\[1\] to have the size/),
        expect.stringMatching(/^expected a mask/),
      ],
    })
    expect(answer.rewards[0]).toBeGreaterThan(min)
    expect(answer.terms[1]).toEqual({
      dice: 0,
      recall: -3.4000000000000004,
      topology: -1,
      length: -0.5,
    })
    expect(answer.metrics[1]).toEqual({ dice: null, hd95: null })
    expect(answer.rules[1]).toEqual({ dice: 'left out', hd95: 'left out' })
    const single = ask({ truth, prediction: small, on_unparsable: 'worst' })
    expect(single).toMatchObject({ reward: min, valid: 0, problem: expect.stringMatching(/2 × 2/) })
    const fine = ask({ truth, prediction: good, on_unparsable: 'worst' })
    expect(Object.keys(fine)).toEqual(Object.keys(single))
  })

  test('needs a reward that has a worst', () => {
    const reward = { bounded: false }
    expect(ask({ ...request, reward, on_unparsable: 'worst' }).error).toMatchObject({
      code: 'bad-request',
      argument: 'on_unparsable',
    })
  })

  test('is not excused where the truth is wrong', () => {
    const wrong = { truth: 7, predictions: [good], on_unparsable: 'worst' }
    expect(ask(wrong).error).toMatchObject({ code: 'bad-mask', argument: 'truth' })
  })
})

test('an empty group has an empty answer', () => {
  const { ask } = asker()
  expect(ask({ truth, predictions: [] })).toEqual({ id: null, rewards: [], terms: [], valid: [] })
})

test.each<[object, string, string]>([
  [{ within: small }, 'size-mismatch', 'within'],
  [{ within: 1 }, 'bad-mask', 'within'],
  [{ reward: { weights: { dise: 1 } } }, 'bad-request', 'reward'],
  [{ reward: 'best' }, 'bad-request', 'reward'],
  [{ metrics: 'dice' }, 'bad-request', 'metrics'],
  [{ metrics: ['dise'] }, 'bad-request', 'metrics'],
  [{ metrics: ['dice'], settings: { radius: -1 } }, 'bad-request', 'settings'],
  [{ settings: { radius: -1 } }, 'bad-request', 'settings'],
  [{ settings: { spaceing: 2 } }, 'bad-request', 'settings'],
  [{ settings: { empty: 'never' } }, 'bad-request', 'settings'],
  [{ metrics: ['dise'], settings: { empty: 'throw' } }, 'bad-request', 'metrics'],
  [{ metrics: ['junctionF1'], settings: { empty: 'throw' } }, 'cannot-score', 'prediction'],
  [{ truth: { size: [4, 4], counts: [1] } }, 'bad-mask', 'truth'],
  [{ op: 'advantages', samples: [good], tile: 2 }, 'bad-request', 'samples'],
  [{ op: 'advantages', samples: [good, small], tile: 2 }, 'size-mismatch', 'samples[1]'],
  [{ op: 'advantages', samples: [good, good] }, 'bad-request', 'tile'],
  [{ op: 'advantages', samples: [good, good], tile: 0 }, 'bad-request', 'tile'],
  [{ op: 'advantages', samples: [good, good], tile: 0, precisionHinge: 3 }, 'bad-request', 'tile'],
  [
    { op: 'advantages', samples: [good, good], tile: 2, precisionHinge: 3 },
    'bad-request',
    'precisionHinge',
  ],
  [{ op: 'advantages', samples: [good, good], tile: 2, reward: 'best' }, 'bad-request', 'reward'],
])('refuses %j', (more, code, argument) => {
  const { ask } = asker()
  const request = { id: 'x', truth, ...('op' in more ? {} : { prediction: good }), ...more }
  expect(ask(request)).toEqual({
    id: 'x',
    error: { code, argument, message: expect.any(String) },
  })
  // What went wrong does not stay.
  expect(ask({ truth, prediction: good, metrics: ['dice'] })).toMatchObject({ valid: 1 })
})

test('all metrics, with null where one is undefined and left out', () => {
  const { ask } = asker()
  const empty = { size: [4, 4], counts: [16] }
  const settings = { empty: 'nan' }
  const answer = ask({ truth: empty, prediction: empty, metrics: METRIC_NAMES, settings })
  expect(Object.keys(answer.metrics).toSorted()).toEqual([...METRIC_NAMES].toSorted())
  expect(answer.metrics.dice).toBe(null)
  expect(answer.rules.dice).toBe('left out')
})

test('truths are kept within the bytes, and what is put out scores the same', () => {
  const truths = Array.from({ length: 40 }, (_, i) =>
    wireMask(
      grid(120, 90, (x, y) => (x * y + i) % 7 < 2),
      i,
    ),
  )
  const { ask, scorer } = asker({ truthBytes: 60_000 })
  const all = () => truths.map((one) => ask({ truth: one, prediction: truths[0] }).reward)
  const rewards = all()
  expect(scorer.keptBytes).toBeGreaterThan(20_000)
  expect(scorer.keptBytes).toBeLessThanOrEqual(60_000)
  expect(all()).toEqual(rewards)
  const none = asker({ truthBytes: 0 })
  expect(truths.map((one) => none.ask({ truth: one, prediction: truths[0] }).reward)).toEqual(
    rewards,
  )
  expect(none.scorer.keptBytes).toBe(0)
})
