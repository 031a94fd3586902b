import { checkCount, type OptionTable, readOptions } from '../../mask/options.ts'
import { checkIterable } from '../../mask/validate.ts'
import type { MetricName } from '../metric-directions.ts'
import type { OverlapName } from '../overlap.ts'
import { type SweepOptions, type SweepRead, sweepOptions } from './sweep-options.ts'
import type { SweepCase, SweepSummary } from './sweep-summary.ts'
import { SweepTotals } from './sweep-totals.ts'

/** Options of {@link sweepAll}. */
export interface SweepAllOptions<
  Name extends MetricName = MetricName,
  Score extends string = string,
> extends Omit<SweepOptions<Name, Score>, 'within'> {
  /**
   * The thresholds at which everything is computed: at most 10,000 numbers from 0 to 1. Default: if
   * only metrics of overlap are wanted, the 255 that make different masks of maps of 8 bits,
   * (k + ½) / 255; else 0.05, 0.1 … 0.95.
   */
  thresholds?: readonly number[] | Float32Array | Float64Array
}

/** @internal */
export const sweepAllOptions = (
  of: string,
): OptionTable<SweepAllOptions, Omit<SweepRead, 'within'>> => {
  const { within, ...table } = sweepOptions(of)
  return table
}

/**
 * {@link sweep} over many images: the mean of each metric and score at each threshold, the metrics of
 * overlap of all pixels pooled, and the threshold whose mean is best. Cases are read one after the
 * other and none is kept: a generator may read files.
 *
 * The best threshold is chosen on these cases, and the mean there is too good for others:
 * `mean.leaveOneOut` is what to expect. Choose on images for validation, then call this for those of
 * the test with `thresholds: [best.threshold]`.
 *
 * @param cases - at least one
 * @param options - as for {@link sweep}, without `within`, which each case has
 * @throws TypeError or RangeError as {@link sweep}, naming the case (`cases[3]`), or if there is none
 *
 * @example
 * ```ts
 * import { sweepAll } from 'vessel-reward'
 *
 * const truth = [[1, 1, 0, 0]]
 * const validation = [
 *   { probabilities: [[0.75, 0.25, 0.25, 0]], truth },
 *   { probabilities: [[0.75, 0.375, 0.125, 0]], truth },
 * ]
 * const { mean } = sweepAll(validation, { metrics: ['dice'], thresholds: [0.2, 0.3, 0.5] })
 * mean.best.threshold // => 0.2
 * mean.best.value // => 0.9
 * mean.leaveOneOut.toFixed(2) // => '0.83'
 *
 * const test = [{ probabilities: [[0.875, 0.625, 0.5, 0.25]], truth }]
 * const { thresholds, mean: there } = sweepAll(test, { thresholds: [mean.best.threshold, 0.5] })
 * thresholds // => Float64Array [0.2, 0.5]
 * there.values.dice[1] // => 1
 * ```
 */
export function sweepAll<Name extends MetricName = OverlapName, Score extends string = never>(
  cases: Iterable<SweepCase>,
  options?: SweepAllOptions<Name, Score>,
): SweepSummary<Name | Score> {
  checkCount(arguments.length, 2, 'sweepAll')
  const settings = readOptions(options, () => sweepAllOptions('sweepAll'), 'sweepAll')
  checkIterable(cases, 'the cases')
  const totals = new SweepTotals(settings, 'sweepAll')
  let index = 0
  for (const one of cases) totals.add(one, `cases[${index++}]`)
  return totals.summary() as unknown as SweepSummary<Name | Score>
}
