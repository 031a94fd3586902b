import type * as tf from '@tensorflow/tfjs'
import { mulberry32 } from '../../../../mulberry32.ts'
import { type Adapter, createAdapter } from '../../model/lora.ts'
import type { Model } from '../../model/model.ts'
import { seedOf } from '../../ppo/rollout.ts'
import type { Settings } from '../../settings.ts'
import { type SupervisedSettings, trainSupervised } from '../../supervised.ts'
import { drawPatch, type Patches } from '../patches.ts'
import { type Prepared, prepare } from '../prepare.ts'

/** Random patches for all updates of a run. */
export function patchesOfRun(model: Model, patches: Patches, settings: Settings): Prepared[] {
  // As many as updates need, so that a resumed run draws the same ones.
  const random = mulberry32(seedOf(settings.seed, 6))
  const count = settings.updates * settings.images
  return prepare(
    Array.from({ length: count }, () => drawPatch(patches, random)),
    model,
  )
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
