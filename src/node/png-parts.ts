import { crc32, inflateSync } from 'node:zlib'
import { MAX_PIXELS } from '../mask/layout.ts'

/** What the header of a PNG image says. */
export interface PngHeader {
  width: number
  height: number
  /** Bits per sample. */
  depth: number
  /** Samples per pixel; 1 for an image with a palette. */
  channels: 1 | 2 | 3 | 4
  colourType: number
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
  /** Bytes of the pass in the pixel data: a filter byte and the samples, row by row. */
  bytes: number
}

/** A PNG image that has been checked from end to end; its pixels are not decoded yet. */
export interface PngParts {
  header: PngHeader
  passes: Pass[]
  /** Red, green and blue of each colour of the palette, if there is one. */
  palette: Uint8Array | undefined
  /** The pixel data, decompressed: all passes, one after the other. */
  rows: Uint8Array
}

const SIGNATURE = [137, 80, 78, 71, 13, 10, 26, 10]

/** Far more than a mask needs; keeps a small file from claiming all memory. */
const MAX_BYTES = 2 ** 30

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

const damaged = (name: string, got: string) =>
  new RangeError(`expected ${name} to be an intact PNG image, got ${got}`)

/**
 * Takes a PNG image apart and checks all of it: that no byte is missing, every checksum, the
 * sizes before anything is allocated for them, and that there is data for every pixel.
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
  const palette = header.colourType === 3 ? paletteOf(chunks, name) : undefined
  return { header, passes, palette, rows: inflate(Buffer.concat(compressed), passes, name) }
}

function checkSignature(bytes: Uint8Array, name: string): void {
  if (bytes.length === 0) throw new RangeError(`expected ${name} to be a PNG image, got 0 bytes`)
  const begin = bytes.subarray(0, SIGNATURE.length)
  if (begin.some((byte, i) => byte !== SIGNATURE[i])) {
    const hex = [...begin].map((byte) => byte.toString(16).padStart(2, '0')).join(' ')
    throw new RangeError(`expected ${name} to be a PNG image, got one that begins with ${hex}`)
  }
}

/** All chunks up to the end of the image; what follows it is no part of it. */
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
  const [depth, colourType, compression, filter, interlace] = data.subarray(8)
  if (width === 0 || height === 0) throw damaged(name, `a size of ${width} × ${height} pixels`)
  if (width * height > MAX_PIXELS) {
    throw new RangeError(
      `expected ${name} to have at most ${MAX_PIXELS} pixels, got ${width} × ${height}`,
    )
  }
  if (!DEPTHS[colourType]?.includes(depth)) {
    throw damaged(name, `colour type ${colourType} with ${depth} bits per sample`)
  }
  if (compression !== 0 || filter !== 0 || interlace > 1) {
    throw damaged(
      name,
      `compression ${compression}, filter ${filter} and interlacing ${interlace}, which no PNG has`,
    )
  }
  const channels = CHANNELS[colourType]
  return { width, height, depth, colourType, channels, interlaced: interlace === 1 }
}

function passesOf({ width, height, depth, channels, interlaced }: PngHeader): Pass[] {
  const passes: Pass[] = []
  for (const [x, y, dx, dy] of interlaced ? ADAM7 : [[0, 0, 1, 1]]) {
    const columns = Math.ceil((width - x) / dx)
    const rows = Math.ceil((height - y) / dy)
    if (columns <= 0 || rows <= 0) continue
    const bytes = rows * (1 + Math.ceil((columns * depth * channels) / 8))
    passes.push({ x, y, dx, dy, width: columns, height: rows, bytes })
  }
  return passes
}

function paletteOf(chunks: readonly Chunk[], name: string): Uint8Array {
  const palette = chunks.find(({ type }) => type === 'PLTE')?.data
  if (palette === undefined) throw damaged(name, 'no palette for its palette colours')
  if (palette.length === 0 || palette.length % 3 !== 0 || palette.length > 768) {
    throw damaged(name, `a palette of ${palette.length} bytes`)
  }
  return palette
}

function inflate(compressed: Uint8Array, passes: readonly Pass[], name: string): Uint8Array {
  let expected = 0
  for (const { bytes } of passes) expected += bytes
  if (expected > MAX_BYTES) {
    throw new RangeError(
      `expected ${name} to have at most ${MAX_BYTES} bytes of pixel data, got ${expected}`,
    )
  }
  let rows: Uint8Array
  try {
    rows = inflateSync(compressed, { maxOutputLength: expected })
  } catch (cause) {
    const { code, message } = cause as NodeJS.ErrnoException
    const tooMuch = code === 'ERR_BUFFER_TOO_LARGE'
    const why = tooMuch ? `more than ${expected} bytes` : `an error (${message})`
    throw new RangeError(damaged(name, `${why} when decompressing its pixels`).message, { cause })
  }
  if (rows.length !== expected) {
    throw damaged(name, `${rows.length} bytes of pixel data instead of ${expected}`)
  }
  return rows
}
