import { seededRandom } from '../../mask/seeded-random.ts'

/** Random integers below `bound` (at most 2³²), the same for the same seed. */
function randomIntegers(seed: number, bound: number): () => number {
  const random = seededRandom(seed)
  return () => Math.floor(random() * bound)
}

/** Arithmetic mean; NaN of nothing. */
export function meanOf(values: Float64Array): number {
  let sum = 0
  for (let i = 0; i < values.length; i++) sum += values[i]
  return sum / values.length
}

/**
 * Percentile interval of the mean: the middle `confidence` of the means of samples drawn with
 * replacement.
 *
 * Source: B. Efron, "Bootstrap methods: another look at the jackknife", Annals of Statistics 7(1),
 * 1979.
 */
export function bootstrapMean(
  values: Float64Array,
  resamples: number,
  confidence: number,
  seed: number,
): readonly [low: number, high: number] {
  const n = values.length
  if (n === 0) return [Number.NaN, Number.NaN]
  const draw = randomIntegers(seed, n)
  const means = new Float64Array(resamples)
  for (let r = 0; r < resamples; r++) {
    let sum = 0
    for (let i = 0; i < n; i++) sum += values[draw()]
    means[r] = sum / n
  }
  means.sort()
  const tail = (1 - confidence) / 2
  return [quantileOf(means, tail), quantileOf(means, 1 - tail)]
}

/** Quantile of sorted values, linear between neighbours (as `numpy.quantile` by default). */
export function quantileOf(sorted: Float64Array, share: number): number {
  const place = share * (sorted.length - 1)
  const below = Math.floor(place)
  const above = Math.min(below + 1, sorted.length - 1)
  return sorted[below] + (place - below) * (sorted[above] - sorted[below])
}

/** Up to this many differences, all 2ⁿ choices of signs are tried. */
const MAX_EXACT = 16

/**
 * Two-sided p-value of the sign-flip test: how often the sum of the differences, each with a sign
 * at random, is at least as far from 0 as the sum observed. All choices of signs up to 16
 * differences that are not 0, else `resamples` random ones, of which the observed one counts as
 * one more. 1 where all differences are 0.
 *
 * Source: R. A. Fisher, "The Design of Experiments", 1935; B. Phipson and G. Smyth, "Permutation
 * p-values should never be zero", Statistical Applications in Genetics and Molecular Biology 9(1),
 * 2010.
 */
export function signFlipP(differences: Float64Array, resamples: number, seed: number): number {
  const moved = differences.filter((difference) => difference !== 0)
  const n = moved.length
  let sum = 0
  let size = 0
  for (let i = 0; i < n; i++) {
    sum += moved[i]
    size += Math.abs(moved[i])
  }
  // Sums that differ by rounding only are equal.
  const far = Math.abs(sum) - 1e-12 * size
  let hits = 0
  if (n > MAX_EXACT) {
    const draw = randomIntegers(seed, 2)
    for (let r = 0; r < resamples; r++) {
      let flipped = 0
      for (let i = 0; i < n; i++) flipped += draw() === 0 ? moved[i] : -moved[i]
      if (Math.abs(flipped) >= far) hits++
    }
    return (hits + 1) / (resamples + 1)
  }
  for (let signs = 0; signs < 2 ** n; signs++) {
    let flipped = 0
    for (let i = 0; i < n; i++) flipped += (signs >>> i) & 1 ? moved[i] : -moved[i]
    if (Math.abs(flipped) >= far) hits++
  }
  return hits / 2 ** n
}

/**
 * p-values with Holm's correction, in their order: the k-th smallest of m is multiplied by
 * m − k + 1, and none is below one before it.
 *
 * Source: S. Holm, "A simple sequentially rejective multiple test procedure", Scandinavian Journal
 * of Statistics 6(2), 1979.
 */
export function holm(values: readonly number[]): number[] {
  const order = values.map((_, i) => i).sort((i, j) => values[i] - values[j])
  const adjusted = new Array<number>(values.length)
  let least = 0
  for (const [rank, i] of order.entries()) {
    least = Math.max(least, Math.min(1, values[i] * (values.length - rank)))
    adjusted[i] = least
  }
  return adjusted
}
