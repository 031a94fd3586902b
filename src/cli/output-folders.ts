import { constants } from 'node:fs'
import { access, mkdir, stat } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { fileError, pathName } from '../node/file-error.ts'

/**
 * Makes a folder with those above it, if it is not there.
 *
 * @throws RangeError if that cannot be done, with the system's `code`
 */
export async function makeFolder(path: string): Promise<void> {
  try {
    await makeWithParents(path)
    await access(path, constants.W_OK)
  } catch (error) {
    throw fileError('write', pathName(path), error)
  }
}

/** Unlike Node's own `recursive`, this ends where the system says that a parent is not there. */
async function makeWithParents(path: string, isRetry = false): Promise<void> {
  try {
    await mkdir(path)
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    if (code === 'EEXIST' && (await stat(path)).isDirectory()) return
    if (code !== 'ENOENT' || isRetry || dirname(path) === path) throw error
    await makeWithParents(dirname(path))
    await makeWithParents(path, true)
  }
}

/**
 * Checks before hours of work that a file can be put where it shall go.
 *
 * @throws RangeError if its folder is not there or cannot be written to, or a folder has its name
 */
export async function checkFolderOf(path: string): Promise<void> {
  try {
    await access(join(dirname(path), '.'), constants.W_OK)
    const there = await stat(path).catch(() => undefined)
    if (there?.isDirectory()) {
      throw Object.assign(new Error('it is a folder'), { code: 'EISDIR' })
    }
  } catch (error) {
    throw fileError('write', pathName(path), error)
  }
}
