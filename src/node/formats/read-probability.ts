import { readFile, stat } from 'node:fs/promises'
import { decode } from 'fast-png'
import { fileError, pathName } from '../file-error.ts'

/** The probability of each pixel to be foreground. */
export interface ProbabilityMap {
  /** `width · height` values from 0 to 1, row by row. */
  readonly data: Float32Array
  /** Width in pixels. */
  readonly width: number
  /** Height in pixels. */
  readonly height: number
}

/**
 * Reads a probability map from a grey PNG file of 8 or 16 bits: its values are divided by the greatest
 * one that the file can hold.
 *
 * @throws RangeError if the file cannot be read or is another image; the message names it
 */
export async function readProbability(path: string | URL): Promise<ProbabilityMap> {
  const name = pathName(path)
  try {
    if (!(await stat(path)).isFile()) throw new RangeError('it is not a regular file')
    const { data, width, height, channels, depth, palette } = decode(await readFile(path))
    if (channels !== 1 || depth < 8 || palette !== undefined) {
      throw new RangeError(
        `expected a grey PNG image of 8 or 16 bits, got ${channels} channels of ${depth}`,
      )
    }
    const greatest = 2 ** depth - 1
    return { data: Float32Array.from(data, (value) => value / greatest), width, height }
  } catch (error) {
    throw fileError('read', name, error)
  }
}
