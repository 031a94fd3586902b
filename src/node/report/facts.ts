import type { MetricDirection } from '../../metrics/metric-directions.ts'
import type { CaseFailure, CaseResult } from '../folders/case-result.ts'
import type { FolderResults, MetricBound } from '../folders/results.ts'
import type { ResultsSummaries } from '../folders/results-json.ts'
import {
  calibersOf,
  comparedOf,
  errorsOf,
  failuresOf,
  type KnownComparison,
  scoredOf,
  summaryOf,
} from '../folders/summary.ts'

/** What every report needs of the results; its intervals are drawn once. */
export interface ReportFacts extends ResultsSummaries {
  readonly results: FolderResults
  readonly cases: readonly CaseResult[]
  /** Of both methods. */
  readonly failures: readonly CaseFailure[]
  readonly bounds: readonly CheckedBound[]
}

/** A bound, and whether the mean keeps it. */
export interface CheckedBound extends MetricBound {
  /** Whether the mean must not be less, or not be greater. */
  readonly side: 'least' | 'greatest'
  /** NaN where there is none. */
  readonly mean: number
  readonly isKept: boolean
}

/** Summaries that an evaluation has computed already. */
export type KnownSummaries = KnownComparison &
  Partial<Pick<ResultsSummaries, 'byCaliber' | 'errors'>>

/**
 * Computes what the reports have in common.
 *
 * @param known - of these very results, is not computed again. Default: none
 */
export function reportFacts(results: FolderResults, known?: KnownSummaries): ReportFacts {
  const cases = scoredOf(results.results)
  const others = results.others ?? []
  const summary = known?.summary ?? summaryOf(cases)
  const { failUnder = [], failOver = [] } = results.options
  const checked = (side: CheckedBound['side']) => {
    return ({ name, bound }: MetricBound): CheckedBound => {
      const mean = Object.hasOwn(summary, name) ? summary[name].mean : Number.NaN
      // A mean that is not there keeps no bound.
      return { name, bound, side, mean, isKept: side === 'least' ? mean >= bound : mean <= bound }
    }
  }
  return {
    results,
    cases,
    failures: [...failuresOf(results.results), ...failuresOf(others)],
    summary,
    byCaliber: known?.byCaliber ?? calibersOf(cases),
    errors: known?.errors ?? errorsOf(cases),
    compared: comparedOf(results.results, others, known ?? { summary }),
    bounds: [...failUnder.map(checked('least')), ...failOver.map(checked('greatest'))],
  }
}

/** A bound that is not kept, in a sentence. */
export function boundText({ name, bound, side, mean }: CheckedBound): string {
  return `the mean ${name} is ${mean}, and shall be at ${side === 'least' ? 'least' : 'most'} ${bound}`
}

/** Which values of a metric are better, beside its name. */
export const DIRECTION_SIGNS: Readonly<Record<MetricDirection, string>> = {
  higher: '↑',
  lower: '↓',
  one: '=1',
}

/** A metric of a pair, or its reward; NaN where it is undefined or was not computed. */
export function metricOf({ reward, values }: CaseResult, name: string): number {
  if (name === 'reward') return reward
  return (values as Readonly<Record<string, number | undefined>>)[name] ?? Number.NaN
}

/** A difference with a smaller p, adjusted for the number of metrics, holds. */
export const LEVEL = 0.05
