import type { BitMask, MaskLike } from '../mask/bitmask.ts'
import { checkCount, type OptionTable, readOptions, unknownName } from '../mask/options.ts'
import { describe } from '../mask/validate.ts'
import { SPACING_RULE, type Spacing } from '../morphology/distance-transform.ts'
import { THINNING_RULE } from '../morphology/skeletonize.ts'
import type { ThinningMethod } from '../morphology/thinning-table.ts'
import { CONNECTIVITY_RULE, type Connectivity } from '../topology/label.ts'
import { bettiErrors } from './betti-errors.ts'
import { bettiMatching } from './betti-matching.ts'
import { BUFFER_RULE, bufferedOverlap } from './buffered-overlap.ts'
import { calParts } from './cal.ts'
import { checkPair, type FieldRead, type MetricOptions, metricOptions } from './checked-pair.ts'
import { clDiceParts } from './cl-dice.ts'
import { lengthRatio } from './length-ratio.ts'
import { METRIC_DIRECTIONS, METRIC_NAMES, type MetricName } from './metric-directions.ts'
import { accuracy, dice, iou, mcc, precision, recall, specificity } from './overlap.ts'
import { endpointF1, junctionMatches, RADIUS_RULE } from './point-matches.ts'
import { skeletalSimilarity } from './skeletal-similarity/skeletal-similarity.ts'
import type { Evaluation, UndefinedRule } from './statistics/aggregate.ts'
import { nsd, surfaceMetrics, TOLERANCE_RULE } from './surface/surface-metrics.ts'

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

/** Metrics that are computed together. */
export interface MetricGroup {
  names: readonly MetricName[]
  compute(
    pred: BitMask,
    truth: BitMask,
    settings: MetricSettings,
  ): Partial<Record<MetricName, number>>
}

// Else every bundle with any function of this file's entry would have all metrics.
/* @__NO_SIDE_EFFECTS__ */
function group<const Name extends MetricName>(
  names: readonly Name[],
  compute: (pred: BitMask, truth: BitMask, settings: MetricSettings) => Record<Name, number>,
): MetricGroup {
  return { names, compute }
}

/** The options that every metric has. */
const common = ({ within, empty }: MetricSettings): MetricOptions => ({ within, empty })

const surface = ({ within, empty, spacing }: MetricSettings) => ({ within, empty, spacing })

/** The metrics in groups that are computed together. */
const METRIC_GROUPS: readonly MetricGroup[] = [
  /* @__PURE__ */ group(
    ['dice', 'iou', 'recall', 'precision', 'specificity', 'accuracy', 'mcc'],
    (pred, truth, settings) => {
      const of = (metric: typeof dice) => metric(pred, truth, common(settings))
      return {
        dice: of(dice),
        iou: of(iou),
        recall: of(recall),
        precision: of(precision),
        specificity: of(specificity),
        accuracy: of(accuracy),
        mcc: of(mcc),
      }
    },
  ),
  /* @__PURE__ */ group(['clDice', 'tprec', 'tsens'], (pred, truth, settings) => ({
    ...clDiceParts(pred, truth, { ...common(settings), thinning: settings.thinning }),
  })),
  /* @__PURE__ */ group(
    ['cal', 'calConnectivity', 'calArea', 'calLength'],
    (pred, truth, settings) => {
      const parts = calParts(pred, truth, common(settings))
      const { connectivity: calConnectivity, area: calArea, length: calLength } = parts
      return { cal: parts.cal, calConnectivity, calArea, calLength }
    },
  ),
  /* @__PURE__ */ group(['rSe', 'rSp', 'rAcc'], (pred, truth, settings) => {
    const { rSe, rSp, rAcc } = skeletalSimilarity(pred, truth, common(settings))
    return { rSe, rSp, rAcc }
  }),
  /* @__PURE__ */ group(['completeness', 'correctness', 'quality'], (pred, truth, settings) => ({
    ...bufferedOverlap(pred, truth, {
      ...common(settings),
      thinning: settings.thinning,
      buffer: settings.buffer,
    }),
  })),
  /* @__PURE__ */ group(['b0Error', 'b1Error'], (pred, truth, { within, connectivity }) => {
    const { b0Error, b1Error } = bettiErrors(pred, truth, { within, connectivity })
    return { b0Error, b1Error }
  }),
  /* @__PURE__ */ group(['bettiMatchingError'], (pred, truth, { within, connectivity }) => ({
    bettiMatchingError: bettiMatching(pred, truth, { within, connectivity }).error,
  })),
  /* @__PURE__ */ group(
    ['junctionPrecision', 'junctionRecall', 'junctionF1'],
    (pred, truth, settings) => {
      const { thinning, radius } = settings
      const match = junctionMatches(pred, truth, { ...common(settings), thinning, radius })
      return {
        junctionPrecision: match.precision,
        junctionRecall: match.recall,
        junctionF1: match.f1,
      }
    },
  ),
  /* @__PURE__ */ group(['endpointF1'], (pred, truth, settings) => {
    const { thinning, radius } = settings
    return { endpointF1: endpointF1(pred, truth, { ...common(settings), thinning, radius }) }
  }),
  /* @__PURE__ */ group(['lengthRatio'], (pred, truth, settings) => ({
    lengthRatio: lengthRatio(pred, truth, { ...common(settings), thinning: settings.thinning }),
  })),
  /* @__PURE__ */ group(['hausdorff', 'hd95', 'assd', 'masd'], (pred, truth, settings) =>
    surfaceMetrics(pred, truth, surface(settings)),
  ),
  /* @__PURE__ */ group(['nsd'], (pred, truth, settings) => ({
    nsd: nsd(pred, truth, { ...surface(settings), tolerance: settings.tolerance }),
  })),
]

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
