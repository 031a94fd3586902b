import type { MaskLike } from '../mask/bitmask.ts'
import { checkCount, type OptionTable, readOptions, unknownName } from '../mask/options.ts'
import { describe } from '../mask/validate.ts'
import { SPACING_RULE, type Spacing } from '../morphology/distance-transform.ts'
import { THINNING_METHODS } from '../morphology/skeletonize.ts'
import { CONNECTIVITIES } from '../topology/label.ts'
import type { Evaluation, UndefinedRule } from './aggregate.ts'
import { MAX_BUFFER } from './buffered-overlap.ts'
import { checkPair, type FieldRead, metricOptions } from './checked-pair.ts'
import { METRIC_DIRECTIONS, METRIC_NAMES, type MetricName } from './metric-directions.ts'
import { METRIC_GROUPS, type MetricSettings } from './metric-groups.ts'
import { MAX_RADIUS } from './point-matches.ts'

/** Options of {@link evaluate}. */
export interface EvaluateOptions<Name extends MetricName = MetricName> extends MetricSettings {
  /** Names of the wanted metrics. Default: all. */
  metrics?: readonly Name[]
}

interface EvaluateRead extends FieldRead {
  metrics: readonly MetricName[]
  spacing: Spacing
}

const evaluateOptions = (): OptionTable<EvaluateOptions, EvaluateRead> => ({
  ...metricOptions(),
  metrics: { default: METRIC_NAMES, read: namesOf },
  spacing: SPACING_RULE,
  tolerance: { default: 1, min: 0 },
  radius: { default: 5, min: 0, max: MAX_RADIUS },
  buffer: { default: 2, min: 0, max: MAX_BUFFER },
  thinning: { default: 'skimage', among: THINNING_METHODS },
  connectivity: { default: 8, among: CONNECTIVITIES },
})

/**
 * Every metric of a prediction against a truth in one call, or those named. What several metrics
 * need (skeletons, distances, components) is computed once.
 *
 * A metric that is undefined for the pair (0/0: something is empty) is scored by the option `empty`
 * like everywhere, and is named in `rules` with the rule that gave its value: `'perfect'` where
 * the masks agree in what the metric asks for (neither has a junction, say), `'worst'` where they do
 * not, `'left out'` (NaN) with `empty: 'nan'`. So no failure leaves a mean unseen: see
 * {@link aggregate}.
 *
 * Take `thinning: 'guo-hall'` where thin diagonal vessels matter or masks are drawn or scaled: the
 * default can lose half or nearly all of an exact two-pixel diagonal, and its values depend on how the
 * image is turned (docs/metrics.md, Thinning).
 *
 * @param pred - the prediction; see {@link MaskLike}
 * @param truth - the truth, of the same size; pass a `BitMask` where it comes again
 * @throws TypeError or RangeError if a mask or an option is not valid or sizes differ
 *
 * @example
 * ```ts
 * import { aggregate, evaluate } from 'vessel-reward'
 *
 * const truth = [[1, 1, 1, 0]]
 * const found = evaluate([[1, 1, 0, 0]], truth, { metrics: ['dice', 'hd95'] })
 * found.values.dice // => 0.8
 * const missed = evaluate([[0, 0, 0, 0]], truth, { metrics: ['dice', 'hd95'] })
 * missed.rules // => { hd95: 'worst' }
 * const { dice, hd95 } = aggregate([found, missed])
 * dice.mean // => 0.4
 * hd95.scoredWorst // => 1
 * ```
 */
export function evaluate<Name extends MetricName = MetricName>(
  pred: MaskLike,
  truth: MaskLike,
  options?: EvaluateOptions<Name>,
): Evaluation<Name> {
  checkCount(arguments.length, 3, 'evaluate')
  const { metrics, within, ignore, ...rest } = readOptions(options, evaluateOptions, 'evaluate')
  const names: ReadonlySet<MetricName> = new Set(metrics)
  const pair = checkPair(pred, truth, { within, ignore, empty: rest.empty })
  // The truth is packed now: what it says to ignore lies in the field of view.
  const settings: MetricSettings = { ...rest, within: pair.within }
  const values: Partial<Record<MetricName, number>> = {}
  const rules: Partial<Record<MetricName, UndefinedRule>> = {}
  for (const { names: members, compute } of METRIC_GROUPS) {
    if (!members.some((name) => names.has(name))) continue
    // The same masks for every metric: their facts are kept with them.
    const strict = compute(pair.pred, pair.truth, { ...settings, empty: 'nan' })
    const isUndefined = members.some(
      (name) => names.has(name) && Number.isNaN(strict[name] as number),
    )
    const scored =
      isUndefined && pair.empty !== 'nan' ? compute(pair.pred, pair.truth, settings) : strict
    for (const name of members) {
      if (!names.has(name)) continue
      values[name] = scored[name]
      if (!Number.isNaN(strict[name] as number)) continue
      // What is 0/0 may agree although the masks do not: neither has a junction, or a length.
      const isPerfect = scored[name] === (METRIC_DIRECTIONS[name] === 'lower' ? 0 : 1)
      rules[name] = pair.empty === 'nan' ? 'left out' : isPerfect ? 'perfect' : 'worst'
    }
  }
  return { values, rules } as unknown as Evaluation<Name>
}

/** A copy of the wanted names, each known. */
function namesOf(metrics: unknown): readonly MetricName[] {
  if (!Array.isArray(metrics)) {
    throw new TypeError(`expected metrics to be an array of names, got ${describe(metrics)}`)
  }
  return Array.from(metrics, (name) => {
    if (METRIC_NAMES.includes(name)) return name as MetricName
    throw unknownName(String(name), METRIC_NAMES, 'evaluate', 'metric')
  })
}
