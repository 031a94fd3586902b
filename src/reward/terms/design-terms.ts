import type { MaskPair } from '../mask-pair.ts'

/** One summand of a {@link MultiObjectiveReward}. */
export interface RewardTerm {
  /** What the value is multiplied by; at most 10⁹ in size. `score` skips a term of weight 0. */
  weight: number
  /** Smallest and largest value that `value` returns. Default: unbounded. */
  range?: readonly [min: number, max: number]
  /** The value of the term before its weight; a finite number, at most 10¹⁰⁰ in size. */
  value(pair: MaskPair): number
}

/** What the built-in terms depend on. */
export interface TermOptions {
  recallTarget: number
  precisionTarget: number
  bounded: boolean
}

/** Name of a built-in term. */
export type TermName = 'dice' | 'recall' | 'topology' | 'length' | 'precision'

/** Names of the built-in terms, in the order in which they are summed. */
export const TERM_NAMES: readonly TermName[] = ['dice', 'recall', 'topology', 'length', 'precision']

/** Weights of the design formula. */
export const DEFAULT_WEIGHTS: Readonly<Record<TermName, number>> = {
  dice: 0.5,
  recall: 0.2,
  topology: 0.2,
  length: 0.1,
  precision: 0,
}

/** The built-in terms, without their weights. */
export function builtInTerms(options: TermOptions): Record<TermName, Omit<RewardTerm, 'weight'>> {
  const { recallTarget, precisionTarget, bounded } = options
  const lowest = (min: number) => (bounded ? min : Number.NEGATIVE_INFINITY)
  return {
    dice: { range: [0, 10], value: (pair) => diceValue(pair.dice) },
    recall: {
      range: [hinge(0, recallTarget), 0],
      value: (pair) => hinge(pair.recall, recallTarget),
    },
    topology: {
      range: [lowest(-5), 5],
      value: ({ pred, truth }) =>
        topologyValue(pred.junctions, truth.junctions, pred.components, truth.components, bounded),
    },
    length: {
      range: [lowest(-5), 0],
      value: ({ pred, truth }) => lengthValue(pred.length, truth.length, bounded),
    },
    precision: {
      range: [hinge(0, precisionTarget), 0],
      value: (pair) => hinge(pair.precision, precisionTarget),
    },
  }
}

/** The overlap term of a Dice coefficient. */
export function diceValue(dice: number): number {
  return 10 * dice
}

/** The recall and precision terms: nothing above the target, a steep slope below it. */
export function hinge(value: number, target: number): number {
  return 20 * Math.min(0, value - target)
}

/** Share of the junctions found, less a tenth for every component too many or too few. */
export function topologyValue(
  junctionsPred: number,
  junctionsTruth: number,
  componentsPred: number,
  componentsTruth: number,
  bounded: boolean,
): number {
  // A vessel without branches is matched by a prediction without branches.
  const found =
    junctionsTruth === 0
      ? Number(junctionsPred === 0)
      : Math.min(junctionsPred, junctionsTruth) / junctionsTruth
  const agreement = found - 0.1 * Math.abs(componentsPred - componentsTruth)
  return 5 * (bounded ? Math.max(-1, agreement) : agreement)
}

/** Relative error of the length; a truth without length is met only by one without. */
export function lengthValue(lengthPred: number, lengthTruth: number, bounded: boolean): number {
  const error =
    lengthTruth === 0 ? Number(lengthPred !== 0) : Math.abs(1 - lengthPred / lengthTruth)
  return 0 - 5 * (bounded ? Math.min(1, error) : error)
}
