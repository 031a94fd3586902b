import type { CaseFailure, CaseResult } from './case-result.ts'
import type { EvaluationSettings, FolderWarning } from './folder-evaluation.ts'

/** A bound that the mean of a metric must keep. */
export interface MetricBound {
  /** Name of a metric, or `'reward'`. */
  readonly name: string
  /** The least or the greatest mean that is good, in the metric's unit. */
  readonly bound: number
}

/** What decides on the numbers of {@link FolderResults}, and bounds of means; nothing of where they were computed. */
export interface ResultOptions extends EvaluationSettings {
  /** Means that must not be less. Default: none. */
  readonly failUnder?: readonly MetricBound[]
  /** Means that must not be greater. Default: none. */
  readonly failOver?: readonly MetricBound[]
}

/**
 * What became of each pair and how it was computed, of which every report is made. What `evaluateFolder`
 * and `mergeCases` give is of this kind; {@link readResults} reads it from a file.
 */
export interface FolderResults {
  /** Version of this package that computed them. */
  readonly version: string
  /** What decides on the numbers. */
  readonly options: ResultOptions
  /** What was doubtful. */
  readonly warnings: readonly FolderWarning[]
  /** The pairs, in the order of their names. */
  readonly results: readonly (CaseResult | CaseFailure)[]
  /** The same pairs with the predictions of another method, in the same order. Default: none. */
  readonly others?: readonly (CaseResult | CaseFailure)[]
}
