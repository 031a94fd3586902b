import type { Connectivity, JunctionMethod, LengthMethod, ThinningMethod } from 'vessel-reward'
import { type Grid, intersect } from './grid.ts'
import { oracleJunctions } from './junctions.ts'
import { oracleLabels } from './label.ts'
import { oracleLength } from './length.ts'
import { oracleConfusion, oracleOverlap } from './overlap.ts'
import { oracleThin } from './thin.ts'

export interface OracleRewardOptions {
  weights: { dice: number; recall: number; topology: number; length: number; precision: number }
  recallTarget: number
  precisionTarget: number
  bounded: boolean
  thinning: ThinningMethod
  connectivity: Connectivity
  junctions: { method: JunctionMethod; mergeRadius: number }
  length: LengthMethod
  within?: Grid
}

export const DEFAULTS: OracleRewardOptions = {
  weights: { dice: 0.5, recall: 0.2, topology: 0.2, length: 0.1, precision: 0 },
  recallTarget: 0.85,
  precisionTarget: 0.8,
  bounded: true,
  thinning: 'skimage',
  connectivity: 8,
  junctions: { method: 'crossing-number', mergeRadius: 3 },
  length: 'chain',
}

function factsOf(mask: Grid, options: OracleRewardOptions) {
  const skeleton = oracleThin(mask, options.thinning)
  const { method, mergeRadius } = options.junctions
  return {
    junctions: oracleJunctions(skeleton, method, mergeRadius).length / 2,
    components: oracleLabels(skeleton, options.connectivity).count,
    length: oracleLength(skeleton, options.length),
  }
}

/** The reward's terms before their weights, and their weighted sum. */
export function oracleReward(
  pred: Grid,
  truth: Grid,
  options: OracleRewardOptions,
): { total: number; terms: OracleRewardOptions['weights'] } {
  const { weights, bounded, within } = options
  const overlap = oracleOverlap(oracleConfusion(pred, truth, within))
  const p = factsOf(within ? intersect(pred, within) : pred, options)
  const t = factsOf(within ? intersect(truth, within) : truth, options)
  let share = p.junctions === 0 ? 1 : 0
  if (t.junctions > 0) share = Math.min(p.junctions, t.junctions) / t.junctions
  let topology = share - 0.1 * Math.abs(p.components - t.components)
  let deviation = p.length === 0 ? 0 : 1
  if (t.length > 0) deviation = Math.abs(1 - p.length / t.length)
  if (bounded) {
    topology = Math.max(-1, topology)
    deviation = Math.min(1, deviation)
  }
  const terms = {
    dice: 10 * overlap.dice,
    recall: 20 * Math.min(0, overlap.recall - options.recallTarget),
    topology: 5 * topology,
    length: -5 * deviation,
    precision: 20 * Math.min(0, overlap.precision - options.precisionTarget),
  }
  let total = 0
  for (const name of ['dice', 'recall', 'topology', 'length', 'precision'] as const) {
    total += weights[name] * terms[name]
  }
  return { total, terms }
}
