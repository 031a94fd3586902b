import type { ThinningMethod } from '../../morphology/thinning-table.ts'
import { DEFAULT_WEIGHTS, type RewardTerm, type TermName } from './design-terms.ts'

import {
  balanceTerm,
  clDiceTerm,
  componentsTerm,
  holesTerm,
  junctionTerm,
  surfaceTerm,
} from './quality-terms.ts'

/** Name of a ready-made reward; see {@link MultiObjectiveReward.preset}. */
export type RewardPreset = 'design' | 'robust'

/** Names of the presets. */
export const PRESETS: readonly RewardPreset[] = ['design', 'robust']

/** What a preset consists of. */
export interface PresetParts {
  thinning: ThinningMethod
  weights: Readonly<Record<TermName, number>>
  terms: Readonly<Record<string, RewardTerm>>
}

/**
 * The terms of a preset. Those of `robust` are all from 0 to 10, none is flat where masks of real
 * networks lie, and what a mask cannot have by being thick or speckled weighs most. Its thinning is
 * the one that treats an image and its mirror image alike. docs/rewards.md shows what it was chosen
 * by.
 */
export function presetOf(preset: RewardPreset): PresetParts {
  if (preset === 'design') return { thinning: 'skimage', weights: DEFAULT_WEIGHTS, terms: {} }
  return {
    thinning: 'guo-hall',
    weights: { dice: 0.15, recall: 0, topology: 0, length: 0, precision: 0 },
    // In this order the sum of the best values is exactly 6.
    terms: {
      balance: balanceTerm({ weight: 0.18 }),
      surface: surfaceTerm({ weight: 0.06 }),
      junctions: junctionTerm({ weight: 0.03 }),
      components: componentsTerm({ weight: 0.03 }),
      holes: holesTerm({ weight: 0.03 }),
      clDice: clDiceTerm({ weight: 0.12 }),
    },
  }
}
