import { readFile, stat } from 'node:fs/promises'
import { fileError } from '../file-error.ts'

/**
 * The bytes of a file; a pipe or a device, which may never end, is refused.
 *
 * @param name - what the file is called in an error message
 */
export async function readRegularFile(path: string | URL, name: string): Promise<Uint8Array> {
  try {
    if (!(await stat(path)).isFile()) throw new RangeError('it is not a regular file')
    return await readFile(path)
  } catch (error) {
    throw fileError('read', name, error)
  }
}
