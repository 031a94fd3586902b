import type { CaliberStratum } from '../../metrics/by-caliber.ts'
import {
  type Aggregate,
  aggregate,
  type Evaluation,
  type EvaluationAggregate,
} from '../../metrics/statistics/aggregate.ts'
import { compare, type EvaluationComparison } from '../../metrics/statistics/compare.ts'
import {
  TOPOLOGY_ERROR_KINDS,
  type TopologyErrorKind,
} from '../../metrics/topology-errors/topology-errors.ts'
import type { CaseFailure, CaseResult } from './case-result.ts'

/** What a metric is over all pairs; see {@link summaryOf}. */
export type Summary = Readonly<Record<string, EvaluationAggregate>>

/** Two methods on the pairs that both have; see {@link comparedOf}. */
export interface ComparedSummaries {
  readonly comparison: Readonly<Record<string, EvaluationComparison>>
  readonly summaries: readonly [ours: Summary, theirs: Summary]
}

/** The results that are not failures. */
export function scoredOf(results: readonly (CaseResult | CaseFailure)[]): CaseResult[] {
  return results.filter((result): result is CaseResult => !('error' in result))
}

/** The results that are failures. */
export function failuresOf(results: readonly (CaseResult | CaseFailure)[]): CaseFailure[] {
  return results.filter((result): result is CaseFailure => 'error' in result)
}

/** What is known of each pair, with the reward as the first of its metrics. */
function evaluationsOf(cases: readonly CaseResult[]): Evaluation[] {
  return cases.map(({ values, rules, reward }) => {
    return { values: { reward, ...values } as Record<string, number>, rules }
  })
}

/** Mean, deviation and interval of each metric over the pairs, and of the reward, which comes first. */
export function summaryOf(cases: readonly CaseResult[]): Summary {
  return cases.length === 0 ? {} : aggregate(evaluationsOf(cases))
}

/** Scores of the vessels of one caliber over all pairs. */
export interface CaliberSummary {
  /** Least half-width of the stratum, in pixels. */
  readonly from: number
  /** Greatest half-width; Infinity in the last stratum. */
  readonly to: number
  /** Pixels of the true centerlines in the stratum, of all pairs. */
  readonly centerline: number
  /** Over the pairs that have such vessels. */
  readonly recall: Aggregate
  /** Over the pairs that have such vessels, or predict some. */
  readonly precision: Aggregate
  /** Over the pairs that have such vessels, or predict some. */
  readonly dice: Aggregate
  /** Recall of the centerlines, over the pairs that have such vessels. */
  readonly tsens: Aggregate
}

/** Each stratum over all pairs; undefined if they were not scored by caliber. */
export function calibersOf(cases: readonly CaseResult[]): CaliberSummary[] | undefined {
  const strata = cases[0]?.byCaliber
  if (strata === undefined) return undefined
  return strata.map(({ from, to }, i) => {
    const all = cases.flatMap(({ byCaliber }) => byCaliber?.[i] ?? [])
    const over = (name: 'recall' | 'precision' | 'dice' | 'tsens') =>
      aggregate(all.map((stratum: CaliberStratum) => stratum[name]))
    return {
      from,
      to,
      centerline: all.reduce((sum, { centerline }) => sum + centerline, 0),
      recall: over('recall'),
      precision: over('precision'),
      dice: over('dice'),
      tsens: over('tsens'),
    }
  })
}

/** How many errors of each kind a pair has; undefined if they were not listed. */
export type ErrorSummary = Readonly<Record<TopologyErrorKind, Aggregate>>

/** Number of errors of each kind, over all pairs; undefined if they were not listed. */
export function errorsOf(cases: readonly CaseResult[]): ErrorSummary | undefined {
  if (cases[0]?.errors === undefined) return undefined
  return Object.fromEntries(
    TOPOLOGY_ERROR_KINDS.map((kind) => [
      kind,
      aggregate(cases.map((result) => errorCount(result, kind))),
    ]),
  ) as unknown as ErrorSummary
}

/** How many errors of a kind a pair has. */
export function errorCount({ errors = [] }: CaseResult, kind: TopologyErrorKind): number {
  return errors.filter((error) => error.kind === kind).length
}

/** What is known already of two methods. */
export interface KnownComparison {
  /** Of all pairs that were scored with the first one. */
  readonly summary: Summary
  readonly comparison?: ComparedSummaries['comparison']
  /** Of the other one, on the pairs that both have. */
  readonly other?: Summary
}

/**
 * Compares two methods on the pairs that both were scored on; undefined where there is none.
 *
 * @param others - what became of the same pairs with the other method, in the same order
 * @param known - is not computed again: intervals of 1000 pairs take seconds
 */
export function comparedOf(
  results: readonly (CaseResult | CaseFailure)[],
  others: readonly (CaseResult | CaseFailure)[],
  known: KnownComparison,
): ComparedSummaries | undefined {
  const shared = results.flatMap((result, i) => {
    const other = others[i]
    return other === undefined || 'error' in other || 'error' in result
      ? []
      : [[result, other] as const]
  })
  if (shared.length === 0) return undefined
  const ours = shared.map(([result]) => result)
  const theirs = shared.map(([, other]) => other)
  const comparison = known.comparison ?? compare(evaluationsOf(ours), evaluationsOf(theirs))
  const isAll = ours.length === scoredOf(results).length
  return {
    comparison,
    summaries: [isAll ? known.summary : summaryOf(ours), known.other ?? summaryOf(theirs)],
  }
}
