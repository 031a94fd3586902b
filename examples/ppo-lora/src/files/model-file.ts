import { readFileSync } from 'node:fs'
import type * as tf from '@tensorflow/tfjs'
import { Model } from '../model/model.ts'
import { assertConfig, isKernel, type ModelConfig, parameterShapes } from '../model/model-config.ts'
import type { Segmenter } from '../model/segmenter.ts'
import { variableOf } from '../model/variable.ts'
import type { FloatTensor } from './safetensors.ts'
import { assertFinite, decodeSafetensors, encodeSafetensors, transposed } from './safetensors.ts'
import { writeAtomically } from './write-atomically.ts'

/**
 * Saves a model as safetensors with the names and the layout of a PyTorch module (kernels [out, in]);
 * the configuration is JSON in the metadata under `config`.
 *
 * @throws Error when a weight is not finite or the file cannot be written; one that was there is then
 * untouched
 */
export async function saveModel(file: string, model: Model): Promise<void> {
  const tensors = new Map<string, FloatTensor>()
  for (const [name, weight] of model.weights) {
    const tensor = { shape: weight.shape, data: (await weight.data()) as Float32Array }
    assertFinite(`saving refused: ${name}`, tensor.data)
    tensors.set(name, isKernel(name, weight.shape) ? transposed(tensor) : tensor)
  }
  const metadata = { format: 'pt', config: JSON.stringify(model.config) }
  writeAtomically(file, encodeSafetensors(tensors, metadata))
}

/**
 * Loads what `saveModel` wrote.
 *
 * @throws Error when the file cannot be read, is cut, does not hold a model's parameters or one of
 * them is not finite
 */
export function loadModel(file: string): Segmenter {
  const { tensors, metadata } = decodeSafetensors(readFileSync(file), file)
  if (metadata.config === undefined)
    throw new Error(`${file}: no model configuration in the metadata`)
  const config = parseConfig(file, metadata.config)
  if (config.blocks > tensors.size) {
    // Before the shapes of all blocks are listed, which a number in a file can make very many.
    throw new Error(`${file}: ${tensors.size} parameters are too few for ${config.blocks} blocks`)
  }
  const shapes = parameterShapes(config)
  const stored = new Map<string, FloatTensor>()
  for (const [name, shape] of shapes) {
    const found = tensors.get(name)
    if (!found) throw new Error(`${file}: no parameter ${name}`)
    const tensor = isKernel(name, shape) ? transposed(found) : found
    if (String(tensor.shape) !== String(shape)) {
      throw new Error(
        `${file}: ${name} has shape [${tensor.shape}], the configuration needs [${shape}]`,
      )
    }
    assertFinite(`${file}: ${name}`, tensor.data)
    stored.set(name, tensor)
  }
  for (const name of tensors.keys()) {
    if (!shapes.has(name)) throw new Error(`${file}: unknown parameter ${name}`)
  }
  const weights = new Map<string, tf.Variable>()
  for (const [name, { data, shape }] of stored) {
    weights.set(name, variableOf(data, shape))
  }
  return new Model(config, weights)
}

function parseConfig(file: string, json: string): ModelConfig {
  try {
    const config: unknown = JSON.parse(json)
    assertConfig(config)
    return config
  } catch (error) {
    throw new Error(`${file}: ${(error as Error).message}`, { cause: error })
  }
}
