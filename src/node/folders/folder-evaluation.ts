import { version } from '../../../package.json'
import type { EmptyPolicy } from '../../metrics/checked-pair.ts'
import type { MetricSettings } from '../../metrics/evaluate.ts'
import type { MetricName } from '../../metrics/metric-directions.ts'
import type { EvaluationAggregate } from '../../metrics/statistics/aggregate.ts'
import type { EvaluationComparison } from '../../metrics/statistics/compare.ts'
import type { RewardPreset } from '../../reward/terms/presets.ts'
import type { Connectivity } from '../../topology/label.ts'
import type { MaskWarning } from '../png/mask-warning.ts'
import type { CaseFailure, CaseResult } from './case-result.ts'
import type { ChoiceByRole } from './pairs/image-choices.ts'
import {
  type CaliberSummary,
  calibersOf,
  comparedOf,
  type ErrorSummary,
  errorsOf,
  failuresOf,
  scoredOf,
  summaryOf,
} from './summary.ts'

/** Kinds of what is doubtful about folders, not about an image. */
export const FOLDER_WARNING_KINDS = [
  'without-partner',
  'other-size',
  'not-used',
  'same-file',
  'swapped',
] as const
type FolderWarningKind = (typeof FOLDER_WARNING_KINDS)[number]

/** Something about an image or a folder that may not have been meant so; see {@link FolderEvaluation}. */
export interface FolderWarning extends Omit<MaskWarning, 'kind' | 'file'> {
  /**
   * Those of a {@link MaskWarning}, and
   *
   * - `'without-partner'`: an image is left out because it has no partner;
   * - `'other-size'`: a pair is left out because its images differ in size or one is not there;
   * - `'not-used'`: a folder has files that are not looked at;
   * - `'same-file'`: one file is the prediction and the truth, or both methods' prediction;
   * - `'swapped'`: most predictions are called as truths are, and their truths as predictions.
   */
  readonly kind: MaskWarning['kind'] | FolderWarningKind
  /** Which file. */
  readonly file?: string
}

/** The options that decide the values of a {@link FolderEvaluation}, with their defaults. */
export interface EvaluationSettings extends Omit<MetricSettings, 'within' | 'ignore'> {
  /** The metrics. */
  readonly metrics: readonly MetricName[]
  /** What a metric is that is 0/0. */
  readonly empty: EmptyPolicy
  /** Which neighbours connect the parts of a skeleton. */
  readonly connectivity: Connectivity
  /** The reward. */
  readonly reward: RewardPreset
  /** Pixels greater than this are foreground; undefined if none was given. */
  readonly threshold?: number
  /** Which page of files that hold several, by what an image is; undefined if none was given. */
  readonly page?: ChoiceByRole
  /** Which category of COCO files; undefined if none was given. */
  readonly category?: ChoiceByRole
  /** Whether thin, middle and thick vessels are scored apart. */
  readonly byCaliber: boolean
  /** Whether topology errors are listed. */
  readonly errors: boolean
}

/** All that {@link evaluateFolder} finds out. */
export interface FolderEvaluation {
  /** Version of this package. */
  readonly version: string
  /** The options that decide the values. */
  readonly options: EvaluationSettings
  /** What is doubtful, each thing once. */
  readonly warnings: readonly FolderWarning[]
  /** What became of each pair, in their order. */
  readonly results: readonly (CaseResult | CaseFailure)[]
  /** What became of the predictions of another method, in the same order; undefined without one. */
  readonly others?: readonly (CaseResult | CaseFailure)[]
  /** The pairs that were scored. */
  readonly cases: readonly CaseResult[]
  /** The pairs that could not be scored, and after them those of the other method. */
  readonly failures: readonly CaseFailure[]
  /** Mean, deviation and interval of each metric; first of the reward. */
  readonly summary: Readonly<Record<string, EvaluationAggregate>>
  /** Scores of thin, middle and thick vessels, if they were asked for. */
  readonly byCaliber?: readonly CaliberSummary[]
  /** Number of topology errors of each kind in a pair, if they were asked for. */
  readonly errors?: ErrorSummary
  /** Both methods on the pairs that both have; undefined where there are none. */
  readonly comparison?: Readonly<Record<string, EvaluationComparison>>
  /** The metrics of the other method on those pairs. */
  readonly other?: Readonly<Record<string, EvaluationAggregate>>
  /** How many pairs were taken over from an earlier run. */
  readonly resumed: number
}

/** What became of a pair, and of the other method's prediction. */
export interface PairOutcome {
  /** The place of the pair among all, also of other shards. */
  readonly index: number
  readonly result: CaseResult | CaseFailure
  readonly other?: CaseResult | CaseFailure
  readonly warnings: readonly MaskWarning[]
}

/** Puts together what became of each pair; the order of the outcomes does not matter. */
export function folderEvaluation(
  outcomes: readonly PairOutcome[],
  { options, warnings, resumed }: Pick<FolderEvaluation, 'options' | 'warnings' | 'resumed'>,
): FolderEvaluation {
  const sorted = [...outcomes].sort((a, b) => a.index - b.index)
  const results = sorted.map(({ result }) => result)
  const others = sorted.flatMap(({ other }) => other ?? [])
  const cases = scoredOf(results)
  const summary = summaryOf(cases)
  const compared = comparedOf(results, others, { summary })
  const byCaliber = calibersOf(cases)
  const errors = errorsOf(cases)
  const told = new Map<string, FolderWarning>()
  for (const warning of [...warnings, ...sorted.flatMap((each) => each.warnings)]) {
    if (!told.has(warning.message)) told.set(warning.message, warning)
  }
  return {
    version,
    options,
    warnings: [...told.values()],
    results,
    ...(others.length > 0 && { others }),
    cases,
    failures: failuresOf([...results, ...others]),
    summary,
    ...(byCaliber && { byCaliber }),
    ...(errors && { errors }),
    ...(compared && { comparison: compared.comparison, other: compared.summaries[1] }),
    resumed,
  }
}
