import type { MaskLike } from '../../mask/bitmask.ts'
import { checkCount, type OptionTable, readOptions } from '../../mask/options.ts'
import { callback, checkIterable, finiteNumber } from '../../mask/validate.ts'
import type { MetricName } from '../../metrics/metric-directions.ts'
import type { OverlapName } from '../../metrics/overlap.ts'
import { type SweepAllOptions, sweepAllOptions } from '../../metrics/sweep/sweep-all.ts'
import type { SweepRead } from '../../metrics/sweep/sweep-options.ts'
import type { SweepSummary } from '../../metrics/sweep/sweep-summary.ts'
import { SweepTotals } from '../../metrics/sweep/sweep-totals.ts'
import { readProbability } from '../formats/read-probability.ts'
import { emitWarning, type MaskWarning } from '../png/mask-warning.ts'
import { readMask } from '../png/read-mask.ts'
import type { CaseFailure } from './case-result.ts'
import type { FilePair } from './pairs/file-pair.ts'

/** Options of {@link sweepPairs}: those of `sweepAll`, and how files are read. */
export interface SweepPairsOptions<
  Name extends MetricName = MetricName,
  Score extends string = string,
> extends Omit<SweepAllOptions<Name, Score>, 'ignore'> {
  /** Pixels greater than this are foreground, in truths and fields of view. Default: 0. */
  threshold?: number
  /** Is called with each warning about a truth or a field of view. Default: `process.emitWarning`. */
  onWarning?: (warning: MaskWarning) => void
  /** Is called after each pair, with the number of pairs that are done. Default: nothing. */
  onProgress?: (done: number) => void
}

/** What was found; see {@link sweepPairs}. */
export interface PairsSweep<Name extends string = string> {
  /** The sweep over all pairs that could be read; undefined if there are none. */
  readonly summary: SweepSummary<Name> | undefined
  /** The pairs that could not. */
  readonly failures: readonly CaseFailure[]
}

interface SweepPairsRead extends Omit<SweepRead, 'within' | 'ignore'> {
  threshold: number | undefined
  onWarning: (warning: MaskWarning) => void
  onProgress: (done: number) => void
}

const sweepPairsOptions = (): OptionTable<SweepPairsOptions, SweepPairsRead> => {
  const { ignore, ...table } = sweepAllOptions('sweepPairs')
  return {
    ...table,
    threshold: { default: undefined, read: (value, name) => finiteNumber(value as number, name) },
    onWarning: { default: emitWarning, read: callback },
    onProgress: { default: () => {}, read: callback },
  }
}

/**
 * `sweepAll` of files: maps of probabilities against truths, one pair after the other, so that only
 * one is in memory. A pair that cannot be read, or whose sizes differ, is a failure, and the others
 * count all the same.
 *
 * @param pairs - as `readPairs` finds them; `pred` is the map
 * @param options - see {@link SweepPairsOptions}
 * @throws TypeError or RangeError if an option is not valid, before anything is read; what a score
 * throws is the failure of a pair
 *
 * @example
 * ```ts
 * import { readPairs, sweepPairs } from 'vessel-reward/node'
 *
 * const { pairs } = await readPairs('pred.png', 'truth.png')
 * const { summary, failures } = await sweepPairs(pairs, { metrics: ['dice'] })
 * failures // => []
 * summary?.thresholds.length // => 255
 * summary?.isBinary // => true
 * ```
 */
export async function sweepPairs<
  Name extends MetricName = OverlapName,
  Score extends string = never,
>(
  pairs: Iterable<FilePair>,
  options?: SweepPairsOptions<Name, Score>,
): Promise<PairsSweep<Name | Score>> {
  checkCount(arguments.length, 2, 'sweepPairs')
  checkIterable(pairs, 'the pairs')
  const { threshold, onWarning, onProgress, ...settings } = readOptions(
    options,
    sweepPairsOptions,
    'sweepPairs',
  )
  const totals = new SweepTotals({ ...settings, ignore: undefined }, 'sweepPairs')
  const readTruth = (path: string) => readMask(path, { threshold, onWarning })
  const failures: CaseFailure[] = []
  let done = 0
  let field: { path: string; mask: MaskLike } | undefined
  for (const files of pairs) {
    try {
      // One field of view for all images is read once.
      const { within: path } = files
      if (path !== undefined && field?.path !== path) field = { path, mask: await readTruth(path) }
      const within = path === undefined ? undefined : field?.mask
      const probabilities = await readProbability(files.pred)
      totals.add({ probabilities, truth: await readTruth(files.truth), within }, 'the pair')
    } catch (error) {
      const message = error instanceof Error ? error.message : String(error)
      failures.push({ name: files.name, files, error: message })
    }
    done++
    onProgress(done)
  }
  const summary = done === failures.length ? undefined : totals.summary()
  return { summary: summary as SweepSummary<Name | Score> | undefined, failures }
}
