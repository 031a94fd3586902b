import { checkSettings } from './check-settings.ts'
import type { PatchRules } from './data/patches.ts'
import { defaultConfig, type ModelConfig } from './model/model.ts'
import { DEFAULT_SETTINGS, mergeSettings, type Settings } from './settings.ts'
import type { SupervisedSettings } from './supervised.ts'

/** The frozen model of real images: 317,200 parameters. */
export const REAL_MODEL: Readonly<ModelConfig> = {
  ...defaultConfig,
  width: 96,
  blocks: 3,
  feedForward: 192,
}

/** How it is trained, on coarse labels. */
export const REAL_PRETRAINING: Readonly<SupervisedSettings> = {
  steps: 3000,
  batch: 8,
  learningRate: 2e-3,
  warmUp: 50,
  weightDecay: 0.02,
  gradientNorm: 1,
  seed: 1,
}

/** Where its patches lie. */
export const BASE_PATCHES: Readonly<PatchRules> = { size: 64, stride: 2, within: 0.6, vessel: 0 }

/**
 * PPO on real images. Without the precision hinge the reward over-segments: real vessels are drawn
 * with doubtful borders, and recall is cheap there.
 */
export const REAL_SETTINGS: Readonly<Settings> = mergeSettings(DEFAULT_SETTINGS, {
  updates: 240,
  learningRate: 1.5e-3,
  temperature: [0.3, 0.1],
  tile: 16,
  precisionHinge: { weight: 0.2, target: 0.8 },
  lora: { r: 8, alpha: 16, dropout: 0.05 },
})

/**
 * Settings of the control with shuffled advantages beside a run.
 *
 * @throws RangeError if such a control cannot be: it compares samples, where credit by value does not
 */
export function shuffledControl(settings: Settings): Settings {
  try {
    return checkSettings({ ...settings, credit: 'shuffled', normalizeRewards: false })
  } catch (cause) {
    const { message } = cause as Error
    throw new RangeError(`the control (--without-controls leaves it out): ${message}`, { cause })
  }
}

/** Where the patches lie that rewards come from. */
export const REWARD_PATCHES: Readonly<PatchRules> = {
  size: 64,
  stride: 4,
  within: 0.9,
  vessel: 0.05,
}

/** The comparison with labels: adapters trained on the true masks, for as many steps as PPO makes. */
export const REAL_SUPERVISION: Readonly<SupervisedSettings> = {
  steps: 480,
  batch: 8,
  learningRate: 1.5e-3,
  warmUp: 20,
  weightDecay: 0,
  gradientNorm: 1,
  seed: 1,
}
