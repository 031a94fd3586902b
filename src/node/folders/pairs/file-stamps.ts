import { stat } from 'node:fs/promises'
import type { FilePair } from './file-pair.ts'

/** Size and time of change of each file of a pair; null for one that is not there. */
export type Stamps = Readonly<Record<string, string | null>>

/** What the files of a pair are like now. */
export async function stampsOf(files: FilePair): Promise<Stamps> {
  const { pred, truth, within, against } = files
  const stamps: Record<string, string | null> = {}
  for (const path of [pred, truth, within, against]) {
    if (path === undefined) continue
    const there = await stat(path).catch(() => undefined)
    stamps[path] = there === undefined ? null : `${there.size} bytes, ${there.mtimeMs}`
  }
  return stamps
}
