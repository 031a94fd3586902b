import type { BitMask, MaskLike } from '../mask/bitmask.ts'
import { checkCount } from '../mask/options.ts'
import { checkPair } from '../metrics/checked-pair.ts'
import { clDiceOf } from '../metrics/cl-dice.ts'
import {
  confusionOf,
  dicePartsOf,
  ofCounts,
  precisionPartsOf,
  recallPartsOf,
} from '../metrics/overlap.ts'
import { junctionPlacesOf, matchOf } from '../metrics/point-matches.ts'
import { skeletonOf } from '../metrics/remembered-facts.ts'
import { DEFAULT_JUNCTIONS } from '../topology/junctions.ts'

/** How good a mask is, whatever the audited reward says of it. */
export interface Quality {
  dice: number
  clDice: number
  precision: number
  recall: number
}

/** The qualities of a mask that an audit goes by; two empty masks agree. */
export function qualityOf(pred: BitMask, truth: BitMask): Quality {
  const counts = confusionOf({ pred, truth, within: undefined })
  return {
    dice: ofCounts(dicePartsOf, counts),
    clDice: clDiceOf(pred, skeletonOf(pred, 'skimage'), truth, skeletonOf(truth, 'skimage')),
    precision: ofCounts(precisionPartsOf, counts),
    recall: ofCounts(recallPartsOf, counts),
  }
}

/** What {@link strictReference} is, in words. */
export const STRICT_REFERENCE =
  'geometric mean of Dice, clDice, the lesser of precision and recall, and (1 + F1 of the junctions within 5 pixels) / 2'

/**
 * A score from 0 to 1 that is stricter than most: the geometric mean of Dice, centreline Dice, the
 * lesser of precision and recall, and (1 + F1 of the junctions matched within 5 pixels) / 2. What
 * fails in one respect is not made up for by the others.
 *
 * @param pred - the prediction; see {@link MaskLike}
 * @param truth - the truth, of the same size
 * @throws TypeError or RangeError if a mask is not valid or sizes differ
 *
 * @example
 * ```ts
 * import { strictReference } from 'vessel-reward/audit'
 *
 * const truth = [[1, 1, 1, 0, 0, 0]]
 * strictReference(truth, truth) // => 1
 * strictReference([[1, 1, 1, 1, 1, 1]], truth).toFixed(3) // => '0.687'
 * ```
 */
export function strictReference(pred: MaskLike, truth: MaskLike): number {
  checkCount(arguments.length, 2, 'strictReference')
  const pair = checkPair(pred, truth, { within: undefined, ignore: undefined })
  const { dice, clDice, precision, recall } = qualityOf(pair.pred, pair.truth)
  const worst = Math.min(precision, recall)
  return (dice * clDice * worst * ((1 + junctionF1Of(pair.pred, pair.truth)) / 2)) ** 0.25
}

const RADIUS = 5

function junctionF1Of(pred: BitMask, truth: BitMask): number {
  const inPred = junctionPlacesOf(skeletonOf(pred, 'skimage'), DEFAULT_JUNCTIONS)
  const inTruth = junctionPlacesOf(skeletonOf(truth, 'skimage'), DEFAULT_JUNCTIONS)
  return matchOf(inPred, inTruth, RADIUS, 'junctionF1')('perfect').f1
}
