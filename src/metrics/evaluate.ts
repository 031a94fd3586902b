import type { MaskLike } from '../mask/bitmask.ts'
import { checkOptions, describe, finiteNumber, oneOf } from '../mask/validate.ts'
import { spacingOf } from '../morphology/distance-transform.ts'
import { THINNING_METHODS } from '../morphology/skeletonize.ts'
import type { Evaluation, UndefinedRule } from './aggregate.ts'
import { MAX_TOLERANCE as MAX_BUFFER } from './buffered.ts'
import { MAX_RADIUS } from './junction-match.ts'
import {
  METRIC_GROUPS,
  METRIC_NAMES,
  type MetricName,
  type MetricSettings,
} from './metric-groups.ts'
import { checkPair } from './metric-options.ts'

/** Options of {@link evaluate}. */
export interface EvaluateOptions<Name extends MetricName = MetricName> extends MetricSettings {
  /** Names of the wanted metrics. Default: all. */
  metrics?: readonly Name[]
}

const OPTION_NAMES = [
  'metrics',
  'within',
  'empty',
  'spacing',
  'tolerance',
  'radius',
  'buffer',
  'thinning',
  'connectivity',
] as const satisfies readonly (keyof EvaluateOptions)[]

/**
 * Every metric of a prediction against a truth in one call, or those named. What several metrics
 * need (skeletons, distances, components) is computed once.
 *
 * A metric that is undefined for the pair (0/0: something is empty) is scored by the option `empty`
 * like everywhere, and is named in `undefined` with the rule that gave its value: `'perfect'` where
 * the masks agree in what the metric asks for (neither has a junction, say), `'worst'` where they do
 * not, `'left out'` (NaN) with `empty: 'nan'`. So no failure leaves a mean unseen: see
 * {@link aggregate}.
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
 * missed.undefined // => { hd95: 'worst' }
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
  checkOptions(options, OPTION_NAMES)
  const { metrics, ...rest } = options ?? {}
  const names = namesOf(metrics)
  checkSettings(rest)
  const pair = checkPair(pred, truth, { within: rest.within, empty: rest.empty })
  const settings = { ...rest, within: pair.within, empty: pair.empty }
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
      const isPerfect = scored[name] === (DISTANCES.has(name) ? 0 : 1)
      rules[name] = pair.empty === 'nan' ? 'left out' : isPerfect ? 'perfect' : 'worst'
    }
  }
  return { values, undefined: rules } as Evaluation<Name>
}

/** The metrics that may be undefined and are 0 at best. */
const DISTANCES: ReadonlySet<MetricName> = new Set(['hausdorff', 'hd95', 'assd', 'masd'])

/** Checks every option, also those of metrics that are not wanted. */
function checkSettings({
  spacing,
  tolerance = 1,
  radius = 5,
  buffer = 2,
  thinning = 'skimage',
  connectivity = 8,
}: MetricSettings): void {
  spacingOf(spacing)
  finiteNumber(tolerance, 'tolerance', 0)
  finiteNumber(radius, 'radius', 0, MAX_RADIUS)
  finiteNumber(buffer, 'buffer', 0, MAX_BUFFER)
  oneOf(thinning, THINNING_METHODS, 'thinning')
  oneOf(connectivity, [4, 8], 'connectivity')
}

function namesOf(metrics: readonly string[] | undefined): ReadonlySet<string> {
  if (metrics === undefined) return new Set(METRIC_NAMES)
  if (!Array.isArray(metrics)) {
    throw new TypeError(`expected metrics to be an array of names, got ${describe(metrics)}`)
  }
  checkOptions(Object.fromEntries(metrics.map((name) => [name, 0])), METRIC_NAMES, 'metric')
  return new Set(metrics)
}
