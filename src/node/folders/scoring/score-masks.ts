import type { BitMask } from '../../../mask/bitmask.ts'
import { byCaliber } from '../../../metrics/by-caliber.ts'
import { type EvaluateOptions, evaluate } from '../../../metrics/evaluate.ts'
import { confusion } from '../../../metrics/overlap.ts'
import { topologyErrors } from '../../../metrics/topology-errors/topology-errors.ts'
import { MultiObjectiveReward } from '../../../reward/multi-objective-reward.ts'
import type { RewardPreset } from '../../../reward/terms/presets.ts'
import type { CaseResult } from '../case-result.ts'

/** What is computed for each pair, once it is checked; plain values, which go to other threads. */
export interface PairSettings {
  readonly evaluate: EvaluateOptions
  readonly reward: RewardPreset
  readonly byCaliber: boolean
  readonly errors: boolean
}

/** What is computed for a pair. */
export type PairScores = Omit<CaseResult, 'name' | 'files'>

/** The same, or why there is none. */
export type Scored = PairScores | { readonly error: string }

/** The masks of a pair, or why one cannot be had. */
export interface PairMasks<Mask = BitMask> {
  readonly pred: Mask
  readonly truth: Mask
  readonly within: Mask | undefined
}

/** All that is asked for about two masks. */
export function scoreMasks({ pred, truth, within }: PairMasks, settings: PairSettings): Scored {
  const { evaluate: metricOptions, reward: preset } = settings
  const { thinning, connectivity } = metricOptions
  try {
    const { values, rules } = evaluate(pred, truth, { ...metricOptions, within })
    const reward = new MultiObjectiveReward({ preset, thinning, connectivity, within })
    return {
      width: truth.width,
      height: truth.height,
      confusion: confusion(pred, truth, { within }),
      values,
      rules,
      reward: reward.score(pred, truth),
      // A stratum without vessels is left out of means instead of perfect, whatever metrics do.
      ...(settings.byCaliber
        ? { byCaliber: byCaliber(pred, truth, { within, thinning, empty: 'nan' }) }
        : {}),
      ...(settings.errors ? { errors: topologyErrors(pred, truth, { within, thinning }) } : {}),
    }
  } catch (error) {
    return failure(error)
  }
}

/** What a failed pair says. */
export function failure(error: unknown): { error: string } {
  return { error: error instanceof Error ? error.message : String(error) }
}
