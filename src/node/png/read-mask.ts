import { readFile, stat } from 'node:fs/promises'
import type { ThresholdOptions } from '../../mask/accepted-forms.ts'
import type { BitMask } from '../../mask/bitmask.ts'
import {
  type CheckedOptions,
  checkCount,
  type OptionTable,
  readOptions,
} from '../../mask/options.ts'
import { describe, finiteNumber } from '../../mask/validate.ts'
import { fileError, pathName } from '../file-error.ts'
import { printable } from '../printable.ts'
import { bytesOf } from './bytes.ts'
import { inflateBeside, inflateNow } from './inflate.ts'
import { emitWarning, type MaskWarning } from './mask-warning.ts'
import { PngMask } from './png-mask.ts'
import { pngParts } from './png-parts.ts'

/** Options of {@link readMask}. */
export interface ReadMaskOptions extends ThresholdOptions {
  /** Reads the alpha channel instead of the colors. Default: false. */
  alpha?: boolean
  /** Gets what is to be said about the image. Default: `process.emitWarning`. */
  onWarning?: (warning: MaskWarning) => void
}

/** Options of {@link decodeMask}. */
export interface DecodeMaskOptions extends ReadMaskOptions {
  /** What the image is called in messages, such as its file name. Default: `'the image'`. */
  name?: string
}

type OnWarning = (warning: MaskWarning) => void

const READ_OPTIONS: OptionTable<ReadMaskOptions, { threshold: number | undefined }> = {
  // Undefined is 0, but that it was not given is worth a word where the image has grey values.
  threshold: { default: undefined, read: (value, name) => finiteNumber(value as number, name) },
  alpha: { default: false },
  onWarning: { default: emitWarning, read: callback },
}

const DECODE_OPTIONS: OptionTable<DecodeMaskOptions, { threshold: number | undefined }> = {
  ...READ_OPTIONS,
  name: { default: 'the image', read: text },
}

/**
 * Reads a mask from a PNG file of any kind: grey, colour or palette, with or without alpha, 1 to
 * 16 bits per sample, interlaced or not.
 *
 * A pixel is foreground if any of its colour channels is greater than the threshold, on the
 * file's own scale: 0 to 1 in a file of 1 bit, 0 to 65535 in one of 16. For a palette the colour
 * that a pixel refers to decides (0 to 255), not its number. Alpha is ignored unless `alpha` is
 * true; then it alone decides.
 *
 * An image that may not have been meant to be read so is read all the same, but with a
 * {@link MaskWarning}: one with more than two values when no threshold was given (a photograph, a
 * probability map, a mask that was stored as JPEG, or labels), and one with more pixel data than
 * it needs.
 *
 * The file is decompressed beside other work and row by row: it takes the memory of the file, of
 * the mask and of two rows; an interlaced image takes one byte a pixel besides.
 *
 * @param path - the file
 * @param options - `threshold`: foreground is `value > threshold`; 0 by default. `alpha`: reads the
 * alpha channel. `onWarning`: gets warnings
 * @throws TypeError if an argument is of the wrong kind
 * @throws RangeError if the file cannot be read (with the system's `code`, such as `'ENOENT'`), is
 * not a PNG image, is truncated or damaged, or has more than 2²⁷ pixels; if the threshold is not
 * less than the greatest value that the file can have; if all its pixels have one colour and the
 * alpha channel varies, so that the mask seems to be there; or if it has no alpha channel to read.
 * The message names the file
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
export async function readMask(path: string | URL, options?: ReadMaskOptions): Promise<BitMask> {
  checkCount(arguments.length, 2, 'readMask')
  const name = pathName(path)
  const settings = readOptions(options, READ_OPTIONS, 'readMask')
  let bytes: Uint8Array
  try {
    // A pipe or a device may never end.
    if (!(await stat(path)).isFile()) throw new RangeError('it is not a regular file')
    bytes = await readFile(path)
  } catch (error) {
    throw fileError('read', name, error)
  }
  const parts = pngParts(bytes, name)
  const mask = new PngMask(parts, name, settings)
  await inflateBeside(parts, mask.rows, name)
  return mask.finish()
}

/**
 * Reads a mask from the bytes of a PNG file; see {@link readMask}.
 *
 * @param bytes - the whole file
 * @param options - as for {@link readMask}, and `name`: what messages call the image
 * @throws TypeError if an argument is of the wrong kind
 * @throws RangeError if this is not a PNG image, or one that is truncated, damaged or too large, and
 * for a threshold or an alpha channel as {@link readMask}
 *
 * @example
 * ```ts
 * import { decodeMask, encodePng } from 'vessel-reward/node'
 *
 * const bytes = encodePng({ data: new Uint8Array([0, 100, 200]), width: 3, height: 1 })
 * decodeMask(bytes, { threshold: 0 }).toUint8Array() // => Uint8Array [0, 1, 1]
 * decodeMask(bytes, { threshold: 127 }).toUint8Array() // => Uint8Array [0, 0, 1]
 * decodeMask(bytes, { onWarning: ({ kind, levels }) => console.log(kind, levels) }).count // => 2
 * ```
 */
export function decodeMask(bytes: Uint8Array, options?: DecodeMaskOptions): BitMask {
  checkCount(arguments.length, 2, 'decodeMask')
  const view = bytesOf(bytes)
  if (view === undefined) {
    throw new TypeError(`expected the bytes of a PNG image as a Uint8Array, got ${describe(bytes)}`)
  }
  const settings: CheckedOptions<typeof DECODE_OPTIONS> = readOptions(
    options,
    DECODE_OPTIONS,
    'decodeMask',
  )
  const name = printable(settings.name)
  const parts = pngParts(view, name)
  const mask = new PngMask(parts, name, settings)
  inflateNow(parts, mask.rows, name)
  return mask.finish()
}

function callback(value: unknown, name: string): OnWarning {
  if (typeof value === 'function') return value as OnWarning
  throw new TypeError(`expected ${name} to be a function, got ${describe(value)}`)
}

function text(value: unknown, name: string): string {
  if (typeof value === 'string') return value
  throw new TypeError(`expected ${name} to be a string, got ${describe(value)}`)
}
