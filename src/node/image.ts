import { readFile, stat } from 'node:fs/promises'
import { BitMask } from '../mask/bitmask.ts'
import type { ThresholdOptions } from '../mask/from.ts'
import { checkOptions, describe, finiteNumber } from '../mask/validate.ts'
import { fileError, pathName } from './file-error.ts'
import { pngParts } from './png-parts.ts'
import { decodeSamples } from './png-samples.ts'

/** Options of {@link decodeMask}. */
export interface DecodeMaskOptions extends ThresholdOptions {
  /** What the image is called in error messages, such as its file name. Default: `'the image'`. */
  name?: string
}

/**
 * Reads a mask from a PNG file of any kind: grey, colour or palette, with or without alpha, 1 to
 * 16 bits per sample, interlaced or not.
 *
 * A pixel is foreground if any of its colour channels is greater than the threshold, on the
 * file's own scale: 0 to 1 in a file of 1 bit, 0 to 65535 in one of 16. For a palette the colour
 * that a pixel refers to decides (0 to 255), not its number. Alpha is ignored.
 *
 * @param path - the file
 * @param options - `threshold`: foreground is `value > threshold`; 0 by default
 * @throws TypeError if an argument is of the wrong kind
 * @throws RangeError if the file cannot be read (with the system's `code`, such as `'ENOENT'`), is
 * no PNG image, is truncated or damaged, or has more than 2²⁷ pixels; the message names the file
 *
 * @example
 * ```ts
 * import { readMask } from 'vessel-reward/node'
 *
 * const mask = await readMask('truth.png')
 * mask.width // => 5
 * mask.count // => 7
 * await readMask('nothing.png') // => throws RangeError: cannot read 'nothing.png': no such file
 * ```
 */
export async function readMask(path: string | URL, options?: ThresholdOptions): Promise<BitMask> {
  const name = pathName(path)
  const threshold = thresholdOf(options)
  let bytes: Uint8Array
  try {
    // A pipe or a device may never end.
    if (!(await stat(path)).isFile()) throw new RangeError('it is no regular file')
    bytes = await readFile(path)
  } catch (error) {
    throw fileError('read', name, error)
  }
  return decode(bytes, name, threshold)
}

/**
 * Reads a mask from the bytes of a PNG file; see {@link readMask}.
 *
 * @param bytes - the whole file
 * @param options - `threshold` as for {@link readMask}; `name`: what error messages call the image
 * @throws TypeError if an argument is of the wrong kind
 * @throws RangeError if this is no PNG image, or one that is truncated, damaged or too large
 *
 * @example
 * ```ts
 * import { decodeMask, encodePng } from 'vessel-reward/node'
 *
 * const bytes = encodePng({ data: new Uint8Array([0, 100, 200]), width: 3, height: 1 })
 * decodeMask(bytes).toUint8Array() // => Uint8Array [0, 1, 1]
 * decodeMask(bytes, { threshold: 127 }).toUint8Array() // => Uint8Array [0, 0, 1]
 * ```
 */
export function decodeMask(bytes: Uint8Array, options?: DecodeMaskOptions): BitMask {
  if (!(bytes instanceof Uint8Array)) {
    throw new TypeError(`expected the bytes of a PNG image as a Uint8Array, got ${describe(bytes)}`)
  }
  const threshold = thresholdOf(options)
  const name = options?.name ?? 'the image'
  if (typeof name !== 'string') {
    throw new TypeError(`expected name to be a string, got ${describe(name)}`)
  }
  return decode(bytes, name, threshold)
}

function thresholdOf(options: ThresholdOptions | undefined): number {
  checkOptions(options)
  return finiteNumber(options?.threshold ?? 0, 'threshold')
}

function decode(bytes: Uint8Array, name: string, threshold: number): BitMask {
  const parts = pngParts(bytes, name)
  const { data, channels } = decodeSamples(parts, name)
  const { width, height } = parts.header
  return BitMask.from({ data, width, height, channels }, { threshold })
}
