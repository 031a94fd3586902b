import type { CaseFailure, CaseResult } from './case-result.ts'
import type { FolderResults, ResultOptions } from './results.ts'
import {
  type CaliberSummary,
  type ComparedSummaries,
  type ErrorSummary,
  type Summary,
  scoredOf,
} from './summary.ts'

/** Of the part of {@link resultsJson} that is ours; it grows when what is there changes its meaning. */
export const SCHEMA = 2

/** Names that nnU-Net gives to the metrics of a pair; ours stand beside them. */
export const NNUNET_NAMES = ['Dice', 'IoU', 'TP', 'FP', 'FN', 'TN', 'n_pred', 'n_ref'] as const

/** What is known of all pairs together. */
export interface ResultsSummaries {
  readonly summary: Summary
  /** Undefined if pairs were not scored by caliber. */
  readonly byCaliber: readonly CaliberSummary[] | undefined
  /** Undefined if errors were not listed. */
  readonly errors: ErrorSummary | undefined
  /** Undefined without another method, or where no pair has both. */
  readonly compared: ComparedSummaries | undefined
}

/**
 * All results as the `summary.json` of nnU-Net's evaluation, of which every name is there (`mean`,
 * `foreground_mean`, `metric_per_case`, `Dice`, `IoU`, `TP` and so on, for the label 1), with our
 * metrics beside, and the key `vessel_reward` for what nnU-Net has not. `readResults` reads it: all
 * that reports need is there, and nothing of the machine or of where reports went.
 *
 * NaN becomes null.
 *
 * Source: F. Isensee et al., "nnU-Net", Nature Methods 18, 2021; nnunetv2/evaluation.
 */
export function resultsJson(
  { version, options, warnings, results, others }: FolderResults,
  { summary, byCaliber, errors, compared }: ResultsSummaries,
): Record<string, unknown> {
  const cases = scoredOf(results)
  const each = cases.map(metricsOf)
  const names = [...new Set(each.flatMap(Object.keys))]
  const mean = Object.fromEntries(
    names.map((name) => [name, meanOf(each.map((metrics) => metrics[name]))]),
  )
  return {
    foreground_mean: mean,
    mean: { 1: mean },
    metric_per_case: cases.map(({ files }, i) => ({
      metrics: { 1: each[i] },
      prediction_file: files.pred,
      reference_file: files.truth,
    })),
    vessel_reward: {
      schema: SCHEMA,
      version,
      options: inOrder(options),
      warnings,
      summary,
      byCaliber,
      errors,
      // The numbers of the pairs that were scored are those of metric_per_case, in the same order.
      cases: results.map((result) => ('error' in result ? failed(result) : about(result))),
      ...(compared === undefined ? {} : { comparison: compared.comparison }),
      ...(others === undefined
        ? {}
        : {
            other: {
              ...(compared === undefined ? {} : { summary: compared.summaries[1] }),
              cases: others.map((result) => {
                if ('error' in result) return failed(result)
                return { ...about(result), metrics: metricsOf(result) }
              }),
            },
          }),
    },
  }
}

/** All options in one order, so that what is read and written again is the same. */
const OPTION_ORDER = Object.keys({
  metrics: true,
  reward: true,
  threshold: true,
  page: true,
  category: true,
  empty: true,
  thinning: true,
  connectivity: true,
  spacing: true,
  tolerance: true,
  radius: true,
  buffer: true,
  byCaliber: true,
  errors: true,
  failUnder: true,
  failOver: true,
} satisfies Record<keyof ResultOptions, true>) as (keyof ResultOptions)[]

const inOrder = (options: ResultOptions) =>
  Object.fromEntries(OPTION_ORDER.map((name) => [name, options[name]]))

const failed = ({ name, files, error }: CaseFailure) => ({ name, files, error })

/** What is known of a pair beside its metrics. */
function about(result: CaseResult) {
  const { name, files, width, height, rules, errors, byCaliber } = result
  return { name, files, width, height, rules, errors, byCaliber }
}

/** The metrics of a pair: nnU-Net's, then ours. */
function metricsOf({ confusion, values, reward }: CaseResult): Record<string, number> {
  const { tp, fp, fn, tn } = confusion
  return {
    Dice: (2 * tp) / (2 * tp + fp + fn),
    IoU: tp / (tp + fp + fn),
    TP: tp,
    FP: fp,
    FN: fn,
    TN: tn,
    n_pred: tp + fp,
    n_ref: tp + fn,
    reward,
    ...(values as Record<string, number>),
  }
}

/** Without what is undefined, as in nnU-Net. */
function meanOf(values: readonly number[]): number {
  const kept = values.filter((value) => !Number.isNaN(value))
  return kept.reduce((sum, value) => sum + value, 0) / kept.length
}
