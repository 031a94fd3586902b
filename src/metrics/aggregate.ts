import { checkOptions, finiteNumber, integer } from '../mask/validate.ts'
import { columnsOf, type MetricValues } from './metric-values.ts'
import { bootstrapMean, meanOf, signFlipP } from './resampling.ts'

/** Options of {@link aggregate} and {@link compare}. */
export interface AggregateOptions {
  /** Samples drawn for the intervals, and for p-values of many images; 1 to 10⁶. Default: 10,000. */
  resamples?: number
  /** Probability that an interval is meant to cover, between 0 and 1. Default: .95. */
  confidence?: number
  /** Seed of the random numbers; an integer from 0 to 2³² − 1. Default: 0. */
  seed?: number
}

/** Summary of the values of one metric; see {@link aggregate}. */
export interface Aggregate {
  /** Mean of the defined values; NaN if there are none. */
  mean: number
  /** Standard deviation of the defined values, with n − 1; NaN if there are fewer than two. */
  sd: number
  /** Number of defined values. */
  n: number
  /** Number of undefined values, which nothing else here depends on. */
  undefined: number
  /** Lower end of the interval of the mean; NaN if there are no values. */
  low: number
  /** Upper end of the interval of the mean. */
  high: number
}

/** How a metric that is undefined for a pair of masks was scored; see {@link Evaluation}. */
export type UndefinedRule = 'perfect' | 'worst' | 'left out'

/** What is known of a pair of masks, as `evaluate` returns it. */
export interface Evaluation<Name extends string = string> {
  /** The value of each metric; NaN where it is undefined and left out. */
  values: Record<Name, number>
  /** The metrics that are undefined for this pair, and how each was scored. */
  undefined: Partial<Record<Name, UndefinedRule>>
}

/** Summary of one metric over pairs of masks, undefined ones included; see {@link aggregate}. */
export interface EvaluationAggregate extends Aggregate {
  /** Number of values that are undefined and were scored as the perfect value: both empty. */
  scoredPerfect: number
  /** Number of values that are undefined and were scored as the worst finite value. */
  scoredWorst: number
}

/** Paired comparison of two methods in one metric; see {@link compare}. */
export interface Comparison {
  /** Mean of `a − b` over the pairs; NaN if there are none. */
  difference: number
  /** Lower end of the interval of the mean difference; NaN if there are no pairs. */
  low: number
  /** Upper end of the interval of the mean difference. */
  high: number
  /** Two-sided p-value of the sign-flip test of no difference, 0 to 1; 1 if there are no pairs. */
  p: number
  /** Pairs in which `a` is greater. */
  wins: number
  /** Pairs of equal values. */
  ties: number
  /** Pairs in which `b` is greater. */
  losses: number
  /** Number of pairs in which both values are defined. */
  n: number
  /** Number of pairs in which at least one value is undefined, which nothing else depends on. */
  undefined: number
}

/**
 * Summarises a metric over images, or each metric of a list of records (one an image): mean,
 * standard deviation, bootstrap interval of the mean. MetricValues that are undefined (NaN, null,
 * undefined, or missing in a record) are counted and left out, and so is visible what a mean does
 * not cover.
 *
 * The interval is the percentile interval of the bootstrap, drawn over images; it depends on the
 * values and the options only. With few images it is a little too narrow.
 *
 * Of evaluations ({@link Evaluation}) it also counts, for each metric, how many values are undefined
 * and stand in the mean as the perfect or the worst value, so that a failure never leaves the mean
 * unseen: `n + undefined` is always the number of evaluations that have the metric.
 *
 * @param values - one value an image, or one record or evaluation an image; values are at most
 * 10¹⁰⁰ in size
 * @returns one summary, or one for each name that occurs in the records
 * @throws TypeError or RangeError if a value or an option is not valid
 *
 * Source: B. Efron, "Bootstrap methods: another look at the jackknife", Annals of Statistics 7(1),
 * 1979.
 *
 * @example
 * ```ts
 * import { aggregate } from 'vessel-reward'
 *
 * const { mean, sd, n, undefined: missing } = aggregate([0.7, 0.8, 0.9, Number.NaN])
 * mean.toFixed(2) // => '0.80'
 * sd.toFixed(2) // => '0.10'
 * n // => 3
 * missing // => 1
 * const { dice, recall } = aggregate([{ dice: 1, recall: 1 }, { dice: 0, recall: 1 }])
 * dice // => { mean: 0.5, sd: 0.7071067811865476, n: 2, undefined: 0, low: 0, high: 1 }
 * recall.low // => 1
 * ```
 */
export function aggregate(values: MetricValues, options?: AggregateOptions): Aggregate
export function aggregate<Name extends string>(
  evaluations: readonly Evaluation<Name>[],
  options?: AggregateOptions,
): Record<Name, EvaluationAggregate>
export function aggregate<T extends object>(
  records: readonly T[],
  options?: AggregateOptions,
): { [Name in keyof T]-?: Aggregate }
export function aggregate(
  values: MetricValues | readonly object[],
  options?: AggregateOptions,
): Aggregate | Record<string, Aggregate> {
  const checked = checkAggregateOptions(options)
  if (Array.isArray(values) && isEvaluation(values[0])) {
    return aggregateEvaluations(values as readonly Evaluation[], checked)
  }
  const columns = columnsOf(values, 'values')
  if (!(columns instanceof Map)) return aggregateOf(columns, checked)
  return byName(columns.keys(), (name) => aggregateOf(columns.get(name) as Float64Array, checked))
}

/**
 * Compares two methods image by image: mean difference with its bootstrap interval, on how many
 * images each is better, and the p-value of the sign-flip test. Takes values of one metric or
 * records of several, as {@link aggregate} does; image i of `a` is image i of `b`.
 *
 * The p-value is exact up to 16 images on which the methods differ, and estimated from random sign
 * flips beyond.
 *
 * @param a - values or records of the first method
 * @param b - values or records of the second method, as many
 * @returns one comparison, or one for each name that occurs in both
 * @throws TypeError or RangeError if a value or an option is not valid, or lengths differ
 *
 * Source: R. A. Fisher, "The Design of Experiments", 1935.
 *
 * @example
 * ```ts
 * import { compare } from 'vessel-reward'
 *
 * const after = [0.75, 0.5, 0.75, 1]
 * const before = [0.5, 0.25, 0.5, 0.75]
 * compare(after, before)
 * // => {
 * //   difference: 0.25, low: 0.25, high: 0.25, p: 0.125,
 * //   wins: 4, ties: 0, losses: 0, n: 4, undefined: 0,
 * // }
 * ```
 */
export function compare(a: MetricValues, b: MetricValues, options?: AggregateOptions): Comparison
export function compare<T extends object, U extends object>(
  a: readonly T[],
  b: readonly U[],
  options?: AggregateOptions,
): { [Name in keyof T & keyof U]-?: Comparison }
export function compare(
  a: MetricValues | readonly object[],
  b: MetricValues | readonly object[],
  options?: AggregateOptions,
): Comparison | Record<string, Comparison> {
  const checked = checkAggregateOptions(options)
  const first = columnsOf(a, 'values of the first method')
  const second = columnsOf(b, 'values of the second method')
  if (a.length !== b.length) {
    throw new RangeError(`expected as many values of both methods, got ${a.length} and ${b.length}`)
  }
  if (first instanceof Map && second instanceof Map) {
    const names = [...first.keys()].filter((name) => second.has(name))
    return byName(names, (name) =>
      comparisonOf(first.get(name) as Float64Array, second.get(name) as Float64Array, checked),
    )
  }
  if (first instanceof Map || second instanceof Map) {
    throw new TypeError('expected numbers of both methods or records of both, got one of each')
  }
  return comparisonOf(first, second, checked)
}

function checkAggregateOptions(options: AggregateOptions = {}): Required<AggregateOptions> {
  checkOptions(options, ['resamples', 'confidence', 'seed'])
  const { resamples = 10_000, confidence = 0.95, seed = 0 } = options
  integer(resamples, 'resamples', 1, 1e6)
  finiteNumber(confidence, 'confidence', 0, 1)
  integer(seed, 'seed', 0, 2 ** 32 - 1)
  return { resamples, confidence, seed }
}

function isEvaluation(record: unknown): record is Evaluation {
  if (typeof record !== 'object' || record === null) return false
  const { values, undefined: rules } = record as Partial<Evaluation>
  return (
    typeof values === 'object' && values !== null && typeof rules === 'object' && rules !== null
  )
}

function aggregateEvaluations(
  evaluations: readonly Evaluation[],
  options: Required<AggregateOptions>,
): Record<string, EvaluationAggregate> {
  const columns = columnsOf(
    Array.from(evaluations, (evaluation, i) => {
      if (isEvaluation(evaluation)) return evaluation.values
      throw new TypeError(`expected record ${i} to be an evaluation, as the first one is`)
    }),
    'values',
  ) as Map<string, Float64Array>
  return byName(columns.keys(), (name) => {
    const having = evaluations.map(({ values }) => name in values)
    const column = columns.get(name) as Float64Array
    const scored = (rule: UndefinedRule) =>
      evaluations.filter((evaluation, i) => having[i] && evaluation.undefined[name] === rule).length
    return {
      ...aggregateOf(
        column.filter((_, i) => having[i]),
        options,
      ),
      scoredPerfect: scored('perfect'),
      scoredWorst: scored('worst'),
    }
  })
}

function byName<T>(names: Iterable<string>, make: (name: string) => T): Record<string, T> {
  return Object.fromEntries(Array.from(names, (name) => [name, make(name)]))
}

function aggregateOf(values: Float64Array, options: Required<AggregateOptions>): Aggregate {
  const kept = values.filter((value) => !Number.isNaN(value))
  const n = kept.length
  const mean = meanOf(kept)
  const squares = kept.map((value) => (value - mean) ** 2)
  const sd = n < 2 ? Number.NaN : Math.sqrt((meanOf(squares) * n) / (n - 1))
  const { resamples, confidence, seed } = options
  const [low, high] = bootstrapMean(kept, resamples, confidence, seed)
  return { mean, sd, n, undefined: values.length - n, low, high }
}

function comparisonOf(
  a: Float64Array,
  b: Float64Array,
  { resamples, confidence, seed }: Required<AggregateOptions>,
): Comparison {
  const differences = a.map((value, i) => value - b[i]).filter((value) => !Number.isNaN(value))
  const n = differences.length
  const wins = differences.filter((difference) => difference > 0).length
  const losses = differences.filter((difference) => difference < 0).length
  const [low, high] = bootstrapMean(differences, resamples, confidence, seed)
  return {
    difference: meanOf(differences),
    low,
    high,
    p: signFlipP(differences, resamples, seed),
    wins,
    ties: n - wins - losses,
    losses,
    n,
    undefined: a.length - n,
  }
}
