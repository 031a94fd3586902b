/**
 * Everything that can be set, each setting described where its value stands. `check-settings.ts` says
 * what fits together.
 */
import type { PatchRules } from './data/patches.ts'
import type { LossName } from './losses/supervised-loss.ts'
import { defaultConfig, type ModelConfig } from './model/model-config.ts'

/** How advantages are made of rewards. */
export type CreditMethod =
  /** Each tile is credited with what it changed, against the other samples' tiles. */
  | 'tile'
  /** The same of each piece of vessel between two junctions, of what the policy sees as such. */
  | 'piece'
  /** Reward minus the mean of the group of samples of the image, over the deviation (GRPO). */
  | 'group'
  /** Reward minus the mean of the other samples of the image (RLOO). */
  | 'rloo'
  /** Reward minus a learned value (classic PPO). */
  | 'value'
  /** A control: the tiles' credit, but each image gets that of another: must not learn. */
  | 'shuffled'

/** Every {@link CreditMethod}. */
export const CREDIT_METHODS: readonly string[] = [
  'tile',
  'piece',
  'group',
  'rloo',
  'value',
  'shuffled',
] satisfies CreditMethod[]

/** Which reward of the library masks earn; see `MultiObjectiveReward.preset`. */
export type RewardName = 'design' | 'robust'

/** Every {@link RewardName}. */
export const REWARDS: readonly RewardName[] = ['design', 'robust']

/** Settings of PPO; see {@link DEFAULT_SETTINGS}. */
export type Settings = typeof DEFAULT_SETTINGS

/** PPO on synthetic images: the design that is known to learn. */
export const DEFAULT_SETTINGS = {
  /** Of everything random. */
  seed: 1,
  /** Updates in all; each makes one rollout. */
  updates: 400,
  /** Updates between two looks at the validation images; 0 for none. */
  validateEvery: 20,
  /**
   * Which adapter a run ends with: the one of the best Dice on the validation images, or the last
   * one, which is kept beside it. The best one, as a reward may still rise where Dice falls already.
   */
  keep: 'best' as 'best' | 'last',
  /** Images of a rollout. */
  images: 8,
  /** Masks drawn for each of them. */
  samples: 8,
  /** Passes over a rollout. */
  epochs: 2,
  /** Images of one forward pass. */
  miniBatch: 4,
  /** Forward passes whose gradients make one step. */
  accumulation: 1,
  /** Falls linearly to 0. */
  learningRate: 3e-3,
  /**
   * Largest norm of a step's gradient, twice the largest of an ordinary run (.03 to .09 an update): it holds
   * back what is out of the ordinary, and nothing else.
   */
  gradientNorm: 0.2,
  /** Keeps Adam's steps from a division by 0: far below the root mean square of a gradient, about 3e-4. */
  adamEpsilon: 1e-8,
  /**
   * Ratios are clipped to 1 − first and 1 + second. Equal: about 1 % of them are clipped, so that more room
   * above (Q. Yu et al., "DAPO", 2025) has little to change.
   */
  clip: [0.2, 0.2] as [below: number, above: number],
  /**
   * Ends the passes over a rollout when the policy is that many nats per pixel away from the one that drew
   * it; 0: never. The clipped ratios of two passes keep it below .001 in all runs measured.
   */
  stopKl: 0,
  /** Temperature of the policy at the first and at the last update. */
  temperature: [0.5, 0.1] as [first: number, last: number],
  credit: 'tile' as CreditMethod,
  /** Side of a tile in pixels. */
  tile: 8,
  /** Shares of the overlap terms and of the skeleton terms in the advantage. */
  shares: { overlap: 0.85, skeleton: 0.15 },
  reward: 'design' as RewardName,
  /**
   * Weight of the precision hinge among the terms of the reward 'design', and where it sets in. The
   * reward 'robust' has its own term for precision.
   */
  precisionHinge: { weight: 0, target: 0.8 },
  /**
   * Coefficient of the KL penalty against the frozen model, in nats per pixel at temperature 1; with a
   * target it adapts. At the policy's own, falling temperature the divergence grows while nothing changes.
   */
  kl: { coefficient: 0 } as { coefficient: number; target?: number },
  /** Coefficient of the entropy bonus, in nats per pixel at temperature 1. */
  entropyBonus: 0,
  /** Whether rewards are divided by their running deviation (credit by value). */
  normalizeRewards: false,
  /** Steps of the value head after each update, each over the whole rollout (credit by value). */
  valueHead: { passes: 32, learningRate: 0.05 },
  /** Rank, scale, dropout and modules of the adapters; see `AdapterSettings`. */
  lora: {
    r: 16,
    alpha: 32,
    dropout: 0,
    /** Names of modules, or an expression that whole paths match, as text: '/up.+/'. */
    targetModules: ['q', 'k', 'v', 'o', 'gate', 'up', 'down'] as string[] | string,
  },
}

/**
 * What the choice of a reward changes. Credit scores masks by 'robust' again for every tile: tiles of
 * 16 pixels keep that to a tenth of the time.
 */
export const REWARD_CHANGES: Readonly<Record<RewardName, object>> = {
  design: { reward: 'design' },
  robust: { reward: 'robust', tile: 16, precisionHinge: { weight: 0 } },
}

/** What a short run changes. */
export const QUICK: Partial<Settings> = { updates: 60 }

/**
 * PPO on real images. Without the precision hinge the reward over-segments: real vessels are drawn
 * with doubtful borders, and recall is cheap there.
 */
export const REAL_SETTINGS: Readonly<Settings> = {
  ...DEFAULT_SETTINGS,
  updates: 240,
  learningRate: 1.5e-3,
  temperature: [0.3, 0.1],
  tile: 16,
  precisionHinge: { weight: 0.2, target: 0.8 },
  lora: { ...DEFAULT_SETTINGS.lora, r: 8, alpha: 16, dropout: 0.05 },
}

/**
 * PPO on synthetic images by the U-Net: each of its convolutions but the last has an adapter. It is
 * done after a quarter of the updates of the transformer: within a minute on two quiet cores.
 */
export const UNET_SETTINGS: Readonly<Settings> = {
  ...DEFAULT_SETTINGS,
  updates: 90,
  lora: { r: 8, alpha: 16, dropout: 0, targetModules: ['conv1', 'conv2'] },
}

/** PPO by a LayersModel of one's own: every layer Dense and Conv2D has an adapter. */
export const LAYERS_SETTINGS: Readonly<Settings> = {
  ...UNET_SETTINGS,
  lora: { ...UNET_SETTINGS.lora, targetModules: '/.+/' },
}

/** What a short run of either changes: the U-Net's takes a minute of one core on WASM, for Dice .913. */
export const UNET_QUICK: Partial<Settings> = { updates: 40 }

/**
 * Where the patches of real images lie that rewards come from. Parts outside the field of view and
 * patches without a vessel are among them, as in a whole image: what rewards have never seen, such as
 * the rim, they do not put right.
 */
export const REWARD_PATCHES: Readonly<PatchRules> = { size: 64, stride: 4, within: 0.4, vessel: 0 }

/** Settings of training on labels, pixel by pixel. */
export interface SupervisedSettings {
  steps: number
  /** Images of a step. */
  batch: number
  /** Rises over `warmUp` steps, then falls along a cosine to 0. */
  learningRate: number
  warmUp: number
  weightDecay: number
  /** Largest norm of a step's gradient. */
  gradientNorm: number
  seed: number
}

/**
 * The frozen model of synthetic images, on coarse labels. Long enough: on a model trained for 400
 * steps even supervised adapters stall.
 */
export const PRETRAINING: Readonly<SupervisedSettings> = {
  steps: 900,
  batch: 8,
  learningRate: 3e-3,
  warmUp: 50,
  weightDecay: 0.02,
  gradientNorm: 1,
  seed: 1,
}

/** The frozen U-Net of synthetic images: it learns the coarse labels in fewer steps. */
export const UNET_PRETRAINING: Readonly<SupervisedSettings> = { ...PRETRAINING, steps: 600 }

/** The frozen model of real images: 317,200 parameters, */
export const REAL_MODEL: Readonly<ModelConfig> = {
  ...defaultConfig,
  width: 96,
  blocks: 3,
  feedForward: 192,
}

/** trained on coarse labels like this, */
export const REAL_PRETRAINING: Readonly<SupervisedSettings> = {
  ...PRETRAINING,
  steps: 3000,
  learningRate: 2e-3,
}

/** of patches that lie like this. */
export const BASE_PATCHES: Readonly<PatchRules> = { size: 64, stride: 2, within: 0.6, vessel: 0 }

/**
 * The comparison with labels: adapters trained on the true masks of the same patches, for as many
 * steps of the optimizer as PPO makes: 240 updates of 2 passes over 8 images, 4 images a step.
 */
export const REAL_SUPERVISION: Readonly<SupervisedSettings> = {
  steps: 960,
  batch: 8,
  learningRate: 1.5e-3,
  warmUp: 20,
  weightDecay: 0,
  gradientNorm: 1,
  seed: 1,
}

/**
 * Learning rates of adapters that are trained on true labels, by loss: the best of 1e-3 (not for clDice),
 * 3e-3 and 6e-3 on the validation images, in 240 steps (`npm run supervise -- --quick --rates 3e-3,6e-3`).
 * That the highest is the best for all says that a higher one may be better still.
 */
export const SUPERVISED_RATES: Readonly<Record<LossName, number>> = {
  bce: 6e-3,
  'dice-bce': 6e-3,
  'cldice-dice': 6e-3,
}

/** All parameters on true labels; after these steps more of them gain little. */
export const CEILING: Readonly<SupervisedSettings> = {
  steps: 600,
  batch: 8,
  learningRate: 1e-3,
  warmUp: 20,
  weightDecay: 0.02,
  gradientNorm: 1,
  seed: 2,
}
