import type { RawMask } from '../../mask/accepted-forms.ts'
import type { MaskLike } from '../../mask/bitmask.ts'
import { checkCount, readOptions } from '../../mask/options.ts'
import type { MetricName } from '../metric-directions.ts'
import type { OverlapName } from '../overlap.ts'
import { type BestThreshold, bestOf } from './best-threshold.ts'
import {
  defaultThresholds,
  isOverlap,
  type SweepOptions,
  sweepOptions,
  wantedOf,
} from './sweep-options.ts'
import { decidedness, SweptPair } from './swept-pair.ts'
import { middleThresholds } from './threshold-curve.ts'

/** All thresholds that make different masks; see {@link sweep}. */
export interface SweepCurve {
  /**
   * Ascending, from 0 to 1: halfway between a value of the map and the next greater one. Every
   * threshold between the two makes the same mask.
   */
  readonly thresholds: Float64Array<ArrayBuffer>
  /** True positives at each. */
  readonly tp: Uint32Array<ArrayBuffer>
  /** False positives at each. */
  readonly fp: Uint32Array<ArrayBuffer>
  /** False negatives at each. */
  readonly fn: Uint32Array<ArrayBuffer>
  /** True negatives at each. */
  readonly tn: Uint32Array<ArrayBuffer>
  /** The wanted metrics of overlap, at each. */
  readonly values: Readonly<Partial<Record<OverlapName, Float64Array<ArrayBuffer>>>>
}

/** A map of probabilities against a truth at many thresholds; see {@link sweep}. */
export interface Sweep<Name extends string = string> {
  /** The thresholds of `values`, ascending. */
  readonly thresholds: Float64Array<ArrayBuffer>
  /** The value of each metric and score at each of `thresholds`; NaN where undefined. */
  readonly values: Readonly<Record<Name, Float64Array<ArrayBuffer>>>
  /** All thresholds, for metrics of overlap. */
  readonly curve: SweepCurve
  /** The best threshold by the metric or score that `best` names. */
  readonly best: BestThreshold
  /** Area under precision over recall, as steps; 0 to 1. */
  readonly averagePrecision: number
  /** Area under the true over the false positive rate; 0 to 1, .5 for chance. */
  readonly rocAuc: number
  /** Share of the pixels whose value is more than .025 away from 0 and from 1. */
  readonly undecided: number
  /** Whether fewer than 1 in 1000 pixels are undecided: then no threshold makes a difference. */
  readonly isBinary: boolean
}

/**
 * Metrics and scores of a map of probabilities at many thresholds, the best threshold, and the areas
 * under the curves of precision over recall and of the ROC.
 *
 * Metrics of overlap are known at *all* thresholds by sorting the values once (`curve`). Everything
 * else is computed at each of `thresholds`, and once where several make the same mask. Foreground is
 * `value > threshold`, as everywhere.
 *
 * `best` is looked for among all thresholds if it names a metric of overlap and none are given, else
 * among `thresholds`; which values are better is said by `METRIC_DIRECTIONS`, and greater scores are.
 * Of equally good thresholds the nearest to 0.5 is taken, then the lesser. Its value is too good on
 * the images that it was chosen on: report on others.
 *
 * `averagePrecision` and `rocAuc` are those of scikit-learn (`average_precision_score`,
 * `roc_auc_score`) inside the field of view. They are undefined where the truth has no foreground,
 * `rocAuc` also where it has nothing else: then `empty` decides, with 1 if the mask at 0.5 is the
 * truth, else 0.
 *
 * @param probabilities - one value in [0, 1] a pixel, in any form of a mask but a `BitMask`
 * @param truth - the truth, of the same size; see {@link MaskLike}
 * @param options - `metrics`, `scores`, `thresholds`, `best`, and those of {@link evaluate}
 * @throws TypeError if an argument or an option is of the wrong kind, or a score returns no number
 * @throws RangeError if a value is NaN or not in [0, 1] (of logits and grey levels the message says
 * how they become probabilities), sizes differ or an option is not valid; with `empty: 'throw'` where
 * anything is undefined at any threshold
 *
 * Source: T. Fawcett, "An introduction to ROC analysis", Pattern Recognition Letters 27(8), 2006.
 *
 * @example
 * ```ts
 * import { MultiObjectiveReward, sweep } from 'vessel-reward'
 *
 * const probabilities = { data: new Float32Array([0.875, 0.75, 0.375, 0.125]), width: 4, height: 1 }
 * const truth = [[1, 1, 1, 0]]
 * const { best, curve, averagePrecision } = sweep(probabilities, truth)
 * best // => { name: 'dice', threshold: 0.25, value: 1, atHalf: 0.8 }
 * curve.thresholds // => Float64Array [0.0625, 0.25, 0.5625, 0.8125, 0.9375]
 * curve.tp // => Uint32Array [3, 3, 2, 1, 0]
 * averagePrecision // => 1
 *
 * const { score } = new MultiObjectiveReward()
 * const { values } = sweep(probabilities, truth, {
 *   metrics: ['clDice'],
 *   scores: { reward: score },
 *   thresholds: [0.25, 0.5],
 * })
 * values.clDice // => Float64Array [1, 0.8]
 * values.reward[0] > values.reward[1] // => true
 * ```
 */
export function sweep<Name extends MetricName = OverlapName, Score extends string = never>(
  probabilities: RawMask,
  truth: MaskLike,
  options?: SweepOptions<Name, Score>,
): Sweep<Name | Score> {
  checkCount(arguments.length, 3, 'sweep')
  const settings = readOptions(options, () => sweepOptions('sweep'), 'sweep')
  const { names, best } = wantedOf(settings, 'sweep')
  const pair = new SweptPair(probabilities, truth, settings)
  const thresholds = settings.thresholds ?? defaultThresholds()
  const values = Object.fromEntries(
    names.map((name) => [name, thresholds.map((at) => pair.valueAt(name, at, names))]),
  )
  const curve = curveOf(pair, names)
  const ofBest =
    isOverlap(best) && settings.thresholds === undefined
      ? { thresholds: curve.thresholds, values: curve.values[best] as Float64Array }
      : { thresholds, values: values[best] }
  return {
    thresholds,
    values: values as Record<Name | Score, Float64Array<ArrayBuffer>>,
    curve,
    best: bestOf(best, ofBest.values, ofBest.thresholds, pair.valueAt(best, 0.5, [best])),
    ...pair.areas,
    ...decidedness(pair.undecided, pair.pixels),
  }
}

function curveOf(pair: SweptPair, names: readonly string[]): SweepCurve {
  const { counts } = pair
  const { tp, fp, positives, negatives } = counts
  const values = names.filter(isOverlap).map((name) => {
    const column = new Float64Array(tp.length)
    for (let entry = 0; entry < tp.length; entry++) column[entry] = pair.overlapAt(name, entry)
    return [name, column]
  })
  return {
    thresholds: middleThresholds(counts),
    tp,
    fp,
    fn: tp.map((count) => positives - count),
    tn: fp.map((count) => negatives - count),
    values: Object.fromEntries(values),
  }
}
