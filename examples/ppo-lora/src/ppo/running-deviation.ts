/**
 * Mean and deviation of numbers that come one after another.
 *
 * Source: B. P. Welford, "Note on a method for calculating corrected sums of squares and products",
 * Technometrics 4, 1962.
 */
export class RunningDeviation {
  count = 0
  mean = 0
  /** Sum of squared distances from the mean. */
  squares = 0

  add(value: number): void {
    this.count++
    const before = value - this.mean
    this.mean += before / this.count
    this.squares += before * (value - this.mean)
  }

  /** Deviation of all numbers so far; 1 while they do not vary. */
  get deviation(): number {
    const deviation = Math.sqrt(this.squares / Math.max(1, this.count))
    return deviation > 1e-8 ? deviation : 1
  }
}
