import type { BitMask } from '../../mask/bitmask.ts'
import { checkCount, checkNames, type OptionTable, readOptions } from '../../mask/options.ts'
import { describe, finiteNumber } from '../../mask/validate.ts'
import { type EvaluateOptions, evaluate } from '../../metrics/evaluate.ts'
import type { MetricName } from '../../metrics/metric-directions.ts'
import { type Confusion, confusion } from '../../metrics/overlap.ts'
import type { UndefinedRule } from '../../metrics/statistics/aggregate.ts'
import { MultiObjectiveReward } from '../../reward/multi-objective-reward.ts'
import { PRESETS, type RewardPreset } from '../../reward/terms/presets.ts'
import { emitWarning, type MaskWarning } from '../png/mask-warning.ts'
import { readMask } from '../png/read-mask.ts'
import type { FilePair } from './read-pairs.ts'

/** Options of {@link evaluatePairs}. */
export interface EvaluatePairsOptions {
  /** Which metrics are computed and how; see `evaluate`. Default: all, with its defaults. */
  evaluate?: Omit<EvaluateOptions, 'within' | 'ignore'>
  /** The reward that is computed. Default: `'design'`. */
  reward?: RewardPreset
  /** Pixels greater than this are foreground, in all images. Default: 0. */
  threshold?: number
  /** Gets what is to be said about an image. Default: `process.emitWarning`. */
  onWarning?: (warning: MaskWarning) => void
}

/** A pair that was scored. */
export interface CaseResult {
  /** The name of the pair. */
  readonly name: string
  /** Its files. */
  readonly files: FilePair
  /** Width in pixels. */
  readonly width: number
  /** Height in pixels. */
  readonly height: number
  /** Pixels inside the field of view. */
  readonly confusion: Confusion
  /** The value of each metric; NaN where it is undefined and left out. */
  readonly values: Partial<Record<MetricName, number>>
  /** The metrics that are undefined for this pair, and how each was scored. */
  readonly rules: Partial<Record<MetricName, UndefinedRule>>
  /** The reward that was asked for. */
  readonly reward: number
}

/** A pair that could not be scored. */
export interface CaseFailure {
  /** The name of the pair. */
  readonly name: string
  /** Its files. */
  readonly files: FilePair
  /** Why. */
  readonly error: string
}

type OnWarning = (warning: MaskWarning) => void

interface PairsRead {
  evaluate: EvaluateOptions
  threshold: number | undefined
  onWarning: OnWarning
}

const OPTIONS: OptionTable<EvaluatePairsOptions, PairsRead> = {
  evaluate: { default: {}, read: metricSettings },
  reward: { default: 'design', among: PRESETS },
  threshold: { default: undefined, read: (value, name) => finiteNumber(value as number, name) },
  onWarning: { default: emitWarning, read: callback },
}

/**
 * Scores pairs of PNG images one after the other: only one pair is in memory. The values are those of
 * `evaluate` and of `MultiObjectiveReward` for each. A pair that cannot be read or whose sizes differ
 * is a {@link CaseFailure}, and the others are scored all the same.
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
  return results(pairs, readOptions(options, OPTIONS, 'evaluatePairs'))
}

async function* results(
  pairs: Iterable<FilePair>,
  {
    evaluate: metricOptions,
    reward: preset,
    threshold,
    onWarning,
  }: PairsRead & { reward: RewardPreset },
): AsyncGenerator<CaseResult | CaseFailure> {
  const { thinning, connectivity } = metricOptions
  const fields = new Map<string, BitMask>()
  const maskOf = (path: string) =>
    readMask(path, { ...(threshold === undefined ? {} : { threshold }), onWarning })
  const fieldOf = async (path: string | undefined) => {
    if (path === undefined) return undefined
    const known = fields.get(path)
    if (known !== undefined) return known
    const field = await maskOf(path)
    // One field of view for all images is read once.
    fields.clear()
    fields.set(path, field)
    return field
  }
  for (const files of pairs) {
    const { name } = files
    try {
      const pred = await maskOf(files.pred)
      const truth = await maskOf(files.truth)
      const within = await fieldOf(files.within)
      const { values, rules } = evaluate(pred, truth, { ...metricOptions, within })
      const reward = new MultiObjectiveReward({ preset, thinning, connectivity, within })
      yield {
        name,
        files,
        width: truth.width,
        height: truth.height,
        confusion: confusion(pred, truth, { within }),
        values,
        rules,
        reward: reward.score(pred, truth),
      }
    } catch (error) {
      yield { name, files, error: error instanceof Error ? error.message : String(error) }
    }
  }
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

function callback(value: unknown, name: string): OnWarning {
  if (typeof value === 'function') return value as OnWarning
  throw new TypeError(`expected ${name} to be a function, got ${describe(value)}`)
}
