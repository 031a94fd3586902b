import {
  aggregate,
  type Evaluation,
  type EvaluationAggregate,
} from '../../metrics/statistics/aggregate.ts'
import type { CaseFailure, CaseResult } from './evaluate-pairs.ts'

/** What a metric is over all pairs; see {@link summaryOf}. */
export type Summary = Readonly<Record<string, EvaluationAggregate>>

/** The results that are no failures. */
export function scoredOf(results: readonly (CaseResult | CaseFailure)[]): CaseResult[] {
  return results.filter((result): result is CaseResult => !('error' in result))
}

/** Mean, deviation and interval of each metric over the pairs, and of the reward, which comes first. */
export function summaryOf(cases: readonly CaseResult[]): Summary {
  const evaluations = cases.map(({ values, rules, reward }): Evaluation => {
    return { values: { reward, ...values } as Record<string, number>, rules }
  })
  return evaluations.length === 0 ? {} : aggregate(evaluations)
}
