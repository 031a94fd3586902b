import { closeSync, fsyncSync, openSync, renameSync, rmSync, writeSync } from 'node:fs'
import { dirname } from 'node:path'

/**
 * Replaces a file as a whole: whoever reads it, also after a crash or a full disk, finds the old
 * content or the new one, never a part. One process at a time may write a file.
 *
 * @param file - its folder must exist
 * @throws Error as from the file system; the old file is then untouched
 */
export function writeAtomically(file: string, content: Uint8Array | string): void {
  // A fixed name, so that what a killed process left is overwritten by the next one.
  const beside = `${file}.part`
  try {
    writeDurably(beside, typeof content === 'string' ? Buffer.from(content) : content)
    renameSync(beside, file)
  } catch (error) {
    removeQuietly(beside)
    throw new Error(`cannot write ${file}: ${(error as Error).message}`, { cause: error })
  }
  syncFolder(dirname(file))
}

function writeDurably(file: string, bytes: Uint8Array): void {
  const descriptor = openSync(file, 'w')
  try {
    for (let done = 0; done < bytes.length; ) done += writeSync(descriptor, bytes, done)
    // Without this the name can reach the disk before the bytes do.
    fsyncSync(descriptor)
  } finally {
    closeSync(descriptor)
  }
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
