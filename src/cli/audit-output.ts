import { randomUUID } from 'node:crypto'
import { mkdir, rename, rm, stat, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { fileError, pathName } from '../node/file-error.ts'

/**
 * Writes a file that appears whole or not at all, also when the tool is stopped meanwhile.
 *
 * @throws RangeError if the file cannot be written, with the system's `code`
 */
export async function writeWhole(path: string, content: string | Uint8Array): Promise<void> {
  const temporary = join(dirname(path), `.vessel-reward-${randomUUID()}.tmp`)
  try {
    await writeFile(temporary, content, { flag: 'wx' })
    await rename(temporary, path)
  } catch (error) {
    await rm(temporary, { force: true })
    throw fileError('write', pathName(path), error)
  }
}

/**
 * Makes a folder with those above it, if it is not there.
 *
 * @throws RangeError if that cannot be done, with the system's `code`
 */
export async function makeFolder(path: string): Promise<void> {
  try {
    await mkdir(path, { recursive: true })
  } catch (error) {
    throw fileError('write', pathName(path), error)
  }
}

/**
 * Checks before hours of work that a file can be put where it shall go.
 *
 * @throws RangeError if its folder is not there
 */
export async function checkFolderOf(path: string): Promise<void> {
  try {
    await stat(join(dirname(path), '.'))
  } catch (error) {
    throw fileError('write', pathName(path), error)
  }
}
