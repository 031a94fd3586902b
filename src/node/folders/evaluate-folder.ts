import {
  type CheckedOptions,
  checkCount,
  type OptionTable,
  readOptions,
} from '../../mask/options.ts'
import { callback, describe, integer } from '../../mask/validate.ts'
import { evaluateOptions } from '../../metrics/evaluate.ts'
import type { CaseLine } from './cases/case-lines.ts'
import { CasesWriter } from './cases/cases-file.ts'
import { casesHeader, isInShard, type Shard } from './cases/cases-header.ts'
import { takenOver } from './cases/resume.ts'
import { caseOf, EVALUATION_OPTIONS, type EvaluatePairsOptions } from './evaluate-pairs.ts'
import {
  type EvaluationSettings,
  type FolderEvaluation,
  type FolderWarning,
  folderEvaluation,
  type PairOutcome,
} from './folder-evaluation.ts'
import type { FilePair } from './pairs/file-pair.ts'
import { pairWarnings } from './pairs/pair-warnings.ts'
import { PAIRING_OPTIONS, pairsAt, type ReadPairsOptions } from './read-pairs.ts'
import { scoreFiles } from './scoring/score-files.ts'

/** Options of {@link evaluateFolder}. */
export interface EvaluateFolderOptions
  extends ReadPairsOptions,
    Omit<EvaluatePairsOptions, 'onWarning'> {
  /**
   * A file (JSON Lines) to which each pair is written as soon as it is scored, after a first line
   * with the options. It must not be there yet, but for `resume`. Default: none.
   */
  cases?: string
  /**
   * Whether pairs are taken over from the file `cases`, if it is there: those that were scored with the
   * same options and whose files have not changed. Default: false.
   */
  resume?: boolean
  /**
   * Which of how many parts of the pairs is evaluated: `[1, 4]` takes the first of four and then every
   * fourth pair. Default: `[1, 1]`.
   */
  shard?: readonly [index: number, count: number]
  /** Gets what is doubtful as soon as it is found. Default: `process.emitWarning`. */
  onWarning?: (warning: FolderWarning) => void
  /** Gets how many pairs are done, and how many there are, after each. Default: none. */
  onProgress?: (done: number, total: number) => void
}

interface FolderRead {
  cases: string | undefined
  onWarning: (warning: FolderWarning) => void
  onProgress: (done: number, total: number) => void
}

const OPTIONS: OptionTable<
  Omit<
    EvaluateFolderOptions,
    keyof ReadPairsOptions | Exclude<keyof EvaluatePairsOptions, 'onWarning'>
  >,
  FolderRead
> = {
  cases: { default: undefined, read: path },
  resume: { default: false },
  shard: { default: [1, 1], read: shardOf },
  onWarning: {
    default: ({ message, kind }) =>
      process.emitWarning(message, { type: 'VesselRewardWarning', code: kind }),
    read: callback,
  },
  onProgress: { default: () => undefined, read: callback },
}

const ALL_OPTIONS = { ...PAIRING_OPTIONS, ...EVALUATION_OPTIONS, ...OPTIONS }

/**
 * Evaluates a folder of predictions: what `vessel-reward evaluate` does, without printing. Pairs are
 * found as by {@link readPairs} and scored as by {@link evaluatePairs}, those of another method too, and
 * summed up as by `aggregate` and `compare`. A pair that cannot be scored is among the `failures`, and
 * the means are over the others.
 *
 * With `cases` a run that is stopped loses little: `resume` goes on from the file, and the results are
 * those of a run that was not stopped. With `shard` several processes each take a part, of which
 * {@link mergeCases} makes the whole.
 *
 * @param pred - the folder or pattern of predictions, or one file; or a list of pairs (`.csv`)
 * @param truth - the folder or pattern of truths, or one file; none for a list
 * @param options - see {@link EvaluateFolderOptions}
 * @throws TypeError or RangeError if an argument or an option is not valid, as `readPairs` where images
 * do not pair, and if `cases` is there already or, with `resume`, is of other options, pairs or files;
 * Error if the workers cannot be started; the signal's reason when it aborts
 *
 * @example
 * ```ts
 * import { evaluateFolder } from 'vessel-reward/node'
 *
 * const options = { evaluate: { metrics: ['dice', 'clDice'] as const } }
 * const { summary, cases, failures } = await evaluateFolder('pred.png', 'truth.png', options)
 * Object.keys(summary) // => ['reward', 'dice', 'clDice']
 * summary.dice.mean === cases[0].values.dice // => true
 * failures.length // => 0
 * ```
 */
export async function evaluateFolder(
  pred: string,
  truth?: string,
  options?: EvaluateFolderOptions,
): Promise<FolderEvaluation> {
  checkCount(arguments.length, 3, 'evaluateFolder')
  const checked = readOptions(options, ALL_OPTIONS, 'evaluateFolder') as FolderChecked
  const { cases: casesPath, resume, shard, signal } = checked
  if (resume && casesPath === undefined) {
    throw new RangeError('expected a file of cases to resume from: resume goes with cases')
  }
  signal?.throwIfAborted()
  const found = await pairsAt(pred, truth, checked)
  const warnings = await pairWarnings(found)
  const settings = settingsOf(checked)
  const header = casesHeader(found.pairs, { options: settings, shard, warnings })
  const own = found.pairs.flatMap((files, index) =>
    isInShard(index, shard) ? [{ files, index }] : [],
  )
  const earlier = resume ? await takenOver(casesPath as string, header, found.pairs) : undefined
  const outcomes: PairOutcome[] = [...(earlier?.cases ?? [])]
  const writer =
    casesPath === undefined ? undefined : await CasesWriter.begin(casesPath, header, earlier)
  const told = new Set<string>()
  const tell = (warning: FolderWarning) => {
    if (told.size !== told.add(warning.message).size) checked.onWarning(warning)
  }
  for (const warning of warnings) tell(warning)
  try {
    const done = new Set(outcomes.map(({ index }) => index))
    const rest = own.filter(({ index }) => !done.has(index))
    for await (const line of linesOf(rest, checked, casesPath !== undefined)) {
      await writer?.write(line)
      outcomes.push(line)
      for (const warning of line.warnings) tell(warning)
      checked.onProgress(outcomes.length, own.length)
    }
  } finally {
    await writer?.close()
  }
  return folderEvaluation(outcomes, {
    options: settings,
    warnings,
    resumed: earlier?.cases.length ?? 0,
  })
}

type FolderChecked = CheckedOptions<typeof PAIRING_OPTIONS> &
  CheckedOptions<typeof EVALUATION_OPTIONS> &
  CheckedOptions<typeof OPTIONS>

/** What becomes of the pairs, in their order. */
async function* linesOf(
  pairs: readonly { files: FilePair; index: number }[],
  options: FolderChecked,
  isStamped: boolean,
): AsyncGenerator<CaseLine> {
  const isAgainst = pairs.some(({ files }) => files.against !== undefined)
  const all = pairs.map(({ files }) => files)
  let next = 0
  for await (const scored of scoreFiles(all, { ...options, isAgainst, isStamped })) {
    const { files, ours, theirs, warnings, stamps } = scored
    const result = caseOf(files, ours)
    const { index } = pairs[next++]
    const line = { index, stamps, result, warnings }
    const { against } = files
    yield theirs === undefined || against === undefined
      ? line
      : { ...line, other: caseOf({ ...files, pred: against }, theirs) }
  }
}

/** The options that decide values; what the reward takes for its own thinning stays open. */
function settingsOf(options: FolderChecked): EvaluationSettings {
  const { evaluate, reward, threshold, page, category, byCaliber, errors } = options
  const { within, ignore, ...metricOptions } = readOptions(evaluate, evaluateOptions, 'evaluate')
  const { thinning } = evaluate
  return { ...metricOptions, thinning, reward, threshold, page, category, byCaliber, errors }
}

function path(value: unknown, name: string): string {
  if (typeof value === 'string') return value
  throw new TypeError(`expected ${name} to be a path, got ${describe(value)}`)
}

function shardOf(value: unknown, name: string): Shard {
  if (!Array.isArray(value) || value.length !== 2) {
    throw new TypeError(
      `expected ${name} to be two numbers, [index, count], got ${describe(value)}`,
    )
  }
  const count = integer(value[1], `the count of ${name}`, 1, 2 ** 24)
  return [integer(value[0], `the index of ${name}`, 1, count), count]
}
