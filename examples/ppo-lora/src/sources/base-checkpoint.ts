import { rmSync } from 'node:fs'
import { assertSameSettings } from '../check-settings.ts'
import { hasCheckpoint, loadCheckpoint, saveCheckpoint } from '../files/checkpoint.ts'
import type { Model } from '../model/model.ts'
import { assignValues, valuesOf } from '../model/variable.ts'
import { Adam } from '../ppo/adam.ts'
import type { SupervisedSettings } from '../settings.ts'
import type { SupervisedState } from '../supervised.ts'

/** What a checkpoint of a frozen model in the making holds beside arrays. */
interface SavedBase {
  step: number
  settings: SupervisedSettings
  /** Names of the images that it is trained on. */
  images: string[]
}

/** Folder of the checkpoints of a frozen model in the making. */
const folderOf = (base: string) => `${base}.unfinished`

/** What a frozen model is made by: another one would not be the same model. */
export interface BaseRecipe {
  /** File that it will be saved as. */
  base: string
  settings: SupervisedSettings
  images: readonly string[]
}

/** Saves a frozen model in the making. */
export async function saveUnfinishedBase(
  { base, settings, images }: BaseRecipe,
  model: Model,
  { step, optimizer }: SupervisedState,
): Promise<void> {
  const arrays = new Map<string, Float32Array>()
  for (const [name, values] of await valuesOf(model.weights)) arrays.set(`model.${name}`, values)
  for (const [name, { first, second }] of optimizer.moments) {
    arrays.set(`${name}.first`, first)
    arrays.set(`${name}.second`, second)
  }
  const state: SavedBase = { step, settings, images: [...images] }
  saveCheckpoint(folderOf(base), { arrays, state })
}

/**
 * Takes up a frozen model in the making, whose parameters it sets.
 *
 * @returns the start where there is none
 * @throws Error if it was begun in another way, or a number is missing
 */
export function unfinishedBase(
  { base, settings, images }: BaseRecipe,
  model: Model,
): SupervisedState {
  const optimizer = new Adam({ weightDecay: settings.weightDecay })
  const folder = folderOf(base)
  if (!hasCheckpoint(folder)) return { step: 0, optimizer }
  const { arrays, state: saved, skipped } = loadCheckpoint<SavedBase>(folder)
  if (skipped !== undefined) console.warn(skipped)
  const began = { ...saved.settings, images: saved.images }
  try {
    assertSameSettings(began, { ...settings, images })
  } catch (cause) {
    const { message } = cause as Error
    throw new Error(`${folder} holds another frozen model, delete it: ${message}`, { cause })
  }
  const take = (name: string, length: number): Float32Array => {
    const array = arrays.get(name)
    if (array?.length === length) return array.slice()
    throw new Error(`expected ${length} numbers of ${name} in ${folder}, got ${array?.length ?? 0}`)
  }
  const values = new Map<string, Float32Array>()
  for (const [name, { size }] of model.weights) {
    values.set(name, take(`model.${name}`, size))
    const moments = { first: take(`${name}.first`, size), second: take(`${name}.second`, size) }
    optimizer.moments.set(name, moments)
  }
  assignValues(model.weights, values)
  optimizer.steps = saved.step
  return { step: saved.step, optimizer }
}

/** Removes the checkpoints of a frozen model that is finished and saved. */
export function removeUnfinishedBase(base: string): void {
  rmSync(folderOf(base), { recursive: true, force: true })
}
