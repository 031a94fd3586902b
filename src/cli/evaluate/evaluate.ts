import { version } from '../../../package.json'
import type { EmptyPolicy } from '../../metrics/checked-pair.ts'
import type { MetricName } from '../../metrics/metric-directions.ts'
import { compare } from '../../metrics/statistics/compare.ts'
import type { ThinningMethod } from '../../morphology/thinning-table.ts'
import { writeFileAtomically } from '../../node/files.ts'
import type { CaseFailure, CaseResult } from '../../node/folders/case-result.ts'
import { casesCsv } from '../../node/folders/cases-csv.ts'
import { type EvaluateFolderOptions, evaluateFolder } from '../../node/folders/evaluate-folder.ts'
import type { FolderEvaluation } from '../../node/folders/folder-evaluation.ts'
import { resultsJson } from '../../node/folders/results-json.ts'
import { evaluationsOf, scoredOf, summaryOf } from '../../node/folders/summary.ts'
import { jsonText, printable } from '../../node/printable.ts'
import type { RewardPreset } from '../../reward/terms/presets.ts'
import { enableSimd } from '../../simd/enable-simd.ts'
import type { Connectivity } from '../../topology/label.ts'
import type { Io } from '../io.ts'
import type { CommandWarning } from '../mask-warnings.ts'
import { checkFolderOf } from '../output-folders.ts'
import { interruptible } from './interruptible.ts'
import { latexTable, markdownTable } from './paper-tables.ts'
import { ProgressLine } from './progress-line.ts'
import { comparisonTable, detailTables, failureLines, summaryTable } from './tables.ts'
import { EvaluationWarnings } from './warnings.ts'

/** A bound that a mean must keep. */
export interface Bound {
  readonly name: string
  readonly bound: number
}

/** Options of the command `evaluate`, already checked. */
export interface EvaluateFoldersOptions {
  within?: string
  against?: string
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
  csv?: string
  markdown?: string
  latex?: string
  /** A file, or true for the standard output. */
  json?: string | true
  failUnder?: readonly Bound[]
  failOver?: readonly Bound[]
}

/** Which files are written of an evaluation, and what its means must keep. */
export type PresentOptions = Pick<
  EvaluateFoldersOptions,
  'csv' | 'markdown' | 'latex' | 'json' | 'failUnder' | 'failOver'
>

/** Exit codes of the command `evaluate`. */
const EXIT = { done: 0, failures: 1, bounds: 3 } as const

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
  const { csv, markdown, latex, json, cases } = options
  for (const path of [csv, markdown, latex, json, cases])
    if (typeof path === 'string') await checkFolderOf(path)
  const warnings = new EvaluationWarnings(io, options.threshold !== undefined)
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
  { results, others, warnings, options: evaluated }: FolderEvaluation,
  options: PresentOptions,
  io: Io,
): Promise<number> {
  const told = new EvaluationWarnings(io, evaluated.threshold !== undefined)
  return report({ results, others, warnings: told.all(warnings), evaluated }, options, io)
}

function howToGoOn({ cases }: EvaluateFoldersOptions): string {
  if (cases === undefined) return 'nothing is kept: with --cases FILE it would be, for --resume'
  return `they are in ${printable(cases)}: the same command with --resume goes on from there`
}

/** The error with options as the command line calls them. */
export function inFlags(error: unknown): unknown {
  if (error instanceof RangeError) {
    error.message = error.message
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
    ...{ within, against, match, allowMissing: allowMissing === true },
    ...{ jobs, cases, resume: resume === true, shard },
    ...{ byCaliber: byCaliber === true, errors: errors === true, reward, threshold },
    evaluate: { metrics, empty, thinning, connectivity },
  }
}

/** All that was found. */
interface Found {
  results: readonly (CaseResult | CaseFailure)[]
  /** Those of the other method. */
  others: readonly (CaseResult | CaseFailure)[] | undefined
  warnings: readonly CommandWarning[]
  evaluated: FolderEvaluation['options']
}

async function report(
  { results, others, warnings, evaluated }: Found,
  options: PresentOptions,
  io: Io,
): Promise<number> {
  const { csv, markdown, latex, json, failUnder = [], failOver = [] } = options
  const cases = scoredOf(results)
  const failures = [...results, ...(others ?? [])].filter(
    (result): result is CaseFailure => 'error' in result,
  )
  const summary = summaryOf(cases)
  const both = others === undefined ? undefined : compared(cases, scoredOf(others))
  const text = jsonText(
    resultsJson(results, summary, {
      version,
      options: evaluated,
      warnings,
      ...(both === undefined ? {} : { comparison: both.comparison, other: both.summaries[1] }),
    }),
  )
  if (csv !== undefined) await writeFileAtomically(csv, casesCsv(results))
  const paper = { summary, against: both }
  if (markdown !== undefined) await writeFileAtomically(markdown, markdownTable(paper))
  if (latex !== undefined) await writeFileAtomically(latex, latexTable(paper))
  if (typeof json === 'string') await writeFileAtomically(json, text)
  if (json === true) io.out(text)
  else {
    io.out(`${cases.length} of ${results.length} pairs scored\n\n`)
    if (cases.length > 0) io.out(summaryTable(summary) + detailTables(cases))
    if (both !== undefined) io.out(`\n${comparisonTable(both.comparison, both.summaries)}`)
    for (const [what, path] of Object.entries({
      rows: csv,
      table: markdown,
      'LaTeX table': latex,
      results: json,
    })) {
      if (path !== undefined) io.out(`\n${what} written to ${printable(path)}\n`)
    }
  }
  io.err(failureLines(failures))
  const broken = [
    ...failUnder.filter(({ name, bound }) => !(summary[name]?.mean >= bound)),
    ...failOver.filter(({ name, bound }) => !(summary[name]?.mean <= bound)),
  ]
  for (const { name, bound } of broken) {
    io.err(`out of bounds  the mean ${name} is ${summary[name]?.mean}, and the bound ${bound}\n`)
  }
  if (failures.length > 0) return EXIT.failures
  return broken.length > 0 ? EXIT.bounds : EXIT.done
}

/** Two methods on the pairs that both have. */
function compared(ours: readonly CaseResult[], theirs: readonly CaseResult[]) {
  const byTruth = new Map(theirs.map((result) => [result.files.truth, result]))
  const shared = ours.filter(({ files }) => byTruth.has(files.truth))
  const others = shared.map(({ files }) => byTruth.get(files.truth) as CaseResult)
  if (shared.length === 0) return undefined
  const comparison = compare(evaluationsOf(shared), evaluationsOf(others))
  return { comparison, summaries: [summaryOf(shared), summaryOf(others)] as const }
}
