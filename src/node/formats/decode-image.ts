import { checkCount, type OptionTable, readOptions } from '../../mask/options.ts'
import { describe } from '../../mask/validate.ts'
import { bytesOf } from '../png/bytes.ts'
import { printable } from '../printable.ts'
import { CHOICE_OPTIONS, type ChoiceRead, type ImageChoiceOptions } from './choice-options.ts'
import { decodeSamples } from './decode-samples.ts'
import type { ImageSamples } from './image-samples.ts'

/** Options of {@link decodeImage}. */
export interface DecodeImageOptions extends ImageChoiceOptions {
  /** What the image is called in messages, such as its file name. Default: `'the image'`. */
  name?: string
}

const OPTIONS: OptionTable<DecodeImageOptions, ChoiceRead> = {
  ...CHOICE_OPTIONS,
  name: { default: 'the image', read: text },
}

/**
 * The samples of an image, in the file's own unit, from the bytes of a file of any format that
 * `readMask` reads. The colors of a palette stand in place of their numbers.
 *
 * @param bytes - the whole file
 * @param options - `page`: which image of several; `category`: which annotations of a COCO file;
 * `name`: what messages call the image
 * @throws TypeError if an argument is of the wrong kind
 * @throws RangeError if this is of no format that is read, or truncated, damaged or too large, or
 * holds several images and `page` names none of them
 *
 * @example
 * ```ts
 * import { decodeImage, encodePng } from 'vessel-reward/node'
 *
 * const bytes = encodePng({ data: new Uint8Array([0, 100, 200]), width: 3, height: 1 })
 * const { data, channels, max } = decodeImage(bytes)
 * data // => Uint8Array [0, 100, 200]
 * channels // => 1
 * max // => 255
 * ```
 */
export function decodeImage(bytes: Uint8Array, options?: DecodeImageOptions): ImageSamples {
  checkCount(arguments.length, 2, 'decodeImage')
  const view = bytesOf(bytes)
  if (view === undefined) {
    throw new TypeError(`expected the bytes of an image as a Uint8Array, got ${describe(bytes)}`)
  }
  const { name, ...choice } = readOptions(options, OPTIONS, 'decodeImage')
  return decodeSamples(view, printable(name), choice)
}

function text(value: unknown, name: string): string {
  if (typeof value === 'string') return value
  throw new TypeError(`expected ${name} to be a string, got ${describe(value)}`)
}
