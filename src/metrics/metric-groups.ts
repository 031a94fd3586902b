import type { BitMask } from '../mask/bitmask.ts'
import type { ThinningMethod } from '../morphology/thinning-table.ts'
import type { Connectivity } from '../topology/label.ts'
import { bettiErrors } from './betti-errors.ts'
import { bettiMatching } from './betti-matching.ts'
import { bufferedOverlap } from './buffered-overlap.ts'
import { calParts } from './cal.ts'
import type { MetricOptions } from './checked-pair.ts'
import { clDiceParts } from './cl-dice-parts.ts'
import { lengthRatio } from './length-ratio.ts'
import type { MetricName } from './metric-directions.ts'
import { accuracy, dice, iou, mcc, precision, recall, specificity } from './overlap.ts'
import { endpointF1, junctionMatches } from './point-matches.ts'
import { skeletalSimilarity } from './skeletal-similarity/skeletal-similarity.ts'
import { nsd, surfaceMetrics } from './surface/surface-metrics.ts'

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
export const METRIC_GROUPS: readonly MetricGroup[] = [
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
