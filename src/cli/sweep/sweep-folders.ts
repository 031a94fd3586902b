import { version } from '../../../package.json'
import type { EmptyPolicy } from '../../metrics/checked-pair.ts'
import type { MetricName } from '../../metrics/metric-directions.ts'
import { OVERLAP_NAMES } from '../../metrics/overlap.ts'
import { defaultThresholds, isOverlap, type SweepScore } from '../../metrics/sweep/sweep-options.ts'
import type { SweepSummary } from '../../metrics/sweep/sweep-summary.ts'
import type { ThinningMethod } from '../../morphology/thinning-table.ts'
import { writeFileAtomically } from '../../node/files.ts'
import { pairWarnings } from '../../node/folders/pairs/pair-warnings.ts'
import { type ReadPairsOptions, readPairs } from '../../node/folders/read-pairs.ts'
import { type PairsSweep, sweepPairs } from '../../node/folders/sweep-pairs.ts'
import { jsonText, printable } from '../../node/printable.ts'
import { MultiObjectiveReward } from '../../reward/multi-objective-reward.ts'
import type { RewardPreset } from '../../reward/terms/presets.ts'
import { enableSimd } from '../../simd/enable-simd.ts'
import type { Connectivity } from '../../topology/label.ts'
import { failureLines } from '../evaluate/tables.ts'
import { inFlags } from '../flag-words.ts'
import type { Io } from '../io.ts'
import { checkFolderOf } from '../output-folders.ts'
import type { PairingOptions } from '../pairing-options.ts'
import { ProgressLine } from '../progress-line.ts'
import { ToldWarnings } from '../told-warnings.ts'
import { sweepPlot } from './sweep-plot.ts'
import { meansAt, sweepCsv, sweepText } from './sweep-tables.ts'

/** Options of the command `sweep`, already checked. */
export interface SweepFoldersOptions extends PairingOptions {
  /** The maps and the truths. */
  test?: readonly string[]
  testWithin?: string
  /** Name of a metric, or `'reward'`. */
  metric: string
  metrics?: readonly MetricName[]
  reward?: RewardPreset
  thresholds?: readonly number[]
  truthThreshold?: number
  empty: EmptyPolicy
  thinning?: ThinningMethod
  connectivity: Connectivity
  csv?: string
  /** A file, or true for the standard output. */
  json?: string | true
  plot?: string
}

/** What was found of one pair of folders. */
type Found = PairsSweep & { readonly pairs: number }

/**
 * Sweeps folders of maps, prints the tables and writes the files that are wanted.
 *
 * @param prob - the maps, or a list of pairs
 * @param truth - the truths; none for a list
 * @returns the exit code: 0, or 1 where pairs could not be read
 */
export async function sweepFolders(
  prob: string,
  truth: string | undefined,
  options: SweepFoldersOptions,
  io: Io,
): Promise<number> {
  const { within, test, testWithin, csv, json, plot } = options
  for (const path of [csv, json, plot]) if (typeof path === 'string') await checkFolderOf(path)
  const warnings = new ToldWarnings(io, options.truthThreshold !== undefined)
  enableSimd()
  const names = namesOf(options)
  const usual = names.every(isOverlap) ? undefined : Array.from(defaultThresholds())
  const tried = options.thresholds === undefined ? usual : [...options.thresholds, 0.5]
  const found = await sweepOf([prob, truth], within, tried, names, options, 'sweep', warnings, io)
  const { summary } = found
  warnBinary(summary, warnings)
  const best = summary?.mean.best.threshold ?? Number.NaN
  const tested =
    test === undefined || Number.isNaN(best)
      ? undefined
      : await sweepOf(test, testWithin, [best, 0.5], names, options, 'test', warnings, io)
  warnings.tellRest()
  const all = jsonText({
    version,
    options,
    warnings: warnings.all,
    ...plainOf(found),
    ...(tested === undefined ? {} : { test: plainOf(tested) }),
  })
  if (summary !== undefined) {
    if (csv !== undefined) await writeFileAtomically(csv, sweepCsv(summary, names))
    if (plot !== undefined) await writeFileAtomically(plot, sweepPlot(summary))
  }
  if (typeof json === 'string') await writeFileAtomically(json, all)
  if (json === true) io.out(all)
  else {
    io.out(countText(found, 'maps swept'))
    if (summary !== undefined) io.out(`\n${sweepText(summary, names, tested !== undefined)}`)
    if (tested !== undefined) io.out(`\n${countText(tested, 'maps of the test swept')}`)
    if (tested?.summary !== undefined) io.out(`\n${meansAt(tested.summary, names, best)}`)
    const written = summary === undefined ? { results: json } : { rows: csv, plot, results: json }
    for (const [what, path] of Object.entries(written)) {
      if (path !== undefined) io.out(`\n${what} written to ${printable(path)}\n`)
    }
  }
  const failures = [...found.failures, ...(tested?.failures ?? [])]
  io.err(failureLines(failures))
  return failures.length > 0 ? 1 : 0
}

const countText = ({ pairs, failures }: Found, what: string) =>
  `${pairs - failures.length} of ${pairs} ${what}\n`

/** What is computed: the metric that chooses comes first. */
function namesOf({ metric, metrics = OVERLAP_NAMES, reward }: SweepFoldersOptions): string[] {
  const isReward = metric === 'reward' || reward !== undefined
  return [...new Set([metric, ...metrics, ...(isReward ? ['reward'] : [])])]
}

async function sweepOf(
  [prob, truth]: readonly (string | undefined)[],
  within: string | undefined,
  thresholds: readonly number[] | undefined,
  names: readonly string[],
  options: SweepFoldersOptions,
  what: string,
  warnings: ToldWarnings,
  io: Io,
): Promise<Found> {
  const { match, allowMissing, empty, thinning, connectivity, truthThreshold } = options
  const found = await pairsOf(prob as string, truth, {
    within,
    match,
    allowMissing,
  })
  for (const warning of await pairWarnings(found, 'map')) warnings.tell(warning)
  const progress = new ProgressLine(io, what)
  // It gets masks that are cut to the field of view.
  const made = new MultiObjectiveReward({
    preset: options.reward ?? 'design',
    thinning,
    connectivity,
  })
  const scores: Readonly<Record<string, SweepScore>> = names.includes('reward')
    ? { reward: made.score }
    : {}
  try {
    const swept = await sweepPairs(found.pairs, {
      metrics: names.filter((name) => name !== 'reward') as MetricName[],
      scores,
      best: options.metric,
      thresholds,
      threshold: truthThreshold,
      empty,
      thinning,
      connectivity,
      onWarning: (warning) => warnings.tell(warning),
      onProgress: (done) => progress.show(done, found.pairs.length),
    })
    return { ...swept, pairs: found.pairs.length }
  } finally {
    progress.clear()
  }
}

/** Finds the pairs; messages speak of options as the command line does. */
async function pairsOf(
  prob: string,
  truth: string | undefined,
  options: ReadPairsOptions,
): ReturnType<typeof readPairs> {
  try {
    return await readPairs(prob, truth, options)
  } catch (error) {
    throw inFlags(error)
  }
}

function warnBinary(summary: SweepSummary | undefined, warnings: ToldWarnings): void {
  if (summary?.isBinary !== true) return
  const share = `${(100 * summary.undecided).toPrecision(2)} %`
  warnings.tell({
    kind: 'binary-maps',
    message: `the maps are masks already: only ${share} of their pixels are more than 0.025 away from both 0 and 1, so no threshold makes a difference; save the probabilities before they are thresholded`,
  })
}

/** With plain arrays, for JSON. */
function plainOf({ summary, failures, pairs }: Found): Record<string, unknown> {
  return { pairs, failures, ...(plain(summary ?? {}) as object) }
}

function plain(value: unknown): unknown {
  if (ArrayBuffer.isView(value)) return Array.from(value as Float64Array)
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, plain(each)]))
}
