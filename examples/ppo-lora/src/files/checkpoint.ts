import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readFileSync, renameSync } from 'node:fs'
import { join } from 'node:path'
import type { FloatTensor } from './safetensors.ts'
import { decodeSafetensors, encodeSafetensors } from './safetensors.ts'
import { writeAtomically } from './write-atomically.ts'

const CURRENT = 'checkpoint.safetensors'
const PREVIOUS = 'checkpoint.previous.safetensors'

/** Everything that a trainer needs to go on as if it had never stopped. */
export interface Checkpoint<State = unknown> {
  /** Weights and moments of the optimizer by name. */
  arrays: ReadonlyMap<string, Float32Array>
  /** Counters, states of random generators, configuration: what JSON can hold. */
  state: State
}

export interface LoadedCheckpoint<State = unknown> extends Checkpoint<State> {
  arrays: Map<string, Float32Array>
  /** The file that was loaded. */
  file: string
  /** Why a newer file was passed over: one line, or undefined where the newest was good. */
  skipped: string | undefined
}

/**
 * Saves a checkpoint and keeps the one before it. A crash at any moment, or a full disk, leaves at
 * least one whole checkpoint.
 *
 * @param dir - is made where it is missing
 * @throws TypeError when the state has numbers that JSON cannot hold, Error when the file cannot be
 * written
 */
export function saveCheckpoint(dir: string, { arrays, state }: Checkpoint): void {
  const tensors = new Map<string, FloatTensor>()
  for (const [name, data] of arrays) tensors.set(name, { shape: [data.length], data })
  const json = JSON.stringify(state, (key, value) => {
    if (typeof value === 'number' && !Number.isFinite(value)) {
      throw new TypeError(`the state of a checkpoint holds ${value} at ${key}`)
    }
    return value
  })
  const metadata = { state: json }
  const sha256 = checksum(tensors, metadata)
  mkdirSync(dir, { recursive: true })
  const fresh = join(dir, 'checkpoint.fresh.safetensors')
  writeAtomically(fresh, encodeSafetensors(tensors, { ...metadata, sha256 }))
  // Between the two renames there is no current file: loading then takes the previous one.
  if (existsSync(join(dir, CURRENT))) renameSync(join(dir, CURRENT), join(dir, PREVIOUS))
  renameSync(fresh, join(dir, CURRENT))
}

/** True where `loadCheckpoint` has a file to try. */
export function hasCheckpoint(dir: string): boolean {
  return existsSync(join(dir, CURRENT)) || existsSync(join(dir, PREVIOUS))
}

/**
 * Loads the newest checkpoint that is whole; its checksum is verified.
 *
 * @throws Error when there is none, or none that is whole
 */
export function loadCheckpoint<State = unknown>(dir: string): LoadedCheckpoint<State> {
  const problems: string[] = []
  for (const name of [CURRENT, PREVIOUS]) {
    const file = join(dir, name)
    try {
      return { ...readCheckpoint<State>(file), file, skipped: problems[0] }
    } catch (error) {
      problems.push((error as Error).message)
    }
  }
  throw new Error(`no checkpoint in ${dir}: ${problems.join('; ')}`)
}

function readCheckpoint<State>(file: string): {
  arrays: Map<string, Float32Array>
  state: State
} {
  const { tensors, metadata } = decodeSafetensors(readFileSync(file), file)
  const { sha256, ...rest } = metadata
  if (rest.state === undefined) throw new Error(`${file}: not a checkpoint`)
  if (sha256 !== checksum(tensors, rest)) throw new Error(`${file}: the checksum does not match`)
  const arrays = new Map<string, Float32Array>()
  for (const [name, { data }] of tensors) arrays.set(name, data)
  return { arrays, state: JSON.parse(rest.state) }
}

/** SHA-256 of the file as it were without its checksum. */
function checksum(
  tensors: ReadonlyMap<string, FloatTensor>,
  metadata: Readonly<Record<string, string>>,
): string {
  return createHash('sha256').update(encodeSafetensors(tensors, metadata)).digest('hex')
}
