import { BitMask, countComponents, skeletonLength } from 'vessel-reward'
import type { ProbabilityMap } from './post-process.ts'

/** Limits of the bins whose shares of pixels are features. */
const LIMITS = [0.02, 0.05, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 0.98]
/** Thresholds at which the mask is described. */
const THRESHOLDS = [0.2, 0.5]

/**
 * What a policy sees of a map of probabilities, and no more: how its pixels in the field of view spread
 * over probabilities, how undecided they are, and components and length of its masks.
 *
 * @param within - 1 inside the field of view
 */
export function mapFeatures(map: ProbabilityMap, within: BitMask): number[] {
  const inside = within.toUint8Array()
  const bins = new Array<number>(LIMITS.length + 1).fill(0)
  let mean = 0
  let undecided = 0
  let count = 0
  map.data.forEach((p, i) => {
    if (inside[i] === 0) return
    bins[LIMITS.filter((limit) => p > limit).length]++
    mean += p
    undecided += p * (1 - p)
    count++
  })
  const shapes = THRESHOLDS.flatMap((threshold) => {
    const mask = BitMask.from(map, { threshold })
    return [countComponents(mask), skeletonLength(mask) / 100]
  })
  return [...bins.map((bin) => bin / count), mean / count, undecided / count, ...shapes]
}

/** Brings features to a mean of 0 and a deviation of 1 over some images, with a constant added. */
export function standardizer(
  images: readonly (readonly number[])[],
): (features: readonly number[]) => Float64Array {
  const columns = images[0].map((_, f) => images.map((one) => one[f]))
  const means = columns.map((column) => column.reduce((a, b) => a + b) / column.length)
  const deviations = columns.map((column, f) =>
    Math.sqrt(column.reduce((sum, x) => sum + (x - means[f]) ** 2, 0) / column.length),
  )
  // What does not vary says nothing.
  const scaled = (x: number, f: number) => (deviations[f] > 0 ? (x - means[f]) / deviations[f] : 0)
  return (features) => Float64Array.from([...features.map(scaled), 1])
}
