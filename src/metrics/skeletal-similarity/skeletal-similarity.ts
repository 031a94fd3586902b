import { BitMask, type MaskLike } from '../../mask/bitmask.ts'
import { checkCount, type OptionTable, readOptions } from '../../mask/options.ts'
import { countBoth } from '../../mask/popcount.ts'
import {
  type CheckedPair,
  checkInside,
  type FieldRead,
  type MetricOptions,
  metricOptions,
  ratioOr,
  type Scored,
} from '../checked-pair.ts'
import { halfWidthsOf } from '../half-widths.ts'
import { factOf } from '../remembered-facts.ts'
import { type CubicSlope, curveSimilarity, fitCubic } from './curve.ts'
import { bySegment, membersOf, type Segments, segmentsOf } from './segments.ts'

/** Options of {@link skeletalSimilarity}. */
export interface SkeletalSimilarityOptions extends MetricOptions {
  /** Weight of thickness against the curve, 0 to 1. Default: .5. */
  alpha?: number
  /**
   * Searching range round the thinnest vessels, in pixels, 1 to 10; it goes down to 1 round the
   * thickest. Default: 2.
   */
  range?: number
}

const ALPHA = 0.5
const RANGE = 2

const skeletalOptions = (): OptionTable<SkeletalSimilarityOptions, FieldRead> => ({
  ...metricOptions(),
  alpha: { default: ALPHA, min: 0, max: 1 },
  range: { default: RANGE, min: 1, max: 10, isInteger: true },
})

/** Scores by skeletal similarity; see {@link skeletalSimilarity}. */
export interface SkeletalSimilarity {
  /** Redefined sensitivity, which is the mean similarity of the segments. */
  rSe: number
  /** Redefined specificity. */
  rSp: number
  /** Redefined accuracy. */
  rAcc: number
  /** Share of the true centreline that is in a segment, and so takes part in the similarity. */
  confidence: number
}

/**
 * Skeletal similarity: sensitivity, specificity and accuracy that forgive what observers differ in,
 * a pixel more or less of thickness and place; each from 0 to 1. The true centreline is cut into
 * segments of about 15 pixels. To each belong the pixels of the predicted centreline within its
 * searching range that are nearest to it, and its similarity is
 * `(1 − alpha) · curve + alpha · thickness`: |cos| of the angle between the coefficients of the
 * cubics that fit both, and 1 − (difference of the mean half-widths) / range. A segment with too
 * few predicted pixels (at most .6 of its own, or 3) has similarity 0. Mean similarity, weighted by
 * pixels, shares what lies in range or in the truth between true positives and false negatives;
 * what lies outside are false positives and true negatives.
 *
 * Both masks are cut to the field of view first. Two empty masks: all are 1. What is 0/0 is 1 if
 * the masks are equal, else 0: `rSe` where the truth has no segment, and with it `rAcc` unless the
 * truth is empty, since nothing says how to share what lies in range; `rSp` where everything lies in
 * range or in the truth; `confidence` where the truth is empty.
 *
 * Equal to the authors' published code but for the cases named in docs/metrics.md. As there, two
 * straight lines of any slope are like curves.
 *
 * @param pred - the prediction; see {@link MaskLike}
 * @param truth - the truth, of the same size
 * @throws TypeError or RangeError if a mask or an option is not valid or sizes differ
 *
 * Source: Z. Yan, X. Yang and K.-T. Cheng, "A skeletal similarity metric for quality evaluation of
 * retinal vessel segmentation", IEEE Transactions on Medical Imaging 37(4), 2018.
 *
 * @example
 * ```ts
 * import { skeletalSimilarity } from 'vessel-reward'
 *
 * const blank = Array.from({ length: 9 }, () => new Array(20).fill(0))
 * const truth = blank.map((row, y) => (y === 4 ? row.map(() => 1) : row))
 * const lower = blank.map((row, y) => (y === 6 ? row.map(() => 1) : row))
 * const far = blank.map((row, y) => (y === 8 ? row.map(() => 1) : row))
 * skeletalSimilarity(lower, truth) // => { rSe: 1, rSp: 1, rAcc: 1, confidence: 1 }
 * skeletalSimilarity(far, truth).rSe // => 0
 * ```
 */
export function skeletalSimilarity(
  pred: MaskLike,
  truth: MaskLike,
  options?: SkeletalSimilarityOptions,
): SkeletalSimilarity {
  checkCount(arguments.length, 3, 'skeletalSimilarity')
  const { alpha, range, ...common } = readOptions(options, skeletalOptions, 'skeletalSimilarity')
  const pair = checkInside(pred, truth, common)
  return skeletalSimilarityOf(pair, alpha, range)(pair.empty)
}

/** @internal The same of masks cut to the field of view, with checked options. */
export function skeletalSimilarityOf(
  { pred, truth, within }: CheckedPair,
  alpha: number = ALPHA,
  range: number = RANGE,
): Scored<SkeletalSimilarity> {
  const segments = segmentsOf(truth)
  let compared = 0
  for (let id = 1; id <= segments.count; id++) compared += segments.sizes[id]
  const similar = compared === 0 ? 0 : similarityOf(pred, truth, segments, alpha, range)

  const inRange = rangeOf(truth, segments, range)
  const positives = within === undefined ? inRange.count : countBoth(inRange.words, within.words)
  const falsePositives = pred.count - countBoth(pred.words, inRange.words)
  const all = within === undefined ? truth.width * truth.height : within.count
  const trueNegatives = all - positives - falsePositives
  // Accuracy does not ask for the similarity where nothing lies in range.
  const isShared = compared > 0 || positives === 0
  return (empty) => {
    // Comparing masks is only worth while where something is 0/0.
    const share = (name: string, part: number, whole: number) =>
      ratioOr(empty, whole === 0 && pred.equals(truth), name, part, whole)
    const rSe = share('rSe', similar, compared)
    const truePositives = positives === 0 ? 0 : rSe * positives
    return {
      rSe,
      rSp: share('rSp', trueNegatives, all - positives),
      rAcc: isShared ? share('rAcc', truePositives + trueNegatives, all) : share('rAcc', 0, 0),
      confidence: share('confidence', compared, segments.xs.length),
    }
  }
}

/** Searching radius of each pixel of the true centreline: 1 at the thickest, `range` at thinnest. */
function radiiOf({ halfWidths }: Segments, range: number, diagonal: number): Int32Array {
  let thinnest = Number.POSITIVE_INFINITY
  let thickest = 0
  for (const halfWidth of halfWidths) {
    thinnest = Math.min(thinnest, halfWidth, diagonal)
    thickest = Math.max(thickest, Math.min(halfWidth, diagonal))
  }
  const step = (thickest - thinnest) / range
  // The authors' constant; it keeps the radius of the thickest above 0.
  const radii = new Int32Array(halfWidths.length)
  for (let i = 0; i < radii.length; i++) {
    const thinner = thickest - Math.min(halfWidths[i], diagonal)
    radii[i] = Math.min(range, Math.ceil((thinner + 0.0001) / step))
  }
  return radii
}

/** The truth with all that is in range of its centreline, found once a truth. */
function rangeOf(truth: BitMask, segments: Segments, range: number): BitMask {
  return factOf(truth, `skeletal range ${range}`, () => {
    const { width, height } = truth
    const { xs, ys } = segments
    const radii = radiiOf(segments, range, Math.hypot(width, height))
    const data = truth.toUint8Array()
    for (let i = 0; i < xs.length; i++) {
      const limit = (radii[i] + 1) ** 2
      for (let y = Math.max(0, ys[i] - radii[i]); y <= ys[i] + radii[i] && y < height; y++) {
        for (let x = Math.max(0, xs[i] - radii[i]); x <= xs[i] + radii[i] && x < width; x++) {
          if ((x - xs[i]) ** 2 + (y - ys[i]) ** 2 < limit) data[y * width + x] = 1
        }
      }
    }
    return BitMask.from({ data, width, height })
  })
}

/** The sum of the similarities of all segments, each times its number of pixels. */
function similarityOf(
  pred: BitMask,
  truth: BitMask,
  segments: Segments,
  alpha: number,
  range: number,
): number {
  const diagonal = Math.hypot(truth.width, truth.height)
  const radii = radiiOf(segments, range, diagonal)
  const drawn = halfWidthsOf(pred, 'guo-hall')
  const members = membersOf(drawn, segments, radii, range, truth)
  const own = bySegment(segments.ids, segments.count)
  const scratch = newScratch(Math.max(truth.width, truth.height) + 1)
  let sum = 0
  for (let id = 1; id <= segments.count; id++) {
    const ownPixels = own.pixels.subarray(own.from[id], own.from[id + 1])
    const drawnPixels = members.pixels.subarray(members.from[id], members.from[id + 1])
    const size = ownPixels.length
    if (!(drawnPixels.length > 0.6 * size && drawnPixels.length > 3)) continue

    // The axis along which the predicted pixels extend over more rows or columns.
    const isSteep =
      distinct(drawn.ys, drawnPixels, scratch) > distinct(drawn.xs, drawnPixels, scratch)
    const cubicOf = ({ xs, ys }: Pick<Segments, 'xs' | 'ys'>, pixels: Int32Array) =>
      isSteep ? cubic(ys, xs, pixels, scratch) : cubic(xs, ys, pixels, scratch)
    const curve = curveSimilarity(cubicOf(segments, ownPixels), cubicOf(drawn, drawnPixels))

    let radius = 0
    for (const i of ownPixels) radius += radii[i] / size
    const difference =
      meanAt(segments.halfWidths, ownPixels, diagonal) -
      meanAt(drawn.halfWidths, drawnPixels, diagonal)
    const thickness = Math.max(0, 1 - Math.abs(difference) / radius)
    sum += size * ((1 - alpha) * curve + alpha * thickness)
  }
  return sum
}

function meanAt(values: Float64Array, pixels: Int32Array, most: number): number {
  let sum = 0
  for (const i of pixels) sum += Math.min(values[i], most)
  return sum / pixels.length
}

/** Memory for one coordinate of a segment; what `stamps` does not hold is out of date. */
interface Scratch {
  stamps: Int32Array
  copies: Int32Array
  stamp: number
}

function newScratch(length: number): Scratch {
  return { stamps: new Int32Array(length), copies: new Int32Array(length), stamp: 0 }
}

function distinct(coordinates: Int32Array, pixels: Int32Array, scratch: Scratch): number {
  scratch.stamp++
  let found = 0
  for (const i of pixels) {
    if (scratch.stamps[coordinates[i]] === scratch.stamp) continue
    scratch.stamps[coordinates[i]] = scratch.stamp
    found++
  }
  return found
}

/**
 * The cubic along one axis. Coordinates count from 1, and equal ones are moved apart by .01 each,
 * as in the authors' code: both have an effect on the angle between coefficients.
 */
function cubic(
  along: Int32Array,
  across: Int32Array,
  pixels: Int32Array,
  scratch: Scratch,
): CubicSlope {
  const { stamps, copies } = scratch
  const stamp = ++scratch.stamp
  const us = new Float64Array(pixels.length)
  const vs = new Float64Array(pixels.length)
  for (let k = 0; k < pixels.length; k++) {
    const u = along[pixels[k]]
    copies[u] = stamps[u] === stamp ? copies[u] + 1 : 0
    stamps[u] = stamp
    us[k] = u + 1 + copies[u] / 100
    vs[k] = across[pixels[k]] + 1
  }
  return fitCubic(us, vs, pixels.length)
}
