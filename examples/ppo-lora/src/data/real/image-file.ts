import { readFileSync } from 'node:fs'
import { gunzipSync } from 'node:zlib'
import { convertIndexedToRgb, decode as decodePng } from 'fast-png'
import { GifReader } from 'omggif'
import { decode as decodeTiff } from 'tiff'

/** An image as a file holds it: samples pixel by pixel, row by row, in the file's own unit. */
export interface ImageFile {
  width: number
  height: number
  /** Samples of a pixel: 1 grey, 2 with alpha, 3 colour, 4 with alpha. */
  channels: number
  data: ArrayLike<number>
}

/**
 * Reads an image of PNG, PPM or PGM, GIF or TIFF, each of them gzipped or not; which one it is, its
 * first bytes tell.
 *
 * @throws Error that names the file if it cannot be read or is none of these
 */
export function readImageFile(path: string): ImageFile {
  try {
    const bytes = readFileSync(path)
    const image = decodeImage(isAt(bytes, 0x1f, 0x8b) ? gunzipSync(bytes) : bytes)
    const { width, height, channels, data } = image
    if (!(width > 0 && height > 0 && data.length >= width * height * channels)) {
      throw new Error(`${data.length} samples are too few for ${width} × ${height} × ${channels}`)
    }
    return image
  } catch (cause) {
    throw new Error(`cannot read the image ${path}: ${(cause as Error).message}`, { cause })
  }
}

function isAt(bytes: Uint8Array, ...start: number[]): boolean {
  return start.every((byte, i) => bytes[i] === byte)
}

function decodeImage(bytes: Uint8Array): ImageFile {
  if (isAt(bytes, 0x89, 0x50, 0x4e, 0x47)) return pngImage(bytes)
  if (isAt(bytes, 0x47, 0x49, 0x46)) return gifImage(bytes)
  if (isAt(bytes, 0x49, 0x49) || isAt(bytes, 0x4d, 0x4d)) return tiffImage(bytes)
  if (isAt(bytes, 0x50, 0x35) || isAt(bytes, 0x50, 0x36)) return netpbmImage(bytes)
  throw new Error('expected PNG, PPM, PGM, GIF or TIFF')
}

function pngImage(bytes: Uint8Array): ImageFile {
  const image = decodePng(bytes)
  const { width, height, channels, depth, data } = image
  if (image.palette) {
    const colors = convertIndexedToRgb(image)
    return { width, height, channels: colors.length / (width * height), data: colors }
  }
  if (depth >= 8) return { width, height, channels, data }
  // Grey of 1, 2 or 4 bits: rows of whole bytes.
  const rowBytes = Math.ceil((width * depth) / 8)
  const mask = (1 << depth) - 1
  const samples = Uint8Array.from({ length: width * height }, (_, i) => {
    const bit = (i % width) * depth
    const byte = data[Math.floor(i / width) * rowBytes + (bit >> 3)]
    return (byte >> (8 - depth - (bit & 7))) & mask
  })
  return { width, height, channels: 1, data: samples }
}

function gifImage(bytes: Uint8Array): ImageFile {
  const reader = new GifReader(Buffer.from(bytes))
  const { width, height } = reader
  const data = new Uint8Array(4 * width * height)
  reader.decodeAndBlitFrameRGBA(0, data)
  return { width, height, channels: 4, data }
}

function tiffImage(bytes: Uint8Array): ImageFile {
  const [page] = decodeTiff(bytes, { pages: [0] })
  const { width, height, samplesPerPixel: channels, data } = page
  return { width, height, channels, data }
}

/** PGM (P5) and PPM (P6), of 8 or 16 bits. */
function netpbmImage(bytes: Uint8Array): ImageFile {
  const numbers: number[] = []
  let at = 2
  while (numbers.length < 3) {
    // White space and comments, then a number.
    while (at < bytes.length && (bytes[at] <= 32 || bytes[at] === 35)) {
      if (bytes[at] === 35) while (at < bytes.length && bytes[at] !== 10) at++
      at++
    }
    const begin = at
    while (bytes[at] >= 48 && bytes[at] <= 57) at++
    if (at === begin) throw new Error('expected width, height and largest value')
    numbers.push(Number(Buffer.from(bytes.subarray(begin, at)).toString('latin1')))
  }
  const [width, height, largest] = numbers
  const channels = bytes[1] === 54 ? 3 : 1
  const length = width * height * channels
  const body = bytes.subarray(at + 1)
  if (largest < 256) return { width, height, channels, data: body.subarray(0, length) }
  const wide = Math.min(length, body.length >> 1)
  const data = Uint16Array.from({ length: wide }, (_, i) => (body[2 * i] << 8) | body[2 * i + 1])
  return { width, height, channels, data }
}
