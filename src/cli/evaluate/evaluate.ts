import { version } from '../../../package.json'
import type { EmptyPolicy } from '../../metrics/checked-pair.ts'
import type { MetricName } from '../../metrics/metric-directions.ts'
import { compare } from '../../metrics/statistics/compare.ts'
import type { ThinningMethod } from '../../morphology/thinning-table.ts'
import { writeFileAtomically } from '../../node/files.ts'
import { casesCsv } from '../../node/folders/cases-csv.ts'
import {
  type CaseFailure,
  type CaseResult,
  type EvaluatePairsOptions,
  evaluatePairs,
} from '../../node/folders/evaluate-pairs.ts'
import { type FilePair, readPairs } from '../../node/folders/read-pairs.ts'
import { resultsJson } from '../../node/folders/results-json.ts'
import { evaluationsOf, scoredOf, summaryOf } from '../../node/folders/summary.ts'
import type { MaskWarning } from '../../node/png/mask-warning.ts'
import { jsonText, printable } from '../../node/printable.ts'
import type { RewardPreset } from '../../reward/terms/presets.ts'
import { enableSimd } from '../../simd/enable-simd.ts'
import type { Connectivity } from '../../topology/label.ts'
import type { Io } from '../io.ts'
import { asFlags } from '../mask-reader.ts'
import { type CommandWarning, warningOf } from '../mask-warnings.ts'
import { checkFolderOf } from '../output-folders.ts'
import { latexTable, markdownTable } from './paper-tables.ts'
import { ProgressLine } from './progress-line.ts'
import { comparisonTable, failureLines, summaryTable } from './tables.ts'

/** A bound that a mean must keep. */
export interface Bound {
  readonly name: string
  readonly bound: number
}

/** Options of the command `evaluate`, already checked. */
export interface EvaluateFoldersOptions {
  within?: string
  against?: string
  match?: string
  allowMissing?: true
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

/** Exit codes of the command `evaluate`. */
const EXIT = { done: 0, failures: 1, bounds: 3 } as const

/** Of warnings of one kind so many are told one by one. */
const TOLD = 3

/**
 * Evaluates a folder of predictions, prints the tables and writes the files that are wanted.
 *
 * @returns the exit code: 0, 1 where pairs could not be scored, 3 where a mean is out of bounds
 */
export async function evaluateFolders(
  pred: string,
  truth: string,
  options: EvaluateFoldersOptions,
  io: Io,
): Promise<number> {
  const { within, against, match, allowMissing, csv, markdown, latex, json } = options
  for (const path of [csv, markdown, latex, json])
    if (typeof path === 'string') await checkFolderOf(path)
  const found = await pairsOf(pred, truth, {
    within,
    against,
    match,
    allowMissing: allowMissing === true,
  })
  const warnings = new Warnings(io, options.threshold !== undefined)
  for (const { role, path } of found.missing) {
    warnings.add({
      kind: 'without-partner',
      message: `'${path}' (${role}) has no partner`,
      file: path,
    })
  }
  if (found.others.length > 0) {
    const message = `${found.others.length} files are not PNG images and were left out, such as '${found.others[0]}'`
    warnings.add({ kind: 'not-used', message })
  }
  enableSimd()
  const settings = settingsOf(options, (warning) => warnings.image(warning))
  const results = await resultsOf(found.pairs, settings, 'evaluate', io)
  const others =
    against === undefined
      ? undefined
      : await resultsOf(
          found.pairs.map((files) => ({ ...files, pred: files.against as string })),
          settings,
          'evaluate the other method',
          io,
        )
  warnings.tellRest()
  return report({ results, others, warnings: warnings.all }, options, io)
}

/** Finds the pairs; messages speak of options as the command line does. */
async function pairsOf(...args: Parameters<typeof readPairs>): ReturnType<typeof readPairs> {
  try {
    return await readPairs(...args)
  } catch (error) {
    if (error instanceof Error) {
      error.message = error.message
        .replace(/\bmatch says\b/, '--match says')
        .replace(/\ballowMissing leaves\b/, '--allow-missing leaves')
    }
    throw error
  }
}

function settingsOf(
  { metrics, reward, threshold, empty, thinning, connectivity }: EvaluateFoldersOptions,
  onWarning: (warning: MaskWarning) => void,
): EvaluatePairsOptions {
  return { evaluate: { metrics, empty, thinning, connectivity }, reward, threshold, onWarning }
}

async function resultsOf(
  pairs: readonly FilePair[],
  settings: EvaluatePairsOptions,
  what: string,
  io: Io,
): Promise<(CaseResult | CaseFailure)[]> {
  const results: (CaseResult | CaseFailure)[] = []
  const progress = new ProgressLine(io, what, pairs.length)
  try {
    for await (const result of evaluatePairs(pairs, settings)) {
      results.push(result)
      progress.step()
    }
  } finally {
    progress.clear()
  }
  return results
}

/** All that was found. */
interface Found {
  results: readonly (CaseResult | CaseFailure)[]
  /** Those of the other method. */
  others: readonly (CaseResult | CaseFailure)[] | undefined
  warnings: readonly CommandWarning[]
}

async function report(
  { results, others, warnings }: Found,
  options: EvaluateFoldersOptions,
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
      options,
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
    if (cases.length > 0) io.out(summaryTable(summary))
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

/** Tells the first warnings of a kind one by one, and how many more there are at the end. */
class Warnings {
  readonly all: CommandWarning[] = []
  readonly #io: Io
  readonly #isThresholdGiven: boolean
  readonly #counts = new Map<CommandWarning['kind'], number>()
  readonly #told = new Set<string>()

  constructor(io: Io, isThresholdGiven: boolean) {
    this.#io = io
    this.#isThresholdGiven = isThresholdGiven
  }

  image(warning: MaskWarning): void {
    const shown = warningOf(warning, this.#isThresholdGiven)
    if (shown !== undefined) this.add({ ...shown, message: asFlags(shown.message) })
  }

  add(warning: CommandWarning): void {
    // With another method, truths are read twice.
    if (this.#told.has(warning.message)) return
    this.#told.add(warning.message)
    this.all.push(warning)
    const count = (this.#counts.get(warning.kind) ?? 0) + 1
    this.#counts.set(warning.kind, count)
    if (count <= TOLD) this.#io.err(`warning: ${printable(warning.message)}\n`)
  }

  tellRest(): void {
    for (const [kind, count] of this.#counts) {
      if (count > TOLD) this.#io.err(`warning: ${count - TOLD} more of this kind (${kind})\n`)
    }
  }
}
