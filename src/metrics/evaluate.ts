import type { MaskLike } from '../mask/bitmask.ts'
import { checkCount, type OptionTable, readOptions, unknownName } from '../mask/options.ts'
import { describe } from '../mask/validate.ts'
import { SPACING_RULE, type Spacing } from '../morphology/distance-transform.ts'
import { THINNING_RULE } from '../morphology/skeletonize.ts'
import type { ThinningMethod } from '../morphology/thinning-table.ts'
import { DEFAULT_JUNCTIONS } from '../topology/junctions.ts'
import { CONNECTIVITY_RULE, type Connectivity } from '../topology/label.ts'
import { bettiErrorsOf } from './betti-errors.ts'
import { bettiMatchingOf } from './betti-matching.ts'
import { BUFFER_RULE, bufferedOverlapOf } from './buffered-overlap.ts'
import { calOf } from './cal.ts'
import {
  type CheckedPair,
  checkInside,
  type FieldRead,
  type MetricOptions,
  metricOptions,
  type Scored,
} from './checked-pair.ts'
import { clDicePartsOf } from './cl-dice.ts'
import { lengthRatioOf } from './length-ratio.ts'
import { METRIC_DIRECTIONS, METRIC_NAMES, type MetricName } from './metric-directions.ts'
import { confusionOf, OVERLAP_METRICS, OVERLAP_NAMES } from './overlap.ts'
import { endMatchOf, junctionMatchOf, RADIUS_RULE } from './point-matches.ts'
import { skeletalSimilarityOf } from './skeletal-similarity/skeletal-similarity.ts'
import type { Evaluation, UndefinedRule } from './statistics/aggregate.ts'
import { nsdOfPair, surfaceMetricsOf, TOLERANCE_RULE } from './surface/surface-metrics.ts'

/** What the metrics of {@link evaluate} depend on; each option goes to the metrics that have it. */
export interface MetricSettings extends MetricOptions {
  /**
   * Distance from a row to the next and from a column to the next, as [rows, columns], or one
   * number for both: the unit of the surface distances. Default: 1, which measures in pixels.
   */
  spacing?: number | readonly [rows: number, columns: number]
  /** Tolerance of `nsd`, in the unit of the spacing; at least 0. Default: 1. */
  tolerance?: number
  /** Radius within which junctions and ends are matched, in pixels, 0 to 10⁴. Default: 5. */
  radius?: number
  /** Tolerance of `completeness`, `correctness` and `quality`, in pixels, 0 to 100. Default: 2. */
  buffer?: number
  /**
   * The thinning variant of every metric but the `cal` and `r` ones, which have their own. Default:
   * `'skimage'`.
   */
  thinning?: ThinningMethod
  /** Connectivity of the foreground where components and holes are counted. Default: 8. */
  connectivity?: Connectivity
}

/** The settings once they are checked. */
type Settings = Required<Omit<MetricSettings, keyof MetricOptions | 'spacing'>> & {
  spacing: Spacing
}

/** Metrics that are measured together. */
interface MetricGroup {
  names: readonly MetricName[]
  measure(pair: CheckedPair, settings: Settings): Scored<Partial<Record<MetricName, number>>>
}

// Else every bundle with any function of this file's entry would have all metrics.
/* @__NO_SIDE_EFFECTS__ */
function group<const Name extends MetricName>(
  names: readonly Name[],
  measure: (pair: CheckedPair, settings: Settings) => Scored<Record<Name, number>>,
): MetricGroup {
  return { names, measure }
}

/** The metrics in groups that are measured together. */
const METRIC_GROUPS: readonly MetricGroup[] = [
  /* @__PURE__ */ group(OVERLAP_NAMES, (pair) => {
    const counts = confusionOf(pair)
    return (empty) => {
      const { dice, iou, recall, precision, specificity, accuracy, mcc } = OVERLAP_METRICS
      return {
        dice: dice(counts, empty),
        iou: iou(counts, empty),
        recall: recall(counts, empty),
        precision: precision(counts, empty),
        specificity: specificity(counts, empty),
        accuracy: accuracy(counts, empty),
        mcc: mcc(counts, empty),
      }
    }
  }),
  /* @__PURE__ */ group(['clDice', 'tprec', 'tsens'], (pair, { thinning }) =>
    clDicePartsOf(pair, thinning),
  ),
  /* @__PURE__ */ group(['cal', 'calConnectivity', 'calArea', 'calLength'], (pair) => {
    const scored = calOf(pair.pred, pair.truth)
    return (empty) => {
      const { cal, connectivity: calConnectivity, area: calArea, length: calLength } = scored(empty)
      return { cal, calConnectivity, calArea, calLength }
    }
  }),
  /* @__PURE__ */ group(['rSe', 'rSp', 'rAcc'], (pair) => skeletalSimilarityOf(pair)),
  /* @__PURE__ */ group(['completeness', 'correctness', 'quality'], (pair, { buffer, thinning }) =>
    bufferedOverlapOf(pair, buffer, thinning),
  ),
  /* @__PURE__ */ group(['b0Error', 'b1Error'], (pair, { connectivity }) => {
    const errors = bettiErrorsOf(pair, connectivity)
    return () => errors
  }),
  /* @__PURE__ */ group(['bettiMatchingError'], (pair, { connectivity }) => {
    const { error: bettiMatchingError } = bettiMatchingOf(pair, connectivity)
    return () => ({ bettiMatchingError })
  }),
  /* @__PURE__ */ group(
    ['junctionPrecision', 'junctionRecall', 'junctionF1'],
    (pair, { thinning, radius }) => {
      const scored = junctionMatchOf(pair, thinning, radius, DEFAULT_JUNCTIONS, 'junctionMatches')
      return (empty) => {
        const {
          precision: junctionPrecision,
          recall: junctionRecall,
          f1: junctionF1,
        } = scored(empty)
        return { junctionPrecision, junctionRecall, junctionF1 }
      }
    },
  ),
  /* @__PURE__ */ group(['endpointF1'], (pair, { thinning, radius }) => {
    const scored = endMatchOf(pair, thinning, radius, 'endpointF1')
    return (empty) => ({ endpointF1: scored(empty).f1 })
  }),
  /* @__PURE__ */ group(['lengthRatio'], (pair, { thinning }) => lengthRatioOf(pair, thinning)),
  /* @__PURE__ */ group(['hausdorff', 'hd95', 'assd', 'masd'], (pair, { spacing }) =>
    surfaceMetricsOf(pair, spacing),
  ),
  /* @__PURE__ */ group(['nsd'], (pair, { spacing, tolerance }) =>
    nsdOfPair(pair, tolerance, spacing),
  ),
]

/** Options of {@link evaluate}. */
export interface EvaluateOptions<Name extends MetricName = MetricName> extends MetricSettings {
  /** Names of the wanted metrics. Default: all. */
  metrics?: readonly Name[]
}

/** The options of {@link evaluate} once they are checked. */
export interface EvaluateRead extends FieldRead {
  metrics: readonly MetricName[]
  spacing: Spacing
}

/** @internal */
export const evaluateOptions = (): OptionTable<EvaluateOptions, EvaluateRead> => ({
  ...metricOptions(),
  metrics: { default: METRIC_NAMES, read: metricNamesOf('evaluate') },
  spacing: SPACING_RULE,
  tolerance: TOLERANCE_RULE,
  radius: RADIUS_RULE,
  buffer: BUFFER_RULE,
  thinning: THINNING_RULE,
  connectivity: CONNECTIVITY_RULE,
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
  const { metrics, within, ignore, empty, ...settings } = readOptions(
    options,
    evaluateOptions,
    'evaluate',
  )
  const names: ReadonlySet<MetricName> = new Set(metrics)
  const pair = checkInside(pred, truth, { within, ignore, empty })
  const values: Partial<Record<MetricName, number>> = {}
  const rules: Partial<Record<MetricName, UndefinedRule>> = {}
  for (const { names: members, measure } of METRIC_GROUPS) {
    const wanted = members.filter((name) => names.has(name))
    if (wanted.length === 0) continue
    const scored = measure(pair, settings)
    const strict = scored('nan')
    const isDefined = wanted.every((name) => !Number.isNaN(strict[name]))
    const given = isDefined ? strict : scored(empty)
    for (const name of wanted) {
      values[name] = given[name]
      if (!Number.isNaN(strict[name])) continue
      // What is 0/0 may agree although the masks do not: neither has a junction, or a length.
      const isPerfect = given[name] === (METRIC_DIRECTIONS[name] === 'lower' ? 0 : 1)
      rules[name] = empty === 'nan' ? 'left out' : isPerfect ? 'perfect' : 'worst'
    }
  }
  return { values, rules } as unknown as Evaluation<Name>
}

/** @internal Reads names of metrics: a copy, each known. */
export const metricNamesOf = (of: string) => (metrics: unknown) => {
  if (!Array.isArray(metrics)) {
    throw new TypeError(`expected metrics to be an array of names, got ${describe(metrics)}`)
  }
  return Array.from(metrics, (name) => {
    if (METRIC_NAMES.includes(name)) return name as MetricName
    throw unknownName(String(name), METRIC_NAMES, of, 'metric')
  })
}
