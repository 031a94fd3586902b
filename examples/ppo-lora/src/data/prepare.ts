import * as tf from '@tensorflow/tfjs'
import { BitMask } from 'vessel-reward'
import type { Adapter } from '../model/lora.ts'
import type { Segmenter } from '../model/segmenter.ts'

/** An image with its truth, in raster order. */
export interface Sample {
  size: number
  image: Float32Array
  truth: Uint8Array
  within: Uint8Array
}

/** A sample as model and reward read it. */
export interface Prepared {
  /** What the model reads of the image. */
  input: Float32Array
  /** 1 at the pixels inside the field of view, in the model's order. */
  weights: Uint8Array
  truth: BitMask
  within: BitMask
}

/** Makes what the model reads of images and packs their masks, once for all of training. */
export function prepare(samples: readonly Sample[], model: Segmenter): Prepared[] {
  return samples.map(({ size, image, truth, within }) => {
    const mask = (data: Uint8Array) => BitMask.from({ data, width: size, height: size })
    return {
      input: model.inputOf(image),
      weights: Uint8Array.from(model.order, (at) => within[at]),
      truth: mask(truth),
      within: mask(within),
    }
  })
}

/** What a model reads of several images, as one tensor. */
export function inputsTensor(
  images: readonly Pick<Prepared, 'input'>[],
  { inputShape }: Segmenter,
): tf.Tensor {
  const { length } = images[0].input
  const values = new Float32Array(images.length * length)
  for (const [i, { input }] of images.entries()) values.set(input, i * length)
  return tf.tensor(values, [images.length, ...inputShape])
}

/**
 * The logits of each image in the model's order.
 *
 * @param dropoutSeeds - for a forward pass as in training: of the dropout of each image
 */
export async function logitsOf(
  model: Segmenter,
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
    const logits = tf.tidy(() => model.forward(inputsTensor(part, model), adapter, options))
    const values = (await logits.data()) as Float32Array
    logits.dispose()
    const pixels = values.length / part.length
    for (let k = 0; k < part.length; k++) all.push(values.slice(k * pixels, (k + 1) * pixels))
  }
  return all
}

/** Values in a model's order, moved to raster order. */
export function toRaster<T extends Float32Array | Uint8Array>(values: T, order: Int32Array): T {
  const raster = values.slice() as T
  for (let i = 0; i < order.length; i++) raster[order[i]] = values[i]
  return raster
}

/** The logits of each image in raster order; without an adapter those of the frozen model. */
export async function rasterLogits(
  model: Segmenter,
  adapter: Adapter | undefined,
  prepared: readonly Prepared[],
): Promise<Float32Array[]> {
  const logits = await logitsOf(model, adapter, prepared)
  return logits.map((z) => toRaster(z, model.order))
}

/** Rows of equal length as one tensor. */
export function rowsTensor(rows: readonly (Float32Array | Uint8Array)[]): tf.Tensor2D {
  const length = rows[0].length
  const values = new Float32Array(rows.length * length)
  for (const [i, row] of rows.entries()) values.set(row, i * length)
  return tf.tensor2d(values, [rows.length, length])
}
