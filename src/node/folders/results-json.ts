import type { CaseFailure, CaseResult } from './case-result.ts'
import { type Summary, scoredOf } from './summary.ts'

/** Of the part of {@link resultsJson} that is ours; it grows when what is there changes its meaning. */
const SCHEMA = 1

/**
 * All results as the `summary.json` of nnU-Net's evaluation, of which every name is there (`mean`,
 * `foreground_mean`, `metric_per_case`, `Dice`, `IoU`, `TP` and so on, for the label 1), with our
 * metrics beside, and the key `vessel_reward` for what nnU-Net has not.
 *
 * NaN becomes null.
 *
 * Source: F. Isensee et al., "nnU-Net", Nature Methods 18, 2021; nnunetv2/evaluation.
 */
export function resultsJson(
  results: readonly (CaseResult | CaseFailure)[],
  summary: Summary,
  about: Readonly<Record<string, unknown>>,
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
      ...about,
      summary,
      undefined: cases.flatMap(({ name, rules }) =>
        Object.keys(rules).length === 0 ? [] : [{ name, rules }],
      ),
      failures: results.filter((result) => 'error' in result),
    },
  }
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
