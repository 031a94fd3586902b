import { formatName } from '../png/format-name.ts'
import { decoderOf } from './decode-samples.ts'
import { ImageBytes } from './image-samples.ts'

/** Width and height of an image. */
export interface ImageSize {
  readonly width: number
  readonly height: number
}

/** Formats whose decoders see the size before anything that takes time or memory. */
const FORMATS = [
  'a TIFF image',
  'a GIF image',
  'a PBM image',
  'a PGM image',
  'a PPM image',
  'a BMP image',
  'a JPEG image',
  'an NPY array',
  'a NIfTI image',
]

const CHOICE = { page: undefined, category: undefined }

/** Ends a decoder as soon as it knows the size. */
class SizeSeen extends Error {
  readonly size: ImageSize

  constructor(size: ImageSize) {
    super('the size is known')
    this.size = size
  }
}

class HeaderBytes extends ImageBytes {
  override checkSize(width: number, height: number): void {
    super.checkSize(width, height, 1)
    throw new SizeSeen({ width, height })
  }
}

/**
 * The size that an image of a format other than PNG claims to have, as its own decoder reads it;
 * undefined where these bytes do not tell it, as for a file of several images, a compressed one, or
 * one that is not read.
 *
 * @param bytes - the file, or its beginning
 */
export function claimedSize(bytes: Uint8Array): ImageSize | undefined {
  const kind = formatName(bytes)
  const decoder = FORMATS.includes(kind) ? decoderOf(kind) : undefined
  if (decoder === undefined) return undefined
  const [format, decode] = decoder
  try {
    decode(new HeaderBytes(bytes, 'the image', format), CHOICE)
  } catch (error) {
    if (error instanceof SizeSeen) return error.size
    // What else is wrong is told when the image is read.
  }
  return undefined
}
