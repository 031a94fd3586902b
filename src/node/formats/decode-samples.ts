import { createRequire } from 'node:module'
import { gunzipSync } from 'node:zlib'
import { formatName } from '../png/format-name.ts'
import { decodePngSamples } from '../png/png-image.ts'
import { decodeBmp } from './bmp.ts'
import { decodeCoco } from './coco/coco.ts'
import { decodeGif } from './gif/gif.ts'
import { ImageBytes, type ImageChoice, type ImageSamples, MAX_BYTES } from './image-samples.ts'
import { decodeJpeg, type JpegLibrary } from './jpeg.ts'
import { decodeNetpbm } from './netpbm.ts'
import { decodeNifti } from './nifti.ts'
import { decodeNpy } from './numpy/npy.ts'
import { decodeNpz } from './numpy/npz.ts'
import { decodeTiff } from './tiff/tiff.ts'

type Decoder = (file: ImageBytes, choice: ImageChoice) => ImageSamples

/** How each format is named in a message, and what decodes it. */
const DECODERS: Readonly<Record<string, readonly [format: string, decode: Decoder]>> = {
  'a TIFF image': ['TIFF image', decodeTiff],
  'a GIF image': ['GIF image', decodeGif],
  'a PBM image': ['PBM image', decodeNetpbm],
  'a PGM image': ['PGM image', decodeNetpbm],
  'a PPM image': ['PPM image', decodeNetpbm],
  'a BMP image': ['BMP image', decodeBmp],
  'a JPEG image': ['JPEG image', (file, choice) => decodeJpeg(file, choice, jpegLibrary())],
  'an NPY array': ['NPY array', decodeNpy],
  'a ZIP archive (an NPZ file is one)': ['NPZ archive', decodeNpz],
  'a NIfTI image': ['NIfTI image', decodeNifti],
  'a JSON text': ['COCO file', decodeCoco],
}

/** How a format is named in a message, and what decodes it; undefined for one that is not read. */
export const decoderOf = (kind: string): readonly [format: string, decode: Decoder] | undefined =>
  DECODERS[kind]

const GZIP = 'gzip data (a NIfTI file that ends in .nii.gz is that)'
const READ = 'an image (PNG, GIF, TIFF, PNM, BMP, JPEG, NIfTI, NPY, NPZ or COCO)'

const PNG = [137, 80, 78, 71, 13, 10, 26, 10]

/** Whether this is a PNG image, which is read row by row; a beginning of one is enough. */
export function isPng(bytes: Uint8Array): boolean {
  return bytes.length > 0 && PNG.every((byte, i) => byte === (bytes[i] ?? byte))
}

/** Whether this is, or can become, a file that is read, by its first bytes. */
export function isImage(bytes: Uint8Array): boolean {
  const kind = formatName(bytes)
  return isPng(bytes) || kind in DECODERS || kind === GZIP || bytes.length < 352
}

/**
 * The samples of a file of any format that is read, also compressed by gzip; which one it is its
 * content says.
 *
 * @param name - what the image is called in an error message
 */
export function decodeSamples(bytes: Uint8Array, name: string, choice: ImageChoice): ImageSamples {
  if (isPng(bytes)) {
    checkPngChoice(bytes, name, choice)
    return decodePngSamples(bytes, name)
  }
  const kind = formatName(bytes)
  if (kind === GZIP) return decodeSamples(unzipped(bytes, name), name, choice)
  const decoder = decoderOf(kind)
  if (decoder === undefined) throw new RangeError(`expected ${name} to be ${READ}, got ${kind}`)
  const [format, decode] = decoder
  const file = new ImageBytes(bytes, name, format)
  checkCategory(file, choice)
  return decode(file, choice)
}

/** Checks that nothing is asked of a PNG image that it cannot have. */
export function checkPngChoice(bytes: Uint8Array, name: string, choice: ImageChoice): void {
  const file = new ImageBytes(bytes, name, 'PNG image')
  checkCategory(file, choice)
  file.choose(choice.page, 1, 'image')
}

function checkCategory({ name, format }: ImageBytes, { category }: ImageChoice): void {
  if (category === undefined || format === 'COCO file') return
  throw new RangeError(
    `expected ${name} to be a COCO file, of which category is an option, got a ${format}`,
  )
}

function unzipped(bytes: Uint8Array, name: string): Uint8Array {
  const file = new ImageBytes(bytes, name, 'file compressed by gzip')
  let data: Uint8Array
  try {
    data = gunzipSync(bytes, { maxOutputLength: MAX_BYTES })
  } catch (cause) {
    const { message } = cause as Error
    throw Object.assign(file.damaged(`an error (${message}) when decompressing it`), { cause })
  }
  if (formatName(data) === GZIP) throw file.damaged('the same in it once more')
  return data
}

let library: JpegLibrary | undefined

/** Loads what decodes a file, if it is a package of its own, as bundlers can follow it. */
export async function loadLibrary(bytes: Uint8Array): Promise<void> {
  if (library !== undefined || formatName(bytes) !== 'a JPEG image') return
  library = (await import('jpeg-js')).default
}

/** The same at once, where the caller does not wait. */
function jpegLibrary(): JpegLibrary {
  library ??= createRequire(import.meta.url)('jpeg-js') as JpegLibrary
  return library
}
