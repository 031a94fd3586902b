import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import * as tf from '@tensorflow/tfjs'

const { layers } = tf

/** A small network with a skip, a normalisation and a Dense layer that makes the logits. */
export function smallNetwork(
  size = 8,
  channels = 1,
  activation: 'linear' | 'sigmoid' = 'linear',
): tf.LayersModel {
  const input = tf.input({ shape: [size, size, channels] })
  const seeded = (seed: number) => tf.initializers.glorotUniform({ seed })
  const convolution = (name: string, filters: number, seed: number) =>
    layers.conv2d({
      name,
      filters,
      kernelSize: 3,
      padding: 'same',
      activation: 'relu',
      kernelInitializer: seeded(seed),
    })
  const first = convolution('first', 4, 1).apply(input) as tf.SymbolicTensor
  const pooled = layers.averagePooling2d({ name: 'pool', poolSize: [2, 2] }).apply(first)
  const second = convolution('second', 5, 2).apply(pooled)
  const normal = layers.batchNormalization({ name: 'normal' }).apply(second)
  const large = layers
    .conv2dTranspose({
      name: 'large',
      filters: 3,
      kernelSize: 2,
      strides: 2,
      kernelInitializer: seeded(3),
    })
    .apply(normal) as tf.SymbolicTensor
  const both = layers.concatenate({ name: 'both' }).apply([large, first])
  const logits = layers
    .dense({ name: 'logits', units: 1, activation, kernelInitializer: seeded(4) })
    .apply(both) as tf.SymbolicTensor
  return tf.model({ inputs: input, outputs: logits })
}

/** Saves a model as TensorFlow.js does for browsers, weights in two files; the name of its model.json. */
export async function saveNetwork(dir: string, model: tf.LayersModel): Promise<string> {
  mkdirSync(dir, { recursive: true })
  const file = join(dir, 'model.json')
  await model.save(
    tf.io.withSaveHandler(async ({ modelTopology, weightSpecs, weightData }) => {
      const bytes = new Uint8Array(weightData as ArrayBuffer)
      const half = bytes.length >> 1
      writeFileSync(join(dir, 'part1.bin'), bytes.subarray(0, half))
      writeFileSync(join(dir, 'part2.bin'), bytes.subarray(half))
      const weightsManifest = [{ paths: ['part1.bin', 'part2.bin'], weights: weightSpecs }]
      const format = 'layers-model'
      writeFileSync(file, JSON.stringify({ format, modelTopology, weightsManifest }))
      return { modelArtifactsInfo: { dateSaved: new Date(0), modelTopologyType: 'JSON' } }
    }),
  )
  return file
}
