import type { BitMask, MaskLike } from '../mask/bitmask.ts'
import { PIXEL_BITS } from '../mask/layout.ts'
import { checkCount, type OptionTable, readOptions } from '../mask/options.ts'
import { countBoth, popcount } from '../mask/popcount.ts'
import { dilateOf } from '../morphology/dilate.ts'
import {
  checkInside,
  type FieldRead,
  type MetricOptions,
  metricOptions,
  ratioOr,
  type Scored,
} from './checked-pair.ts'
import { componentsOf, factOf, skeletonOf } from './remembered-facts.ts'

/** Options of {@link cal} and {@link calParts}. */
export interface CalOptions extends MetricOptions {
  /** Radius of the diamond that forgives differences of area, 0 to 100 pixels. Default: 2. */
  areaRadius?: number
  /** Radius of the diamond that forgives differences of length, 0 to 100 pixels. Default: 2. */
  lengthRadius?: number
}

/** Greatest radius of a diamond. */
const MAX_RADIUS = 100
const RADIUS = 2

const calOptions = (): OptionTable<CalOptions, FieldRead> => ({
  ...metricOptions(),
  areaRadius: { default: RADIUS, min: 0, max: MAX_RADIUS, isInteger: true },
  lengthRadius: { default: RADIUS, min: 0, max: MAX_RADIUS, isInteger: true },
})

/** Connectivity, area and length, and their product; see {@link calParts}. */
export interface CalParts {
  /** Product of the three factors. */
  cal: number
  /** How well the numbers of components agree. */
  connectivity: number
  /** How much of the area of both masks agrees. */
  area: number
  /** How much of the length of both skeletons agrees. */
  length: number
}

/**
 * CAL, the product of connectivity, area and length, each from 0 to 1. With P and T the masks, S
 * their skeletons, N their numbers of components and δ a dilation:
 *
 * - connectivity: `1 − min(1, |N_T − N_P| / |T|)`;
 * - area: `|(δP ∩ T) ∪ (P ∩ δT)| / |P ∪ T|`;
 * - length: `|(S_P ∩ δT) ∪ (δP ∩ S_T)| / |S_P ∪ S_T|`.
 *
 * Components connect by corners too, skeletons are of the `'guo-hall'` variant, and δ is the
 * dilation by the diamond of radius 2, of 13 pixels, which is MATLAB's `strel('disk', 2)`: the
 * recipe of published values, which have no field of view. Masks are cut to the one given before
 * all else.
 *
 * Two empty masks: all are 1 (0/0). If exactly one mask is empty, all are 0, but for the
 * connectivity of an empty prediction, which the formula gives.
 *
 * @param pred - the prediction; see {@link MaskLike}
 * @param truth - the truth, of the same size
 * @throws TypeError or RangeError if a mask or an option is not valid or sizes differ
 *
 * Source: M. E. Gegúndez-Arias, A. Aquino, J. M. Bravo and D. Marín, "A function for quality
 * evaluation of retinal vessel segmentations", IEEE Transactions on Medical Imaging 31(2), 2012.
 *
 * @example
 * ```ts
 * import { calParts } from 'vessel-reward'
 *
 * const truth = [[1, 1, 1, 1, 1, 1, 1, 1]]
 * const pred = [[1, 1, 1, 0, 1, 0, 0, 0]]
 * calParts(pred, truth)
 * // => { cal: 0.669921875, connectivity: 0.875, area: 0.875, length: 0.875 }
 * ```
 */
export function calParts(pred: MaskLike, truth: MaskLike, options?: CalOptions): CalParts {
  checkCount(arguments.length, 3, 'calParts')
  return checkedCal(pred, truth, options, 'calParts')
}

/**
 * CAL, the product of connectivity, area and length, from 0 to 1; {@link calParts} gives each and
 * the formula. Two empty masks: 1.
 *
 * @param pred - the prediction; see {@link MaskLike}
 * @param truth - the truth, of the same size
 * @throws TypeError or RangeError if a mask or an option is not valid or sizes differ
 *
 * Source: M. E. Gegúndez-Arias et al., IEEE Transactions on Medical Imaging 31(2), 2012.
 *
 * @example
 * ```ts
 * import { cal } from 'vessel-reward'
 *
 * cal([[1, 1, 1, 0, 1, 0, 0, 0]], [[1, 1, 1, 1, 1, 1, 1, 1]]) // => 0.669921875
 * ```
 */
export function cal(pred: MaskLike, truth: MaskLike, options?: CalOptions): number {
  checkCount(arguments.length, 3, 'cal')
  return checkedCal(pred, truth, options, 'cal').cal
}

function checkedCal(
  pred: MaskLike,
  truth: MaskLike,
  options: CalOptions | undefined,
  name: string,
): CalParts {
  const { areaRadius, lengthRadius, ...common } = readOptions(options, calOptions, name)
  const pair = checkInside(pred, truth, common)
  return calOf(pair.pred, pair.truth, areaRadius, lengthRadius)(pair.empty)
}

/** @internal The same of masks cut to the field of view, with checked options. */
export function calOf(
  pred: BitMask,
  truth: BitMask,
  areaRadius: number = RADIUS,
  lengthRadius: number = RADIUS,
): Scored<CalParts> {
  const bothEmpty = pred.count === 0 && truth.count === 0

  const apart = Math.abs(componentsOf(pred, 8) - componentsOf(truth, 8))
  // Components of the prediction over no pixels of the truth: infinitely many too many.
  const isOnlyTruthEmpty = truth.count === 0 && !bothEmpty

  const near = countEither(dilated(pred, areaRadius), truth, pred, dilated(truth, areaRadius))
  const either = pred.count + truth.count - countBoth(pred.words, truth.words)

  const predLine = skeletonOf(pred, 'guo-hall')
  const truthLine = skeletonOf(truth, 'guo-hall')
  const nearLines = countEither(
    predLine,
    dilated(truth, lengthRadius),
    dilated(pred, lengthRadius),
    truthLine,
  )
  const lines = predLine.count + truthLine.count - countBoth(predLine.words, truthLine.words)
  return (empty) => {
    const share = (part: number, all: number) => ratioOr(empty, bothEmpty, 'cal', part, all)
    const connectivity = isOnlyTruthEmpty ? 0 : share(Math.max(0, truth.count - apart), truth.count)
    const area = share(near, either)
    const length = share(nearLines, lines)
    return { cal: connectivity * area * length, connectivity, area, length }
  }
}

function dilated(mask: BitMask, radius: number): BitMask {
  return factOf(mask, `diamond ${radius}`, () => dilateOf(mask, 'diamond', radius))
}

/** Number of pixels in both of the first two masks or in both of the last two. */
function countEither(a: BitMask, b: BitMask, c: BitMask, d: BitMask): number {
  let count = 0
  for (let i = 0; i < a.words.length; i++) {
    const either = ((a.words[i] & b.words[i]) | (c.words[i] & d.words[i])) & PIXEL_BITS
    if (either !== 0) count += popcount(either)
  }
  return count
}
