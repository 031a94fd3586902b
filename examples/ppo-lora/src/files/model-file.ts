import { readFileSync } from 'node:fs'
import type * as tf from '@tensorflow/tfjs'
import { Model } from '../model/model.ts'
import { assertConfig, type ModelConfig, parameterShapes } from '../model/model-config.ts'
import { UNet } from '../model/unet.ts'
import { assertUNetConfig, type UNetConfig, unetShapes } from '../model/unet-config.ts'
import { variableOf } from '../model/variable.ts'
import type { FloatTensor } from './safetensors.ts'
import { assertFinite, decodeSafetensors, encodeSafetensors } from './safetensors.ts'
import { fromTorch, torchShape, toTorch } from './torch-layout.ts'
import { writeAtomically } from './write-atomically.ts'

/** The models that files hold. */
export type SavedModel = Model | UNet

/**
 * Saves a model as safetensors with the names and the layout of a PyTorch module (kernels [out, in],
 * those of convolutions [out, in, height, width]);
 * the configuration is JSON in the metadata under `config`.
 *
 * @throws Error when a weight is not finite or the file cannot be written; one that was there is then
 * untouched
 */
export async function saveModel(file: string, model: SavedModel): Promise<void> {
  const tensors = new Map<string, FloatTensor>()
  for (const [name, weight] of model.weights) {
    const tensor = { shape: weight.shape, data: (await weight.data()) as Float32Array }
    assertFinite(`saving refused: ${name}`, tensor.data)
    tensors.set(name, isKernel(name, weight.shape) ? toTorch(tensor) : tensor)
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
export function loadModel(file: string): SavedModel {
  const { tensors, metadata } = decodeSafetensors(readFileSync(file), file)
  if (metadata.config === undefined)
    throw new Error(`${file}: no model configuration in the metadata`)
  const config = parseConfig(file, metadata.config)
  const isUNet = 'model' in config
  if (!isUNet && config.blocks > tensors.size) {
    // Before the shapes of all blocks are listed, which a number in a file can make very many.
    throw new Error(`${file}: ${tensors.size} parameters are too few for ${config.blocks} blocks`)
  }
  const shapes = isUNet ? unetShapes(config) : parameterShapes(config)
  const stored = new Map<string, FloatTensor>()
  for (const [name, shape] of shapes) {
    const found = tensors.get(name)
    if (!found) throw new Error(`${file}: no parameter ${name}`)
    const isTurned = isKernel(name, shape)
    const wanted = isTurned ? torchShape(shape) : shape
    if (String(found.shape) !== String(wanted)) {
      throw new Error(
        `${file}: ${name} has shape [${found.shape}], the configuration needs [${wanted}]`,
      )
    }
    const tensor = isTurned ? fromTorch(found) : found
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
  return isUNet ? new UNet(config, weights) : new Model(config, weights)
}

/** True for a kernel: a parameter that files hold as PyTorch lays it out. */
function isKernel(name: string, shape: readonly number[]): boolean {
  return shape.length > 1 && name.endsWith('.weight')
}

/** A configuration without the name of a model is a transformer's. */
function parseConfig(file: string, json: string): ModelConfig | UNetConfig {
  try {
    const config: unknown = JSON.parse(json)
    if (typeof config === 'object' && config !== null && 'model' in config) {
      assertUNetConfig(config)
      return config
    }
    assertConfig(config)
    return config
  } catch (error) {
    throw new Error(`${file}: ${(error as Error).message}`, { cause: error })
  }
}
