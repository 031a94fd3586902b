/** Settings of {@link Adam}. */
export interface AdamOptions {
  beta1?: number
  beta2?: number
  epsilon?: number
  /** Decoupled weight decay (AdamW); default 0. */
  weightDecay?: number
}

/** What an optimiser has learned of one array of weights. */
export interface Moments {
  first: Float32Array
  second: Float32Array
}

/**
 * Adam with decoupled weight decay, on plain arrays: its state goes into a checkpoint as it is, and
 * a step gives the same bits on every backend.
 *
 * Source: D. P. Kingma and J. Ba, "Adam", ICLR 2015; I. Loshchilov and F. Hutter, "Decoupled weight
 * decay regularization", ICLR 2019.
 */
export class Adam {
  /** Steps made so far. */
  steps = 0
  readonly moments: Map<string, Moments> = new Map()
  readonly #options: Required<AdamOptions>

  constructor({ beta1 = 0.9, beta2 = 0.999, epsilon = 1e-8, weightDecay = 0 }: AdamOptions = {}) {
    this.#options = { beta1, beta2, epsilon, weightDecay }
  }

  /** Changes `values` in place, one step down the gradients of the same names. */
  step(
    values: ReadonlyMap<string, Float32Array>,
    gradients: ReadonlyMap<string, Float32Array>,
    learningRate: number,
  ): void {
    const { beta1, beta2, epsilon, weightDecay } = this.#options
    this.steps++
    const rate = learningRate / (1 - beta1 ** this.steps)
    const correction = 1 / (1 - beta2 ** this.steps)
    for (const [name, value] of values) {
      const gradient = gradients.get(name)
      if (gradient === undefined) throw new Error(`expected a gradient of ${name}`)
      const { first, second } = this.#momentsOf(name, value.length)
      for (let i = 0; i < value.length; i++) {
        first[i] += (1 - beta1) * (gradient[i] - first[i])
        second[i] += (1 - beta2) * (gradient[i] * gradient[i] - second[i])
        value[i] -=
          (rate * first[i]) / (Math.sqrt(correction * second[i]) + epsilon) +
          learningRate * weightDecay * value[i]
      }
    }
  }

  #momentsOf(name: string, length: number): Moments {
    let moments = this.moments.get(name)
    if (moments === undefined) {
      moments = { first: new Float32Array(length), second: new Float32Array(length) }
      this.moments.set(name, moments)
    }
    return moments
  }
}

/**
 * Scales gradients down to a norm of at most `limit`, in place.
 *
 * @returns the norm before
 */
export function clipNorm(gradients: ReadonlyMap<string, Float32Array>, limit: number): number {
  let sum = 0
  for (const gradient of gradients.values()) for (const g of gradient) sum += g * g
  const norm = Math.sqrt(sum)
  if (norm > limit) {
    const scale = limit / norm
    for (const gradient of gradients.values()) {
      for (let i = 0; i < gradient.length; i++) gradient[i] *= scale
    }
  }
  return norm
}
