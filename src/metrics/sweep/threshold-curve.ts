import { type EmptyPolicy, ratioOr } from '../checked-pair.ts'
import type { Confusion } from '../overlap.ts'

/**
 * What every threshold from 0 to 1 finds of a truth. Thresholds between which no value lies make the
 * same mask and are one entry; entries ascend.
 */
export interface ThresholdCounts {
  /** The least threshold of each entry; it reaches up to that of the next, and the last up to 1. */
  readonly starts: Float64Array<ArrayBuffer>
  /** True positives of each entry. */
  readonly tp: Uint32Array<ArrayBuffer>
  /** False positives of each entry. */
  readonly fp: Uint32Array<ArrayBuffer>
  /** Pixels of the truth. */
  readonly positives: number
  /** Other pixels that count. */
  readonly negatives: number
}

type Values = Float32Array<ArrayBuffer> | Float64Array<ArrayBuffer>

/**
 * Counts by sorting: all thresholds cost as much as the sort.
 *
 * @param data - probabilities, each in [0, 1]
 * @param truth - 1 where a pixel is foreground
 * @param within - 1 where a pixel counts; undefined if all do
 */
export function countThresholds(
  data: Values,
  truth: Uint8Array,
  within: Uint8Array | undefined,
): ThresholdCounts {
  const pos = sortedValues(data, truth, 1, within)
  const neg = sortedValues(data, truth, 0, within)
  const most = pos.length + neg.length + 1
  const starts = new Float64Array(most)
  const tp = new Uint32Array(most)
  const fp = new Uint32Array(most)
  let entries = 0
  const least = Math.min(pos[0] ?? 1, neg[0] ?? 1)
  if (least > 0) {
    tp[0] = pos.length
    fp[0] = neg.length
    entries = 1
  }
  for (let p = 0, n = 0; p < pos.length || n < neg.length; entries++) {
    const value = Math.min(pos[p] ?? 2, neg[n] ?? 2)
    while (pos[p] === value) p++
    while (neg[n] === value) n++
    // Adding 0 turns −0 into 0.
    starts[entries] = value + 0
    tp[entries] = pos.length - p
    fp[entries] = neg.length - n
  }
  return {
    starts: starts.slice(0, entries),
    tp: tp.slice(0, entries),
    fp: fp.slice(0, entries),
    positives: pos.length,
    negatives: neg.length,
  }
}

function sortedValues(
  data: Values,
  truth: Uint8Array,
  wanted: 0 | 1,
  within: Uint8Array | undefined,
): Values {
  let count = 0
  const kept = data.slice()
  for (let i = 0; i < data.length; i++) {
    if (truth[i] === wanted && within?.[i] !== 0) kept[count++] = data[i]
  }
  return kept.subarray(0, count).sort()
}

/**
 * The middle of each entry: no rounding of the values, as in another file format, changes what it
 * finds, as it may at the ends.
 */
export function middleThresholds({ starts }: ThresholdCounts): Float64Array<ArrayBuffer> {
  return starts.map((start, k) => {
    const end = k + 1 < starts.length ? starts[k + 1] : 1
    const middle = (start + end) / 2
    // Between neighbouring numbers there is none.
    return middle < end ? middle : start
  })
}

/** The entry that a threshold from 0 to 1 belongs to. */
export function entryAt({ starts }: ThresholdCounts, threshold: number): number {
  let low = 0
  let high = starts.length - 1
  while (low < high) {
    const middle = (low + high + 1) >> 1
    if (starts[middle] <= threshold) low = middle
    else high = middle - 1
  }
  return low
}

/** The counts of one entry. */
export function confusionAt(counts: ThresholdCounts, entry: number): Confusion {
  const tp = counts.tp[entry]
  const fp = counts.fp[entry]
  return { tp, fp, fn: counts.positives - tp, tn: counts.negatives - fp }
}

/** Counts by threshold, whatever the thresholds are; ascending. */
export interface PooledCounts {
  readonly tp: Uint32Array | Float64Array
  readonly fp: Uint32Array | Float64Array
  readonly positives: number
  readonly negatives: number
}

/** Areas under two curves. */
export interface CurveAreas {
  averagePrecision: number
  rocAuc: number
}

/**
 * Average precision is Σ (Rₖ − Rₖ₋₁) Pₖ over thresholds from the greatest down, without
 * interpolation, which is too optimistic between points of precision and recall. The area under the ROC curve is the
 * probability that a pixel of the truth has a greater value than another one, ties counted half.
 *
 * Source: J. Davis and M. Goadrich, "The relationship between precision-recall and ROC curves",
 * ICML 2006; T. Fawcett, "An introduction to ROC analysis", Pattern Recognition Letters 27(8), 2006.
 *
 * @param isEqual - whether the map agrees with the truth, which counts as perfect where nothing can be ranked
 */
export function areasOf(
  { tp, fp, positives, negatives }: PooledCounts,
  isEqual: boolean,
  empty: EmptyPolicy,
): CurveAreas {
  let precisions = 0
  let area = 0
  let tpAbove = 0
  let fpAbove = 0
  // After the least threshold comes the mask that has every pixel.
  for (let k = tp.length - 1; k >= -1; k--) {
    const tpHere = k < 0 ? positives : tp[k]
    const fpHere = k < 0 ? negatives : fp[k]
    if (tpHere > tpAbove) precisions += ((tpHere - tpAbove) * tpHere) / (tpHere + fpHere)
    area += ((fpHere - fpAbove) * (tpHere + tpAbove)) / 2
    tpAbove = tpHere
    fpAbove = fpHere
  }
  return {
    averagePrecision: ratioOr(empty, isEqual, 'averagePrecision', precisions, positives),
    rocAuc: ratioOr(empty, isEqual, 'rocAuc', area, positives * negatives),
  }
}
