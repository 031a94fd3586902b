import type { RawMask } from '../../mask/accepted-forms.ts'
import type { MaskLike } from '../../mask/bitmask.ts'
import type { BestThreshold } from './best-threshold.ts'

/** A map of probabilities with its truth; see {@link sweepAll}. */
export interface SweepCase {
  /** One value in [0, 1] a pixel, in any form of a mask but a `BitMask`. */
  readonly probabilities: RawMask
  /** The truth, of the same size. */
  readonly truth: MaskLike
  /** The field of view, of the same size. Default: all pixels. */
  readonly within?: MaskLike
}

/** Means over cases at each threshold; see {@link sweepAll}. */
export interface SweepMeans<Name extends string = string> {
  /** The mean of each metric and score at each threshold, over the cases where it is defined. */
  readonly values: Readonly<Record<Name, Float64Array<ArrayBuffer>>>
  /** The number of cases where it is undefined (NaN), which the mean leaves out. */
  readonly undefined: Readonly<Record<Name, Uint32Array<ArrayBuffer>>>
  /** Where the mean is best. */
  readonly best: BestThreshold
  /**
   * What `best` promises for images that it was not chosen on: the mean of the metric with each case
   * at the threshold that is best for all the others. NaN for fewer than two cases.
   */
  readonly leaveOneOut: number
  /** Mean over cases. */
  readonly averagePrecision: number
  /** Mean over cases. */
  readonly rocAuc: number
}

/** The pixels of all cases taken together; see {@link sweepAll}. */
export interface SweepPooled<Name extends string = string> {
  /** True positives of all cases at each threshold. */
  readonly tp: Float64Array<ArrayBuffer>
  /** False positives. */
  readonly fp: Float64Array<ArrayBuffer>
  /** False negatives. */
  readonly fn: Float64Array<ArrayBuffer>
  /** True negatives. */
  readonly tn: Float64Array<ArrayBuffer>
  /** The wanted metrics of overlap, at each threshold. */
  readonly values: Readonly<Partial<Record<Name, Float64Array<ArrayBuffer>>>>
  /** As if all cases were one, of values rounded to 1 in 65,535: exact for 8 and 16 bits. */
  readonly averagePrecision: number
  /** Likewise. */
  readonly rocAuc: number
}

/** Maps of probabilities against truths at many thresholds; see {@link sweepAll}. */
export interface SweepSummary<Name extends string = string> {
  /** Number of cases. */
  readonly cases: number
  /** The thresholds, ascending. */
  readonly thresholds: Float64Array<ArrayBuffer>
  /** Each case counts alike. */
  readonly mean: SweepMeans<Name>
  /** Each pixel counts alike. */
  readonly pooled: SweepPooled<Name>
  /** Share of the pixels whose value is more than .025 away from 0 and from 1. */
  readonly undecided: number
  /** Whether fewer than 1 in 1000 pixels are undecided: then no threshold makes a difference. */
  readonly isBinary: boolean
}
