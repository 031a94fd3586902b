/** What is reported of a series of measurements. */
export interface Summary {
  median: number
  /** Lower and upper quartile. */
  q1: number
  q3: number
  min: number
  max: number
  rounds: number
}

/** The quantile `p` of sorted values, interpolated linearly. */
export function quantile(sorted: readonly number[], p: number): number {
  const at = (sorted.length - 1) * p
  const below = Math.floor(at)
  const above = Math.min(below + 1, sorted.length - 1)
  return sorted[below] + (sorted[above] - sorted[below]) * (at - below)
}

/** Median and spread of at least one value. */
export function summarise(values: readonly number[]): Summary {
  if (values.length === 0) throw new RangeError('expected at least one measurement')
  const sorted = [...values].sort((a, b) => a - b)
  return {
    median: quantile(sorted, 0.5),
    q1: quantile(sorted, 0.25),
    q3: quantile(sorted, 0.75),
    min: sorted[0],
    max: sorted[sorted.length - 1],
    rounds: sorted.length,
  }
}

/**
 * Quotients round by round. Two contestants of one round share the mood of the machine, so the
 * spread of their quotients is much smaller than what the spreads of both times suggest.
 */
export function ratios(over: readonly number[], under: readonly number[]): number[] {
  if (over.length !== under.length) throw new RangeError('expected equally many rounds')
  return over.map((value, round) => value / under[round])
}

/** Interquartile range as a share of the median. */
export function relativeSpread({ median, q1, q3 }: Summary): number {
  return (q3 - q1) / median
}
