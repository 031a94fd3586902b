import { join } from 'node:path'
import { type Backend, describeBackend } from '../backends/start-backend.ts'
import { assertSameSettings } from '../check-settings.ts'
import type { RunImages } from '../data/run-images.ts'
import { hasCheckpoint } from '../files/checkpoint.ts'
import { type Adapter, createAdapter, trainableParameters } from '../model/lora.ts'
import type { Segmenter } from '../model/segmenter.ts'
import { assignValues, valuesOf } from '../model/variable.ts'
import type { Settings } from '../settings.ts'
import { initialState, type TrainingState, train } from '../train.ts'
import { RunLog } from './log.ts'
import { Progress } from './progress.ts'
import { type RunData, readRunConfig } from './run-config.ts'
import { type BestAdapter, restoreTraining, saveTraining } from './training-files.ts'

/** Where a run is kept and how it goes on. */
export interface RunPlace {
  folder: string
  backend: Backend
  /** File of the frozen model, for `config.json`. */
  base: string
  /** Where its real images are, for `config.json`. */
  data?: RunData
  /** The adapter that training begins with, and its name for `config.json`; else a fresh one. */
  start?: { adapter: Adapter; name: string }
  /** Whether to go on from the last checkpoint of the folder. */
  resume: boolean
  /** Updates between two checkpoints. */
  checkpointEvery: number
  /** Asked after every update: whether to save and stop. */
  isInterrupted: () => boolean
  /** The Dice of an adapter on the validation images. */
  validate: (adapter: Adapter) => Promise<number>
}

/** A run that has ended, or was interrupted: then its update is short of the settings'. */
export interface Run {
  state: TrainingState
  log: RunLog
  /** The adapter that it ends with by `settings.keep`, and the update that it is of. */
  kept: Adapter
  keptUpdate: number
}

/**
 * Trains an adapter by PPO, with logs and checkpoints in a folder.
 *
 * @throws Error that also says what was saved, whatever stops the training
 */
export async function runTraining(
  model: Segmenter,
  images: RunImages,
  settings: Settings,
  place: RunPlace,
): Promise<Run> {
  const { folder, backend, checkpointEvery, isInterrupted, validate } = place
  const { state, log, ...opened } = await open(model, settings, place)
  let { best } = opened
  console.log(trainableParameters(model, state.adapter).text)
  const checkpoint = join(folder, 'checkpoint')
  const save = () => saveTraining(checkpoint, model, state, settings, backend.name, best)
  const progress = new Progress({ total: settings.updates, done: state.update })
  let logged = state.update
  try {
    await train(model, state, images, settings, async (record) => {
      const { update } = record
      const isValidated = update % settings.validateEvery === 0 || update === settings.updates
      const isDue = settings.validateEvery > 0 && isValidated
      const validationDice = isDue ? await validate(state.adapter) : null
      if (validationDice !== null && validationDice > (best?.dice ?? Number.NEGATIVE_INFINITY)) {
        best = { update, dice: validationDice, values: await valuesOf(state.adapter.weights) }
      }
      log.append({ ...record, validationDice })
      logged = record.update
      progress.show({ ...record, dice: validationDice })
      const isLast = record.update === settings.updates
      const stop = isInterrupted()
      if (record.update % checkpointEvery === 0 || isLast || stop) await save()
      return !stop
    })
  } catch (error) {
    progress.end()
    // What the log does not hold is made again from the checkpoint before it.
    const ending = logged === state.update ? await lastSave(save, state.update) : 'not saved'
    const { message } = error as Error
    throw new Error(`${message}\nstopped after update ${state.update} of ${folder}, ${ending}`, {
      cause: error,
    })
  }
  progress.end()
  return { state, log, ...keptOf(model, state, settings, best) }
}

/** What a run ends with: its last adapter, or a new one with the weights of its best. */
function keptOf(
  model: Segmenter,
  state: TrainingState,
  { keep, lora }: Settings,
  best: BestAdapter | undefined,
): Pick<Run, 'kept' | 'keptUpdate'> {
  if (keep === 'last' || best === undefined || best.update === state.update) {
    return { kept: state.adapter, keptUpdate: state.update }
  }
  const kept = createAdapter(model, { ...lora, random: Math.random })
  assignValues(kept.weights, best.values)
  return { kept, keptUpdate: best.update }
}

/** Saves what was learned until an error, and says so. */
async function lastSave(save: () => Promise<void>, update: number): Promise<string> {
  try {
    await save()
  } catch {
    return 'which could not be saved'
  }
  return update > 0 ? 'saved; --resume goes on from there' : 'saved'
}

/** Begins or continues the run of a folder. */
async function open(
  model: Segmenter,
  settings: Settings,
  { folder, backend, base, data, start, resume }: RunPlace,
): Promise<Pick<Run, 'state' | 'log'> & { best?: BestAdapter }> {
  const checkpoint = join(folder, 'checkpoint')
  const initial = () => initialState(model, settings, start?.adapter)
  if (!resume) {
    const config = {
      ...{ settings, base, start: start?.name },
      ...(data && { data }),
      backend: describeBackend(backend),
    }
    return { state: initial(), log: RunLog.create(folder, config) }
  }
  const config = readRunConfig(folder)
  if (config !== undefined) assertSameSettings(config.settings, settings)
  if (!hasCheckpoint(checkpoint)) {
    // Stopped before the first checkpoint: from the start, which is the same run.
    return { state: initial(), log: RunLog.resume(folder, 0) }
  }
  const restored = await restoreTraining(checkpoint, model, settings, start?.adapter)
  if (restored.skipped !== undefined) console.warn(restored.skipped)
  if (restored.backend !== backend.name) {
    console.warn(`the run began on ${restored.backend}: its results differ in the last digits`)
  }
  console.log(`continuing after update ${restored.state.update}`)
  const { state, best } = restored
  return { state, best, log: RunLog.resume(folder, state.update) }
}

/** Seconds of training so far, and the share of them spent on rewards and credit. */
export function timesOf({ milliseconds, rewardMilliseconds }: TrainingState): {
  seconds: number
  rewardShare: number
} {
  return { seconds: milliseconds / 1000, rewardShare: rewardMilliseconds / milliseconds }
}

/** An interrupt within this time of the first one is the same one: npm sends Ctrl-C twice. */
const SAME_MILLISECONDS = 1000

/**
 * Lets a command finish what it is at when Ctrl-C or SIGTERM comes. Another one, a second or more
 * later, ends the process at once.
 *
 * @param onFirst - called once, when the first one comes
 * @returns says whether one has come
 */
export function watchInterruption(onFirst: () => void): () => boolean {
  let first: number | undefined
  const interrupt = () => {
    const now = performance.now()
    if (first === undefined) {
      first = now
      onFirst()
    } else if (now - first > SAME_MILLISECONDS) process.exit(130)
  }
  process.on('SIGINT', interrupt)
  process.on('SIGTERM', interrupt)
  return () => first !== undefined
}
