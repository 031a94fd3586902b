import { BitMask, type MaskLike } from '../mask/bitmask.ts'
import { checkCount } from '../mask/options.ts'
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
  const { labels, count } = label(union, { connectivity })
  const holds = new Uint8Array(count + 1)
  const predPixels = pred.toUint8Array()
  const truthPixels = truth.toUint8Array()
  for (let i = 0; i < labels.length; i++) {
    if (labels[i] !== 0) holds[labels[i]] |= predPixels[i] | (truthPixels[i] << 1)
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
  const pieces = backgroundOf(union, connectivity)
  const inPred = backgroundOf(pred, connectivity)
  const inTruth = backgroundOf(truth, connectivity)
  const isSeen = new Uint8Array(pieces.count + 1)
  const predDone = new Uint8Array(inPred.count + 1)
  const truthDone = new Uint8Array(inTruth.count + 1)
  // What is joined to the frame outside the image is no hole; it has the first label.
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

/** Labels of the background with a frame of one pixel round the image. */
function backgroundOf(
  mask: BitMask,
  connectivity: Connectivity,
): { labels: Int32Array; count: number } {
  return factOf(mask, `background ${connectivity}`, () => {
    const { width, height } = mask
    const pixels = mask.toUint8Array()
    const framed = new Uint8Array((width + 2) * (height + 2)).fill(1)
    for (let y = 0; y < height; y++) {
      const row = (y + 1) * (width + 2) + 1
      for (let x = 0; x < width; x++) framed[row + x] = 1 - pixels[y * width + x]
    }
    const background = { data: framed, width: width + 2, height: height + 2 }
    return label(background, { connectivity: connectivity === 8 ? 4 : 8 })
  })
}
