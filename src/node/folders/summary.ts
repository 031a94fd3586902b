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

/** What is known of each pair, with the reward as the first of its metrics. */
export function evaluationsOf(cases: readonly CaseResult[]): Evaluation[] {
  return cases.map(({ values, rules, reward }) => {
    return { values: { reward, ...values } as Record<string, number>, rules }
  })
}

/** Mean, deviation and interval of each metric over the pairs, and of the reward, which comes first. */
export function summaryOf(cases: readonly CaseResult[]): Summary {
  return cases.length === 0 ? {} : aggregate(evaluationsOf(cases))
}
