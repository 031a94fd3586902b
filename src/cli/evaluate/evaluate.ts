import type { EmptyPolicy } from '../../metrics/checked-pair.ts'
import type { MetricName } from '../../metrics/metric-directions.ts'
import type { ThinningMethod } from '../../morphology/thinning-table.ts'
import { type EvaluateFolderOptions, evaluateFolder } from '../../node/folders/evaluate-folder.ts'
import type { FolderEvaluation } from '../../node/folders/folder-evaluation.ts'
import type { ImageChoices } from '../../node/folders/pairs/image-choices.ts'
import { printable } from '../../node/printable.ts'
import type { RewardPreset } from '../../reward/terms/presets.ts'
import { enableSimd } from '../../simd/enable-simd.ts'
import type { Connectivity } from '../../topology/label.ts'
import { inFlags } from '../flag-words.ts'
import { interruptible } from '../interruptible.ts'
import type { Io } from '../io.ts'
import type { PairingOptions } from '../pairing-options.ts'
import { ProgressLine } from '../progress-line.ts'
import { ToldWarnings, wordedWarnings } from '../told-warnings.ts'
import { report } from './report.ts'
import type { ReportCommandOptions } from './report-options.ts'

/** Options of the command `evaluate`, already checked. */
export interface EvaluateFoldersOptions extends ReportCommandOptions, PairingOptions {
  against?: string
  image?: string
  jobs?: number
  cases?: string
  resume?: true
  shard?: readonly [index: number, count: number]
  byCaliber?: true
  errors?: true
  metrics: readonly MetricName[]
  reward: RewardPreset
  threshold?: number
  page?: ImageChoices
  category?: ImageChoices
  empty: EmptyPolicy
  thinning?: ThinningMethod
  connectivity: Connectivity
}

/**
 * Evaluates a folder of predictions, prints the tables and writes the files that are wanted.
 *
 * @param pred - the predictions, or a list of pairs
 * @param truth - the truths; none for a list
 * @returns the exit code: 0, 1 where pairs could not be scored, 3 where a mean is out of bounds, 129, 130 or
 * 143 if a signal stopped it
 */
export async function evaluateFolders(
  pred: string,
  truth: string | undefined,
  options: EvaluateFoldersOptions,
  io: Io,
): Promise<number> {
  const { cases } = options
  const warnings = new ToldWarnings(io, options.threshold !== undefined)
  const progress = new ProgressLine(io, 'evaluate')
  enableSimd()
  let done = 0
  const run = await interruptible(async (signal) => {
    try {
      return await evaluateFolder(pred, truth, {
        ...settingsOf(options),
        signal,
        onWarning: (warning) => {
          progress.clear()
          warnings.tell(warning)
        },
        onProgress: (count, total) => {
          done = count
          progress.show(count, total)
        },
      })
    } catch (error) {
      throw inFlags(error)
    } finally {
      progress.clear()
    }
  })
  if (run.code !== undefined) {
    io.err(`evaluate: interrupted after ${done} pairs; ${howToGoOn(options)}\n`)
    return run.code
  }
  const evaluation = run.result
  warnings.tellRest()
  if (evaluation.resumed > 0) {
    io.err(`evaluate: ${evaluation.resumed} pairs taken over from ${printable(cases ?? '')}\n`)
  }
  return present(evaluation, options, io)
}

/** Prints an evaluation and writes the files that are wanted. */
export function present(
  evaluation: FolderEvaluation,
  options: ReportCommandOptions,
  io: Io,
): Promise<number> {
  const { version, options: evaluated, warnings, results, others } = evaluation
  const worded = wordedWarnings(warnings, evaluated.threshold !== undefined)
  const { failUnder, failOver } = options
  const settings = { ...evaluated, failUnder, failOver }
  const found = { version, options: settings, warnings: worded, results, others }
  return report(found, options, io, evaluation)
}

function howToGoOn({ cases }: EvaluateFoldersOptions): string {
  if (cases === undefined) return 'nothing is kept: with --cases FILE it would be, for --resume'
  return `they are in ${printable(cases)}: the same command with --resume goes on from there`
}

/** Options of the command that {@link evaluateFolder} takes as they are. */
const HANDED_ON = [
  ...(['within', 'against', 'image', 'match', 'allowMissing'] as const),
  ...(['jobs', 'cases', 'resume', 'shard'] as const),
  ...(['byCaliber', 'errors', 'reward', 'threshold', 'page', 'category'] as const),
] satisfies readonly (keyof EvaluateFolderOptions)[]

function settingsOf(options: EvaluateFoldersOptions): EvaluateFolderOptions {
  const { metrics, empty, thinning, connectivity } = options
  const handedOn: Pick<EvaluateFolderOptions, (typeof HANDED_ON)[number]> = Object.fromEntries(
    HANDED_ON.map((name) => [name, options[name]]),
  )
  return { ...handedOn, evaluate: { metrics, empty, thinning, connectivity } }
}
