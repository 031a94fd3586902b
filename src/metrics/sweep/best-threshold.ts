import { directionOf, type MetricDirection } from '../metric-directions.ts'

/** The threshold at which a metric or a score is best; see {@link sweep}. */
export interface BestThreshold {
  /** What was asked for: the name of a metric or of a score. */
  readonly name: string
  /** The best threshold; NaN if the value is undefined at each. */
  readonly threshold: number
  /** The value there. */
  readonly value: number
  /** The value at the threshold 0.5, which nobody chose. */
  readonly atHalf: number
}

/**
 * Index of the best value; −1 if all are NaN. Among equal values the threshold nearest to 0.5 wins,
 * and of two that are equally near the lesser one.
 */
export function bestIndex(
  values: Float64Array,
  thresholds: Float64Array,
  direction: MetricDirection,
): number {
  let best = -1
  for (let i = 0; i < values.length; i++) {
    if (Number.isNaN(values[i])) continue
    const gain = best < 0 ? 1 : gainOf(values[i], values[best], direction)
    const isNearer = gain === 0 && Math.abs(thresholds[i] - 0.5) < Math.abs(thresholds[best] - 0.5)
    if (gain > 0 || isNearer) best = i
  }
  return best
}

/** Greater than 0 where the first value is better, 0 where both are as good. */
function gainOf(a: number, b: number, direction: MetricDirection): number {
  if (direction === 'one') return Math.sign(Math.abs(b - 1) - Math.abs(a - 1))
  // Infinities have no difference.
  const order = a === b ? 0 : a > b ? 1 : -1
  return direction === 'higher' ? order : -order
}

/** The best of some values, each at its threshold. */
export function bestOf(
  name: string,
  values: Float64Array,
  thresholds: Float64Array,
  atHalf: number,
): BestThreshold {
  const best = bestIndex(values, thresholds, directionOf(name))
  return {
    name,
    threshold: best < 0 ? Number.NaN : thresholds[best],
    value: best < 0 ? Number.NaN : values[best],
    atHalf,
  }
}
