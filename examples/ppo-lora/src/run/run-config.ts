import { existsSync, readFileSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'

/** Where the real images of a run are. */
export interface RunData {
  /** Their folder. */
  folder: string
  /** Patients by use, as they were given; see `splitPatients`. */
  split?: string
}

/** What `config.json` tells of a run. */
export interface RunConfig {
  /** As they were written, by whatever version: to be checked before use. */
  settings: object
  /** File of the frozen model. */
  base: string
  /** Of a run on real images. */
  data?: RunData
}

/**
 * Reads `config.json` of a run's folder.
 *
 * @returns undefined where there is none
 * @throws Error that names the file if it is not one
 */
export function readRunConfig(folder: string): RunConfig | undefined {
  const file = join(folder, 'config.json')
  if (!existsSync(file)) return undefined
  let config: Partial<RunConfig> | null
  try {
    config = JSON.parse(readFileSync(file, 'utf8'))
  } catch (cause) {
    throw new Error(`cannot read ${file}: ${(cause as Error).message}`, { cause })
  }
  const { settings, base, data } = config ?? {}
  const isData = data === undefined || typeof data?.folder === 'string'
  if (typeof settings === 'object' && settings && typeof base === 'string' && isData) {
    return { settings, base, data }
  }
  throw new Error(`expected settings and base of a run in ${file}`)
}

/** The run that an adapter's folder belongs to: the folder itself, or the one around it. */
export function runOfAdapter(folder: string): { run: string; config: RunConfig } | undefined {
  for (const run of [folder, dirname(folder)]) {
    const config = readRunConfig(run)
    if (config !== undefined) return { run, config }
  }
  return undefined
}

/** The frozen model of a run: where it was, or in the run's folder, if that was moved. */
export function baseOfRun(run: string, { base }: RunConfig): string {
  const moved = join(run, basename(base))
  return existsSync(base) || !existsSync(moved) ? base : moved
}
