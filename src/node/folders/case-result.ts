import type { CaliberStratum } from '../../metrics/by-caliber.ts'
import type { MetricName } from '../../metrics/metric-directions.ts'
import type { Confusion } from '../../metrics/overlap.ts'
import type { UndefinedRule } from '../../metrics/statistics/aggregate.ts'
import type { TopologyError } from '../../metrics/topology-errors/topology-errors.ts'
import type { FilePair } from './pairs/file-pair.ts'

/** A pair that was scored. */
export interface CaseResult {
  /** The name of the pair. */
  readonly name: string
  /** Its files. */
  readonly files: FilePair
  /** Width in pixels. */
  readonly width: number
  /** Height in pixels. */
  readonly height: number
  /** Pixels inside the field of view. */
  readonly confusion: Confusion
  /** The value of each metric; NaN where it is undefined and left out. */
  readonly values: Partial<Record<MetricName, number>>
  /** The metrics that are undefined for this pair, and how each was scored. */
  readonly rules: Partial<Record<MetricName, UndefinedRule>>
  /** The reward that was asked for. */
  readonly reward: number
  /**
   * Scores of thin, middle and thick vessels, if they were asked for; NaN where a stratum has nothing to
   * divide by.
   */
  readonly byCaliber?: readonly CaliberStratum[]
  /** Where the vessels are connected otherwise than the true ones, if that was asked for. */
  readonly errors?: readonly TopologyError[]
}

/** A pair that could not be scored. */
export interface CaseFailure {
  /** The name of the pair. */
  readonly name: string
  /** Its files. */
  readonly files: FilePair
  /** Why. */
  readonly error: string
}
