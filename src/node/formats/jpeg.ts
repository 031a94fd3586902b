import { exifOrientation } from './exif-orientation.ts'
import type { ImageBytes, ImageChoice, ImageSamples } from './image-samples.ts'

/** The part of jpeg-js that is used. */
export type JpegLibrary = Pick<typeof import('jpeg-js'), 'decode'>

/** Markers of a frame header, which tells the size. */
const isFrameHeader = (marker: number) =>
  marker >= 0xc0 && marker <= 0xcf && marker !== 0xc4 && marker !== 0xc8 && marker !== 0xcc

/** A block of 8 × 8 pixels has at least one bit in the file. */
const PIXELS_PER_BYTE = 512

/** Megabytes that the decoder may take, and megapixels that an image may have. */
const LIMITS = { maxMemoryUsageInMB: 4096, maxResolutionInMP: 135 }

/**
 * JPEG images, baseline and progressive, as colors of 8 bits: decoded by jpeg-js, after a look at
 * the size, which that would allocate memory for.
 */
export function decodeJpeg(
  file: ImageBytes,
  { page }: ImageChoice,
  library: JpegLibrary,
): ImageSamples {
  file.choose(page, 1, 'image')
  const { bytes, format } = file
  const [width, height, components] = sizeOf(file)
  file.checkSize(width, height, 3)
  if (width * height > PIXELS_PER_BYTE * bytes.length) {
    throw file.damaged(`only ${bytes.length} bytes for ${width} × ${height} pixels`)
  }
  if (components !== 1 && components !== 3) {
    throw file.unread(`${components} (CMYK)`, 'one channel or three')
  }
  if (bytes[bytes.length - 2] !== 0xff || bytes[bytes.length - 1] !== 0xd9) checkEnd(file)
  let image: { data: Uint8Array; width: number; height: number }
  try {
    const settings = { useTArray: true, formatAsRGBA: false, tolerantDecoding: false } as const
    image = library.decode(bytes, { ...settings, ...LIMITS })
  } catch (cause) {
    const text = cause instanceof Error ? cause.message : String(cause)
    throw Object.assign(file.damaged(`an error (${text}) when decoding its pixels`), { cause })
  }
  const { data } = image
  if (image.width !== width || image.height !== height || data.length !== 3 * width * height) {
    throw file.damaged(`another size within it: ${image.width} × ${image.height} pixels`)
  }
  return { data, width, height, channels: 3, alpha: false, max: 255, format }
}

/** Width, height and number of components, from the first frame header; Exif data stands before it. */
function sizeOf(file: ImageBytes): [width: number, height: number, components: number] {
  const { bytes, view } = file
  for (let at = 2; ; ) {
    file.need(at, 4, 'a marker')
    if (bytes[at] !== 0xff)
      throw file.damaged(`byte ${bytes[at]} at byte ${at}, where a marker must be`)
    const marker = bytes[at + 1]
    if (marker === 0xff) {
      at++
      continue
    }
    if (marker === 0xd9 || marker === 0xda)
      throw file.damaged(`no size before its pixels, at byte ${at}`)
    if (isFrameHeader(marker)) {
      file.need(at, 10, 'the header of its pixels')
      return [view.getUint16(at + 7), view.getUint16(at + 5), bytes[at + 9]]
    }
    const length = view.getUint16(at + 2)
    if (marker === 0xe1) checkExif(file, at + 4, length - 2)
    at += 2 + length
  }
}

const EXIF = 'Exif\0\0'

function checkExif(file: ImageBytes, at: number, length: number): void {
  const data = file.bytes.subarray(at, at + Math.max(0, length))
  if (Buffer.from(data.subarray(0, EXIF.length)).toString('latin1') !== EXIF) return
  file.checkOrientation(exifOrientation(data.subarray(EXIF.length)))
}

/** Something may follow the end mark, but it must be there. */
function checkEnd(file: ImageBytes): void {
  const { bytes } = file
  for (let at = bytes.length - 2; at > 1; at--) {
    if (bytes[at] === 0xff && bytes[at + 1] === 0xd9) return
  }
  throw file.damaged(`only its first ${bytes.length} bytes: its end mark is missing`)
}
