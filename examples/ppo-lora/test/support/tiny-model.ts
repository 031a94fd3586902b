import * as tf from '@tensorflow/tfjs'
import { expect } from 'vitest'
import { mulberry32 } from '../../../mulberry32.ts'
import type { Adapter } from '../../src/model/lora.ts'
import type { Model } from '../../src/model/model.ts'
import { type ModelConfig, tokenCount } from '../../src/model/model-config.ts'

/** A model that the slowest backend runs in milliseconds. */
export const tiny: ModelConfig = {
  imageSize: 8,
  patch: 2,
  window: 6,
  width: 8,
  blocks: 1,
  heads: 2,
  feedForward: 12,
}

/** Numbers in [−2, 2), [batch, tokens, window²]. */
export function randomWindows(config: ModelConfig, batch: number, seed: number): tf.Tensor3D {
  const random = mulberry32(seed)
  const shape: [number, number, number] = [batch, tokenCount(config), config.window ** 2]
  const values = Float32Array.from(
    { length: shape[0] * shape[1] * shape[2] },
    () => 4 * random() - 2,
  )
  return tf.tensor3d(values, shape)
}

/** Makes an adapter as if it were trained: B is no longer 0. */
export function shake(adapter: Adapter, seed: number): Adapter {
  const random = mulberry32(seed)
  for (const weight of adapter.weights.values()) {
    const values = Float32Array.from({ length: weight.size }, () => random() - 0.5)
    const tensor = tf.tensor(values, weight.shape)
    weight.assign(tensor)
    tensor.dispose()
  }
  return adapter
}

/** All numbers of a model or an adapter, by name. */
export async function bitsOf({
  weights,
}: Pick<Model | Adapter, 'weights'>): Promise<Record<string, Float32Array>> {
  const bits: Record<string, Float32Array> = {}
  for (const [name, weight] of weights) bits[name] = (await weight.data()).slice() as Float32Array
  return bits
}

/** Expects that no two numbers differ by more than a tolerance. */
export function expectClose(
  values: ArrayLike<number>,
  expected: ArrayLike<number>,
  tolerance: number,
): void {
  expect(values.length).toBe(expected.length)
  let worst = 0
  for (let i = 0; i < values.length; i++) {
    const difference = Math.abs(values[i] - expected[i])
    // NaN counts as the worst of all.
    if (!(difference <= worst)) worst = difference
  }
  expect(worst).toBeLessThanOrEqual(tolerance)
}
