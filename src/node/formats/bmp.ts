import type { ImageBytes, ImageChoice, ImageSamples } from './image-samples.ts'

/** What the headers of a BMP image say. */
interface Header {
  width: number
  height: number
  isTopDown: boolean
  bits: number
  compression: number
  /** Red, green, blue (and alpha) as bits of a pixel, where there is no palette. */
  masks: number[]
  /** Blue, green, red of each color. */
  palette: Uint8Array
  colorBytes: number
  /** Where the pixels begin. */
  at: number
}

/** Pixels that a byte of a run-length encoding can become. */
const MOST_PIXELS = 256

/**
 * BMP images of 1 to 32 bits a pixel, also run-length encoded, as colors of 8 bits. There is alpha
 * only where the header says which bits it has.
 *
 * Source: the structures BITMAPINFOHEADER to BITMAPV5HEADER of the Windows documentation.
 */
export function decodeBmp(file: ImageBytes, { page }: ImageChoice): ImageSamples {
  file.choose(page, 1, 'image')
  const header = headerOf(file)
  const { width, height, bits, compression, masks, isTopDown } = header
  const isIndexed = bits <= 8
  const channels = isIndexed ? 3 : masks.length
  const data = new Uint8Array(width * height * channels)
  const isRunLength = compression === 1 || compression === 2
  const rowBytes = isRunLength ? width : 4 * Math.ceil((width * bits) / 32)
  const rows = isRunLength
    ? decodeRuns(file, header)
    : file.part(header.at, rowBytes * height, 'its pixels')
  const put = isIndexed ? indexedReader(file, header) : colorReader(header)
  for (let row = 0; row < height; row++) {
    const y = isTopDown ? row : height - 1 - row
    put(
      rows.subarray(row * rowBytes, (row + 1) * rowBytes),
      data,
      y * width * channels,
      isRunLength,
    )
  }
  return { data, width, height, channels, alpha: channels === 4, max: 255, format: file.format }
}

function headerOf(file: ImageBytes): Header {
  const { view } = file
  file.need(0, 26, 'its header')
  const at = view.getUint32(10, true)
  const size = view.getUint32(14, true)
  const isOld = size === 12
  if (!isOld && (size < 40 || size > 1024)) throw file.damaged(`a header of ${size} bytes`)
  file.need(14, size, 'its header')
  const width = isOld ? view.getUint16(18, true) : view.getInt32(18, true)
  const signed = isOld ? view.getUint16(20, true) : view.getInt32(22, true)
  const bits = view.getUint16(isOld ? 24 : 28, true)
  const compression = isOld ? 0 : view.getUint32(30, true)
  const height = Math.abs(signed)
  file.checkSize(width, height, 4)
  const isKnown =
    compression === 0
      ? [1, 4, 8, 16, 24, 32].includes(bits)
      : (compression === 1 && bits === 8) ||
        (compression === 2 && bits === 4) ||
        ((compression === 3 || compression === 6) && (bits === 16 || bits === 32))
  if (!isKnown || (compression !== 0 && compression < 3 && signed < 0)) {
    throw file.unread(`compression ${compression} with ${bits} bits`, 'a usual kind of pixels')
  }
  if (width * height > MOST_PIXELS * file.bytes.length) {
    throw file.damaged(`only ${file.bytes.length} bytes for ${width} × ${height} pixels`)
  }
  const colorBytes = isOld ? 3 : 4
  const given = isOld ? 0 : view.getUint32(46, true)
  const colors = bits <= 8 ? Math.min(given === 0 ? 2 ** bits : given, 2 ** bits) : 0
  const paletteAt = 14 + size + (size === 40 && compression === 3 ? 12 : 0)
  const palette = file.part(paletteAt, colors * colorBytes, 'its palette')
  const masks = bits > 8 ? masksOf(file, bits, compression, size) : []
  return { width, height, isTopDown: signed < 0, bits, compression, masks, palette, colorBytes, at }
}

/** Red, green, blue, and alpha if there is any. */
function masksOf(file: ImageBytes, bits: number, compression: number, size: number): number[] {
  if (compression === 0) {
    return bits === 16 ? [0x7c00, 0x03e0, 0x001f] : [0xff0000, 0x00ff00, 0x0000ff]
  }
  // They follow the short header and are part of the longer ones.
  const count = compression === 6 || size >= 56 ? 4 : 3
  file.need(54, 4 * count, 'the bits of its colors')
  const masks = Array.from({ length: count }, (_, i) => file.view.getUint32(54 + 4 * i, true))
  if (masks[3] === 0) masks.pop()
  for (const mask of masks) {
    // Added to its lowest bit, a run of ones becomes one bit that it did not have.
    const lowest = 2 ** (31 - Math.clz32(mask & -mask))
    if (mask === 0 || ((mask + lowest) & mask) >>> 0 !== 0 || mask >= 2 ** bits) {
      throw file.damaged(`0x${mask.toString(16)} as the bits of a color`)
    }
  }
  return masks
}

type RowReader = (row: Uint8Array, data: Uint8Array, at: number, isBytes: boolean) => void

function indexedReader(file: ImageBytes, header: Header): RowReader {
  const { width, palette, colorBytes, bits } = header
  const mask = 2 ** bits - 1
  return (row, data, at, isBytes) => {
    for (let x = 0; x < width; x++) {
      const bit = x * bits
      const color = isBytes ? row[x] : (row[bit >> 3] >> (8 - bits - (bit & 7))) & mask
      const entry = color * colorBytes
      if (entry >= palette.length) {
        throw file.damaged(`color ${color} of a palette of ${palette.length / colorBytes}`)
      }
      data[at++] = palette[entry + 2]
      data[at++] = palette[entry + 1]
      data[at++] = palette[entry]
    }
  }
}

function colorReader({ width, bits, masks }: Header): RowReader {
  const bytes = bits / 8
  const fields = masks.map((mask) => {
    const shift = 31 - Math.clz32(mask & -mask)
    return { shift, most: mask / 2 ** shift }
  })
  return (row, data, at) => {
    for (let x = 0, from = 0; x < width; x++, from += bytes) {
      let pixel = row[from] | (row[from + 1] << 8)
      if (bytes > 2) pixel |= row[from + 2] << 16
      if (bytes > 3) pixel |= row[from + 3] << 24
      for (const { shift, most } of fields) {
        const value = (pixel >>> shift) & most
        data[at++] = most === 255 ? value : Math.floor((value * 255) / most)
      }
    }
  }
}

/** Undoes the run-length encoding: a byte for each pixel, the lowest row first. */
function decodeRuns(file: ImageBytes, { width, height, bits, at: first }: Header): Uint8Array {
  const { bytes } = file
  const colors = new Uint8Array(width * height)
  let x = 0
  let y = 0
  const put = (color: number) => {
    if (y >= height) throw file.damaged(`a run beyond its row ${height - 1}`)
    // Some writers fill rows up to whole words of 4 bytes.
    if (x < width) colors[y * width + x] = color
    else if (x >= 4 * Math.ceil(width / 4)) throw file.damaged(`a run beyond the end of row ${y}`)
    x++
  }
  const half = (byte: number, i: number) =>
    bits === 8 ? byte : (i & 1) === 0 ? byte >> 4 : byte & 15
  for (let at = first; ; ) {
    file.need(at, 2, 'its runs')
    const count = bytes[at]
    const value = bytes[at + 1]
    at += 2
    if (count > 0) for (let i = 0; i < count; i++) put(half(value, i))
    else if (value === 0) {
      x = 0
      y++
    } else if (value === 1) return colors
    else if (value === 2) {
      file.need(at, 2, 'a step')
      x += bytes[at]
      y += bytes[at + 1]
      at += 2
    } else {
      const length = bits === 8 ? value : Math.ceil(value / 2)
      const pixels = file.part(at, length, 'its pixels')
      for (let i = 0; i < value; i++) put(half(pixels[bits === 8 ? i : i >> 1], i))
      at += length + (length & 1)
    }
  }
}
