import {
  type CheckedOptions,
  checkCount,
  checkNames,
  type OptionTable,
  readOptions,
} from '../../mask/options.ts'
import { callback, checkIterable, describe, finiteNumber, integer } from '../../mask/validate.ts'
import { type EvaluateOptions, evaluate } from '../../metrics/evaluate.ts'
import { PRESETS, type RewardPreset } from '../../reward/terms/presets.ts'
import { emitWarning, type MaskWarning } from '../png/mask-warning.ts'
import type { CaseFailure, CaseResult } from './case-result.ts'
import type { FilePair } from './pairs/file-pair.ts'
import { type ChoiceByRole, choicesByRole, type ImageChoices } from './pairs/image-choices.ts'
import { scoreFiles } from './scoring/score-files.ts'
import type { Scored } from './scoring/score-masks.ts'

/** Options of {@link evaluatePairs}. */
export interface EvaluatePairsOptions {
  /** Which metrics are computed and how; see `evaluate`. Default: all, with its defaults. */
  evaluate?: Omit<EvaluateOptions, 'within' | 'ignore'>
  /** The reward that is computed. Default: `'design'`. */
  reward?: RewardPreset
  /** Whether thin, middle and thick vessels are scored apart; see `byCaliber`. Default: false. */
  byCaliber?: boolean
  /** Whether topology errors are listed; see `topologyErrors`. Default: false. */
  errors?: boolean
  /** Pixels greater than this are foreground, in all images. Default: 0. */
  threshold?: number
  /**
   * The page, slice or array of files that hold several, as for `readMask`: of all masks, or of some,
   * such as `{ pred: 1, truth: 0 }`. Default: the only one.
   */
  page?: ImageChoices
  /** The category of COCO files: of all masks, or of some, such as `{ truth: 'vessel' }`. Default: all. */
  category?: ImageChoices
  /**
   * Worker threads, 1 to 1024; with 1 all is done in this thread. Default: as many as the machine
   * runs at once, or 1 where the metrics and the pixels in all are not worth starting them.
   */
  jobs?: number
  /** Gets what is to be said about an image. Default: `process.emitWarning`. */
  onWarning?: (warning: MaskWarning) => void
  /** Ends the work, which then rejects with its reason. Default: none. */
  signal?: AbortSignal
}

type OnWarning = (warning: MaskWarning) => void

interface EvaluationRead {
  evaluate: EvaluateOptions
  threshold: number | undefined
  page: ChoiceByRole | undefined
  category: ChoiceByRole | undefined
  onWarning: OnWarning
  signal: AbortSignal | undefined
}

const MAX_JOBS = 1024

/** @internal */
export const EVALUATION_OPTIONS: OptionTable<EvaluatePairsOptions, EvaluationRead> = {
  evaluate: { default: {}, read: metricSettings },
  reward: { default: 'design', among: PRESETS },
  byCaliber: { default: false },
  errors: { default: false },
  threshold: { default: undefined, read: (value, name) => finiteNumber(value as number, name) },
  page: { default: undefined, read: choicesByRole },
  category: { default: undefined, read: choicesByRole },
  // 0 stands for as many as the work is worth.
  jobs: { default: 0, read: (value, name) => integer(value as number, name, 1, MAX_JOBS) },
  onWarning: { default: emitWarning, read: callback },
  signal: { default: undefined, read: abortSignal },
}

/**
 * Scores pairs of images and gives the results in their order. The values are those of
 * `evaluate` and of `MultiObjectiveReward` for each. A pair that cannot be read or whose sizes differ
 * is a {@link CaseFailure}, and the others are scored all the same.
 *
 * Images are decoded in this thread; worker threads get them with one bit a pixel. Only three pairs for
 * each worker are in memory at a time, and none is read long before its result is asked for. A
 * worker that crashes costs the pair that it was at work on: that one is a {@link CaseFailure}.
 *
 * @param pairs - as {@link readPairs} finds them
 * @throws TypeError or RangeError if an option is not valid, before anything is read
 *
 * @example
 * ```ts
 * import { evaluatePairs, readPairs } from 'vessel-reward/node'
 *
 * const { pairs } = await readPairs('pred.png', 'truth.png')
 * for await (const result of evaluatePairs(pairs, { evaluate: { metrics: ['dice'] } })) {
 *   if ('error' in result) throw new Error(result.error)
 *   Object.keys(result.values) // => ['dice']
 * }
 * ```
 */
export function evaluatePairs(
  pairs: Iterable<FilePair>,
  options?: EvaluatePairsOptions,
): AsyncGenerator<CaseResult | CaseFailure> {
  checkCount(arguments.length, 2, 'evaluatePairs')
  checkIterable(pairs, 'the pairs')
  return resultsOf(pairs, readOptions(options, EVALUATION_OPTIONS, 'evaluatePairs'))
}

async function* resultsOf(
  pairs: Iterable<FilePair>,
  options: CheckedOptions<typeof EVALUATION_OPTIONS>,
): AsyncGenerator<CaseResult | CaseFailure> {
  const { onWarning } = options
  const settings = { ...options, isAgainst: false, isStamped: false }
  for await (const { files, ours, warnings } of scoreFiles(pairs, settings)) {
    for (const warning of warnings) onWarning(warning)
    yield caseOf(files, ours)
  }
}

/** What became of a pair, with its name. */
export function caseOf(files: FilePair, scored: Scored): CaseResult | CaseFailure {
  return { name: files.name, files, ...scored }
}

/** Checks them before anything is read; a field of view is a file of the pair. */
function metricSettings(value: unknown, name: string): EvaluateOptions {
  checkNames(value, Object.keys(value ?? {}), name)
  const settings = { ...(value as EvaluateOptions) }
  for (const own of ['within', 'ignore'] as const) {
    if (settings[own] === undefined) continue
    throw new RangeError(`expected ${name} without ${own}: a pair has its field of view as a file`)
  }
  evaluate([[1]], [[1]], settings)
  return settings
}

function abortSignal(value: unknown, name: string): AbortSignal {
  const { aborted, addEventListener } = Object(value) as Partial<AbortSignal>
  if (typeof aborted === 'boolean' && typeof addEventListener === 'function') {
    return value as AbortSignal
  }
  throw new TypeError(`expected ${name} to be an AbortSignal, got ${describe(value)}`)
}
