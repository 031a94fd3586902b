import {
  type BitMask,
  type MaskLike,
  MultiObjectiveReward,
  type RewardOptions,
} from 'vessel-reward'
import { enableSimd } from 'vessel-reward/simd'
import type { Settings } from '../settings.ts'

/** What a mask is judged by. */
export interface Reference {
  truth: BitMask
  /** Field of view. */
  within: BitMask
}

/** The reward of a mask inside the field of view of its reference. */
export type ImageReward = (mask: MaskLike, reference: Reference) => number

type RewardSettings = Pick<Settings, 'reward' | 'precisionHinge'>

/** The reward that the settings ask for, as options of the library. */
export function rewardOptionsOf({ reward, precisionHinge }: RewardSettings): RewardOptions {
  if (reward === 'robust') return { preset: 'robust' }
  const { weight, target } = precisionHinge
  return { weights: { precision: weight }, precisionTarget: target }
}

/** The reward that the settings ask for; each field of view gets one of its own. */
export function imageReward(settings: RewardSettings): ImageReward {
  enableSimd()
  const options = rewardOptionsOf(settings)
  const rewards = new WeakMap<BitMask, MultiObjectiveReward>()
  return (mask, { truth, within }) => {
    let reward = rewards.get(within)
    if (reward === undefined) {
      reward = new MultiObjectiveReward({ ...options, within })
      rewards.set(within, reward)
    }
    return reward.score(mask, truth)
  }
}
