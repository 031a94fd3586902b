import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { loadAdapter, saveAdapter } from '../files/adapter-files.ts'
import { copyWeights } from '../model/copy-weights.ts'
import { type Adapter, createAdapter } from '../model/lora.ts'
import type { Segmenter } from '../model/segmenter.ts'
import type { Settings } from '../settings.ts'

/** What PPO begins with, for {@link startAdapter}. */
export interface StartRequest {
  /** `'supervised'`, the folder of an adapter, or undefined for a fresh adapter. */
  start: string | undefined
  /** Folder of the run, which keeps a copy: it can be resumed whatever becomes of the original. */
  folder: string
  resume: boolean
  settings: Settings
  /** Name of the frozen model, for the copy. */
  baseModelName: string
  /** Trains an adapter on labels. */
  supervise: () => Promise<Adapter>
}

/**
 * The adapter that PPO begins with; undefined if it begins with a fresh one. A resumed run has its own
 * in its folder.
 *
 * @throws RangeError if it does not fit the settings, Error if a resumed run began with another one
 */
export async function startAdapter(
  model: Segmenter,
  { start, folder, resume, settings, baseModelName, supervise }: StartRequest,
): Promise<Adapter | undefined> {
  const kept = join(folder, 'start')
  if (resume && assertSameStart(folder, start) && existsSync(join(kept, 'adapter_config.json'))) {
    return loadAdapter(kept, model)
  }
  if (start === undefined) return undefined
  const adapter = start === 'supervised' ? await supervise() : await loadAdapter(start, model)
  try {
    // Refused here, before it is in the run's folder.
    const fresh = createAdapter(model, { ...settings.lora, random: () => 0 })
    copyWeights(adapter, fresh)
    fresh.dispose()
  } catch (error) {
    adapter.dispose()
    throw error
  }
  await saveAdapter(kept, adapter, { baseModelName, baseModel: model })
  return adapter
}

/** Whether the run of a folder has begun; a start that is not named again is that of the folder. */
function assertSameStart(folder: string, start: string | undefined): boolean {
  const file = join(folder, 'config.json')
  if (!existsSync(file)) return true
  const config = JSON.parse(readFileSync(file, 'utf8')) as { start?: string }
  if (start === undefined || start === config.start) return true
  throw new Error(
    `the run in ${folder} began with ${config.start ?? 'a fresh adapter'}, not with ${start}: ` +
      '--resume goes on without --start',
  )
}
