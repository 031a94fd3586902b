import type { EmptyPolicy } from '../../metrics/checked-pair.ts'
import type { MetricName } from '../../metrics/metric-directions.ts'
import type { ThinningMethod } from '../../morphology/thinning-table.ts'
import { type EvaluateFolderOptions, evaluateFolder } from '../../node/folders/evaluate-folder.ts'
import type { FolderEvaluation } from '../../node/folders/folder-evaluation.ts'
import { printable } from '../../node/printable.ts'
import type { RewardPreset } from '../../reward/terms/presets.ts'
import { enableSimd } from '../../simd/enable-simd.ts'
import type { Connectivity } from '../../topology/label.ts'
import type { Io } from '../io.ts'
import { checkFolderOf } from '../output-folders.ts'
import { ToldWarnings, wordedWarnings } from '../told-warnings.ts'
import { interruptible } from './interruptible.ts'
import { ProgressLine } from './progress-line.ts'
import { report } from './report.ts'
import { checkReportFolders, type ReportCommandOptions } from './report-options.ts'

/** Options of the command `evaluate`, already checked. */
export interface EvaluateFoldersOptions extends ReportCommandOptions {
  within?: string
  against?: string
  image?: string
  /** A list of pairs, in place of folders. */
  pairs?: string
  match?: string
  allowMissing?: true
  jobs?: number
  cases?: string
  resume?: true
  shard?: readonly [index: number, count: number]
  byCaliber?: true
  errors?: true
  metrics: readonly MetricName[]
  reward: RewardPreset
  threshold?: number
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
  await checkReportFolders(options)
  if (cases !== undefined) await checkFolderOf(cases)
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
  { version, options: evaluated, warnings, results, others }: FolderEvaluation,
  options: ReportCommandOptions,
  io: Io,
): Promise<number> {
  const worded = wordedWarnings(warnings, evaluated.threshold !== undefined)
  const { failUnder, failOver } = options
  const settings = { ...evaluated, failUnder, failOver }
  const found = { version, options: settings, warnings: worded, results, others }
  return report(found, options, io)
}

function howToGoOn({ cases }: EvaluateFoldersOptions): string {
  if (cases === undefined) return 'nothing is kept: with --cases FILE it would be, for --resume'
  return `they are in ${printable(cases)}: the same command with --resume goes on from there`
}

/** The error of a folder with options as the command line calls them. */
export function inFlags(error: unknown): unknown {
  if (error instanceof RangeError) {
    error.message = error.message
      .replace(/^expected match\b/, 'expected --match')
      .replace(/\bmatch says\b/, '--match says')
      .replace(/\ballowMissing leaves\b/, '--allow-missing leaves')
      .replace(/\bresume goes on from it\b/, '--resume goes on from it')
      .replace(/\bwithout (within|against|image|match): it\b/, 'without --$1: it')
  }
  return error
}

function settingsOf({
  within,
  against,
  image,
  match,
  allowMissing,
  jobs,
  cases,
  resume,
  shard,
  byCaliber,
  errors,
  metrics,
  reward,
  threshold,
  empty,
  thinning,
  connectivity,
}: EvaluateFoldersOptions): EvaluateFolderOptions {
  return {
    ...{ within, against, image, match, allowMissing: allowMissing === true },
    ...{ jobs, cases, resume: resume === true, shard },
    ...{ byCaliber: byCaliber === true, errors: errors === true, reward, threshold },
    evaluate: { metrics, empty, thinning, connectivity },
  }
}
