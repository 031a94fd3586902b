import * as tf from '@tensorflow/tfjs'
import { BitMask } from 'vessel-reward'
import type { Adapter } from '../model/lora.ts'
import type { Model } from '../model/model.ts'
import { tokenOrder, unfold } from '../model/tokens.ts'

/** An image with its truth, in raster order. */
export interface Sample {
  size: number
  image: Float32Array
  truth: Uint8Array
  within: Uint8Array
}

/** A sample as model and reward read it. */
export interface Prepared {
  /** The windows of all tokens, tokens × window². */
  windows: Float32Array
  /** 1 at the pixels inside the field of view, in token order. */
  weights: Uint8Array
  truth: BitMask
  within: BitMask
}

/** Cuts images into tokens and packs their masks, once for all of training. */
export function prepare(samples: readonly Sample[], model: Model): Prepared[] {
  const order = tokenOrder(model.config)
  return samples.map(({ size, image, truth, within }) => {
    const mask = (data: Uint8Array) => BitMask.from({ data, width: size, height: size })
    return {
      windows: unfold(image, model.config),
      weights: Uint8Array.from(order, (at) => within[at]),
      truth: mask(truth),
      within: mask(within),
    }
  })
}

/** The windows of several images as one tensor. */
export function windowsTensor(prepared: readonly Prepared[], { config }: Model): tf.Tensor3D {
  const values = new Float32Array(prepared.length * prepared[0].windows.length)
  for (const [i, { windows }] of prepared.entries()) values.set(windows, i * windows.length)
  const perToken = config.window ** 2
  const tokens = prepared[0].windows.length / perToken
  return tf.tensor3d(values, [prepared.length, tokens, perToken])
}

/**
 * The logits of each image in token order.
 *
 * @param dropoutSeeds - for a forward pass as in training: of the dropout of each image
 */
export async function logitsOf(
  model: Model,
  adapter: Adapter | undefined,
  prepared: readonly Prepared[],
  dropoutSeeds?: readonly number[],
): Promise<Float32Array[]> {
  const batch = 8
  const all: Float32Array[] = []
  for (let i = 0; i < prepared.length; i += batch) {
    const part = prepared.slice(i, i + batch)
    const options = dropoutSeeds && {
      training: true,
      dropoutSeed: dropoutSeeds.slice(i, i + batch),
    }
    const logits = tf.tidy(() => model.forward(windowsTensor(part, model), adapter, options))
    const values = (await logits.data()) as Float32Array
    logits.dispose()
    const pixels = values.length / part.length
    for (let k = 0; k < part.length; k++) all.push(values.slice(k * pixels, (k + 1) * pixels))
  }
  return all
}

/** Values in token order, moved to raster order. */
export function toRaster<T extends Float32Array | Uint8Array>(values: T, order: Int32Array): T {
  const raster = values.slice() as T
  for (let i = 0; i < order.length; i++) raster[order[i]] = values[i]
  return raster
}

/** The logits of each image in raster order; without an adapter those of the frozen model. */
export async function rasterLogits(
  model: Model,
  adapter: Adapter | undefined,
  prepared: readonly Prepared[],
): Promise<Float32Array[]> {
  const order = tokenOrder(model.config)
  return (await logitsOf(model, adapter, prepared)).map((z) => toRaster(z, order))
}

/** Rows of equal length as one tensor. */
export function rowsTensor(rows: readonly (Float32Array | Uint8Array)[]): tf.Tensor2D {
  const length = rows[0].length
  const values = new Float32Array(rows.length * length)
  for (const [i, row] of rows.entries()) values.set(row, i * length)
  return tf.tensor2d(values, [rows.length, length])
}
