import type { EmptyPolicy } from '../../metrics/checked-pair.ts'
import type { MetricName } from '../../metrics/metric-directions.ts'
import type { ThinningMethod } from '../../morphology/thinning-table.ts'
import type { RewardPreset } from '../../reward/terms/presets.ts'
import type { Connectivity } from '../../topology/label.ts'
import type { CaseFailure, CaseResult } from './case-result.ts'

/** A bound that the mean of a metric must keep. */
export interface MetricBound {
  /** Name of a metric, or `'reward'`. */
  readonly name: string
  /** The least or the greatest mean that is good, in the metric's unit. */
  readonly bound: number
}

/** What decides on the numbers of {@link FolderResults}; nothing of where they were computed. */
export interface ResultOptions {
  /** The metrics that were computed. */
  readonly metrics: readonly MetricName[]
  /** The reward that was computed. */
  readonly reward: RewardPreset
  /** Pixels greater than this are foreground. Default: that of `readMask`. */
  readonly threshold?: number
  /** How what is 0/0 was scored. */
  readonly empty: EmptyPolicy
  /** The thinning variant. Default: that of each metric. */
  readonly thinning?: ThinningMethod
  /** Which neighbours connect the parts of a skeleton. */
  readonly connectivity: Connectivity
  /** Whether thin, middle and thick vessels were scored apart. Default: false. */
  readonly byCaliber?: boolean
  /** Whether topology errors were listed. Default: false. */
  readonly errors?: boolean
  /** Means that must not be less. Default: none. */
  readonly failUnder?: readonly MetricBound[]
  /** Means that must not be greater. Default: none. */
  readonly failOver?: readonly MetricBound[]
}

/** Something doubtful that was met, such as an image of grey levels. */
export interface ResultWarning {
  /** What is doubtful, in a word. */
  readonly kind: string
  /** The same in a sentence. */
  readonly message: string
  /** The image that it is about. */
  readonly file?: string
}

/**
 * All that an evaluation of folders found, of which every report is made: a row for each pair and how
 * it was computed. {@link readResults} reads it from a file.
 */
export interface FolderResults {
  /** Version of this package that computed them. */
  readonly version: string
  /** What decides on the numbers. */
  readonly options: ResultOptions
  /** What was doubtful. */
  readonly warnings: readonly ResultWarning[]
  /** The pairs, in the order of their names. */
  readonly results: readonly (CaseResult | CaseFailure)[]
  /** The same truths with the predictions of another method. Default: none. */
  readonly others?: readonly (CaseResult | CaseFailure)[]
}
