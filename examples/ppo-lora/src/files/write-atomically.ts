import {
  closeSync,
  fchmodSync,
  fsyncSync,
  openSync,
  readlinkSync,
  realpathSync,
  renameSync,
  rmSync,
  type Stats,
  statSync,
  writeSync,
} from 'node:fs'
import { dirname, resolve } from 'node:path'

/**
 * Replaces a file as a whole: whoever reads it, also after a crash or a full disk, finds the old
 * content or the new one, never a part. A link stays, and the file that it leads to is replaced, with
 * the mode that it had. What is not a regular file, such as a pipe, is written to instead. One process
 * at a time may write a file.
 *
 * @param file - its folder must exist
 * @throws Error as from the file system; the old file is then untouched
 */
export function writeAtomically(file: string, content: Uint8Array | string): void {
  const bytes = typeof content === 'string' ? Buffer.from(content) : content
  try {
    const old = statSync(file, { throwIfNoEntry: false })
    if (old === undefined || old.isFile()) replace(targetOf(file), bytes, old)
    else writeInto(file, bytes)
  } catch (error) {
    throw new Error(`cannot write ${file}: ${(error as Error).message}`, { cause: error })
  }
}

function replace(file: string, bytes: Uint8Array, old: Stats | undefined): void {
  // A fixed name, so that what a killed process left is removed by the next one.
  const beside = `${file}.part`
  try {
    rmSync(beside, { force: true })
    writeDurably(beside, bytes, old)
    renameSync(beside, file)
  } catch (error) {
    removeQuietly(beside)
    throw error
  }
  syncFolder(dirname(file))
}

/** Where a name leads if it is a link, also to a file that is not there yet. */
function targetOf(file: string): string {
  let target = file
  // As many as Linux follows.
  for (let links = 0; links < 40; links++) {
    try {
      target = resolve(realpathSync(dirname(target)), readlinkSync(target))
    } catch {
      return target
    }
  }
  throw new Error(`too many links lead from ${file}`)
}

function writeDurably(file: string, bytes: Uint8Array, old: Stats | undefined): void {
  // 'x': what stands at the name by now, perhaps a link to elsewhere, is not written through.
  const descriptor = openSync(file, 'wx')
  try {
    if (old !== undefined) fchmodSync(descriptor, old.mode & 0o7777)
    writeAll(descriptor, bytes)
    // Without this the name can reach the disk before the bytes do.
    fsyncSync(descriptor)
  } finally {
    closeSync(descriptor)
  }
}

/** Of a pipe or a device there is no old content to keep. */
function writeInto(file: string, bytes: Uint8Array): void {
  const descriptor = openSync(file, 'w')
  try {
    writeAll(descriptor, bytes)
  } finally {
    closeSync(descriptor)
  }
}

function writeAll(descriptor: number, bytes: Uint8Array): void {
  for (let done = 0; done < bytes.length; ) done += writeSync(descriptor, bytes, done)
}

function removeQuietly(file: string): void {
  try {
    rmSync(file, { force: true })
  } catch {
    // The error that is on its way says more than this one.
  }
}

/** Makes a rename durable. Windows cannot open folders and does not need it. */
function syncFolder(folder: string): void {
  if (process.platform === 'win32') return
  const descriptor = openSync(folder, 'r')
  try {
    fsyncSync(descriptor)
  } finally {
    closeSync(descriptor)
  }
}
