import type { BitMask, MaskLike } from '../mask/bitmask.ts'
import { checkCount, type OptionTable, readOptions } from '../mask/options.ts'
import { bettiNumbers } from '../topology/betti.ts'
import { CONNECTIVITY_RULE, type Connectivity } from '../topology/label.ts'
import {
  type CheckedPair,
  checkInside,
  FIELD_OPTIONS,
  type FieldRead,
  type MetricOptions,
} from './checked-pair.ts'
import { factOf } from './remembered-facts.ts'

/** Options of {@link bettiErrors} and {@link bettiMatching}. */
export interface BettiOptions extends Pick<MetricOptions, 'within' | 'ignore'> {
  /** Connectivity of the foreground; that of the background is the other one. Default: 8. */
  connectivity?: Connectivity
}

const bettiOptions = (): OptionTable<BettiOptions, FieldRead> => ({
  ...FIELD_OPTIONS,
  connectivity: CONNECTIVITY_RULE,
})

/** Betti numbers of two masks and how far they are apart. */
export interface BettiErrors {
  /** Difference of the numbers of connected components, without sign. */
  b0Error: number
  /** Difference of the numbers of holes, without sign. */
  b1Error: number
  /** Betti numbers of the prediction. */
  pred: {
    /** Number of connected components. */
    b0: number
    /** Number of holes. */
    b1: number
  }
  /** Betti numbers of the truth. */
  truth: {
    /** Number of connected components. */
    b0: number
    /** Number of holes. */
    b1: number
  }
}

/**
 * Betti number errors: by how many connected components and by how many holes the masks differ,
 * each by itself, since their sum hides which is wrong. 0 is perfect; empty masks have no components
 * and no holes. Counts have no place: see {@link bettiMatching}.
 *
 * @param pred - the prediction; see {@link MaskLike}
 * @param truth - the truth, of the same size
 * @throws TypeError or RangeError if a mask or an option is not valid or sizes differ
 *
 * Source: X. Hu et al., "Topology-preserving deep image segmentation", NeurIPS 2019; on the choice of
 * connectivity A. Berger et al., "Pitfalls of topology-aware image segmentation", 2024.
 *
 * @example
 * ```ts
 * import { bettiErrors } from 'vessel-reward'
 *
 * const ring = [
 *   [1, 1, 1],
 *   [1, 0, 1],
 *   [1, 1, 1],
 * ]
 * const { b0Error, b1Error } = bettiErrors([[1, 0, 1], [0, 0, 0], [1, 0, 1]], ring)
 * b0Error // => 3
 * b1Error // => 1
 * ```
 */
export function bettiErrors(pred: MaskLike, truth: MaskLike, options?: BettiOptions): BettiErrors {
  checkCount(arguments.length, 3, 'bettiErrors')
  const pair = checkBetti(pred, truth, options, 'bettiErrors')
  return bettiErrorsOf(pair, pair.connectivity)
}

/** @internal Of masks cut to the field of view. */
export function bettiErrorsOf(
  { pred, truth }: Pick<CheckedPair, 'pred' | 'truth'>,
  connectivity: Connectivity,
): BettiErrors {
  const ofPred = bettiOf(pred, connectivity)
  const ofTruth = bettiOf(truth, connectivity)
  return {
    b0Error: Math.abs(ofPred.b0 - ofTruth.b0),
    b1Error: Math.abs(ofPred.b1 - ofTruth.b1),
    pred: { ...ofPred },
    truth: { ...ofTruth },
  }
}

/** @internal Betti numbers of a mask, counted once. */
export function bettiOf(mask: BitMask, connectivity: Connectivity): { b0: number; b1: number } {
  return factOf(mask, `betti ${connectivity}`, () => bettiNumbers(mask, { connectivity }))
}

/** @internal Checked masks, cut to the field of view. */
export function checkBetti(
  pred: MaskLike,
  truth: MaskLike,
  options: BettiOptions | undefined,
  name: string,
): { pred: BitMask; truth: BitMask; connectivity: Connectivity } {
  const { connectivity, ...common } = readOptions(options, bettiOptions, name)
  const pair = checkInside(pred, truth, common)
  return {
    pred: pair.pred,
    truth: pair.truth,
    connectivity,
  }
}
