import { BitMask, type MaskLike } from '../mask/bitmask.ts'
import { checkCount, type OptionTable, readOptions } from '../mask/options.ts'
import { countBoth } from '../mask/popcount.ts'
import { describe, finiteNumber } from '../mask/validate.ts'
import { nearestFeatureOf } from '../morphology/nearest-feature.ts'
import { THINNING_RULE } from '../morphology/skeletonize.ts'
import type { ThinningMethod } from '../morphology/thinning-table.ts'
import {
  checkInside,
  type EmptyPolicy,
  type FieldRead,
  type MetricOptions,
  metricOptions,
  ratioOr,
} from './checked-pair.ts'
import { type ClDiceParts, harmonicMean } from './cl-dice.ts'
import { halfWidthsOf } from './half-widths.ts'
import {
  type Confusion,
  dicePartsOf,
  iouPartsOf,
  precisionPartsOf,
  recallPartsOf,
} from './overlap.ts'
import { factOf, skeletonOf } from './remembered-facts.ts'

/** Options of {@link byCaliber}. */
export interface CaliberOptions extends MetricOptions {
  /** Half-widths in pixels that separate the strata, 1 to 16 rising numbers. Default: [3, 7]. */
  bins?: readonly number[]
  /** The thinning variant that makes the centrelines. Default: `'skimage'`. */
  thinning?: ThinningMethod
}

const caliberOptions = (): OptionTable<CaliberOptions, FieldRead> => ({
  ...metricOptions(),
  bins: { default: [3, 7], read: checkBins },
  thinning: THINNING_RULE,
})

/** Scores of the vessels of one calibre; see {@link byCaliber}. */
export interface CaliberStratum extends Omit<Confusion, 'tn'>, ClDiceParts {
  /** Least half-width of the stratum, in pixels. */
  from: number
  /** Greatest half-width; Infinity in the last stratum. */
  to: number
  /** Pixels of the true centreline that have such a half-width. */
  centerline: number
  /** Dice coefficient. */
  dice: number
  /** Intersection over union. */
  iou: number
  /** Recall. */
  recall: number
  /** Precision. */
  precision: number
}

/**
 * Overlap and centreline metrics apart for thin and thick vessels: a prediction may miss most thin
 * vessels without any effect on Dice. Calibre is the half-width of the true vessel, the distance
 * transform of the truth on its centreline (a line of one pixel has half-width 1; the edge of the
 * image is not background). Every pixel of either mask, and of either skeleton, is scored in the
 * stratum of the pixel of the true centreline that is nearest to it, of equally near ones the
 * leftmost, then the uppermost. So `tp`, `fp` and `fn` of the strata add up to those of
 * `confusion`.
 *
 * With the default `bins` of [3, 7] there are three strata: below 3, from 3 to 7, and above 7
 * pixels. In general a value on a bin belongs to the stratum above it, on the last of several bins
 * to the one below. Without a true centreline everything is in the first stratum.
 *
 * Range: 0 to 1 for each quotient. In each stratum, a quotient of 0/0 is 1 if the masks are equal
 * in it, else 0, so a stratum without any vessel scores 1 (see `centerline`); with
 * `empty: 'throw'` such a stratum throws.
 *
 * @param pred - the prediction; see {@link MaskLike}
 * @param truth - the truth, of the same size
 * @returns one stratum more than bins, from thin to thick
 * @throws TypeError or RangeError if a mask or an option is not valid or sizes differ
 *
 * Source: strata by half-width: arXiv 2604.02977; centreline metrics: S. Shit et al., CVPR 2021.
 *
 * @example
 * ```ts
 * import { byCaliber } from 'vessel-reward'
 *
 * const truth = [
 *   [1, 1, 1, 1, 1],
 *   [1, 1, 1, 1, 1],
 *   [1, 1, 1, 1, 1],
 *   [0, 0, 0, 0, 0],
 *   [0, 0, 0, 0, 0],
 *   [1, 1, 1, 1, 1],
 * ]
 * const pred = truth.map((row, y) => (y === 5 ? [0, 0, 0, 0, 0] : row))
 * const [thin, thick] = byCaliber(pred, truth, { bins: [1.5] })
 * thin.recall // => 0
 * thick.recall // => 1
 * thick.tp // => 15
 * ```
 */
export function byCaliber(
  pred: MaskLike,
  truth: MaskLike,
  options?: CaliberOptions,
): CaliberStratum[] {
  checkCount(arguments.length, 3, 'byCaliber')
  const { bins, thinning, ...common } = readOptions(options, caliberOptions, 'byCaliber')
  const pair = checkInside(pred, truth, common)
  return byCaliberOf(pair.pred, pair.truth, bins, thinning, pair.empty)
}

const MAX_BINS = 16

function checkBins(given: unknown): readonly number[] {
  if (!Array.isArray(given)) {
    throw new TypeError(`expected bins to be an array of half-widths, got ${describe(given)}`)
  }
  if (given.length === 0 || given.length > MAX_BINS) {
    throw new RangeError(`expected 1 to ${MAX_BINS} bins, got ${given.length}`)
  }
  const bins: number[] = Array.from(given)
  // Not forEach, which passes over the holes of a sparse array.
  for (let i = 0; i < bins.length; i++) {
    finiteNumber(bins[i], 'a bin', 0)
    if (i > 0 && bins[i] <= bins[i - 1]) {
      throw new RangeError(`expected rising bins, got ${bins[i]} after ${bins[i - 1]}`)
    }
  }
  return bins
}

/** The same of masks cut to the field of view, with checked options. */
function byCaliberOf(
  pred: BitMask,
  truth: BitMask,
  bins: readonly number[],
  method: ThinningMethod,
  empty: EmptyPolicy,
): CaliberStratum[] {
  const predSkeleton = skeletonOf(pred, method)
  const truthSkeleton = skeletonOf(truth, method)
  const both = pred.and(truth)
  const predHits = predSkeleton.and(truth)
  const truthHits = truthSkeleton.and(pred)
  return regionsOf(truth, bins, method).map(({ words }, i) => {
    const tp = countBoth(both.words, words)
    const fp = countBoth(pred.words, words) - tp
    const fn = countBoth(truth.words, words) - tp
    const agree = fp === 0 && fn === 0
    const share = (name: string, [hits, all]: readonly [number, number]) =>
      ratioOr(empty, agree, name, hits, all)
    const counts = { tp, fp, fn, tn: 0 }
    const centerline = countBoth(truthSkeleton.words, words)
    const drawn = countBoth(predSkeleton.words, words)
    const tprec = share('tprec', [countBoth(predHits.words, words), drawn])
    const tsens = share('tsens', [countBoth(truthHits.words, words), centerline])
    return {
      from: i === 0 ? 0 : bins[i - 1],
      to: bins[i] ?? Number.POSITIVE_INFINITY,
      centerline,
      tp,
      fp,
      fn,
      dice: share('dice', dicePartsOf(counts)),
      iou: share('iou', iouPartsOf(counts)),
      recall: share('recall', recallPartsOf(counts)),
      precision: share('precision', precisionPartsOf(counts)),
      clDice: harmonicMean(tprec, tsens),
      tprec,
      tsens,
    }
  })
}

/** For each stratum the pixels whose nearest true centreline is in it, found once a truth. */
function regionsOf(truth: BitMask, bins: readonly number[], method: ThinningMethod): BitMask[] {
  return factOf(truth, `caliber regions ${method} ${bins}`, () => {
    const { width, height } = truth
    const { xs, ys, halfWidths } = halfWidthsOf(truth, method)
    const nearest = nearestFeatureOf(skeletonOf(truth, method))
    const strata = new Uint8Array(width * height)
    for (let i = 0; i < halfWidths.length; i++) {
      strata[ys[i] * width + xs[i]] = stratumOf(halfWidths[i], bins)
    }
    // No pixel of the centreline changes here, as each is the nearest one to itself.
    for (let i = 0; i < nearest.length; i++) if (nearest[i] >= 0) strata[i] = strata[nearest[i]]
    const data = new Uint8Array(width * height)
    return Array.from({ length: bins.length + 1 }, (_, stratum) => {
      for (let i = 0; i < data.length; i++) data[i] = strata[i] === stratum ? 1 : 0
      return BitMask.from({ data, width, height })
    })
  })
}

function stratumOf(halfWidth: number, bins: readonly number[]): number {
  const last = bins.length - 1
  let stratum = 0
  while (stratum <= last && halfWidth >= bins[stratum]) stratum++
  return last > 0 && halfWidth === bins[last] ? last : stratum
}
