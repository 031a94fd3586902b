import type { Settings } from '../settings.ts'
import { Adam } from './adam.ts'

/** Side of the grid over which the model's logits are averaged. */
const GRID = 4

/**
 * The value function of classic PPO: a linear function of the frozen model's foreground
 * probability in each of 4 × 4 parts of the image. Fitted to rewards by squared error.
 */
export class ValueHead {
  readonly weights: ReadonlyMap<string, Float32Array> = new Map([
    ['value', new Float32Array(GRID * GRID + 1)],
  ])
  readonly optimizer: Adam = new Adam()

  /** The features of an image: logits in raster order, `size` × `size`. */
  static features(logits: Float32Array, size: number): Float64Array {
    const features = new Float64Array(GRID * GRID + 1)
    const side = size / GRID
    for (let y = 0; y < size; y++) {
      for (let x = 0; x < size; x++) {
        const part = Math.floor(y / side) * GRID + Math.floor(x / side)
        features[part] += 1 / (1 + Math.exp(-logits[y * size + x])) / (side * side)
      }
    }
    features[GRID * GRID] = 1
    return features
  }

  predict(features: Float64Array): number {
    const weights = this.weights.get('value') as Float32Array
    return features.reduce((sum, feature, i) => sum + feature * weights[i], 0)
  }

  /** Some steps towards the returns, each over all of them; gives back the mean squared error before. */
  fit(
    features: readonly Float64Array[],
    returns: readonly number[],
    { passes, learningRate }: Settings['valueHead'],
  ): number {
    const errors = Array.from({ length: passes }, () => this.#step(features, returns, learningRate))
    return errors[0]
  }

  #step(
    features: readonly Float64Array[],
    returns: readonly number[],
    learningRate: number,
  ): number {
    const gradient = new Float32Array(GRID * GRID + 1)
    let error = 0
    features.forEach((one, n) => {
      const difference = this.predict(one) - returns[n]
      error += difference ** 2 / features.length
      one.forEach((feature, i) => {
        gradient[i] += (2 * difference * feature) / features.length
      })
    })
    this.optimizer.step(this.weights, new Map([['value', gradient]]), learningRate)
    return error
  }
}

/**
 * The share of the variance of the returns that the values explain: 1 where they are right up to a
 * constant, 0 where a constant would do as well, negative where it would do better; NaN where the
 * returns do not vary.
 */
export function explainedVariance(values: readonly number[], returns: readonly number[]): number {
  const errors = returns.map((one, i) => one - values[i])
  const total = varianceOf(returns)
  return total > 0 ? 1 - varianceOf(errors) / total : Number.NaN
}

function varianceOf(values: readonly number[]): number {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length
  return values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length
}
