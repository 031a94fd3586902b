import type { BitMask, MaskLike } from '../../mask/bitmask.ts'
import { checkCount, type OptionRule, type OptionTable, readOptions } from '../../mask/options.ts'
import { SPACING_RULE, type Spacing } from '../../morphology/distance-transform.ts'
import {
  type CheckedPair,
  checkInside,
  type EmptyPolicy,
  type FieldRead,
  type MetricOptions,
  metricOptions,
  type Scored,
} from '../checked-pair.ts'
import { boundaryOf, countWithin, surfaceDistances } from './surface-distances.ts'

/** Options of the distances between the boundaries of two masks. */
export interface SurfaceDistanceOptions extends MetricOptions {
  /**
   * Distance from a row to the next and from a column to the next, as [rows, columns], or one
   * number for both; 10⁻⁵⁰ to 10⁵⁰. Default: 1, which measures in pixels.
   */
  spacing?: number | readonly [rows: number, columns: number]
}

interface SurfaceRead extends FieldRead {
  spacing: Spacing
}

const surfaceOptions = (): OptionTable<SurfaceDistanceOptions, SurfaceRead> => ({
  ...metricOptions(),
  spacing: SPACING_RULE,
})

/** Options of {@link hd95}. */
export interface Hd95Options extends SurfaceDistanceOptions {
  /**
   * `'directed'`: the greater of the percentiles of the two directions, as MONAI and
   * MetricsReloaded take it; `'pooled'`: the percentile of both directions together, as MedPy does.
   * Default: `'directed'`.
   */
  convention?: 'directed' | 'pooled'
}

const hd95Options = (): OptionTable<Hd95Options, SurfaceRead> => ({
  ...surfaceOptions(),
  convention: { default: 'directed', among: ['directed', 'pooled'] },
})

/** Options of {@link nsd}. */
export interface NsdOptions extends SurfaceDistanceOptions {
  /** Distance up to which boundaries agree, in the unit of the spacing; at least 0. Default: 1. */
  tolerance?: number
}

/** The distance up to which surfaces agree. */
export const TOLERANCE_RULE: OptionRule<number> = { default: 1, min: 0 }

const nsdOptions = (): OptionTable<NsdOptions, SurfaceRead> => ({
  ...surfaceOptions(),
  tolerance: TOLERANCE_RULE,
})

/**
 * Hausdorff distance: the greatest distance from a boundary pixel of one mask to the nearest
 * boundary pixel of the other; see `boundary`. Two empty masks: 0; exactly one empty: the
 * diagonal of the image, which no distance exceeds.
 *
 * @param pred - the prediction; see {@link MaskLike}
 * @param truth - the truth, of the same size
 * @returns a distance in the unit of the spacing
 * @throws TypeError or RangeError if a mask or an option is not valid or sizes differ
 *
 * Source: D. Huttenlocher, G. Klanderman and W. Rucklidge, "Comparing images using the Hausdorff
 * distance", IEEE TPAMI 15(9), 1993.
 *
 * @example
 * ```ts
 * import { hausdorff } from 'vessel-reward'
 *
 * hausdorff([[1, 0, 0, 1]], [[1, 0, 0, 0]]) // => 3
 * hausdorff([[0, 0, 0, 0]], [[1, 0, 0, 0]]).toFixed(2) // => '4.12'
 * ```
 */
export function hausdorff(
  pred: MaskLike,
  truth: MaskLike,
  options?: SurfaceDistanceOptions,
): number {
  checkCount(arguments.length, 3, 'hausdorff')
  return ofSurfaces('hausdorff', pred, truth, options, greatest(1))
}

/**
 * 95th percentile of the Hausdorff distance, with linear interpolation: the greater of those of
 * the two directions, or that of both together. Two empty masks: 0; exactly one empty: the diagonal
 * of the image.
 *
 * @param pred - the prediction; see {@link MaskLike}
 * @param truth - the truth, of the same size
 * @returns a distance in the unit of the spacing
 * @throws TypeError or RangeError if a mask or an option is not valid or sizes differ
 *
 * Source: L. Maier-Hein et al., "Metrics reloaded", Nature Methods 21, 2024.
 *
 * @example
 * ```ts
 * import { hd95 } from 'vessel-reward'
 *
 * hd95([[1, 0, 0, 1]], [[1, 0, 0, 0]]).toFixed(2) // => '2.85'
 * hd95([[1, 0, 0, 1]], [[1, 0, 0, 0]], { convention: 'pooled' }).toFixed(2) // => '2.70'
 * ```
 */
export function hd95(pred: MaskLike, truth: MaskLike, options?: Hd95Options): number {
  checkCount(arguments.length, 3, 'hd95')
  const { convention, ...common } = readOptions(options, hd95Options, 'hd95')
  const isDirected = convention === 'directed'
  const summary: Summary = isDirected
    ? greatest(0.95)
    : (there, back) => quantile(together(there, back), 0.95)
  const pair = checkInside(pred, truth, common)
  return measured(pair, common.spacing, isDirected ? 0.95 : 1, { hd95: summary })(pair.empty).hd95
}

/**
 * Average symmetric surface distance: the mean over the boundary pixels of both masks of the
 * distance to the other boundary. Two empty masks: 0; exactly one empty: the diagonal of the image.
 *
 * @param pred - the prediction; see {@link MaskLike}
 * @param truth - the truth, of the same size
 * @returns a distance in the unit of the spacing
 * @throws TypeError or RangeError if a mask or an option is not valid or sizes differ
 *
 * Source: T. Heimann et al., "Comparison and evaluation of methods for liver segmentation from CT
 * datasets", IEEE TMI 28(8), 2009.
 *
 * @example
 * ```ts
 * import { assd } from 'vessel-reward'
 *
 * assd([[1, 0, 0, 1]], [[1, 0, 0, 0]]) // => 1
 * ```
 */
export function assd(pred: MaskLike, truth: MaskLike, options?: SurfaceDistanceOptions): number {
  checkCount(arguments.length, 3, 'assd')
  return ofSurfaces('assd', pred, truth, options, pooledMean)
}

/**
 * Mean average surface distance: the mean of the two directions' mean distances, so that both masks
 * weigh the same however long their boundaries are. Two empty masks: 0; exactly one empty: the
 * diagonal of the image.
 *
 * @param pred - the prediction; see {@link MaskLike}
 * @param truth - the truth, of the same size
 * @returns a distance in the unit of the spacing
 * @throws TypeError or RangeError if a mask or an option is not valid or sizes differ
 *
 * Source: L. Maier-Hein et al., "Metrics reloaded", Nature Methods 21, 2024.
 *
 * @example
 * ```ts
 * import { masd } from 'vessel-reward'
 *
 * masd([[1, 0, 0, 1]], [[1, 0, 0, 0]]) // => 0.75
 * ```
 */
export function masd(pred: MaskLike, truth: MaskLike, options?: SurfaceDistanceOptions): number {
  checkCount(arguments.length, 3, 'masd')
  return ofSurfaces('masd', pred, truth, options, meanOfMeans)
}

/**
 * Normalized surface Dice: the share of the boundary pixels of both masks that lie within the
 * tolerance of the other boundary, from 0 to 1. Two empty masks: 1.
 *
 * @param pred - the prediction; see {@link MaskLike}
 * @param truth - the truth, of the same size
 * @throws TypeError or RangeError if a mask or an option is not valid or sizes differ
 *
 * Source: S. Nikolov et al., "Clinically applicable segmentation of head and neck anatomy for
 * radiotherapy", JMIR 23(7), 2021; with pixels counted, as MONAI does.
 *
 * @example
 * ```ts
 * import { nsd } from 'vessel-reward'
 *
 * nsd([[1, 0, 0, 1]], [[1, 1, 0, 0]], { tolerance: 1 }) // => 0.75
 * ```
 */
export function nsd(pred: MaskLike, truth: MaskLike, options?: NsdOptions): number {
  checkCount(arguments.length, 3, 'nsd')
  const { tolerance, ...common } = readOptions(options, nsdOptions, 'nsd')
  const pair = checkInside(pred, truth, common)
  return nsdOfPair(pair, tolerance, common.spacing)(pair.empty).nsd
}

/** @internal */
export function nsdOfPair(
  { pred, truth }: CheckedPair,
  tolerance: number,
  spacing: Spacing,
): Scored<{ nsd: number }> {
  const share = nsdOf(pred, truth, tolerance, spacing)
  return (empty) => ({ nsd: Number.isNaN(share) ? undefinedAs(empty, 'nsd', 1) : share })
}

/** @internal Of masks cut to the field of view; NaN if both are empty. */
export function nsdOf(
  pred: BitMask,
  truth: BitMask,
  tolerance: number,
  spacing: Spacing = [1, 1],
): number {
  const all = boundaryOf(pred).count + boundaryOf(truth).count
  if (pred.count === 0 || truth.count === 0) return all === 0 ? Number.NaN : 0
  const near =
    countWithin(pred, truth, spacing, tolerance) + countWithin(truth, pred, spacing, tolerance)
  return near / all
}

/** What is made of the ascending distances from each mask to the other. */
type Summary = (there: Float64Array, back: Float64Array) => number

const greatest =
  (share: number): Summary =>
  (there, back) =>
    Math.max(quantile(there, share), quantile(back, share))

const pooledMean: Summary = (there, back) =>
  (sumOf(there) + sumOf(back)) / (there.length + back.length)

const meanOfMeans: Summary = (there, back) =>
  (sumOf(there) / there.length + sumOf(back) / back.length) / 2

function ofSurfaces(
  name: string,
  pred: MaskLike,
  truth: MaskLike,
  options: SurfaceDistanceOptions | undefined,
  summary: Summary,
): number {
  const read = readOptions(options, surfaceOptions, name)
  const pair = checkInside(pred, truth, read)
  return measured(pair, read.spacing, 1, { [name]: summary })(pair.empty)[name]
}

/** @internal Each of the distances, from boundaries that are measured once. */
export function surfaceMetricsOf(
  pair: CheckedPair,
  spacing: Spacing,
): Scored<Record<'hausdorff' | 'hd95' | 'assd' | 'masd', number>> {
  const summaries = {
    hausdorff: greatest(1),
    hd95: greatest(0.95),
    assd: pooledMean,
    masd: meanOfMeans,
  }
  return measured(pair, spacing, 1, summaries)
}

/** Summaries of the distances, of which they look at the least `share`, or what the policy says. */
function measured<Name extends string>(
  { pred, truth }: CheckedPair,
  spacing: Spacing,
  share: number,
  summaries: Record<Name, Summary>,
): Scored<Record<Name, number>> {
  const valuesOf = (of: (name: Name) => number) =>
    Object.fromEntries(
      (Object.keys(summaries) as Name[]).map((name) => [name, of(name)]),
    ) as Record<Name, number>
  const empties = Number(pred.count === 0) + Number(truth.count === 0)
  if (empties === 0) {
    const there = surfaceDistances(pred, truth, spacing, share)
    const back = surfaceDistances(truth, pred, spacing, share)
    const values = valuesOf((name) => summaries[name](there, back))
    return () => values
  }
  const { width, height } = truth
  const diagonal = Math.hypot(height * spacing[0], width * spacing[1])
  return (empty) => valuesOf((name) => undefinedAs(empty, name, empties === 2 ? 0 : diagonal))
}

function undefinedAs(empty: EmptyPolicy, name: string, value: number): number {
  if (empty === 'perfect') return value
  if (empty === 'nan') return Number.NaN
  throw new RangeError(`${name} is undefined for these masks: no boundary to measure from`)
}

/** Quantile of ascending values, with linear interpolation. */
function quantile(values: Float64Array, share: number): number {
  const position = share * (values.length - 1)
  const below = Math.floor(position)
  const value = values[below]
  if (below === position) return value
  return value + (position - below) * (values[below + 1] - value)
}

function together(a: Float64Array, b: Float64Array): Float64Array {
  const both = new Float64Array(a.length + b.length)
  both.set(a)
  both.set(b, a.length)
  return both.sort()
}

function sumOf(values: Float64Array): number {
  let sum = 0
  for (const value of values) sum += value
  return sum
}
