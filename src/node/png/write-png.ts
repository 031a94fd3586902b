import { encode } from 'fast-png'
import { BitMask } from '../../mask/bitmask.ts'
import { MAX_PIXELS } from '../../mask/layout.ts'
import { checkCount } from '../../mask/options.ts'
import { describe, integer, oneOf } from '../../mask/validate.ts'
import { pathName } from '../file-error.ts'
import { writeFileAtomically } from '../files.ts'
import { bytesOf, isClamped } from './bytes.ts'
import { checkPngName } from './format-name.ts'

/** An image of 8 bits per sample, row by row; the browser's `ImageData` fits. */
export interface PngImage {
  /** `width · height · channels` values, 0 to 255, row by row. */
  readonly data: Uint8Array | Uint8ClampedArray
  /** Width in pixels. */
  readonly width: number
  /** Height in pixels. */
  readonly height: number
  /**
   * Values per pixel: 1 grey, 2 grey + alpha, 3 colour, 4 colour + alpha. Default: 1, or 4 for a
   * `Uint8ClampedArray` of 4 · width · height values (which is what {@link overlay} returns).
   */
  readonly channels?: 1 | 2 | 3 | 4
}

/**
 * The bytes of a PNG file.
 *
 * @param image - an image, or a `BitMask`, which becomes white on black
 * @throws TypeError if this is not an image of 8 bits per sample
 * @throws RangeError if the sizes and the data do not fit or there are no pixels
 *
 * @example
 * ```ts
 * import { decodeMask, encodePng } from 'vessel-reward/node'
 *
 * const bytes = encodePng({ data: new Uint8Array([0, 0, 0, 255, 0, 0]), width: 2, height: 1, channels: 3 })
 * decodeMask(bytes).toUint8Array() // => Uint8Array [0, 1]
 * ```
 */
export function encodePng(image: PngImage | BitMask): Uint8Array {
  checkCount(arguments.length, 1, 'encodePng')
  return encode(checkImage(BitMask.isMask(image) ? whiteOnBlack(image) : image))
}

/**
 * Writes a PNG file. The file appears whole or not at all: it is written under another name in the
 * same folder and then renamed, replacing a file that is there, whose mode it keeps. A symbolic
 * link is followed. A pipe or a device is written into; a pipe that nobody opens for reading within
 * 5 seconds is an error.
 *
 * @param path - the file
 * @param image - an image, or a `BitMask`, which becomes white on black
 * @throws TypeError or RangeError as {@link encodePng}
 * @throws RangeError if the name ends as those of another format do, such as `.jpg`, or the file
 * cannot be written, with the system's `code`, such as `'EACCES'`
 *
 * @example
 * ```ts
 * import { skeletonize } from 'vessel-reward'
 * import { readMask, writePng } from 'vessel-reward/node'
 *
 * const skeleton = skeletonize(await readMask('truth.png'))
 * await writePng('skeleton.png', skeleton)
 * ;(await readMask('skeleton.png')).equals(skeleton) // => true
 * ```
 */
export async function writePng(path: string | URL, image: PngImage | BitMask): Promise<void> {
  checkCount(arguments.length, 2, 'writePng')
  const name = pathName(path)
  checkPngName(typeof path === 'string' ? path : path.pathname, name)
  await writeFileAtomically(path, encodePng(image))
}

function whiteOnBlack(mask: BitMask): PngImage {
  const data = mask.toUint8Array()
  for (let i = 0; i < data.length; i++) data[i] = -data[i]
  return { data, width: mask.width, height: mask.height, channels: 1 }
}

function checkImage(image: PngImage): Required<PngImage> {
  if (typeof image !== 'object' || image === null) {
    throw new TypeError(`expected an image { data, width, height }, got ${describe(image)}`)
  }
  const { data, width, height, channels: given } = image
  const bytes = bytesOf(data)
  if (bytes === undefined) {
    throw new TypeError(
      `expected the data of the image to be a Uint8Array or a Uint8ClampedArray, got ${describe(data)}`,
    )
  }
  integer(width, 'the width of the image', 1, MAX_PIXELS)
  integer(height, 'the height of the image', 1, MAX_PIXELS)
  const isImageData = isClamped(data) && bytes.length === 4 * width * height
  const channels = oneOf(given ?? (isImageData ? 4 : 1), [1, 2, 3, 4], 'channels')
  if (bytes.length !== width * height * channels) {
    throw new RangeError(
      `expected ${width * height * channels} values for ${width} × ${height} pixels of ${channels} channels, got ${bytes.length}`,
    )
  }
  return { data: bytes, width, height, channels }
}
