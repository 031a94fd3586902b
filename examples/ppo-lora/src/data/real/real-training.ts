import { mulberry32 } from '../../../../mulberry32.ts'
import type { Model } from '../../model/model.ts'
import { seedOf } from '../../random.ts'
import type { Settings } from '../../settings.ts'
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
