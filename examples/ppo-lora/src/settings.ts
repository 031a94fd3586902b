import { didYouMean } from './did-you-mean.ts'

/** How advantages are made of rewards. */
export type CreditMethod =
  /** Each tile is credited with what it changed, against the other samples' tiles. */
  | 'tile'
  /** Reward minus the mean of the group of samples of the image, over the deviation (GRPO). */
  | 'group'
  /** Reward minus the mean of the other samples of the image (RLOO). */
  | 'rloo'
  /** Reward minus a learned value, by generalised advantage estimation (classic PPO). */
  | 'value'
  /** A control: the tiles' credit, but each image gets that of another: must not learn. */
  | 'shuffled'

/** Every {@link CreditMethod}. */
export const CREDIT_METHODS: readonly string[] = [
  'tile',
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
export interface Settings {
  seed: number
  /** Updates in all; each makes one rollout. */
  updates: number
  /** Images of a rollout. */
  images: number
  /** Masks drawn for each of them. */
  samples: number
  /** Passes over a rollout. */
  epochs: number
  /** Images of one forward pass. */
  miniBatch: number
  /** Forward passes whose gradients make one step. */
  accumulation: number
  /** Falls linearly to 0. */
  learningRate: number
  /** Largest norm of a step's gradient. */
  gradientNorm: number
  /** Ratios are clipped to 1 ± clip. */
  clip: number
  /** Temperature of the policy at the first and at the last update. */
  temperature: [first: number, last: number]
  credit: CreditMethod
  /** Side of a tile in pixels. */
  tile: number
  /** Shares of the overlap terms and of the skeleton terms in the advantage. */
  shares: { overlap: number; skeleton: number }
  reward: RewardName
  /**
   * Weight of the precision hinge among the terms of the reward 'design', and where it sets in. The
   * reward 'robust' has its own term for precision.
   */
  precisionHinge: { weight: number; target: number }
  /** Coefficient of the KL penalty against the frozen model; with a target it adapts. */
  kl: { coefficient: number; target?: number }
  /** Coefficient of the entropy bonus. */
  entropyBonus: number
  /** Whether rewards are divided by their running deviation (credit by value). */
  normalizeRewards: boolean
  /** Discount and trace of the advantage estimate (credit by value). */
  gae: { gamma: number; lambda: number }
  lora: { r: number; alpha: number; dropout: number; targetModules: string[] }
}

/** The design that is known to learn. */
export const DEFAULT_SETTINGS: Settings = {
  seed: 1,
  updates: 400,
  images: 8,
  samples: 8,
  epochs: 2,
  miniBatch: 4,
  accumulation: 1,
  learningRate: 3e-3,
  gradientNorm: 1,
  clip: 0.2,
  temperature: [0.5, 0.1],
  credit: 'tile',
  tile: 8,
  shares: { overlap: 0.85, skeleton: 0.15 },
  reward: 'design',
  precisionHinge: { weight: 0, target: 0.8 },
  kl: { coefficient: 0 },
  entropyBonus: 0,
  normalizeRewards: false,
  gae: { gamma: 1, lambda: 0.95 },
  lora: {
    r: 16,
    alpha: 32,
    dropout: 0,
    targetModules: ['q', 'k', 'v', 'o', 'gate', 'up', 'down'],
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
 * Settings with some of them replaced; objects are merged.
 *
 * @throws TypeError if a setting has no such name or is of another type
 */
export function mergeSettings(settings: Settings, changes: unknown): Settings {
  return merged(settings, changes, '') as Settings
}

function merged(value: object, changes: unknown, path: string): object {
  if (typeof changes !== 'object' || changes === null || Array.isArray(changes)) {
    throw new TypeError(`expected settings${path} to be an object, got ${JSON.stringify(changes)}`)
  }
  const result: Record<string, unknown> = { ...value }
  const optional = path === '.kl' ? ['target'] : []
  const known = [...new Set([...Object.keys(value), ...optional])]
  for (const [name, change] of Object.entries(changes)) {
    if (!known.includes(name)) {
      const prefix = path && `${path.slice(1)}.`
      const names = known.map((one) => prefix + one)
      throw new TypeError(
        `there is no setting ${prefix}${name}: ${didYouMean(prefix + name, names)}`,
      )
    }
    const old = result[name]
    const isOptional = optional.includes(name)
    const isObject = typeof old === 'object' && !Array.isArray(old)
    const isRightType =
      isObject || Array.isArray(old)
        ? Array.isArray(change) === Array.isArray(old)
        : typeof change === (isOptional ? 'number' : typeof old)
    if (!isRightType) {
      throw new TypeError(
        `expected ${name} to be like ${JSON.stringify(old ?? 0)}, got ${JSON.stringify(change)}`,
      )
    }
    result[name] = isObject ? merged(old as object, change, `${path}.${name}`) : change
  }
  return result
}

/**
 * Checks that a run goes on with the settings that it began with.
 *
 * @throws Error that names those that differ
 */
export function assertSameSettings(began: object, now: object): void {
  const [was, is] = [flat(began), flat(now)]
  const names = [...new Set([...was.keys(), ...is.keys()])]
  const different = names.filter((name) => was.get(name) !== is.get(name))
  if (different.length === 0) return
  const list = different.map((name) => `${name} ${was.get(name)} (got ${is.get(name)})`)
  throw new Error(`expected the settings of the run that is resumed: ${list.join(', ')}`)
}

/** Settings by their paths, as JSON. */
function flat(settings: object, path = ''): Map<string, string> {
  const entries = Object.entries(settings).flatMap(([name, value]) => {
    const isGroup = typeof value === 'object' && value !== null && !Array.isArray(value)
    return isGroup
      ? [...flat(value, `${path}${name}.`)]
      : [[`${path}${name}`, JSON.stringify(value)] as const]
  })
  return new Map(entries)
}
