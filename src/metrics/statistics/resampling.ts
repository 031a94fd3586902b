import { seededRandom } from '../../mask/seeded-random.ts'

/** Random integers below `bound` (at most 2³²), the same for the same seed. */
function randomIntegers(seed: number, bound: number): () => number {
  const random = seededRandom(seed)
  return () => Math.floor(random() * bound)
}

/** How samples are drawn. */
export interface Resampling {
  readonly resamples: number
  /** The share of the means that an interval covers. */
  readonly confidence: number
  readonly seed: number
}

/** Arithmetic mean; NaN of nothing. */
export function meanOf(values: Float64Array): number {
  let sum = 0
  for (let i = 0; i < values.length; i++) sum += values[i]
  return sum / values.length
}

/**
 * Percentile intervals of the means of columns: the middle `confidence` of the means of samples drawn
 * with replacement. Columns of one length are drawn alike, so that the drawing is paid for once; what a
 * column gets does not depend on the others.
 *
 * Source: B. Efron, "Bootstrap methods: another look at the jackknife", Annals of Statistics 7(1),
 * 1979.
 */
export function bootstrapMeans(
  columns: readonly Float64Array[],
  { resamples, confidence, seed }: Resampling,
): (readonly [low: number, high: number])[] {
  return byLength(columns, resamples, (n, alike) => {
    if (n === 0) return alike.map(() => [Number.NaN, Number.NaN])
    const draw = randomIntegers(seed, n)
    const means = alike.map(() => new Float64Array(resamples))
    const drawn = new Uint32Array(n)
    for (let r = 0; r < resamples; r++) {
      for (let i = 0; i < n; i++) drawn[i] = draw()
      for (let c = 0; c < alike.length; c++) means[c][r] = sumOf(alike[c], drawn) / n
    }
    const tail = (1 - confidence) / 2
    return means.map((column) => {
      column.sort()
      return [quantileOf(column, tail), quantileOf(column, 1 - tail)]
    })
  })
}

/** In the order in which they were drawn, on which the rounding depends. */
function sumOf(values: Float64Array, drawn: Uint32Array): number {
  let sum = 0
  for (let i = 0; i < drawn.length; i++) sum += values[drawn[i]]
  return sum
}

/** Means that are in memory at a time: columns of one length in parts, where there are more. */
const MOST_MEANS = 2 ** 20

/** What a function makes of columns that have one length, in the order of all columns. */
function byLength<T>(
  columns: readonly Float64Array[],
  resamples: number,
  make: (length: number, alike: readonly Float64Array[]) => readonly T[],
): T[] {
  const places = new Map<number, number[]>()
  for (const [place, { length }] of columns.entries()) {
    const alike = places.get(length)
    if (alike === undefined) places.set(length, [place])
    else alike.push(place)
  }
  const made = new Array<T>(columns.length)
  const most = Math.max(1, Math.floor(MOST_MEANS / resamples))
  for (const [length, all] of places) {
    for (let from = 0; from < all.length; from += most) {
      const part = all.slice(from, from + most)
      const values = make(
        length,
        part.map((place) => columns[place]),
      )
      for (const [i, value] of values.entries()) made[part[i]] = value
    }
  }
  return made
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
 * Two-sided p-values of the sign-flip test, one for each column of differences: how often their sum,
 * each with a sign at random, is at least as far from 0 as the sum observed. All choices of signs up
 * to 16 differences that are not 0, else `resamples` random ones, of which the observed one counts as
 * one more. 1 where all differences are 0.
 *
 * Source: R. A. Fisher, "The Design of Experiments", 1935; B. Phipson and G. Smyth, "Permutation
 * p-values should never be zero", Statistical Applications in Genetics and Molecular Biology 9(1),
 * 2010.
 */
export function signFlipPs(
  columns: readonly Float64Array[],
  { resamples, seed }: Pick<Resampling, 'resamples' | 'seed'>,
): number[] {
  const moved = columns.map((column) => column.filter((difference) => difference !== 0))
  return byLength(moved, resamples, (n, alike) => {
    const isFar = alike.map(farTest)
    const hits = alike.map(() => 0)
    const isExact = n <= MAX_EXACT
    const draw = randomIntegers(seed, 2)
    const flips = new Uint8Array(n)
    const count = isExact ? 2 ** n : resamples
    for (let r = 0; r < count; r++) {
      for (let i = 0; i < n; i++) flips[i] = isExact ? 1 - ((r >>> i) & 1) : draw()
      for (let c = 0; c < alike.length; c++) if (isFar[c](flips)) hits[c]++
    }
    return hits.map((hit) => (isExact ? hit / count : (hit + 1) / (count + 1)))
  })
}

/** Whether the sum of differences of which some change their sign is as far from 0 as without. */
function farTest(differences: Float64Array): (flips: Uint8Array) => boolean {
  let size = 0
  for (let i = 0; i < differences.length; i++) size += Math.abs(differences[i])
  const flipped = (flips: Uint8Array) => {
    let sum = 0
    for (let i = 0; i < flips.length; i++) sum += flips[i] === 0 ? differences[i] : -differences[i]
    return Math.abs(sum)
  }
  // Sums that differ by rounding only are equal.
  const far = flipped(new Uint8Array(differences.length)) - 1e-12 * size
  return (flips) => flipped(flips) >= far
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
