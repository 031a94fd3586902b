import { BitMask, type MaskLike } from '../mask/bitmask.ts'
import { columnStart, layoutOf, PIXEL_BITS, WORD_PIXELS } from '../mask/layout.ts'
import { checkCount } from '../mask/options.ts'
import { borrowed } from '../mask/scratch-array.ts'
import { type Connectivity, label } from '../topology/label.ts'
import { type BettiOptions, bettiOf, checkBetti } from './betti-errors.ts'
import type { CheckedPair } from './checked-pair.ts'
import { factOf } from './remembered-facts.ts'

/** Components and holes of two masks that are matched, and those that are not. */
export interface BettiMatching {
  /** The Betti matching error: the number of components and holes without a partner, in both. */
  error: number
  /** Connected components. */
  components: BettiMatches
  /** Holes. */
  holes: BettiMatches
}

/** How many features of one dimension are matched. */
export interface BettiMatches {
  /** Pairs of a feature of the prediction and one of the truth. */
  matched: number
  /** Features of the prediction without a partner. */
  unmatchedPred: number
  /** Features of the truth without a partner. */
  unmatchedTruth: number
}

/**
 * Betti matching error: the number of components and holes of either mask without a partner in the
 * other, where partners must be the same feature in the same place, not only as many.
 *
 * The induced matching of persistent homology goes through the union of the masks. For binary masks
 * it comes down to labels: a component of the union that holds foreground of both matches one
 * component of each; and each hole is represented by one piece of background of the union, the one
 * whose last pixel comes last in raster order, so that holes are partners if one piece represents
 * both. No homology is computed and time is linear in the pixels.
 *
 * The reference implementation (Betti-Matching-3D, V-construction) has 4-connected foreground; the
 * connected component that it leaves out as essential counts here like every other.
 *
 * @param pred - the prediction; see {@link MaskLike}
 * @param truth - the truth, of the same size
 * @throws TypeError or RangeError if a mask or an option is not valid or sizes differ
 *
 * Source: N. Stucki et al., "Topologically faithful image segmentation via induced matching of
 * persistence barcodes", ICML 2023.
 *
 * @example
 * ```ts
 * import { bettiErrors, bettiMatching } from 'vessel-reward'
 *
 * const left = [[1, 0, 0, 0]]
 * const right = [[0, 0, 0, 1]]
 * bettiErrors(left, right).b0Error // => 0
 * bettiMatching(left, right).error // => 2
 * ```
 */
export function bettiMatching(
  pred: MaskLike,
  truth: MaskLike,
  options?: BettiOptions,
): BettiMatching {
  checkCount(arguments.length, 3, 'bettiMatching')
  const pair = checkBetti(pred, truth, options, 'bettiMatching')
  return bettiMatchingOf(pair, pair.connectivity)
}

/** @internal Of masks cut to the field of view. */
export function bettiMatchingOf(
  { pred, truth }: Pick<CheckedPair, 'pred' | 'truth'>,
  connectivity: Connectivity,
): BettiMatching {
  const ofPred = bettiOf(pred, connectivity)
  const ofTruth = bettiOf(truth, connectivity)
  const union = unionOf(pred, truth)
  const matches = (matched: number, name: 'b0' | 'b1'): BettiMatches => ({
    matched,
    unmatchedPred: ofPred[name] - matched,
    unmatchedTruth: ofTruth[name] - matched,
  })
  const components = matches(matchedComponents(pred, truth, union, connectivity), 'b0')
  const noHoles = ofPred.b1 === 0 || ofTruth.b1 === 0
  const holes = matches(noHoles ? 0 : matchedHoles(pred, truth, union, connectivity), 'b1')
  const error =
    components.unmatchedPred +
    components.unmatchedTruth +
    holes.unmatchedPred +
    holes.unmatchedTruth
  return { error, components, holes }
}

function unionOf(a: BitMask, b: BitMask): BitMask {
  const words = a.words.slice()
  for (let i = 0; i < words.length; i++) words[i] |= b.words[i]
  return BitMask.fromWords(a.layout, words)
}

/** Components of the union that hold foreground of both. */
function matchedComponents(
  pred: BitMask,
  truth: BitMask,
  union: BitMask,
  connectivity: Connectivity,
): number {
  const { width, height, layout } = union
  const { labels, count } = label(union, { connectivity, out: borrowed(width * height) })
  const holds = new Uint8Array(count + 1)
  const predWords = pred.words
  const truthWords = truth.words
  for (let column = 0; column < layout.columns; column++) {
    const start = columnStart(layout, column)
    for (let y = 0; y < height; y++) {
      const ofPred = predWords[start + y]
      const ofTruth = truthWords[start + y]
      const at = y * width + column * WORD_PIXELS - 1
      for (let rest = (ofPred | ofTruth) & PIXEL_BITS; rest !== 0; rest &= rest - 1) {
        const bit = 31 - Math.clz32(rest & -rest)
        holds[labels[at + bit]] |= ((ofPred >>> bit) & 1) | (((ofTruth >>> bit) & 1) << 1)
      }
    }
  }
  let matched = 0
  for (const both of holds) if (both === 3) matched++
  return matched
}

/** Pieces of background of the union that represent a hole of each mask. */
function matchedHoles(
  pred: BitMask,
  truth: BitMask,
  union: BitMask,
  connectivity: Connectivity,
): number {
  const pixels = (union.width + 2) * (union.height + 2)
  const out = borrowed(3 * pixels)
  const pieces = backgroundOf(union, connectivity, out.subarray(0, pixels))
  const inPred = backgroundOf(pred, connectivity, out.subarray(pixels, 2 * pixels))
  const inTruth = backgroundOfTruth(truth, connectivity, out.subarray(2 * pixels))
  const isSeen = new Uint8Array(pieces.count + 1)
  const predDone = new Uint8Array(inPred.count + 1)
  const truthDone = new Uint8Array(inTruth.count + 1)
  // What is joined to the frame outside the image is not a hole; it has the first label.
  isSeen[1] = 1
  predDone[1] = 1
  truthDone[1] = 1
  let matched = 0
  for (let i = pieces.labels.length - 1; i >= 0; i--) {
    const piece = pieces.labels[i]
    if (piece === 0 || isSeen[piece] === 1) continue
    isSeen[piece] = 1
    const p = inPred.labels[i]
    const t = inTruth.labels[i]
    if (predDone[p] === 0 && truthDone[t] === 0) matched++
    predDone[p] = 1
    truthDone[t] = 1
  }
  return matched
}

/** Labels of a truth's background, which are kept once it is compared with a second prediction. */
function backgroundOfTruth(truth: BitMask, connectivity: Connectivity, out: Int32Array) {
  const asked = factOf(truth, `background asked for ${connectivity}`, () => ({ times: 0 }))
  if (asked.times++ === 0) return backgroundOf(truth, connectivity, out)
  return factOf(truth, `background ${connectivity}`, () => backgroundOf(truth, connectivity))
}

/** Labels of the background with a frame of one pixel round the image. */
function backgroundOf(
  mask: BitMask,
  connectivity: Connectivity,
  out?: Int32Array,
): { labels: Int32Array; count: number } {
  const options = { connectivity: connectivity === 8 ? 4 : 8 } as const
  return label(framedBackground(mask), out === undefined ? options : { ...options, out })
}

/** The background with a frame of one pixel round the image, a word at a time. */
function framedBackground({ layout, words, height }: BitMask): BitMask {
  const framed = layoutOf(layout.width + 2, height + 2)
  const background = new Int32Array(framed.length)
  for (let column = 0; column < framed.columns; column++) {
    const start = columnStart(framed, column)
    // Pixels beyond the right edge are 0, as is the halo to the left of the first column.
    const width = Math.min(32, framed.width - column * WORD_PIXELS + 1)
    const inside = (width === 32 ? -1 : (1 << width) - 1) & (column === 0 ? -2 : -1)
    background[start] = inside
    background[start + height + 1] = inside
    const here = columnStart(layout, column)
    const before = columnStart(layout, column - 1)
    for (let y = 0; y < height; y++) {
      // A pixel to the right: the last two of a word go to the next column.
      const own = column < layout.columns ? words[here + y] << 1 : 0
      const carried = column > 0 ? (words[before + y] >>> 29) & 3 : 0
      background[start + 1 + y] = ~(own | carried) & inside
    }
  }
  return BitMask.fromWords(framed, background)
}
