import {
  checkCount,
  checkNames,
  type OptionTable,
  ownValue,
  readOptions,
} from '../../mask/options.ts'
import { oneOf } from '../../mask/validate.ts'
import { METRIC_DIRECTIONS, type MetricDirection } from '../metric-directions.ts'
import {
  type AggregateOptions,
  aggregateOptions,
  byName,
  columnsOf,
  countRule,
  type Evaluation,
  isEvaluation,
  type MetricValues,
  valuesOf,
} from './aggregate.ts'
import { bootstrapMeans, holm, meanOf, type Resampling, signFlipPs } from './resampling.ts'

/** Options of {@link compare}. */
export interface CompareOptions extends AggregateOptions {
  /**
   * Which values are better: one direction for all, or one for each name, which comes before
   * {@link METRIC_DIRECTIONS}. Default: that table, and `'higher'` for what it does not name.
   */
  direction?: MetricDirection | Readonly<Record<string, MetricDirection>>
}

const DIRECTIONS: readonly MetricDirection[] = ['higher', 'lower', 'one']

type Directions = MetricDirection | Readonly<Record<string, MetricDirection>>

const compareOptions = (): OptionTable<CompareOptions, { direction: Directions }> => ({
  ...aggregateOptions(),
  direction: { default: {}, read: directionsGiven },
})

/** Paired comparison of two methods in one metric; see {@link compare}. */
export interface Comparison {
  /** Which values count as better. */
  direction: MetricDirection
  /** Mean of `a − b` over the pairs, whatever the direction; NaN if there are none. */
  difference: number
  /** Lower end of the interval of the mean difference; NaN if there are no pairs. */
  low: number
  /** Upper end of the interval of the mean difference. */
  high: number
  /** Two-sided p-value of the sign-flip test of no difference, 0 to 1; 1 if there are no pairs. */
  p: number
  /** The p-value with Holm's correction over all metrics of the same call; at least `p`. */
  adjustedP: number
  /** Pairs in which `a` is better. */
  wins: number
  /** Pairs that are equally good. */
  ties: number
  /** Pairs in which `b` is better. */
  losses: number
  /** Number of pairs in which both values are defined. */
  n: number
  /** Number of pairs in which at least one value is undefined, which nothing else depends on. */
  undefined: number
}

/** Comparison of two methods by their evaluations; see {@link compare}. */
export interface EvaluationComparison extends Comparison {
  /** How many values of each method are undefined and stand here as the perfect value. */
  scoredPerfect: {
    /** Of the first method. */
    a: number
    /** Of the second method. */
    b: number
  }
  /** How many values of each method are undefined and stand here as the worst value. */
  scoredWorst: {
    /** Of the first method. */
    a: number
    /** Of the second method. */
    b: number
  }
}

/**
 * Compares two methods image by image: mean difference with its bootstrap interval, on how many
 * images each is better, and the p-value of the sign-flip test. Takes values of one metric, records
 * of several, or evaluations, as {@link aggregate} does; image i of `a` is image i of `b`.
 *
 * Which of two values is better is the direction of the metric, {@link METRIC_DIRECTIONS}: a
 * distance or an error is better if it is smaller, a ratio of lengths if it is nearer to 1. The
 * difference itself is always `a − b`.
 *
 * The p-value is exact up to 16 images on which the methods differ, and estimated from random sign
 * flips beyond, where it is not below `1 / (resamples + 1)`. Who looks at many metrics takes
 * `adjustedP`, which holds the probability of any false finding among them (Holm).
 *
 * @param a - values, records or evaluations of the first method
 * @param b - those of the second method, as many
 * @returns one comparison, or one for each name that occurs in both
 * @throws TypeError or RangeError if a value or an option is not valid, or lengths differ
 *
 * Source: R. A. Fisher, "The Design of Experiments", 1935; S. Holm, "A simple sequentially
 * rejective multiple test procedure", Scandinavian Journal of Statistics 6(2), 1979.
 *
 * @example
 * ```ts
 * import { compare } from 'vessel-reward'
 *
 * const after = [0.75, 0.5, 0.75, 1]
 * const before = [0.5, 0.25, 0.5, 0.75]
 * compare(after, before)
 * // => {
 * //   direction: 'higher', difference: 0.25, low: 0.25, high: 0.25, p: 0.125, adjustedP: 0.125,
 * //   wins: 4, ties: 0, losses: 0, n: 4, undefined: 0,
 * // }
 * const { hd95 } = compare([{ hd95: 3 }], [{ hd95: 8 }])
 * hd95.direction // => 'lower'
 * hd95.wins // => 1
 * ```
 */
export function compare(a: MetricValues, b: MetricValues, options?: CompareOptions): Comparison
export function compare<Name extends string>(
  a: readonly Evaluation<Name>[],
  b: readonly Evaluation<Name>[],
  options?: CompareOptions,
): Record<Name, EvaluationComparison>
export function compare<T extends object, U extends object>(
  a: readonly T[],
  b: readonly U[],
  options?: CompareOptions,
): { [Name in keyof T & keyof U]-?: Comparison }
export function compare(
  a: MetricValues | readonly object[],
  b: MetricValues | readonly object[],
  options?: CompareOptions,
): Comparison | Record<string, Comparison> {
  checkCount(arguments.length, 3, 'compare')
  const { direction, ...resampling } = readOptions(options, compareOptions, 'compare')
  if (Array.isArray(a) && Array.isArray(b) && (isEvaluation(a[0]) || isEvaluation(b[0]))) {
    const compared = comparisonsOf(valuesOf(a), valuesOf(b), direction, resampling)
    return byName(Object.keys(compared), (name) => ({
      ...(compared as Record<string, Comparison>)[name],
      scoredPerfect: { a: countRule(a, name, 'perfect'), b: countRule(b, name, 'perfect') },
      scoredWorst: { a: countRule(a, name, 'worst'), b: countRule(b, name, 'worst') },
    }))
  }
  return comparisonsOf(a, b, direction, resampling)
}

function comparisonsOf(
  a: MetricValues | readonly object[],
  b: MetricValues | readonly object[],
  direction: Directions,
  resampling: Resampling,
): Comparison | Record<string, Comparison> {
  const first = columnsOf(a, 'values of the first method')
  const second = columnsOf(b, 'values of the second method')
  if (a.length !== b.length) {
    throw new RangeError(`expected as many values of both methods, got ${a.length} and ${b.length}`)
  }
  if (first instanceof Map && second instanceof Map) {
    const names = [...first.keys()].filter((name) => second.has(name))
    const compared = comparisonsOfColumns(
      names.map((name) => ({
        a: first.get(name) as Float64Array,
        b: second.get(name) as Float64Array,
        direction: directionOf(name, direction),
      })),
      resampling,
    )
    const adjusted = holm(compared.map(({ p }) => p))
    return byName(names, (_, i) => ({ ...compared[i], adjustedP: adjusted[i] }))
  }
  if (first instanceof Map || second instanceof Map) {
    throw new TypeError('expected numbers of both methods or records of both, got one of each')
  }
  const only = typeof direction === 'string' ? direction : 'higher'
  return comparisonsOfColumns([{ a: first, b: second, direction: only }], resampling)[0]
}

/** A direction, or a copy of a table of directions. */
function directionsGiven(value: unknown, name: string): Directions {
  if (typeof value !== 'object') return oneOf(value as MetricDirection, DIRECTIONS, name)
  checkNames(value, Object.keys(value ?? {}), 'compare', name)
  const entries = Object.entries(value as Record<string, MetricDirection>)
  return Object.fromEntries(
    entries.map(([metric, one]) => [metric, oneOf(one, DIRECTIONS, `the direction of ${metric}`)]),
  )
}

function directionOf(name: string, direction: Directions): MetricDirection {
  if (typeof direction === 'string') return direction
  const given = ownValue(direction, name) ?? ownValue(METRIC_DIRECTIONS, name) ?? 'higher'
  return given as MetricDirection
}

/** How good a value is: the greater, the better. */
const GOODNESS: Readonly<Record<MetricDirection, (value: number) => number>> = {
  higher: (value) => value,
  lower: (value) => -value,
  one: (value) => -Math.abs(value - 1),
}

/** The values of two methods, one an image. */
interface Columns {
  readonly a: Float64Array
  readonly b: Float64Array
  readonly direction: MetricDirection
}

function comparisonsOfColumns(columns: readonly Columns[], resampling: Resampling): Comparison[] {
  const differences = columns.map(({ a, b }) =>
    a.map((value, i) => value - b[i]).filter((value) => !Number.isNaN(value)),
  )
  const intervals = bootstrapMeans(differences, resampling)
  const ps = signFlipPs(differences, resampling)
  return columns.map(({ a, b, direction }, column) => {
    const goodness = GOODNESS[direction]
    const gains = a
      .map((value, i) => Math.sign(goodness(value) - goodness(b[i])))
      .filter((value) => !Number.isNaN(value))
    const n = differences[column].length
    const wins = gains.filter((gain) => gain > 0).length
    const losses = gains.filter((gain) => gain < 0).length
    const [low, high] = intervals[column]
    const p = ps[column]
    return {
      direction,
      difference: meanOf(differences[column]),
      low,
      high,
      p,
      adjustedP: p,
      wins,
      ties: n - wins - losses,
      losses,
      n,
      undefined: a.length - n,
    }
  })
}
