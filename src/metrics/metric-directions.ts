/** Which values of a metric are better: greater ones, smaller ones, or those nearer to 1. */
export type MetricDirection = 'higher' | 'lower' | 'one'

const DIRECTIONS = {
  dice: 'higher',
  iou: 'higher',
  recall: 'higher',
  precision: 'higher',
  specificity: 'higher',
  accuracy: 'higher',
  mcc: 'higher',
  clDice: 'higher',
  tprec: 'higher',
  tsens: 'higher',
  cal: 'higher',
  calConnectivity: 'higher',
  calArea: 'higher',
  calLength: 'higher',
  rSe: 'higher',
  rSp: 'higher',
  rAcc: 'higher',
  completeness: 'higher',
  correctness: 'higher',
  quality: 'higher',
  b0Error: 'lower',
  b1Error: 'lower',
  bettiMatchingError: 'lower',
  junctionPrecision: 'higher',
  junctionRecall: 'higher',
  junctionF1: 'higher',
  endpointF1: 'higher',
  lengthRatio: 'one',
  hausdorff: 'lower',
  hd95: 'lower',
  assd: 'lower',
  masd: 'lower',
  nsd: 'higher',
} as const

/** Name of a metric of {@link evaluate}. */
export type MetricName = keyof typeof DIRECTIONS

/**
 * The direction of every metric of {@link evaluate}, by name: `'higher'` and `'lower'` say which of
 * two values is better, `'one'` that the value nearer to 1 is.
 *
 * @example
 * ```ts
 * import { METRIC_DIRECTIONS } from 'vessel-reward'
 *
 * METRIC_DIRECTIONS.dice // => 'higher'
 * METRIC_DIRECTIONS.hd95 // => 'lower'
 * METRIC_DIRECTIONS.lengthRatio // => 'one'
 * ```
 */
export const METRIC_DIRECTIONS: Readonly<Record<MetricName, MetricDirection>> = DIRECTIONS

/** Names of the metrics of {@link evaluate}. */
export const METRIC_NAMES: readonly MetricName[] = /* @__PURE__ */ Object.freeze(
  /* @__PURE__ */ Object.keys(METRIC_DIRECTIONS) as MetricName[],
)

/** Which values of a metric are better; those of the reward and of scores are the greater ones. */
export function directionOf(name: string): MetricDirection {
  return Object.hasOwn(METRIC_DIRECTIONS, name) ? METRIC_DIRECTIONS[name as MetricName] : 'higher'
}
