import { exifOrientation } from './exif-orientation.ts'
import type { ImageBytes, ImageChoice, ImageSamples } from './image-samples.ts'

/** The part of jpeg-js that is used. */
export type JpegLibrary = Pick<typeof import('jpeg-js'), 'decode'>

/** Markers of a frame header, which tells the size. */
const isFrameHeader = (marker: number) =>
  marker >= 0xc0 && marker <= 0xcf && marker !== 0xc4 && marker !== 0xc8 && marker !== 0xcc

/** The frame header of progressive images; those before it are of baseline ones. */
const PROGRESSIVE = 0xc2

/** What the frame header says. */
interface Frame {
  width: number
  height: number
  /** Channels, each of which may have fewer pixels than the image. */
  components: number
  /** Blocks of 8 × 8 pixels of all channels. */
  blocks: number
  isProgressive: boolean
  /** Where the header ends. */
  end: number
}

/** Real images have about ten scans; each goes through all blocks, whatever it holds. */
const MOST_SCANS = 100

/** Megapixels that an image may have: more than `checkSize` lets through. */
const MOST_MEGAPIXELS = 135
/** Bytes that the decoder takes: of a block and of a pixel, generously, and of all else. */
const BLOCK_BYTES = 512
const PIXEL_BYTES = 6
const OTHER_BYTES = 2 ** 26

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
  const frame = frameOf(file)
  const { width, height, components } = frame
  if (components !== 1 && components !== 3) {
    throw file.unread(`${components} (CMYK)`, 'one channel or three')
  }
  checkScans(file, frame)
  if (bytes[bytes.length - 2] !== 0xff || bytes[bytes.length - 1] !== 0xd9) checkEnd(file)
  let image: { data: Uint8Array; width: number; height: number }
  try {
    image = library.decode(bytes, {
      useTArray: true,
      formatAsRGBA: false,
      tolerantDecoding: false,
      maxResolutionInMP: MOST_MEGAPIXELS,
      maxMemoryUsageInMB: memoryOf(frame) / 2 ** 20,
    })
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

/** The first frame header; Exif data stands before it. */
function frameOf(file: ImageBytes): Frame {
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
    if (isFrameHeader(marker)) return frameAt(file, at)
    const length = view.getUint16(at + 2)
    if (marker === 0xe1) checkExif(file, at + 4, length - 2)
    at += 2 + length
  }
}

function frameAt(file: ImageBytes, at: number): Frame {
  const { bytes, view } = file
  file.need(at, 10, 'the header of its pixels')
  const marker = bytes[at + 1]
  if (marker > PROGRESSIVE) {
    throw file.unread(`coding ${marker - 0xc0} of the standard`, 'baseline or progressive coding')
  }
  const width = view.getUint16(at + 7)
  const height = view.getUint16(at + 5)
  file.checkSize(width, height, 3)
  const components = bytes[at + 9]
  const end = at + 10 + 3 * components
  file.need(at, end - at, 'the header of its pixels')
  const samplings: [across: number, down: number][] = []
  for (let i = at + 11; i < end; i += 3) samplings.push([bytes[i] >> 4, bytes[i] & 15])
  const acrosses = samplings.map(([across]) => across)
  const downs = samplings.map(([, down]) => down)
  let blocks = 0
  for (const [across, down] of samplings) {
    if (across < 1 || across > 4 || down < 1 || down > 4) {
      throw file.damaged(`${across} × ${down} as the sampling of a channel, which is 1 to 4`)
    }
    const columns = Math.ceil((width * across) / Math.max(...acrosses) / 8)
    blocks += columns * Math.ceil((height * down) / Math.max(...downs) / 8)
  }
  return { width, height, components, blocks, isProgressive: marker === PROGRESSIVE, end }
}

/** Refuses, before memory is taken, what so few bytes cannot hold, or what would take hours. */
function checkScans(file: ImageBytes, { width, height, blocks, isProgressive, end }: Frame): void {
  const { bytes } = file
  // A code has a bit or more. A block has one for its mean and one for its end at least; a scan of
  // a progressive image may end many blocks at once.
  const bits = isProgressive ? blocks : 2 * blocks
  if (bits > 8 * (bytes.length - end)) {
    throw file.damaged(`only ${bytes.length} bytes for ${width} × ${height} pixels`)
  }
  let scans = 0
  for (let at = end; at + 1 < bytes.length; at++) {
    if (bytes[at] === 0xff && bytes[at + 1] === 0xda) scans++
  }
  if (scans > MOST_SCANS) throw file.unread(`${scans} scans`, `at most ${MOST_SCANS} scans`)
}

/** An image with a second frame would take more: it is refused when memory for that is asked for. */
const memoryOf = ({ width, height, blocks }: Frame): number =>
  BLOCK_BYTES * blocks + PIXEL_BYTES * width * height + OTHER_BYTES

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
