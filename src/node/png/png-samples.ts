import { damaged, type Pass, type PngParts } from './png-parts.ts'

/** Rows of one pass whose filters are undone. */
export interface RowBlock {
  pass: Pass
  /** Row of the pass that the first one is. */
  row: number
  /** Number of rows. */
  rows: number
  /** Holds the samples, packed as in the file. Reused for the next block. */
  bytes: Uint8Array
  /** Where the samples of the first row begin. */
  start: number
  /** Bytes from a row to the next. */
  stride: number
}

/** Rows are handed on together up to so many bytes and pixels, longer ones one by one. */
export const BLOCK_SIZE: number = 2 ** 16

/**
 * Takes the pixel data of a PNG image in parts of any size and hands on its rows as they are
 * complete, their filters undone. It holds one block of rows, never the image.
 *
 * Source: Portable Network Graphics (PNG) Specification, third edition, W3C 2025, clause 9.
 */
export class PngRows {
  /** Bytes that came, at most those that the image has. */
  received = 0
  /** Whether more came than the image has. */
  hasSurplus = false
  readonly #parts: PngParts
  readonly #name: string
  readonly #onRows: (block: RowBlock) => void
  /** Passes that are not complete. */
  readonly #left: Pass[]
  /** The row before the block and those of the block, each with its filter before it. */
  #bytes: Uint8Array = new Uint8Array(0)
  /** Bytes of the block, and how many of them came. */
  #size = 0
  #filled = 0
  /** Row of the pass that the block begins with. */
  #row = 0

  /** @param name - what the image is called in an error message */
  constructor(parts: PngParts, name: string, onRows: (block: RowBlock) => void) {
    this.#parts = parts
    this.#name = name
    this.#onRows = onRows
    this.#left = [...parts.passes]
    this.#startPass()
  }

  /** Takes the next part; what the image has no room for is only noted. */
  push(part: Uint8Array): void {
    for (let from = 0; from < part.length; ) {
      if (this.#left.length === 0) {
        this.hasSurplus = true
        return
      }
      const count = Math.min(this.#size - this.#filled, part.length - from)
      const at = this.#left[0].rowBytes + this.#filled
      this.#bytes.set(part.subarray(from, from + count), at)
      this.#filled += count
      this.received += count
      from += count
      if (this.#filled === this.#size) this.#finishBlock()
    }
  }

  #startPass(): void {
    const [pass] = this.#left
    if (pass === undefined) return
    const { rowBytes } = pass
    const length = rowBytes + rowBytes * rowsAtOnce(pass)
    if (this.#bytes.length < length) this.#bytes = new Uint8Array(length)
    // Above the first row of a pass there are zeros.
    this.#bytes.fill(0, 0, rowBytes)
    this.#row = 0
    this.#startBlock(pass)
  }

  #startBlock(pass: Pass): void {
    this.#filled = 0
    this.#size = pass.rowBytes * Math.min(rowsAtOnce(pass), pass.height - this.#row)
  }

  #finishBlock(): void {
    const [pass] = this.#left
    const stride = pass.rowBytes
    const bytes = this.#bytes
    const { depth, channels } = this.#parts.header
    const pixelBytes = Math.max(1, (depth * channels) >> 3)
    for (let at = stride; at <= this.#size; at += stride) {
      if (bytes[at] > 4) throw damaged(this.#name, `a row with the unknown filter ${bytes[at]}`)
      unfilter(bytes, at, stride, pixelBytes)
    }
    const rows = this.#size / stride
    this.#onRows({ pass, row: this.#row, rows, bytes, start: stride + 1, stride })
    this.#row += rows
    if (this.#row === pass.height) {
      this.#left.shift()
      this.#startPass()
    } else {
      bytes.copyWithin(0, this.#size, this.#size + stride)
      this.#startBlock(pass)
    }
  }
}

function rowsAtOnce({ width, height, rowBytes }: Pass): number {
  const most = Math.floor(BLOCK_SIZE / Math.max(width, rowBytes))
  return Math.max(1, Math.min(most, height))
}

/**
 * Undoes the filter of one row in place.
 *
 * @param at - where the row begins with its filter; the row above is before it
 * @param stride - bytes of a row with its filter
 * @param pixel - bytes from a pixel to the one to the left of it
 */
function unfilter(bytes: Uint8Array, at: number, stride: number, pixel: number): void {
  const filter = bytes[at]
  const first = at + 1
  const end = at + stride
  if (filter === 1) {
    for (let i = first + pixel; i < end; i++) bytes[i] += bytes[i - pixel]
  } else if (filter === 2) {
    for (let i = first; i < end; i++) bytes[i] += bytes[i - stride]
  } else if (filter === 3) {
    for (let i = first; i < end; i++) {
      const left = i < first + pixel ? 0 : bytes[i - pixel]
      bytes[i] += (left + bytes[i - stride]) >> 1
    }
  } else if (filter === 4) {
    for (let i = first; i < first + pixel && i < end; i++)
      unfilterPaeth(bytes, i, end, stride, pixel)
  }
}

/** Every `pixel`-th byte: those of one channel depend on each other only. */
function unfilterPaeth(
  bytes: Uint8Array,
  from: number,
  end: number,
  stride: number,
  pixel: number,
): void {
  let left = 0
  let corner = 0
  for (let i = from; i < end; i += pixel) {
    const up = bytes[i - stride]
    const fromLeft = Math.abs(up - corner)
    const fromUp = Math.abs(left - corner)
    const fromCorner = Math.abs(up + left - 2 * corner)
    // All bits where the condition holds: noise makes branches slow.
    const cornerIsNearer = (fromCorner - fromUp) >> 31
    const isNotLeft = ((fromUp - fromLeft) | (fromCorner - fromLeft)) >> 31
    const other = up ^ ((up ^ corner) & cornerIsNearer)
    const guess = left ^ ((left ^ other) & isNotLeft)
    left = (bytes[i] + guess) & 255
    bytes[i] = left
    corner = up
  }
}

/** Rows that are copied faster pixel by pixel. */
const SHORT = 64

/** Values of pixels: bytes, or 16 bits each where the file has samples of 16 bits. */
export type PixelValues = Uint8Array<ArrayBuffer> | Uint16Array<ArrayBuffer>

/**
 * Reads the one value of each pixel that decides what is foreground, on the scale of the file.
 *
 * @param bytes - unfiltered rows
 * @param start - byte that the first pixel begins with
 * @param stride - bytes from a row to the next
 * @param out - receives the values, row by row
 */
export type ValueReader = (
  bytes: Uint8Array,
  start: number,
  stride: number,
  rows: number,
  columns: number,
  out: PixelValues,
) => void

/** The value that a pixel shows: the greatest of its color channels. */
export function colorReader({ header, palette }: PngParts, name: string): ValueReader {
  const { depth, channels } = header
  if (palette !== undefined) {
    const greatest = Uint8Array.from({ length: palette.length / 3 }, (_, i) =>
      Math.max(palette[3 * i], palette[3 * i + 1], palette[3 * i + 2]),
    )
    return lookUpReader(depth, greatest, name)
  }
  if (depth < 8) return bitReader(depth)
  if (channels === 1 && depth === 8) return copy
  if (channels < 3) return sampleReader(depth, channels, 0)
  return depth === 8 ? greatestByteReader(channels) : greatestWordReader(2 * channels)
}

/** The alpha of a pixel, or undefined where the image has no alpha. */
export function alphaReader(parts: PngParts, name: string): ValueReader | undefined {
  const { palette, paletteAlpha, header } = parts
  const { depth, channels } = header
  if (palette !== undefined && paletteAlpha.length > 0) {
    const alpha = new Uint8Array(palette.length / 3).fill(255)
    alpha.set(paletteAlpha.subarray(0, alpha.length))
    return lookUpReader(depth, alpha, name)
  }
  return channels % 2 === 0 ? sampleReader(depth, channels, channels - 1) : undefined
}

const copy: ValueReader = (bytes, start, stride, rows, columns, out) => {
  if (columns < SHORT) return copyShort(bytes, start, stride, rows, columns, out)
  for (let row = 0; row < rows; row++) {
    const first = start + row * stride
    out.set(bytes.subarray(first, first + columns), row * columns)
  }
}

const copyShort = sampleReader(8, 1, 0)

/** One of the channels of 8 or 16 bits. */
function sampleReader(depth: number, channels: number, channel: number): ValueReader {
  if (depth === 8) {
    return (bytes, start, stride, rows, columns, out) => {
      for (let row = 0, k = 0; row < rows; row++) {
        let i = start + row * stride + channel
        for (const end = k + columns; k < end; k++, i += channels) out[k] = bytes[i]
      }
    }
  }
  const step = 2 * channels
  return (bytes, start, stride, rows, columns, out) => {
    for (let row = 0, k = 0; row < rows; row++) {
      let i = start + row * stride + 2 * channel
      for (const end = k + columns; k < end; k++, i += step) out[k] = (bytes[i] << 8) | bytes[i + 1]
    }
  }
}

/** The greatest of three bytes. */
function greatestByteReader(step: number): ValueReader {
  return (bytes, start, stride, rows, columns, out) => {
    for (let row = 0, k = 0; row < rows; row++) {
      let i = start + row * stride
      for (const end = k + columns; k < end; k++, i += step) {
        out[k] = Math.max(bytes[i], bytes[i + 1], bytes[i + 2])
      }
    }
  }
}

/** The greatest of three samples of 16 bits. */
function greatestWordReader(step: number): ValueReader {
  return (bytes, start, stride, rows, columns, out) => {
    for (let row = 0, k = 0; row < rows; row++) {
      let i = start + row * stride
      for (const end = k + columns; k < end; k++, i += step) {
        const red = (bytes[i] << 8) | bytes[i + 1]
        const green = (bytes[i + 2] << 8) | bytes[i + 3]
        const blue = (bytes[i + 4] << 8) | bytes[i + 5]
        out[k] = Math.max(red, green, blue)
      }
    }
  }
}

/** Samples of 1, 2 or 4 bits, the first one in the highest bits of a byte. */
function bitReader(depth: number): ValueReader {
  const mask = (1 << depth) - 1
  return (bytes, start, stride, rows, columns, out) => {
    for (let row = 0, k = 0; row < rows; row++) {
      const first = start + row * stride
      for (let bit = 0; bit < columns * depth; bit += depth) {
        out[k++] = (bytes[first + (bit >> 3)] >> (8 - depth - (bit & 7))) & mask
      }
    }
  }
}

/** Numbers of colors, for each of which a value stands in a table. */
function lookUpReader(depth: number, table: Uint8Array, name: string): ValueReader {
  const read = depth < 8 ? bitReader(depth) : sampleReader(8, 1, 0)
  return (bytes, start, stride, rows, columns, out) => {
    read(bytes, start, stride, rows, columns, out)
    for (let k = 0; k < rows * columns; k++) {
      const color = out[k]
      if (color >= table.length) {
        throw damaged(name, `colour ${color} of a palette of ${table.length}`)
      }
      out[k] = table[color]
    }
  }
}
