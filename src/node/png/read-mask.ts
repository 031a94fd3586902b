import type { ThresholdOptions } from '../../mask/accepted-forms.ts'
import type { BitMask } from '../../mask/bitmask.ts'
import {
  type CheckedOptions,
  checkCount,
  type OptionTable,
  readOptions,
} from '../../mask/options.ts'
import { callback, describe, finiteNumber } from '../../mask/validate.ts'
import { pathName } from '../file-error.ts'
import { CHOICE_OPTIONS, type ImageChoiceOptions } from '../formats/choice-options.ts'
import { checkPngChoice, decodeSamples, isPng, loadLibrary } from '../formats/decode-samples.ts'
import { readRegularFile } from '../formats/read-regular-file.ts'
import { maskOfSamples } from '../formats/samples-mask.ts'
import { printable } from '../printable.ts'
import { bytesOf } from './bytes.ts'
import { inflateBeside, inflateNow } from './inflate.ts'
import { emitWarning, type MaskWarning } from './mask-warning.ts'
import { PngMask } from './png-mask.ts'
import { pngParts } from './png-parts.ts'

/** Options of {@link readMask}. */
export interface ReadMaskOptions extends ThresholdOptions, ImageChoiceOptions {
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

interface ReadMaskRead {
  threshold: number | undefined
  page: number | string | undefined
  category: number | string | undefined
}

const READ_OPTIONS: OptionTable<ReadMaskOptions, ReadMaskRead> = {
  ...CHOICE_OPTIONS,
  // Undefined is 0, but that it was not given is worth a word where the image has grey values.
  threshold: { default: undefined, read: (value, name) => finiteNumber(value as number, name) },
  alpha: { default: false },
  onWarning: { default: emitWarning, read: callback },
}

const DECODE_OPTIONS: OptionTable<DecodeMaskOptions, ReadMaskRead> = {
  ...READ_OPTIONS,
  name: { default: 'the image', read: text },
}

/**
 * Reads a mask from a file of any of these formats, which its content tells, not its name:
 *
 * - PNG, GIF, TIFF, PBM, PGM, PPM, BMP and JPEG images of any usual kind;
 * - NPY and NPZ arrays of NumPy: booleans, integers and floats;
 * - NIfTI images, versions 1 and 2, as they are stored (orientations are not applied);
 * - COCO annotations: polygons and run-length encodings, the union of those of one image;
 * - one of these compressed by gzip, such as `.nii.gz`.
 *
 * Of a file with several images `page` says which one is meant.
 *
 * A pixel is foreground if any of its colour channels is greater than the threshold, on the
 * file's own scale: 0 to 1 in a file of 1 bit, 0 to 65535 in one of 16. For a palette the colour
 * that a pixel refers to decides (0 to 255), not its number. Alpha is ignored unless `alpha` is
 * true; then it alone decides. Floats within [0, 1] are probabilities, which need a threshold.
 *
 * An image that may not have been meant to be read so is read all the same, but with a
 * {@link MaskWarning}: one with more than two values when no threshold was given (a photograph, a
 * probability map, a mask that was stored as JPEG, or labels), and a PNG image with more pixel data
 * than it needs.
 *
 * A PNG image is decompressed beside other work and row by row: it takes the memory of the file, of
 * the mask and of two rows; an interlaced image takes one byte a pixel besides. Those of other
 * formats are decoded whole, once their size is known to be within bounds.
 *
 * @param path - the file
 * @param options - `threshold`: foreground is `value > threshold`; 0 by default. `alpha`: reads the
 * alpha channel. `page`: which image of several; `category`: which annotations of a COCO file.
 * `onWarning`: gets warnings
 * @throws TypeError if an argument is of the wrong kind
 * @throws RangeError if the file cannot be read (with the system's `code`, such as `'ENOENT'`), is of
 * no format that is read, is truncated or damaged, or has more than 2²⁷ pixels; if it has several
 * images and `page` names none of them; if the threshold is not less than the greatest value that
 * the file can have; if all its pixels have one colour and the alpha channel varies, so that the
 * mask seems to be there; or if it has no alpha channel to read. The message names the file
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
  const bytes = await readRegularFile(path, name)
  if (!isPng(bytes)) {
    await loadLibrary(bytes)
    return maskOfSamples(decodeSamples(bytes, name, settings), name, settings)
  }
  checkPngChoice(bytes, name, settings)
  const parts = pngParts(bytes, name)
  const mask = new PngMask(parts, name, settings)
  await inflateBeside(parts, mask.rows, name)
  return mask.finish()
}

/**
 * Reads a mask from the bytes of a file of any format that {@link readMask} reads.
 *
 * @param bytes - the whole file
 * @param options - as for {@link readMask}, and `name`: what messages call the image
 * @throws TypeError if an argument is of the wrong kind
 * @throws RangeError if this is of no format that is read, or truncated, damaged or too large, and
 * for a threshold, a page or an alpha channel as {@link readMask}
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
    throw new TypeError(`expected the bytes of an image as a Uint8Array, got ${describe(bytes)}`)
  }
  const settings: CheckedOptions<typeof DECODE_OPTIONS> = readOptions(
    options,
    DECODE_OPTIONS,
    'decodeMask',
  )
  const name = printable(settings.name)
  if (!isPng(view)) return maskOfSamples(decodeSamples(view, name, settings), name, settings)
  checkPngChoice(view, name, settings)
  const parts = pngParts(view, name)
  const mask = new PngMask(parts, name, settings)
  inflateNow(parts, mask.rows, name)
  return mask.finish()
}

function text(value: unknown, name: string): string {
  if (typeof value === 'string') return value
  throw new TypeError(`expected ${name} to be a string, got ${describe(value)}`)
}
