import type { BitMask, MaskLike } from '../mask/bitmask.ts'
import { PIXEL_BITS } from '../mask/layout.ts'
import { checkCount, type OptionTable, readOptions } from '../mask/options.ts'
import { countBoth, popcount } from '../mask/popcount.ts'
import {
  type CheckedPair,
  checkPair,
  type EmptyPolicy,
  FIELD_OPTIONS,
  type FieldRead,
  type MetricOptions,
  metricOptions,
  ratioOr,
} from './checked-pair.ts'

/** Pixel counts of a prediction against a truth. */
export interface Confusion {
  /** Foreground in both. */
  tp: number
  /** Foreground in the prediction only. */
  fp: number
  /** Foreground in the truth only. */
  fn: number
  /** Background in both. */
  tn: number
}

/** Options of {@link fBeta}. */
export interface FBetaOptions extends MetricOptions {
  /** Weight of recall against precision; greater than 0. Default: 1, which is Dice. */
  beta?: number
}

const fBetaOptions = (): OptionTable<FBetaOptions, FieldRead> => ({
  ...metricOptions(),
  beta: { default: 1, min: Number.MIN_VALUE, max: 1e6 },
})

/**
 * Counts true and false positives and negatives.
 *
 * @param pred - the prediction; see {@link MaskLike}
 * @param truth - the truth, of the same size
 * @param options - `within`: the field of view; `ignore`: the value of void pixels of the truth
 * @returns numbers of pixels; their sum is the number of pixels in the field of view
 * @throws TypeError or RangeError if a mask or an option is not valid or sizes differ
 *
 * @example
 * ```ts
 * import { confusion } from 'vessel-reward'
 *
 * confusion([[1, 1, 0, 0]], [[1, 0, 1, 0]]) // => { tp: 1, fp: 1, fn: 1, tn: 1 }
 * ```
 */
export function confusion(
  pred: MaskLike,
  truth: MaskLike,
  options?: Pick<MetricOptions, 'within' | 'ignore'>,
): Confusion {
  checkCount(arguments.length, 3, 'confusion')
  return confusionOf(checkPair(pred, truth, readOptions(options, FIELD_OPTIONS, 'confusion')))
}

/** @internal */
export function confusionOf({ pred, truth, within }: Omit<CheckedPair, 'empty'>): Confusion {
  if (within === undefined) {
    const tp = countBoth(pred.words, truth.words)
    const fp = pred.count - tp
    const fn = truth.count - tp
    return { tp, fp, fn, tn: pred.width * pred.height - tp - fp - fn }
  }
  return confusionWithin(pred, truth, within)
}

function confusionWithin(pred: BitMask, truth: BitMask, within: BitMask): Confusion {
  const p = pred.words
  const t = truth.words
  const w = within.words
  let tp = 0
  let fp = 0
  let fn = 0
  for (let i = 0; i < w.length; i++) {
    const inside = w[i] & PIXEL_BITS
    if (inside === 0) continue
    tp += popcount(inside & p[i] & t[i])
    fp += popcount(inside & p[i] & ~t[i])
    fn += popcount(inside & t[i] & ~p[i])
  }
  return { tp, fp, fn, tn: within.count - tp - fp - fn }
}

/** Numerator and denominator of a metric. */
type Parts = (counts: Confusion) => readonly [numerator: number, denominator: number]

/** @internal */
export const dicePartsOf: Parts = ({ tp, fp, fn }) => [2 * tp, 2 * tp + fp + fn]
/** @internal */
export const iouPartsOf: Parts = ({ tp, fp, fn }) => [tp, tp + fp + fn]
/** @internal */
export const recallPartsOf: Parts = ({ tp, fn }) => [tp, tp + fn]
/** @internal */
export const precisionPartsOf: Parts = ({ tp, fp }) => [tp, tp + fp]
const specificityPartsOf: Parts = ({ tn, fp }) => [tn, tn + fp]
const accuracyPartsOf: Parts = ({ tp, fp, fn, tn }) => [tp + tn, tp + fp + fn + tn]
const mccPartsOf: Parts = ({ tp, fp, fn, tn }) => [
  tp * tn - fp * fn,
  Math.sqrt((tp + fp) * (tp + fn)) * Math.sqrt((tn + fp) * (tn + fn)),
]

/** @internal A metric of the four counts; where it is 0/0, equal masks agree. */
export function ofCounts(
  parts: Parts,
  counts: Confusion,
  empty: EmptyPolicy = 'perfect',
  name = '',
): number {
  const [numerator, denominator] = parts(counts)
  return ratioOr(empty, counts.fp === 0 && counts.fn === 0, name, numerator, denominator)
}

function mccOf(counts: Confusion, empty: EmptyPolicy): number {
  const value = ofCounts(mccPartsOf, counts, empty, 'mcc')
  // The roots are rounded: perfect (dis)agreement may come out a last digit beyond 1.
  return Math.max(-1, Math.min(1, value))
}

/** Name of a metric that the four counts are enough for. */
export type OverlapName =
  | 'dice'
  | 'iou'
  | 'recall'
  | 'precision'
  | 'specificity'
  | 'accuracy'
  | 'mcc'

type OfCounts = (counts: Confusion, empty: EmptyPolicy) => number

/** @internal Each metric of the four counts that `evaluate` has, by name. */
export const OVERLAP_METRICS: Readonly<Record<OverlapName, OfCounts>> = {
  dice: (counts, empty) => ofCounts(dicePartsOf, counts, empty, 'dice'),
  iou: (counts, empty) => ofCounts(iouPartsOf, counts, empty, 'iou'),
  recall: (counts, empty) => ofCounts(recallPartsOf, counts, empty, 'recall'),
  precision: (counts, empty) => ofCounts(precisionPartsOf, counts, empty, 'precision'),
  specificity: (counts, empty) => ofCounts(specificityPartsOf, counts, empty, 'specificity'),
  accuracy: (counts, empty) => ofCounts(accuracyPartsOf, counts, empty, 'accuracy'),
  mcc: mccOf,
}

/** @internal */
export const OVERLAP_NAMES: readonly OverlapName[] = /* @__PURE__ */ Object.freeze(
  /* @__PURE__ */ Object.keys(OVERLAP_METRICS) as OverlapName[],
)

function ofPair(parts: Parts, name: string, pair: CheckedPair): number {
  return ofCounts(parts, confusionOf(pair), pair.empty, name)
}

/** A checked pair for a metric that has the common options only. */
function pairFor(
  name: string,
  count: number,
  pred: MaskLike,
  truth: MaskLike,
  options: MetricOptions | undefined,
): CheckedPair {
  checkCount(count, 3, name)
  return checkPair(pred, truth, readOptions(options, metricOptions, name))
}

/**
 * Dice coefficient (F1): `2·tp / (2·tp + fp + fn)`, from 0 to 1. Two empty masks: 1.
 *
 * @param pred - the prediction; see {@link MaskLike}
 * @param truth - the truth, of the same size
 * @throws TypeError or RangeError if a mask or an option is not valid or sizes differ
 *
 * Source: L. R. Dice, Ecology 26(3), 1945.
 *
 * @example
 * ```ts
 * import { dice } from 'vessel-reward'
 *
 * dice([[1, 1, 0]], [[1, 0, 0]]) // => 0.6666666666666666
 * dice([[0]], [[0]]) // => 1
 * dice([[0]], [[0]], { empty: 'nan' }) // => NaN
 * ```
 */
export function dice(pred: MaskLike, truth: MaskLike, options?: MetricOptions): number {
  return ofPair(dicePartsOf, 'dice', pairFor('dice', arguments.length, pred, truth, options))
}

/**
 * Intersection over union (Jaccard index): `tp / (tp + fp + fn)`, from 0 to 1. Two empty masks: 1.
 *
 * @param pred - the prediction; see {@link MaskLike}
 * @param truth - the truth, of the same size
 * @throws TypeError or RangeError if a mask or an option is not valid or sizes differ
 *
 * Source: P. Jaccard, New Phytologist 11(2), 1912.
 *
 * @example
 * ```ts
 * import { iou } from 'vessel-reward'
 *
 * iou([[1, 1, 0]], [[1, 0, 0]]) // => 0.5
 * ```
 */
export function iou(pred: MaskLike, truth: MaskLike, options?: MetricOptions): number {
  return ofPair(iouPartsOf, 'iou', pairFor('iou', arguments.length, pred, truth, options))
}

/**
 * Recall (sensitivity): `tp / (tp + fn)`, from 0 to 1. Empty truth: 1 if the prediction is empty
 * too, else 0.
 *
 * @param pred - the prediction; see {@link MaskLike}
 * @param truth - the truth, of the same size
 * @throws TypeError or RangeError if a mask or an option is not valid or sizes differ
 *
 * @example
 * ```ts
 * import { recall } from 'vessel-reward'
 *
 * recall([[1, 0, 0]], [[1, 1, 0]]) // => 0.5
 * ```
 */
export function recall(pred: MaskLike, truth: MaskLike, options?: MetricOptions): number {
  return ofPair(recallPartsOf, 'recall', pairFor('recall', arguments.length, pred, truth, options))
}

/**
 * Precision (positive predictive value): `tp / (tp + fp)`, from 0 to 1. Empty prediction: 1 if the
 * truth is empty too, else 0.
 *
 * @param pred - the prediction; see {@link MaskLike}
 * @param truth - the truth, of the same size
 * @throws TypeError or RangeError if a mask or an option is not valid or sizes differ
 *
 * @example
 * ```ts
 * import { precision } from 'vessel-reward'
 *
 * precision([[1, 1, 0]], [[1, 0, 0]]) // => 0.5
 * ```
 */
export function precision(pred: MaskLike, truth: MaskLike, options?: MetricOptions): number {
  return ofPair(
    precisionPartsOf,
    'precision',
    pairFor('precision', arguments.length, pred, truth, options),
  )
}

/**
 * Specificity (true negative rate): `tn / (tn + fp)`, from 0 to 1. Truth without background: 1 if
 * the prediction has none either, else 0.
 *
 * @param pred - the prediction; see {@link MaskLike}
 * @param truth - the truth, of the same size
 * @throws TypeError or RangeError if a mask or an option is not valid or sizes differ
 *
 * @example
 * ```ts
 * import { specificity } from 'vessel-reward'
 *
 * specificity([[1, 1, 0]], [[1, 0, 0]]) // => 0.5
 * ```
 */
export function specificity(pred: MaskLike, truth: MaskLike, options?: MetricOptions): number {
  const pair = pairFor('specificity', arguments.length, pred, truth, options)
  return ofPair(specificityPartsOf, 'specificity', pair)
}

/**
 * Accuracy: `(tp + tn) / pixels`, from 0 to 1. No pixels at all: 1.
 *
 * @param pred - the prediction; see {@link MaskLike}
 * @param truth - the truth, of the same size
 * @throws TypeError or RangeError if a mask or an option is not valid or sizes differ
 *
 * @example
 * ```ts
 * import { accuracy } from 'vessel-reward'
 *
 * accuracy([[1, 1, 0, 0]], [[1, 0, 0, 0]]) // => 0.75
 * ```
 */
export function accuracy(pred: MaskLike, truth: MaskLike, options?: MetricOptions): number {
  const pair = pairFor('accuracy', arguments.length, pred, truth, options)
  return ofPair(accuracyPartsOf, 'accuracy', pair)
}

/**
 * F-beta score: `(1 + β²)·tp / ((1 + β²)·tp + β²·fn + fp)`, from 0 to 1; recall counts β times as
 * much as precision. Two empty masks: 1.
 *
 * @param pred - the prediction; see {@link MaskLike}
 * @param truth - the truth, of the same size
 * @param options - `beta`: greater than 0 and at most 10⁶; 1 by default
 * @throws TypeError or RangeError if a mask or an option is not valid or sizes differ
 *
 * Source: C. J. van Rijsbergen, Information Retrieval, 1979.
 *
 * @example
 * ```ts
 * import { fBeta } from 'vessel-reward'
 *
 * fBeta([[1, 1, 0]], [[1, 0, 0]], { beta: 2 }) // => 0.8333333333333334
 * ```
 */
export function fBeta(pred: MaskLike, truth: MaskLike, options?: FBetaOptions): number {
  checkCount(arguments.length, 3, 'fBeta')
  const { beta, ...common } = readOptions(options, fBetaOptions, 'fBeta')
  const b2 = beta * beta
  const parts: Parts = ({ tp, fp, fn }) => [(1 + b2) * tp, (1 + b2) * tp + b2 * fn + fp]
  return ofPair(parts, 'fBeta', checkPair(pred, truth, common))
}

/**
 * Matthews correlation coefficient, from −1 to 1. Where a row or a column of the confusion matrix
 * is empty: 1 if the masks are equal, else 0.
 *
 * @param pred - the prediction; see {@link MaskLike}
 * @param truth - the truth, of the same size
 * @throws TypeError or RangeError if a mask or an option is not valid or sizes differ
 *
 * Source: B. W. Matthews, Biochimica et Biophysica Acta 405(2), 1975.
 *
 * @example
 * ```ts
 * import { mcc } from 'vessel-reward'
 *
 * mcc([[1, 0, 0, 1]], [[1, 0, 0, 1]]) // => 1
 * mcc([[0, 1]], [[1, 0]]) // => -1
 * ```
 */
export function mcc(pred: MaskLike, truth: MaskLike, options?: MetricOptions): number {
  const pair = pairFor('mcc', arguments.length, pred, truth, options)
  return mccOf(confusionOf(pair), pair.empty)
}
