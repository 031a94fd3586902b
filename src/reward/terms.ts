import type { MaskPair } from '../metrics/mask-pair.ts'

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
    dice: { range: [0, 10], value: (pair) => 10 * pair.dice },
    recall: {
      range: [hinge(0, recallTarget), 0],
      value: (pair) => hinge(pair.recall, recallTarget),
    },
    topology: {
      range: [lowest(-5), 5],
      value: (pair) => {
        const agreement = topologyAgreement(pair)
        return 5 * (bounded ? Math.max(-1, agreement) : agreement)
      },
    },
    length: {
      range: [lowest(-5), 0],
      value: (pair) => {
        const error = lengthError(pair)
        return 0 - 5 * (bounded ? Math.min(1, error) : error)
      },
    },
    precision: {
      range: [hinge(0, precisionTarget), 0],
      value: (pair) => hinge(pair.precision, precisionTarget),
    },
  }
}

/** Nothing above the target, a steep slope below it. */
function hinge(value: number, target: number): number {
  return 20 * Math.min(0, value - target)
}

/** Share of the junctions found, less a tenth for every component too many or too few. */
function topologyAgreement({ pred, truth }: MaskPair): number {
  // A vessel without branches is matched by a prediction without branches.
  const found =
    truth.junctions === 0
      ? Number(pred.junctions === 0)
      : Math.min(pred.junctions, truth.junctions) / truth.junctions
  return found - 0.1 * Math.abs(pred.components - truth.components)
}

/** Relative error of the length; a truth without length is met only by one without. */
function lengthError({ pred, truth }: MaskPair): number {
  if (truth.length === 0) return pred.length === 0 ? 0 : 1
  return Math.abs(1 - pred.length / truth.length)
}
