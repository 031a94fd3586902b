import { ratioOr } from '../../metrics/checked-pair.ts'
import type { CheckedReward } from '../reward-options.ts'
import { diceValue, hinge, lengthValue, topologyValue } from '../terms/design-terms.ts'

/** The built-in terms of a reward, weighted and summed in two groups, as functions of facts. */
export interface FactsFormula {
  /** The terms dice, recall and precision, of numbers of pixels. */
  overlap(tp: number, fp: number, fn: number): number
  /** The terms topology and length, for predictions of one truth. */
  skeletonAgainst(
    junctionsTruth: number,
    componentsTruth: number,
    lengthTruth: number,
  ): (junctions: number, components: number, length: number) => number
}

/** The formula of a reward. Custom terms are left out. */
export function factsFormulaOf({ formula, terms }: CheckedReward): FactsFormula {
  const { recallTarget, precisionTarget, bounded } = formula
  const [dice, recall, topology, length, precision] = terms.map(({ weight }) => weight)
  return {
    overlap(tp, fp, fn) {
      // As in every metric: where a quotient is 0/0, masks that agree get 1.
      const agree = fp === 0 && fn === 0
      let sum = dice * diceValue(ratioOr('perfect', agree, '', 2 * tp, 2 * tp + fp + fn))
      sum += recall * hinge(ratioOr('perfect', agree, '', tp, tp + fn), recallTarget)
      sum += precision * hinge(ratioOr('perfect', agree, '', tp, tp + fp), precisionTarget)
      return sum
    },
    skeletonAgainst(junctionsTruth, componentsTruth, lengthTruth) {
      return (junctions, components, lengthPred) =>
        topology * topologyValue(junctions, junctionsTruth, components, componentsTruth, bounded) +
        length * lengthValue(lengthPred, lengthTruth, bounded)
    },
  }
}
