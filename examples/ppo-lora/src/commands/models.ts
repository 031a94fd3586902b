import { fileURLToPath } from 'node:url'
import { didYouMean } from '../check-settings.ts'
import type { SavedModel } from '../files/model-file.ts'
import { createModel } from '../model/model.ts'
import { defaultConfig } from '../model/model-config.ts'
import { createUNet } from '../model/unet.ts'
import { defaultUNet } from '../model/unet-config.ts'
import {
  DEFAULT_SETTINGS,
  PRETRAINING,
  QUICK,
  type Settings,
  type SupervisedSettings,
  UNET_PRETRAINING,
  UNET_QUICK,
  UNET_SETTINGS,
} from '../settings.ts'

/** A model that comes with the example. */
export interface ShippedModel {
  /** File of the frozen model. */
  base: string
  /** How it was made. */
  create: (random: () => number) => SavedModel
  pretraining: Readonly<SupervisedSettings>
  /** How its adapters are trained, and what a short run changes in that. */
  settings: Readonly<Settings>
  quick: Partial<Settings>
}

const inBase = (file: string): string =>
  fileURLToPath(new URL(`../../base/${file}`, import.meta.url))

/** The models that come with the example, by the names that `--model` takes. */
export const MODELS: Readonly<Record<'transformer' | 'unet', ShippedModel>> = {
  transformer: {
    base: inBase('model.safetensors'),
    create: (random) => createModel(defaultConfig, random),
    pretraining: PRETRAINING,
    settings: DEFAULT_SETTINGS,
    quick: QUICK,
  },
  unet: {
    base: inBase('unet.safetensors'),
    create: (random) => createUNet(defaultUNet, random),
    pretraining: UNET_PRETRAINING,
    settings: UNET_SETTINGS,
    quick: UNET_QUICK,
  },
}

/**
 * The model of a name.
 *
 * @throws RangeError if there is none
 */
export function shippedModel(name: string): ShippedModel {
  const model = Object.hasOwn(MODELS, name) ? MODELS[name as keyof typeof MODELS] : undefined
  if (model !== undefined) return model
  throw new RangeError(`there is no model '${name}': ${didYouMean(name, Object.keys(MODELS))}`)
}
