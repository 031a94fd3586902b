import { basename, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { didYouMean, mergeSettings } from '../../check-settings.ts'
import type { SavedModel } from '../../files/model-file.ts'
import { createModel } from '../../model/model.ts'
import { defaultConfig } from '../../model/model-config.ts'
import { createUNet } from '../../model/unet.ts'
import { defaultUNet } from '../../model/unet-config.ts'
import {
  DEFAULT_SETTINGS,
  LAYERS_SETTINGS,
  PRETRAINING,
  QUICK,
  type Settings,
  type SupervisedSettings,
  UNET_PRETRAINING,
  UNET_QUICK,
  UNET_SETTINGS,
} from '../../settings.ts'

/** A model that commands are asked for. */
export interface ModelChoice {
  /** File of the frozen model. */
  base: string
  /** How its adapters are trained, and what a short run changes in that. */
  settings: Readonly<Settings>
  quick: Partial<Settings>
}

/** A model that comes with the example, and how it was made. */
export interface ShippedModel extends ModelChoice {
  /** @param changes - in the sizes of its configuration, as JSON has them */
  create: (random: () => number, changes?: unknown) => SavedModel
  pretraining: Readonly<SupervisedSettings>
}

const inBase = (file: string): string =>
  fileURLToPath(new URL(`../../../base/${file}`, import.meta.url))

/** The models that come with the example, by the names that `--model` takes. */
export const MODELS: Readonly<Record<'transformer' | 'unet', ShippedModel>> = {
  transformer: {
    base: inBase('model.safetensors'),
    create: (random, changes = {}) => createModel(mergeSettings(defaultConfig, changes), random),
    pretraining: PRETRAINING,
    settings: DEFAULT_SETTINGS,
    quick: QUICK,
  },
  unet: {
    base: inBase('unet.safetensors'),
    create: (random, changes = {}) => createUNet(mergeSettings(defaultUNet, changes), random),
    pretraining: UNET_PRETRAINING,
    settings: UNET_SETTINGS,
    quick: UNET_QUICK,
  },
}

/**
 * The shipped model of a name.
 *
 * @throws RangeError if there is none
 */
export function shippedModel(name: string): ShippedModel {
  const model = Object.hasOwn(MODELS, name) ? MODELS[name as keyof typeof MODELS] : undefined
  if (model !== undefined) return model
  throw new RangeError(`there is no model '${name}': ${didYouMean(name, Object.keys(MODELS))}`)
}

/** What the names of runs begin with, so that those of two models do not meet. */
export function runPrefix(model: string): string {
  return model === 'transformer' ? '' : `${basename(model, '.json')}-`
}

/**
 * The model of a name, or a LayersModel of TensorFlow.js in a file that ends in .json.
 *
 * @throws RangeError if there is none of the name
 */
export function chosenModel(name: string): ModelChoice {
  if (!name.endsWith('.json')) return shippedModel(name)
  // npm runs the command elsewhere than it was typed, and says where that was.
  const base = resolve(process.env.INIT_CWD ?? '.', name)
  return { base, settings: LAYERS_SETTINGS, quick: UNET_QUICK }
}
