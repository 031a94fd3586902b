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

  /** One step towards the returns; gives back the mean squared error before it. */
  step(
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
