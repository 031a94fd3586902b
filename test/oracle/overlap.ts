import type { Confusion, ThinningMethod } from 'vessel-reward'
import { at, countSet, type Grid, intersect } from './grid.ts'
import { oracleThin } from './thin.ts'

export function oracleConfusion(pred: Grid, truth: Grid, within?: Grid): Confusion {
  const counts = { tp: 0, fp: 0, fn: 0, tn: 0 }
  for (let y = 0; y < truth.height; y++) {
    for (let x = 0; x < truth.width; x++) {
      if (within && !at(within, x, y)) continue
      const p = at(pred, x, y)
      const t = at(truth, x, y)
      counts[p ? (t ? 'tp' : 'fp') : t ? 'fn' : 'tn']++
    }
  }
  return counts
}

/** A quotient; where it is 0/0, 1 if the masks agree and else 0. */
function quotient(numerator: number, denominator: number, agree: boolean): number {
  if (denominator !== 0) return numerator / denominator
  return agree ? 1 : 0
}

/** The metrics of the four counts under the policy `'perfect'`. */
export function oracleOverlap(
  { tp, fp, fn, tn }: Confusion,
  beta = 1,
): Record<
  'dice' | 'iou' | 'recall' | 'precision' | 'specificity' | 'accuracy' | 'fBeta' | 'mcc',
  number
> {
  const of = (numerator: number, denominator: number) =>
    quotient(numerator, denominator, fp === 0 && fn === 0)
  const square = beta ** 2
  const margins = (tp + fp) * (tp + fn) * (tn + fp) * (tn + fn)
  return {
    dice: of(2 * tp, 2 * tp + fp + fn),
    iou: of(tp, tp + fp + fn),
    recall: of(tp, tp + fn),
    precision: of(tp, tp + fp),
    specificity: of(tn, tn + fp),
    accuracy: of(tp + tn, tp + fp + fn + tn),
    fBeta: of((1 + square) * tp, (1 + square) * tp + square * fn + fp),
    mcc: of(tp * tn - fp * fn, Math.sqrt(margins)),
  }
}

/** Centreline Dice of two masks that are both not empty and have skeletons. */
export function oracleClDice(pred: Grid, truth: Grid, method: ThinningMethod): number {
  const thinPred = oracleThin(pred, method)
  const thinTruth = oracleThin(truth, method)
  const tprec = countSet(intersect(thinPred, truth)) / countSet(thinPred)
  const tsens = countSet(intersect(thinTruth, pred)) / countSet(thinTruth)
  return tprec + tsens === 0 ? 0 : (2 * tprec * tsens) / (tprec + tsens)
}
