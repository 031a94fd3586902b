import { damaged, type PngParts } from './png-parts.ts'

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
