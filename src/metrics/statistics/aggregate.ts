import { checkCount, type OptionTable, readOptions } from '../../mask/options.ts'
import { describe, finiteNumber } from '../../mask/validate.ts'
import { bootstrapMeans, meanOf, type Resampling } from './resampling.ts'

/** A value of a metric; NaN, null and undefined say that it is undefined for an image. */
export type MetricValue = number | null | undefined

/** Values of one metric, one an image. */
export type MetricValues = readonly MetricValue[] | Float64Array | Float32Array

/** Values greater than this would overflow where they are squared. */
const MAX_VALUE = 1e100
const MAX_VALUES = 2 ** 24

/** The values, with NaN where one is undefined; of records, the values of each name. */
export function columnsOf(
  values: MetricValues | readonly object[],
  what: string,
): Float64Array | Map<string, Float64Array> {
  const kind = describe(values)
  if (!Array.isArray(values) && !/^a Float..Array/.test(kind)) {
    throw new TypeError(`expected an array of ${what}, got ${kind}`)
  }
  if (values.length > MAX_VALUES) {
    throw new RangeError(`expected at most ${MAX_VALUES} ${what}, got ${values.length}`)
  }
  const list = values as readonly object[]
  if (!list.some(isObject)) {
    return Float64Array.from(list, (value, i) => defined(value, `value ${i}`))
  }
  const columns = new Map<string, Float64Array>()
  for (let i = 0; i < values.length; i++) {
    const record = values[i]
    if (!isObject(record)) {
      throw new TypeError(`expected record ${i} to be an object, got ${describe(record)}`)
    }
    for (const [name, value] of Object.entries(record)) {
      let column = columns.get(name)
      if (column === undefined) {
        column = new Float64Array(values.length).fill(Number.NaN)
        columns.set(name, column)
      }
      column[i] = defined(value, `'${name}' of record ${i}`)
    }
  }
  return columns
}

const isObject = (value: unknown) => typeof value === 'object' && value !== null

/** A finite value, or NaN for one that is undefined. */
function defined(value: unknown, name: string): number {
  if (value === undefined || value === null || Number.isNaN(value)) return Number.NaN
  return finiteNumber(value as number, name, -MAX_VALUE, MAX_VALUE)
}

/** What is made for each name, by name. */
export function byName<T>(
  names: readonly string[],
  make: (name: string, i: number) => T,
): Record<string, T> {
  return Object.fromEntries(names.map((name, i) => [name, make(name, i)]))
}

/** Options of {@link aggregate}, and of {@link compare}, which has more. */
export interface AggregateOptions {
  /** Samples drawn for the intervals, and for p-values of many images; 1 to 10⁶. Default: 10,000. */
  resamples?: number
  /** Probability that an interval is meant to cover, between 0 and 1. Default: .95. */
  confidence?: number
  /** Seed of the random numbers; an integer from 0 to 2³² − 1. Default: 0. */
  seed?: number
}

/** @internal The options of everything that resamples. */
export const aggregateOptions = (): OptionTable<AggregateOptions> => ({
  resamples: { default: 10_000, min: 1, max: 1e6, isInteger: true },
  confidence: { default: 0.95, min: 0, max: 1 },
  seed: { default: 0, min: 0, max: 2 ** 32 - 1, isInteger: true },
})

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
  rules: Partial<Record<Name, UndefinedRule>>
}

/** Summary of one metric over pairs of masks, undefined ones included; see {@link aggregate}. */
export interface EvaluationAggregate extends Aggregate {
  /** Number of values that are undefined and were scored as the perfect value: both empty. */
  scoredPerfect: number
  /** Number of values that are undefined and were scored as the worst finite value. */
  scoredWorst: number
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
  checkCount(arguments.length, 2, 'aggregate')
  const checked = readOptions(options, aggregateOptions, 'aggregate')
  if (Array.isArray(values) && isEvaluation(values[0])) {
    return aggregateEvaluations(values as readonly Evaluation[], checked)
  }
  const columns = columnsOf(values, 'values')
  if (!(columns instanceof Map)) return aggregatesOf([columns], checked)[0]
  const aggregates = aggregatesOf([...columns.values()], checked)
  return byName([...columns.keys()], (_, i) => aggregates[i])
}

/** @internal */
export function isEvaluation(record: unknown): record is Evaluation {
  if (!isObject(record)) return false
  const { values, rules } = record as Partial<Evaluation>
  return isObject(values) && isObject(rules)
}

function aggregateEvaluations(
  evaluations: readonly Evaluation[],
  options: Required<AggregateOptions>,
): Record<string, EvaluationAggregate> {
  const columns = columnsOf(valuesOf(evaluations), 'values') as Map<string, Float64Array>
  const had = [...columns].map(([name, column]) =>
    column.filter((_, i) => name in evaluations[i].values),
  )
  const aggregates = aggregatesOf(had, options)
  return byName([...columns.keys()], (name, i) => ({
    ...aggregates[i],
    scoredPerfect: countRule(evaluations, name, 'perfect'),
    scoredWorst: countRule(evaluations, name, 'worst'),
  }))
}

/** @internal The values of evaluations, each of which must be one. */
export function valuesOf(evaluations: readonly unknown[]): Record<string, number>[] {
  return Array.from(evaluations, (evaluation, i) => {
    if (isEvaluation(evaluation)) return evaluation.values
    throw new TypeError(`expected record ${i} to be an evaluation, as the first one is`)
  })
}

/** @internal How many evaluations scored a metric by a rule. */
export function countRule(
  evaluations: readonly Evaluation[],
  name: string,
  rule: UndefinedRule,
): number {
  return evaluations.filter(({ values, rules }) => name in values && rules[name] === rule).length
}

function aggregatesOf(columns: readonly Float64Array[], options: Resampling): Aggregate[] {
  const kept = columns.map((values) => values.filter((value) => !Number.isNaN(value)))
  const intervals = bootstrapMeans(kept, options)
  return kept.map((values, i) => {
    const n = values.length
    const mean = meanOf(values)
    const squares = values.map((value) => (value - mean) ** 2)
    const sd = n < 2 ? Number.NaN : Math.sqrt((meanOf(squares) * n) / (n - 1))
    const [low, high] = intervals[i]
    return { mean, sd, n, undefined: columns[i].length - n, low, high }
  })
}
