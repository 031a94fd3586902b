import type { MaskPair } from './mask-pair.ts'
import { type NamedTerm, termValue } from './reward-options.ts'

/** One term of an {@link Explanation}. */
export interface TermExplanation {
  /** The term as its formula gives it. */
  value: number
  /** What the value is multiplied by. */
  weight: number
  /** `weight · value`. */
  weighted: number
  /** The declared bounds of the value; infinite where there is none. */
  range: readonly [min: number, max: number]
}

/** A reward with everything that made it; see {@link MultiObjectiveReward.explain}. */
export interface Explanation {
  /** The reward: the sum of the weighted terms. */
  total: number
  /** Every term by its name, those of weight 0 included. */
  terms: Record<string, TermExplanation>
  /** Overlap, and the facts of both skeletons, inside the field of view. */
  metrics: {
    /** Dice coefficient, 0 to 1. */
    dice: number
    /** Recall, 0 to 1. */
    recall: number
    /** Precision, 0 to 1. */
    precision: number
    /** Intersection over union, 0 to 1. */
    iou: number
    /** Junctions of the prediction's skeleton. */
    junctionsPred: number
    /** Junctions of the truth's skeleton. */
    junctionsTruth: number
    /** Connected components of the prediction's skeleton. */
    componentsPred: number
    /** Connected components of the truth's skeleton. */
    componentsTruth: number
    /** Length of the prediction's skeleton in pixels. */
    lengthPred: number
    /** Length of the truth's skeleton in pixels. */
    lengthTruth: number
  }
}

/**
 * The terms of a reward and the facts of a pair.
 *
 * @param all - the terms in the order in which they are summed
 */
export function explanationOf(all: readonly NamedTerm[], pair: MaskPair): Explanation {
  let total = 0
  const terms: [string, TermExplanation][] = []
  for (const term of all) {
    const { name, weight, range } = term
    const value = termValue(term, pair)
    const weighted = weight * value
    if (weight !== 0) total += weighted
    terms.push([name, { value, weight, weighted, range: [...range] }])
  }
  const metrics = {
    dice: pair.dice,
    recall: pair.recall,
    precision: pair.precision,
    iou: pair.iou,
    junctionsPred: pair.pred.junctions,
    junctionsTruth: pair.truth.junctions,
    componentsPred: pair.pred.components,
    componentsTruth: pair.truth.components,
    lengthPred: pair.pred.length,
    lengthTruth: pair.truth.length,
  }
  return { total, terms: Object.fromEntries(terms), metrics }
}
