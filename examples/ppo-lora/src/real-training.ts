import { existsSync } from 'node:fs'
import { join } from 'node:path'
import type * as tf from '@tensorflow/tfjs'
import { mulberry32 } from '../../mulberry32.ts'
import { hasCheckpoint } from './checkpoint.ts'
import { RunLog } from './log.ts'
import { type Adapter, createAdapter } from './lora.ts'
import type { Model } from './model.ts'
import { drawPatch, type Patches } from './patches.ts'
import { prepare } from './prepare.ts'
import { Progress } from './progress.ts'
import { seedOf } from './rollout.ts'
import type { Settings } from './settings.ts'
import { type SupervisedSettings, trainSupervised } from './supervised.ts'
import { initialState, type TrainingState, train } from './train.ts'
import { restoreTraining, saveTraining } from './training-files.ts'

const CHECKPOINT_EVERY = 10

/** Where a run is kept and how it goes on. */
export interface RunPlace {
  folder: string
  /** Name of the backend. */
  backend: string
  /** Whether to go on from the last checkpoint of the folder, if there is one. */
  resume: boolean
  /** Asked after every update: whether to save and stop. */
  isInterrupted: () => boolean
}

/**
 * Trains an adapter by PPO on random patches, with logs and checkpoints in a folder.
 *
 * @returns the state, whose update is short of the settings' where the run was interrupted
 */
export async function trainOnPatches(
  model: Model,
  patches: Patches,
  settings: Settings,
  { folder, backend, resume, isInterrupted }: RunPlace,
): Promise<{ state: TrainingState; log: RunLog }> {
  const checkpoint = join(folder, 'checkpoint')
  let state: TrainingState
  let log: RunLog
  if (resume && existsSync(join(folder, 'log.jsonl'))) {
    const isSaved = hasCheckpoint(checkpoint)
    state = isSaved
      ? (await restoreTraining(checkpoint, model, settings)).state
      : initialState(model, settings)
    log = RunLog.resume(folder, state.update)
  } else {
    state = initialState(model, settings)
    log = RunLog.create(folder, { settings, backend })
  }
  // As many patches as updates need, so that a resumed run draws the same ones.
  const random = mulberry32(seedOf(settings.seed, 6))
  const count = settings.updates * settings.images
  const samples = Array.from({ length: count }, () => drawPatch(patches, random))
  const images = prepare(samples, model)

  const save = () => saveTraining(checkpoint, model, state, settings, backend)
  const progress = new Progress({ total: settings.updates, done: state.update })
  try {
    await train(model, state, images, settings, async (record) => {
      log.append({ ...record })
      progress.show(record)
      const isLast = record.update === settings.updates
      const stop = isInterrupted()
      if (record.update % CHECKPOINT_EVERY === 0 || isLast || stop) await save()
      return !stop
    })
  } catch (error) {
    // Whatever stopped it: what was learned until then is not lost.
    await save()
    throw error
  } finally {
    progress.end()
  }
  return { state, log }
}

/** Trains an adapter on the true masks of the patches: what labels would be worth. */
export async function superviseAdapter(
  model: Model,
  patches: Patches,
  lora: Settings['lora'],
  settings: SupervisedSettings,
): Promise<Adapter> {
  const adapter = createAdapter(model, { ...lora, random: mulberry32(settings.seed) })
  const draw = (random: () => number) => prepare([drawPatch(patches, random)], model)[0]
  let dropoutSeed = seedOf(settings.seed, 7)
  const forward = (windows: tf.Tensor3D) =>
    model.forward(windows, adapter, { training: true, dropoutSeed: dropoutSeed++ })
  await trainSupervised(model, adapter.weights, draw, forward, settings, () => {})
  return adapter
}
