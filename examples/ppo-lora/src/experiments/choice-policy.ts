import { Adam } from '../ppo/adam.ts'

/** How {@link trainChoices} learns. */
export interface ChoiceTraining {
  updates: number
  /** Images of an update, and choices drawn for each of them. */
  images: number
  samples: number
  /** Passes over what was drawn. With one, nothing is ever clipped: a contextual bandit. */
  epochs: number
  /** Ratios are clipped to 1 ± clip. */
  clip: number
  learningRate: number
}

/**
 * A policy that chooses one option of each of several knobs, from features of an image: the knobs are
 * independent, and the logits of the options are linear in the features. At first every choice is as
 * likely as any other.
 */
export class ChoicePolicy {
  readonly knobs: readonly number[]
  readonly features: number
  readonly #weights: Map<string, Float32Array>
  readonly #optimizer: Adam = new Adam()

  /** @param knobs - how many options each has */
  constructor(knobs: readonly number[], features: number) {
    this.knobs = knobs
    this.features = features
    this.#weights = new Map(
      knobs.map((options, k) => [String(k), new Float32Array(options * features)]),
    )
  }

  /** The probabilities of the options of each knob. */
  probabilities(features: ArrayLike<number>): Float64Array[] {
    return this.knobs.map((options, k) => {
      const weights = this.#weights.get(String(k)) as Float32Array
      const logits = Float64Array.from({ length: options }, (_, o) => {
        let sum = 0
        for (let f = 0; f < this.features; f++) sum += weights[o * this.features + f] * features[f]
        return sum
      })
      const largest = Math.max(...logits)
      const shares = logits.map((z) => Math.exp(z - largest))
      const total = shares.reduce((a, b) => a + b)
      return shares.map((share) => share / total)
    })
  }

  /** The likeliest option of each knob; of equally likely ones the first. */
  best(features: ArrayLike<number>): number[] {
    return this.probabilities(features).map((shares) => shares.indexOf(Math.max(...shares)))
  }

  /** Draws an option of each knob; `random` returns numbers in [0, 1). */
  draw(features: ArrayLike<number>, random: () => number): number[] {
    return this.probabilities(features).map((shares) => {
      let rest = random()
      const found = shares.findIndex((share) => {
        rest -= share
        return rest < 0
      })
      // Shares may add up to a little less than 1.
      return found < 0 ? shares.length - 1 : found
    })
  }

  /** Nats of a choice: the sum over the knobs. */
  entropy(features: ArrayLike<number>): number {
    const nats = (shares: Float64Array) =>
      shares.reduce((sum, p) => (p > 0 ? sum - p * Math.log(p) : sum), 0)
    return this.probabilities(features).reduce((sum, shares) => sum + nats(shares), 0)
  }

  /**
   * One step up PPO's clipped objective.
   *
   * @returns the norm of the gradient
   */
  step(drawn: readonly DrawnChoice[], clip: number, learningRate: number): number {
    const gradients = new Map(
      [...this.#weights].map(([name, { length }]) => [name, new Float32Array(length)]),
    )
    for (const { features, choice, probability, advantage } of drawn) {
      const shares = this.probabilities(features)
      const now = choice.reduce((product, option, k) => product * shares[k][option], 1)
      const ratio = now / probability
      if (advantage > 0 ? ratio > 1 + clip : ratio < 1 - clip) continue
      choice.forEach((option, k) => {
        const gradient = gradients.get(String(k)) as Float32Array
        shares[k].forEach((share, o) => {
          // Down the negated objective.
          const slope = (-ratio * advantage * ((o === option ? 1 : 0) - share)) / drawn.length
          for (let f = 0; f < this.features; f++) {
            gradient[o * this.features + f] += slope * features[f]
          }
        })
      })
    }
    let squares = 0
    for (const gradient of gradients.values()) for (const g of gradient) squares += g * g
    this.#optimizer.step(this.#weights, gradients, learningRate)
    return Math.sqrt(squares)
  }
}

/** A choice that was drawn, and what it was worth. */
export interface DrawnChoice {
  features: ArrayLike<number>
  /** An option of each knob. */
  choice: readonly number[]
  /** Of the choice, under the policy that drew it. */
  probability: number
  advantage: number
}

/** What an update of {@link trainChoices} showed. */
export interface ChoiceRecord {
  update: number
  /** Mean over what was drawn. */
  reward: number
  /** Nats, mean over the images. */
  entropy: number
  /** Of the first step. */
  gradientNorm: number
}

/**
 * Trains a policy by rewards of choices drawn from it. The advantage of a choice is its reward minus the
 * mean of the image's other ones, over the deviation of all of the update.
 *
 * @param features - of every image
 * @param rewardOf - of a choice for an image, by its number
 */
export function trainChoices(
  policy: ChoicePolicy,
  features: readonly ArrayLike<number>[],
  rewardOf: (image: number, choice: readonly number[]) => number,
  settings: ChoiceTraining,
  random: () => number,
): ChoiceRecord[] {
  const { updates, images, samples, epochs, clip, learningRate } = settings
  return Array.from({ length: updates }, (_, update) => {
    const batch = Array.from({ length: images }, () => Math.floor(random() * features.length))
    const groups = batch.map((image) => {
      const shares = policy.probabilities(features[image])
      return Array.from({ length: samples }, () => {
        const choice = policy.draw(features[image], random)
        const probability = choice.reduce((product, option, k) => product * shares[k][option], 1)
        const reward = rewardOf(image, choice)
        return { features: features[image], choice, probability, reward }
      })
    })
    const drawn = withAdvantages(groups)
    const entropy = batch.reduce((sum, image) => sum + policy.entropy(features[image]), 0) / images
    let first = 0
    for (let epoch = 0; epoch < epochs; epoch++) {
      const norm = policy.step(drawn, clip, learningRate * (1 - update / updates))
      if (epoch === 0) first = norm
    }
    const rewards = groups.flat().map(({ reward }) => reward)
    const reward = rewards.reduce((a, b) => a + b, 0) / rewards.length
    return { update: update + 1, reward, entropy, gradientNorm: first }
  })
}

function withAdvantages<T extends { reward: number }>(
  groups: readonly (readonly T[])[],
): (T & { advantage: number })[] {
  const centered = groups.flatMap((group) => {
    const sum = group.reduce((total, { reward }) => total + reward, 0)
    return group.map((one) => {
      const others = (sum - one.reward) / (group.length - 1)
      return { ...one, advantage: one.reward - others }
    })
  })
  const squares = centered.reduce((sum, { advantage }) => sum + advantage ** 2, 0)
  const deviation = Math.sqrt(squares / centered.length)
  // What does not vary carries no information.
  const scale = deviation > 1e-8 ? 1 / deviation : 0
  return centered.map((one) => ({ ...one, advantage: one.advantage * scale }))
}
