import { crc32 } from 'node:zlib'
import { MAX_PIXELS } from '../../mask/layout.ts'
import { exifOrientation } from '../formats/exif-orientation.ts'
import { ImageBytes } from '../formats/image-samples.ts'
import { formatName } from './format-name.ts'

/** What the header of a PNG image says. */
export interface PngHeader {
  width: number
  height: number
  /** Bits per sample. */
  depth: number
  /** Samples per pixel; 1 for an image with a palette. */
  channels: 1 | 2 | 3 | 4
  colorType: number
  interlaced: boolean
}

/** One of the images that an interlaced PNG is split into, or the whole of one that is not. */
export interface Pass {
  /** The pixel of the image at the upper left of the pass. */
  x: number
  y: number
  /** Pixels of the image from one of the pass to the next. */
  dx: number
  dy: number
  /** Pixels of the pass. */
  width: number
  height: number
  /** Bytes of a row of the pass in the pixel data: a filter and the samples. */
  rowBytes: number
}

/** A PNG image whose structure has been checked; its pixel data is not decompressed yet. */
export interface PngParts {
  header: PngHeader
  passes: Pass[]
  /** Bytes of the pixel data, decompressed: all passes, one after the other. */
  dataBytes: number
  /** Red, green and blue of each color of the palette, if there is one. */
  palette: Uint8Array | undefined
  /** Alpha of the first colors of the palette, the others being opaque; none if all are. */
  paletteAlpha: Uint8Array
  /** The pixel data, one piece after the other. */
  compressed: Uint8Array[]
}

const SIGNATURE = [137, 80, 78, 71, 13, 10, 26, 10]

/** Far more than a mask needs; keeps a small file from claiming all time and memory. */
const MAX_BYTES = 2 ** 30
const MAX_ROW_BYTES = 2 ** 27 + 1

const CHANNELS: Record<number, 1 | 2 | 3 | 4> = { 0: 1, 2: 3, 3: 1, 4: 2, 6: 4 }
const DEPTHS: Record<number, readonly number[]> = {
  0: [1, 2, 4, 8, 16],
  2: [8, 16],
  3: [1, 2, 4, 8],
  4: [8, 16],
  6: [8, 16],
}

/** First pixel and steps of the seven passes of Adam7. */
const ADAM7 = [
  [0, 0, 8, 8],
  [4, 0, 8, 8],
  [0, 4, 4, 8],
  [2, 0, 4, 4],
  [0, 2, 2, 4],
  [1, 0, 2, 2],
  [0, 1, 1, 2],
]

interface Chunk {
  type: string
  /** Where the chunk begins in the file. */
  at: number
  data: Uint8Array
}

/** The error for a file that is a PNG image, but not a sound one. */
export const damaged = (name: string, got: string): RangeError =>
  new RangeError(`expected ${name} to be an intact PNG image, got ${got}`)

/**
 * Takes a PNG image apart and checks it: that no byte is missing, every checksum, and the sizes
 * before anything is allocated for them.
 *
 * @param name - what the image is called in an error message
 *
 * Source: Portable Network Graphics (PNG) Specification, third edition, W3C 2025.
 */
export function pngParts(bytes: Uint8Array, name: string): PngParts {
  checkSignature(bytes, name)
  const chunks = chunksOf(bytes, name)
  if (chunks[0].type !== 'IHDR') throw damaged(name, `a chunk ${chunks[0].type} before its header`)
  const header = headerOf(chunks[0].data, name)
  const passes = passesOf(header)
  const compressed = chunks.filter(({ type }) => type === 'IDAT').map(({ data }) => data)
  if (compressed.length === 0) throw damaged(name, 'no pixel data (IDAT chunk)')
  const exif = dataOf(chunks, 'eXIf')
  if (exif !== undefined) {
    new ImageBytes(bytes, name, 'PNG image').checkOrientation(exifOrientation(exif))
  }
  const hasPalette = header.colorType === 3
  return {
    header,
    passes,
    dataBytes: dataBytesOf(passes, name),
    palette: hasPalette ? paletteOf(chunks, name) : undefined,
    paletteAlpha: (hasPalette && dataOf(chunks, 'tRNS')) || new Uint8Array(0),
    compressed,
  }
}

function checkSignature(bytes: Uint8Array, name: string): void {
  const isPng = bytes.length > 0 && SIGNATURE.every((byte, i) => byte === (bytes[i] ?? byte))
  if (isPng) return
  throw new RangeError(`expected ${name} to be a PNG image, got ${formatName(bytes)}`)
}

/** All chunks up to the end of the image; what follows it is not a part of it. */
function chunksOf(bytes: Uint8Array, name: string): Chunk[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length)
  const chunks: Chunk[] = []
  for (let at = SIGNATURE.length; ; ) {
    const isWhole = at + 12 <= bytes.length && at + 12 + view.getUint32(at) <= bytes.length
    const type = String.fromCharCode(...bytes.subarray(at + 4, at + 8))
    if (type.length === 4 && !/^[A-Za-z]{4}$/.test(type)) {
      throw damaged(name, `no chunk where one must begin, at byte ${at}`)
    }
    if (!isWhole) {
      throw new RangeError(
        `expected ${name} to be a whole PNG image, got only its first ${bytes.length} bytes: ` +
          (type.length === 4 ? `it ends within a chunk ${type}` : 'its end is missing'),
      )
    }
    const end = at + 8 + view.getUint32(at)
    if (crc32(bytes.subarray(at + 4, end)) !== view.getUint32(end)) {
      throw damaged(name, `a wrong checksum of its chunk ${type} at byte ${at}`)
    }
    chunks.push({ type, at, data: bytes.subarray(at + 8, end) })
    if (type === 'IEND') return chunks
    at = end + 4
  }
}

function headerOf(data: Uint8Array, name: string): PngHeader {
  if (data.length !== 13) throw damaged(name, `a header of ${data.length} bytes instead of 13`)
  const view = new DataView(data.buffer, data.byteOffset, data.length)
  const width = view.getUint32(0)
  const height = view.getUint32(4)
  const [depth, colorType, compression, filter, interlace] = data.subarray(8)
  if (width === 0 || height === 0) throw damaged(name, `a size of ${width} × ${height} pixels`)
  if (width * height > MAX_PIXELS) {
    throw new RangeError(
      `expected ${name} to have at most ${MAX_PIXELS} pixels, got ${width} × ${height}`,
    )
  }
  if (!DEPTHS[colorType]?.includes(depth)) {
    throw damaged(name, `colour type ${colorType} with ${depth} bits per sample`)
  }
  if (compression !== 0 || filter !== 0 || interlace > 1) {
    throw damaged(
      name,
      `compression ${compression}, filter ${filter} and interlacing ${interlace}, which no PNG has`,
    )
  }
  const channels = CHANNELS[colorType]
  return { width, height, depth, colorType, channels, interlaced: interlace === 1 }
}

function passesOf({ width, height, depth, channels, interlaced }: PngHeader): Pass[] {
  const passes: Pass[] = []
  for (const [x, y, dx, dy] of interlaced ? ADAM7 : [[0, 0, 1, 1]]) {
    const columns = Math.ceil((width - x) / dx)
    const rows = Math.ceil((height - y) / dy)
    if (columns <= 0 || rows <= 0) continue
    const rowBytes = 1 + Math.ceil((columns * depth * channels) / 8)
    passes.push({ x, y, dx, dy, width: columns, height: rows, rowBytes })
  }
  return passes
}

function dataBytesOf(passes: readonly Pass[], name: string): number {
  const most = (limit: number, what: string, got: number) =>
    new RangeError(`expected ${name} to have at most ${limit} bytes of ${what}, got ${got}`)
  let all = 0
  for (const { height, rowBytes } of passes) {
    if (rowBytes > MAX_ROW_BYTES) throw most(MAX_ROW_BYTES, 'pixel data in a row', rowBytes)
    all += height * rowBytes
  }
  if (all > MAX_BYTES) throw most(MAX_BYTES, 'pixel data', all)
  return all
}

/** The data of the first chunk of a type. */
function dataOf(chunks: readonly Chunk[], wanted: string): Uint8Array | undefined {
  return chunks.find(({ type }) => type === wanted)?.data
}

function paletteOf(chunks: readonly Chunk[], name: string): Uint8Array {
  const palette = dataOf(chunks, 'PLTE')
  if (palette === undefined) throw damaged(name, 'no palette for its palette colours')
  if (palette.length === 0 || palette.length % 3 !== 0 || palette.length > 768) {
    throw damaged(name, `a palette of ${palette.length} bytes`)
  }
  return palette
}
