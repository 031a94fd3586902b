import {
  accuracy,
  clDice,
  dice,
  type EmptyPolicy,
  fBeta,
  iou,
  type MaskLike,
  mcc,
  precision,
  recall,
  specificity,
} from 'vessel-reward'
import { describe, expect, it } from 'vitest'

const METRICS = { dice, iou, recall, precision, specificity, accuracy, fBeta, mcc, clDice }

type MetricName = keyof typeof METRICS

const EMPTY = [[0, 0, 0, 0]]
const SOME = [[0, 1, 1, 0]]
const FULL = [[1, 1, 1, 1]]

/** A number where the metric is defined; otherwise 0/0 and what `'perfect'` makes of it. */
type Expected = number | '0/0 is 1' | '0/0 is 0'

interface Situation {
  name: string
  pred: MaskLike
  truth: MaskLike
  within?: MaskLike
  expected: Record<MetricName, Expected>
}

const AGREE = '0/0 is 1'
const WORST = '0/0 is 0'
const NOTHING: Record<MetricName, Expected> = {
  dice: AGREE,
  iou: AGREE,
  recall: AGREE,
  precision: AGREE,
  specificity: AGREE,
  accuracy: AGREE,
  fBeta: AGREE,
  mcc: AGREE,
  clDice: AGREE,
}

const SITUATIONS: Situation[] = [
  {
    name: 'both empty',
    pred: EMPTY,
    truth: EMPTY,
    expected: { ...NOTHING, specificity: 1, accuracy: 1 },
  },
  {
    name: 'the prediction empty',
    pred: EMPTY,
    truth: SOME,
    expected: {
      dice: 0,
      iou: 0,
      recall: 0,
      precision: WORST,
      specificity: 1,
      accuracy: 0.5,
      fBeta: 0,
      mcc: WORST,
      clDice: WORST,
    },
  },
  {
    name: 'the truth empty',
    pred: SOME,
    truth: EMPTY,
    expected: {
      dice: 0,
      iou: 0,
      recall: WORST,
      precision: 0,
      specificity: 0.5,
      accuracy: 0.5,
      fBeta: 0,
      mcc: WORST,
      clDice: WORST,
    },
  },
  { name: '0 × 0', pred: [], truth: [], expected: NOTHING },
  {
    name: '0 × 3',
    pred: [[], [], []],
    truth: { data: [], width: 0, height: 3 },
    expected: NOTHING,
  },
  { name: 'an empty field of view', pred: SOME, truth: FULL, within: EMPTY, expected: NOTHING },
  {
    name: 'both empty inside the field of view',
    pred: [[0, 0, 0, 1]],
    truth: [[0, 0, 1, 0]],
    within: [[1, 1, 0, 0]],
    expected: { ...NOTHING, specificity: 1, accuracy: 1 },
  },
  {
    name: 'both full',
    pred: FULL,
    truth: FULL,
    expected: {
      dice: 1,
      iou: 1,
      recall: 1,
      precision: 1,
      specificity: AGREE,
      accuracy: 1,
      fBeta: 1,
      mcc: AGREE,
      clDice: 1,
    },
  },
  {
    name: 'the truth full',
    pred: SOME,
    truth: FULL,
    expected: {
      dice: 2 / 3,
      iou: 0.5,
      recall: 0.5,
      precision: 1,
      specificity: WORST,
      accuracy: 0.5,
      fBeta: 2 / 3,
      mcc: WORST,
      clDice: 2 / 3,
    },
  },
]

const CASES = SITUATIONS.flatMap(({ name, expected, ...masks }) =>
  (Object.keys(METRICS) as MetricName[]).map(
    (metric) => [metric, name, expected[metric], masks] as const,
  ),
)

describe('the empty policy', () => {
  it.each(CASES)('%s, %s: %s', (metric, _, expected, { pred, truth, within }) => {
    const value = (empty?: EmptyPolicy) => METRICS[metric](pred, truth, { within, empty })
    const isDefined = typeof expected === 'number'
    const perfect = isDefined ? expected : expected === AGREE ? 1 : 0
    expect(value()).toBeCloseTo(perfect, 14)
    expect(value('perfect')).toBeCloseTo(perfect, 14)
    if (isDefined) {
      expect(value('nan')).toBeCloseTo(expected, 14)
      expect(value('throw')).toBeCloseTo(expected, 14)
    } else {
      expect(value('nan')).toBeNaN()
      expect(() => value('throw')).toThrow(
        new RangeError(`${metric} is undefined for these masks: 0 divided by 0`),
      )
    }
  })
})
