import {
  aggregate,
  type Evaluation,
  type EvaluationAggregate,
} from '../../metrics/statistics/aggregate.ts'
import { compare, type EvaluationComparison } from '../../metrics/statistics/compare.ts'
import type { CaseFailure, CaseResult } from './evaluate-pairs.ts'

/** What a metric is over all pairs; see {@link summaryOf}. */
export type Summary = Readonly<Record<string, EvaluationAggregate>>

/** Two methods on the pairs that both have; see {@link comparedOf}. */
export interface ComparedSummaries {
  readonly comparison: Readonly<Record<string, EvaluationComparison>>
  readonly summaries: readonly [ours: Summary, theirs: Summary]
}

/** The results that are no failures. */
export function scoredOf(results: readonly (CaseResult | CaseFailure)[]): CaseResult[] {
  return results.filter((result): result is CaseResult => !('error' in result))
}

/** The results that are failures. */
export function failuresOf(results: readonly (CaseResult | CaseFailure)[]): CaseFailure[] {
  return results.filter((result): result is CaseFailure => 'error' in result)
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

/** Compares two methods on the truths that both were scored on; undefined where there is none. */
export function comparedOf(
  ours: readonly CaseResult[],
  theirs: readonly CaseResult[],
): ComparedSummaries | undefined {
  const byTruth = new Map(theirs.map((result) => [result.files.truth, result]))
  const shared = ours.filter(({ files }) => byTruth.has(files.truth))
  const others = shared.map(({ files }) => byTruth.get(files.truth) as CaseResult)
  if (shared.length === 0) return undefined
  const comparison = compare(evaluationsOf(shared), evaluationsOf(others))
  return { comparison, summaries: [summaryOf(shared), summaryOf(others)] }
}
