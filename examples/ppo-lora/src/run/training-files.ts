import * as tf from '@tensorflow/tfjs'
import { assertSameSettings } from '../check-settings.ts'
import { fingerprint } from '../files/adapter-files.ts'
import { loadCheckpoint, saveCheckpoint } from '../files/checkpoint.ts'
import { assertFinite } from '../files/safetensors.ts'
import type { Adapter } from '../model/lora.ts'
import type { Segmenter } from '../model/segmenter.ts'
import type { Moments } from '../ppo/adam.ts'
import type { Settings } from '../settings.ts'
import { initialState, type TrainingState } from '../train.ts'

/** What a checkpoint holds beside arrays. */
interface SavedState {
  update: number
  optimizerSteps: number
  valueSteps: number
  klCoefficient: number
  rewards: { count: number; mean: number; squares: number }
  milliseconds: number
  rewardMilliseconds: number
  settings: Settings
  backend: string
  /** Fingerprint of the frozen model. */
  base?: string
  best?: Omit<BestAdapter, 'values'>
}

/** The adapter that was best on the validation images so far. */
export interface BestAdapter {
  update: number
  dice: number
  /** Its weights by their names. */
  values: ReadonlyMap<string, Float32Array>
}

/** Saves all that training changes. */
export async function saveTraining(
  folder: string,
  model: Segmenter,
  state: TrainingState,
  settings: Settings,
  backend: string,
  best?: BestAdapter,
): Promise<void> {
  const arrays = new Map<string, Float32Array>()
  for (const [name, variable] of state.adapter.weights) {
    arrays.set(`adapter.${name}`, (await variable.data()).slice() as Float32Array)
  }
  for (const [name, weights] of state.valueHead.weights) arrays.set(`value.${name}`, weights)
  for (const [name, values] of best?.values ?? []) arrays.set(`best.${name}`, values)
  const moments = { adapter: state.optimizer.moments, value: state.valueHead.optimizer.moments }
  for (const [owner, all] of Object.entries(moments)) {
    for (const [name, { first, second }] of all) {
      arrays.set(`${owner}.${name}.first`, first)
      arrays.set(`${owner}.${name}.second`, second)
    }
  }
  const saved: SavedState = {
    update: state.update,
    optimizerSteps: state.optimizer.steps,
    valueSteps: state.valueHead.optimizer.steps,
    klCoefficient: state.klCoefficient,
    rewards: { ...state.rewards },
    milliseconds: state.milliseconds,
    rewardMilliseconds: state.rewardMilliseconds,
    settings,
    backend,
    base: await fingerprint(model),
    ...(best && { best: { update: best.update, dice: best.dice } }),
  }
  saveCheckpoint(folder, { arrays, state: saved })
}

/** What {@link restoreTraining} finds. */
export interface RestoredTraining {
  state: TrainingState
  best: BestAdapter | undefined
  backend: string
  /** Why a newer checkpoint was passed over. */
  skipped: string | undefined
}

/**
 * Restores what {@link saveTraining} saved.
 *
 * @param start - the adapter that the run began with, if it was not a fresh one
 * @throws Error if the checkpoint is of other settings or another frozen model: it would not be the
 * same run; and if a number of it is missing or not finite
 */
export async function restoreTraining(
  folder: string,
  model: Segmenter,
  settings: Settings,
  start?: Adapter,
): Promise<RestoredTraining> {
  const { arrays, state: saved, skipped } = loadCheckpoint<SavedState>(folder)
  assertSameSettings(saved.settings, settings)
  if (saved.base !== undefined && saved.base !== (await fingerprint(model))) {
    throw new Error(`the run in ${folder} is of another frozen model: its parameters differ`)
  }
  const state = initialState(model, settings, start)
  try {
    const best = restore(state, saved, arrays, folder)
    return { state, best, backend: saved.backend, skipped }
  } catch (error) {
    state.adapter.dispose()
    throw error
  }
}

function restore(
  state: TrainingState,
  saved: SavedState,
  arrays: ReadonlyMap<string, Float32Array>,
  folder: string,
): BestAdapter | undefined {
  const take = (name: string, length: number): Float32Array => {
    const array = arrays.get(name)
    if (array?.length !== length) {
      throw new Error(
        `expected ${length} numbers of ${name} in ${folder}, got ${array?.length ?? 'none'}`,
      )
    }
    assertFinite(`${folder}: ${name}`, array)
    return array.slice()
  }
  for (const [name, variable] of state.adapter.weights) {
    const tensor = tf.tensor(take(`adapter.${name}`, variable.size), variable.shape)
    variable.assign(tensor)
    tensor.dispose()
  }
  for (const [name, weights] of state.valueHead.weights) {
    weights.set(take(`value.${name}`, weights.length))
  }
  const momentsOf = (owner: string, name: string, length: number): Moments => ({
    first: take(`${owner}.${name}.first`, length),
    second: take(`${owner}.${name}.second`, length),
  })
  if (saved.optimizerSteps > 0) {
    for (const [name, { size }] of state.adapter.weights) {
      state.optimizer.moments.set(name, momentsOf('adapter', name, size))
    }
  }
  if (saved.valueSteps > 0) {
    for (const [name, { length }] of state.valueHead.weights) {
      state.valueHead.optimizer.moments.set(name, momentsOf('value', name, length))
    }
  }
  state.optimizer.steps = saved.optimizerSteps
  state.valueHead.optimizer.steps = saved.valueSteps
  state.update = saved.update
  state.klCoefficient = saved.klCoefficient
  Object.assign(state.rewards, saved.rewards)
  state.milliseconds = saved.milliseconds
  state.rewardMilliseconds = saved.rewardMilliseconds
  if (saved.best === undefined) return undefined
  const values = new Map<string, Float32Array>()
  for (const [name, { size }] of state.adapter.weights) values.set(name, take(`best.${name}`, size))
  return { ...saved.best, values }
}
