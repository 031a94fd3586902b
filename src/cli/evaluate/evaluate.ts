import { version } from '../../../package.json'
import type { EmptyPolicy } from '../../metrics/checked-pair.ts'
import type { MetricName } from '../../metrics/metric-directions.ts'
import type { ThinningMethod } from '../../morphology/thinning-table.ts'
import {
  type CaseFailure,
  type CaseResult,
  type EvaluatePairsOptions,
  evaluatePairs,
} from '../../node/folders/evaluate-pairs.ts'
import { type FilePair, readPairs } from '../../node/folders/read-pairs.ts'
import type { MaskWarning } from '../../node/png/mask-warning.ts'
import { printable } from '../../node/printable.ts'
import type { RewardPreset } from '../../reward/terms/presets.ts'
import { enableSimd } from '../../simd/enable-simd.ts'
import type { Connectivity } from '../../topology/label.ts'
import type { Io } from '../io.ts'
import { asFlags } from '../mask-reader.ts'
import { type CommandWarning, warningOf } from '../mask-warnings.ts'
import { ProgressLine } from './progress-line.ts'
import { report } from './report.ts'
import { checkReportFolders, type ReportCommandOptions } from './report-options.ts'

/** Options of the command `evaluate`, already checked. */
export interface EvaluateFoldersOptions extends ReportCommandOptions {
  within?: string
  against?: string
  image?: string
  match?: string
  allowMissing?: true
  metrics: readonly MetricName[]
  reward: RewardPreset
  threshold?: number
  empty: EmptyPolicy
  thinning?: ThinningMethod
  connectivity: Connectivity
}

/** Of warnings of one kind so many are told one by one. */
const TOLD = 3

/**
 * Evaluates a folder of predictions, prints the tables and writes the files that are wanted.
 *
 * @returns the exit code; see `report`
 */
export async function evaluateFolders(
  pred: string,
  truth: string,
  options: EvaluateFoldersOptions,
  io: Io,
): Promise<number> {
  const { within, against, image, match, allowMissing } = options
  await checkReportFolders(options)
  const found = await pairsOf(pred, truth, {
    within,
    against,
    image,
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
  return report({ version, options, warnings: warnings.all, results, others }, options, io)
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
