import { randomUUID } from 'node:crypto'
import { unlinkSync } from 'node:fs'
import { readdir, rm, stat } from 'node:fs/promises'
import { hostname } from 'node:os'
import { join } from 'node:path'

/** Process numbers mean something on one machine only. */
const MACHINE = hostname().replace(/[^A-Za-z0-9.]/g, '_')

const NAME = /^\.vessel-reward-([A-Za-z0-9._]*)-(\d+)-[0-9a-f-]{36}\.tmp$/

/** A file that no write of a mask or a picture takes this long for is left over. */
const HOUR = 3_600_000

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const

/** The temporary files of this process that are there now. */
const inUse = new Set<string>()

/** Folders that left-over files have been looked for in. */
const cleared = new Set<string>()

/**
 * Calls `use` with the path of a file that is not there yet, in the same folder as a target. The
 * file is removed when `use` fails, and when the process exits or is stopped by a signal meanwhile.
 */
export async function withTemporaryFile(
  folder: string,
  use: (temporary: string) => Promise<void>,
): Promise<void> {
  await clearLeftOver(folder)
  const name = `.vessel-reward-${MACHINE}-${process.pid}-${randomUUID()}.tmp`
  const temporary = join(folder, name)
  if (inUse.size === 0) watchForEnd()
  inUse.add(temporary)
  try {
    await use(temporary)
  } catch (error) {
    await rm(temporary, { force: true })
    throw error
  } finally {
    inUse.delete(temporary)
    if (inUse.size === 0) ignoreEnd()
  }
}

function watchForEnd(): void {
  process.on('exit', removeAll)
  for (const signal of SIGNALS) process.on(signal, endBySignal)
}

function ignoreEnd(): void {
  process.off('exit', removeAll)
  for (const signal of SIGNALS) process.off(signal, endBySignal)
}

function removeAll(): void {
  for (const temporary of inUse) {
    try {
      unlinkSync(temporary)
    } catch {
      // It was not made yet, or has its final name already.
    }
  }
}

/** Ends the process as the signal does by itself, unless others decide what it does. */
function endBySignal(signal: NodeJS.Signals): void {
  if (process.listenerCount(signal) > 1) return
  removeAll()
  ignoreEnd()
  process.kill(process.pid, signal)
}

/** Removes what processes that were killed left in a folder; once a folder is enough. */
async function clearLeftOver(folder: string): Promise<void> {
  if (cleared.has(folder)) return
  cleared.add(folder)
  // What cannot be listed or removed is left where it is.
  const names = await readdir(folder).catch(() => [])
  for (const name of names) {
    const path = join(folder, name)
    if (await isLeftOver(name, path)) await rm(path, { force: true }).catch(() => {})
  }
}

async function isLeftOver(name: string, path: string): Promise<boolean> {
  const [, machine, id] = NAME.exec(name) ?? []
  if (id === undefined) return false
  if (machine === MACHINE && !isRunning(Number(id))) return true
  const there = await stat(path).catch(() => undefined)
  return there !== undefined && Date.now() - there.mtimeMs > HOUR
}

function isRunning(id: number): boolean {
  try {
    return process.kill(id, 0)
  } catch (error) {
    // A process of somebody else may not be sent anything, but it is there.
    return (error as NodeJS.ErrnoException).code !== 'ESRCH'
  }
}
