import type { BitMask } from '../../mask/bitmask.ts'
import { kindOf, type OptionTable, unknownName } from '../../mask/options.ts'
import { describe, finiteNumber } from '../../mask/validate.ts'
import type { EmptyPolicy } from '../checked-pair.ts'
import {
  type EvaluateOptions,
  type EvaluateRead,
  evaluateOptions,
  metricNamesOf,
} from '../evaluate.ts'
import { METRIC_NAMES, type MetricName } from '../metric-directions.ts'
import { OVERLAP_NAMES, type OverlapName } from '../overlap.ts'

/**
 * A score of your own, such as `new MultiObjectiveReward().score`: greater is better. It gets masks
 * that are cut to the field of view already.
 */
export type SweepScore = (pred: BitMask, truth: BitMask) => number

/** Options of {@link sweep}. */
export interface SweepOptions<Name extends MetricName = MetricName, Score extends string = string>
  extends EvaluateOptions<Name> {
  /**
   * Names of the wanted metrics. Default: `dice`, `iou`, `recall`, `precision`, `specificity`,
   * `accuracy` and `mcc`, which are known at all thresholds once the values are sorted.
   */
  metrics?: readonly Name[]
  /** Scores of your own, by name; each is computed at each of `thresholds`. Default: none. */
  scores?: Readonly<Record<Score, SweepScore>>
  /**
   * The thresholds at which everything is computed: at most 10,000 numbers from 0 to 1; foreground
   * is above. They are sorted, and each is taken once. Default: 0.05, 0.1 … 0.95.
   */
  thresholds?: readonly number[] | Float32Array | Float64Array
  /** The metric or score whose best threshold is reported. Default: the first one. */
  best?: string
}

/** The options once they are checked. */
export interface SweepRead extends EvaluateRead {
  scores: ReadonlyMap<string, SweepScore>
  /** Undefined if none were given. */
  thresholds: Float64Array<ArrayBuffer> | undefined
  best: string | undefined
}

/** What a sweep needs of its checked options. */
export type SweepSettings = SweepRead & { empty: EmptyPolicy }

const MAX_THRESHOLDS = 10_000

/** 0.05, 0.1 … 0.95, each the number that is written so. */
export const defaultThresholds = (): Float64Array<ArrayBuffer> =>
  Float64Array.from({ length: 19 }, (_, i) => (5 * (i + 1)) / 100)

/** @param of - the function that has the options */
export const sweepOptions = (of: string): OptionTable<SweepOptions, SweepRead> => ({
  ...evaluateOptions(),
  metrics: { default: OVERLAP_NAMES, read: metricNamesOf(of) },
  scores: { default: new Map(), read: scoresOf },
  thresholds: { default: undefined, read: thresholdsOf },
  best: { default: undefined, read: text },
})

function scoresOf(value: unknown, name: string): ReadonlyMap<string, SweepScore> {
  if (kindOf(value) !== 'an object') {
    throw new TypeError(`expected ${name} to be a plain object, got ${kindOf(value)}`)
  }
  const scores = new Map<string, SweepScore>()
  for (const [key, score] of Object.entries(value as object)) {
    if ((METRIC_NAMES as readonly string[]).includes(key)) {
      throw new RangeError(
        `expected ${name} with names of their own, got that of the metric '${key}'`,
      )
    }
    if (typeof score !== 'function') {
      throw new TypeError(`expected ${name}.${key} to be a function, got ${describe(score)}`)
    }
    scores.set(key, score)
  }
  return scores
}

function thresholdsOf(value: unknown, name: string): Float64Array<ArrayBuffer> {
  const isList = Array.isArray(value) || /^a Float(32|64)Array$/.test(describe(value))
  if (!isList)
    throw new TypeError(`expected ${name} to be an array of numbers, got ${describe(value)}`)
  const list = value as ArrayLike<number>
  const { length } = list
  if (length === 0 || length > MAX_THRESHOLDS) {
    throw new RangeError(`expected 1 to ${MAX_THRESHOLDS} ${name}, got ${length}`)
  }
  // Adding 0 turns −0 into 0.
  const checked = Array.from({ length }, (_, i) => finiteNumber(list[i], `${name}[${i}]`, 0, 1) + 0)
  return Float64Array.from(new Set(checked)).sort()
}

function text(value: unknown, name: string): string {
  if (typeof value === 'string') return value
  throw new TypeError(`expected ${name} to be a name, got ${describe(value)}`)
}

/** Everything that is computed, in order, and the one whose best threshold is reported. */
export function wantedOf(
  { metrics, scores, best }: Pick<SweepRead, 'metrics' | 'scores' | 'best'>,
  of: string,
): { names: readonly string[]; best: string } {
  const names = [...new Set<string>([...metrics, ...scores.keys()])]
  if (names.length === 0) {
    throw new RangeError(`expected ${of} to get at least one name in metrics or scores, got none`)
  }
  if (best === undefined) return { names, best: names[0] }
  if (!names.includes(best)) throw unknownName(best, names, `best of ${of}`, 'name')
  return { names, best }
}

/** Whether a metric needs no more than the four counts. */
export function isOverlap(name: string): name is OverlapName {
  return (OVERLAP_NAMES as readonly string[]).includes(name)
}
