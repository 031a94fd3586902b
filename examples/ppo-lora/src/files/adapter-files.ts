import { createHash } from 'node:crypto'
import { mkdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type * as tf from '@tensorflow/tfjs'
import { Adapter, factorShapes, targetsOf } from '../model/lora.ts'
import type { Module, Segmenter } from '../model/segmenter.ts'
import { variableOf } from '../model/variable.ts'
import { readAdapterConfig } from './adapter-config.ts'
import type { FloatTensor } from './safetensors.ts'
import { assertFinite, decodeSafetensors, encodeSafetensors } from './safetensors.ts'
import { fromTorch, torchShape, toTorch } from './torch-layout.ts'
import { writeAtomically } from './write-atomically.ts'

const CONFIG_FILE = 'adapter_config.json'
const WEIGHTS_FILE = 'adapter_model.safetensors'
/** Where PEFT's wrapper keeps the model that it adapts. */
const PREFIX = 'base_model.model.'
const FINGERPRINT = 'base_model_sha256'

export interface SaveAdapterOptions {
  /** Name or file of the model that the adapter belongs to, for people who read the file. */
  baseModelName: string
  /** With it, a fingerprint of the base's parameters is stored, which `loadAdapter` checks. */
  baseModel?: Segmenter
}

/**
 * Saves an adapter as Hugging Face PEFT does: `adapter_config.json` and `adapter_model.safetensors`,
 * A as [r, in] and B as [out, r], those of convolutions as [r, in, height, width] and [out, r, 1, 1].
 * Each file is replaced as a whole.
 *
 * @param dir - is made where it is missing
 * @throws Error when a weight is not finite, an adapter is merged into the base model or a file
 * cannot be written
 */
export async function saveAdapter(
  dir: string,
  adapter: Adapter,
  { baseModelName, baseModel }: SaveAdapterOptions,
): Promise<void> {
  const tensors = new Map<string, FloatTensor>()
  for (const [name, weight] of adapter.weights) {
    const data = (await weight.data()) as Float32Array
    assertFinite(`saving refused: ${name}`, data)
    tensors.set(`${PREFIX}${name}.weight`, toTorch({ shape: weight.shape, data }))
  }
  const metadata: Record<string, string> = { format: 'pt' }
  if (baseModel) metadata[FINGERPRINT] = await fingerprint(baseModel)
  const { r, alpha, dropout, targetModules } = adapter.settings
  const config = {
    base_model_name_or_path: baseModelName,
    bias: 'none',
    fan_in_fan_out: false,
    inference_mode: true,
    lora_alpha: alpha,
    lora_dropout: dropout,
    peft_type: 'LORA',
    r,
    // PEFT matches whole paths with an expression, as `matchModules` does.
    target_modules: targetModules instanceof RegExp ? targetModules.source : targetModules,
    task_type: null,
  }
  mkdirSync(dir, { recursive: true })
  writeAtomically(join(dir, WEIGHTS_FILE), encodeSafetensors(tensors, metadata))
  writeAtomically(join(dir, CONFIG_FILE), `${JSON.stringify(config, null, 2)}\n`)
}

/**
 * Loads an adapter that `saveAdapter` or PEFT wrote.
 *
 * @throws Error when a file cannot be read or is not valid, the adapter uses a variant of LoRA that is
 * not supported, a weight is not finite, or it belongs to another model: the first module that does
 * not fit is named
 */
export async function loadAdapter(dir: string, model: Segmenter): Promise<Adapter> {
  const settings = readAdapterConfig(join(dir, CONFIG_FILE))
  const file = join(dir, WEIGHTS_FILE)
  const { tensors, metadata } = decodeSafetensors(readFileSync(file), file)
  const another = (reason: string) => new Error(`${dir} is an adapter of another model: ${reason}`)

  const known = new Set(model.modules.map(({ path }) => path))
  for (const key of tensors.keys()) {
    const module = /^base_model\.model\.(.+)\.lora_[AB]\.weight$/.exec(key)?.[1]
    if (module === undefined) throw new Error(`${file}: unknown tensor ${key}`)
    if (!known.has(module)) throw another(`this one has no module ${module}`)
  }
  let modules: Module[]
  try {
    modules = targetsOf(model, settings.targetModules)
  } catch (error) {
    const { message } = error as Error
    if (error instanceof RangeError) throw another(message)
    throw new Error(`${join(dir, CONFIG_FILE)}: target_modules: ${message}`, { cause: error })
  }
  const found = new Map<string, FloatTensor>()
  for (const { path: module, shape } of modules) {
    for (const [factor, needed] of Object.entries(factorShapes(shape, settings.r))) {
      const stored = tensors.get(`${PREFIX}${module}.${factor}.weight`)
      if (!stored) throw another(`it has no ${factor} for ${module}`)
      const wanted = torchShape(needed)
      if (String(stored.shape) !== String(wanted)) {
        throw another(`${factor} of ${module} is [${stored.shape}], this one needs [${wanted}]`)
      }
      const tensor = fromTorch(stored)
      assertFinite(`${file}: ${factor} of ${module}`, tensor.data)
      found.set(`${module}.${factor}`, tensor)
    }
  }
  if (tensors.size !== found.size) {
    throw new Error(`${file}: it has tensors of modules that target_modules does not name`)
  }
  const expected = metadata[FINGERPRINT]
  if (expected !== undefined && expected !== (await fingerprint(model))) {
    throw another('the modules are the same, the base parameters are not')
  }
  const weights = new Map<string, tf.Variable>()
  for (const [name, { data, shape }] of found) {
    weights.set(name, variableOf(data, shape))
  }
  return new Adapter(
    settings,
    modules.map(({ path }) => path),
    weights,
  )
}

/**
 * SHA-256 of a model's parameters, as 64 hexadecimal digits.
 *
 * @throws Error while an adapter is merged into them: they are not the base model's then
 */
export async function fingerprint(model: Segmenter): Promise<string> {
  if (model.merges.count > 0) throw new Error('unmerge the adapter: it is in the base model')
  const hash = createHash('sha256')
  for (const [name, weight] of model.weights) {
    hash.update(name)
    hash.update(new Uint8Array(((await weight.data()) as Float32Array).slice().buffer))
  }
  return hash.digest('hex')
}
