import { randomUUID } from 'node:crypto'
import { once } from 'node:events'
import { constants, open as openCallback, type Stats, unlinkSync } from 'node:fs'
import { lstat, open, readdir, readlink, realpath, rename, rm, stat } from 'node:fs/promises'
import { Socket } from 'node:net'
import { hostname } from 'node:os'
import { dirname, join, resolve } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { fileError, pathName } from './file-error.ts'

const openFile = promisify(openCallback)

/** How long a pipe may have no reader, in milliseconds. */
const PIPE_PATIENCE = 5000

/** Links that are followed before they count as a circle, as in Linux. */
const MOST_LINKS = 40

/**
 * Writes a file that appears whole or not at all, also when the process is stopped meanwhile: it is
 * written under another name in the same folder and then renamed.
 *
 * - A file that is there is replaced and keeps its mode. One that may not be written to is refused.
 * - A symbolic link stays: what it leads to is written, whether or not that is there.
 * - A pipe, a device and a socket stay what they are: the content is written into them. A pipe
 *   that nobody opens for reading within 5 seconds is an error.
 * - A temporary file that a killed process left in the folder is removed.
 *
 * @param path - the file
 * @param content - a text is written as UTF-8
 * @throws TypeError if the path is neither a string nor a URL of a file
 * @throws RangeError if the file cannot be written, with the system's `code`, such as `'EACCES'`
 */
export async function writeFileAtomically(
  path: string | URL,
  content: string | Uint8Array,
): Promise<void> {
  const name = pathName(path)
  try {
    const target = typeof path === 'string' ? path : fileURLToPath(path)
    const there = await stat(target).catch(undefinedIfMissing)
    if (there === undefined) await replace(await endOfLinks(target), undefined, content)
    else if (there.isFile()) await replace(await realpath(target), there, content)
    else if (there.isDirectory()) throw Object.assign(new Error(), { code: 'EISDIR' })
    else await writeThrough(target, there, content)
  } catch (error) {
    throw fileError('write', name, error)
  }
}

function undefinedIfMissing(error: NodeJS.ErrnoException): undefined {
  if (error.code !== 'ENOENT') throw error
}

/** Where a path leads whose last link leads to nothing. */
async function endOfLinks(path: string): Promise<string> {
  let target = path
  for (let links = 0; links < MOST_LINKS; links++) {
    const there = await lstat(target).catch(undefinedIfMissing)
    if (!there?.isSymbolicLink()) return target
    // The link is relative to the folder that it is really in.
    target = resolve(await realpath(dirname(target)), await readlink(target))
  }
  throw Object.assign(new Error(), { code: 'ELOOP' })
}

async function replace(
  target: string,
  there: Stats | undefined,
  content: string | Uint8Array,
): Promise<void> {
  // A rename would also replace a file that is protected against writing.
  if (there !== undefined) await (await open(target, constants.O_WRONLY)).close()
  await withTemporaryFile(dirname(target), async (temporary) => {
    // Nobody may read what is secret, even for a moment.
    const file = await open(temporary, 'wx', there === undefined ? 0o666 : there.mode & 0o777)
    try {
      await file.writeFile(content)
      // The mode that a file is made with is narrowed by the mask of the process.
      if (there !== undefined) await file.chmod(there.mode & 0o777)
    } finally {
      await file.close()
    }
    await rename(temporary, target)
  })
}

async function writeThrough(
  target: string,
  there: Stats,
  content: string | Uint8Array,
): Promise<void> {
  if (there.isFIFO()) return writePipe(target, content)
  const file = await open(target, constants.O_WRONLY)
  try {
    await file.writeFile(content)
  } finally {
    await file.close()
  }
}

/** Without blocking: a thread that waits for a reader would keep the process from ending. */
async function writePipe(target: string, content: string | Uint8Array): Promise<void> {
  const pipe = new Socket({ fd: await openPipe(target), readable: false, writable: true })
  const closed = once(pipe, 'close')
  pipe.end(content)
  await closed
}

async function openPipe(target: string): Promise<number> {
  const end = performance.now() + PIPE_PATIENCE
  for (;;) {
    try {
      return await openFile(target, constants.O_WRONLY | constants.O_NONBLOCK)
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException
      if (code !== 'ENXIO' || performance.now() > end) throw error
      await setTimeout(20)
    }
  }
}

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
async function withTemporaryFile(
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
