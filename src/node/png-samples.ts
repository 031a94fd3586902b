import { deflateSync } from 'node:zlib'
import { decode } from 'fast-png'
import type { Pass, PngHeader, PngParts } from './png-parts.ts'

/** The samples of an image, one array element each, row by row. */
export interface Samples {
  data: Uint8Array | Uint16Array
  channels: 1 | 2 | 3 | 4
}

/**
 * Decodes the pixels of a PNG image to one sample per element, on the scale of the file: 0 to 1
 * for 1 bit, 0 to 65535 for 16. A colour of a palette becomes the largest of its three channels.
 *
 * @param name - what the image is called in an error message
 */
export function decodeSamples({ header, passes, palette, rows }: PngParts, name: string): Samples {
  const { width, height, channels, depth } = header
  const length = width * height * channels
  const data = depth === 16 ? new Uint16Array(length) : new Uint8Array(length)
  let start = 0
  for (const pass of passes) {
    const packed = unfilter(header, pass, rows.subarray(start, start + pass.bytes), name)
    if (depth < 8) spreadBits(packed, header, pass, data)
    else spread(packed, header, pass, data)
    start += pass.bytes
  }
  if (palette !== undefined) lookUp(data, palette, name)
  return { data, channels }
}

/**
 * Undoes the filters of one pass. fast-png does so for images that are not interlaced; its own
 * interlacing takes samples of less than 8 bits for bytes. A pass is such an image by itself.
 */
function unfilter(
  header: PngHeader,
  pass: Pass,
  rows: Uint8Array,
  name: string,
): Uint8Array | Uint16Array {
  try {
    return decode(plainPng(header, pass, rows)).data as Uint8Array | Uint16Array
  } catch (cause) {
    const { message } = cause as Error
    throw new RangeError(`expected ${name} to be an intact PNG image, got an error: ${message}`, {
      cause,
    })
  }
}

/** One pass as a PNG image of its own, stored without compression, for fast-png only. */
function plainPng({ depth, colourType }: PngHeader, pass: Pass, rows: Uint8Array): Uint8Array {
  const header = Buffer.alloc(13)
  header.writeUInt32BE(pass.width, 0)
  header.writeUInt32BE(pass.height, 4)
  header.set([depth, colourType], 8)
  return Buffer.concat([
    Buffer.from([137, 80, 78, 71, 13, 10, 26, 10]),
    ...chunk('IHDR', header),
    ...chunk('IDAT', deflateSync(rows, { level: 0 })),
    ...chunk('IEND', Buffer.alloc(0)),
  ])
}

/** The checksum is left out: nobody reads it. */
function chunk(type: string, data: Uint8Array): Uint8Array[] {
  const start = Buffer.alloc(8)
  start.writeUInt32BE(data.length)
  start.write(type, 4, 'latin1')
  return [start, data, Buffer.alloc(4)]
}

/** Puts the samples of a pass in their places. */
function spread(
  from: Uint8Array | Uint16Array,
  { width, channels }: PngHeader,
  pass: Pass,
  to: Uint8Array | Uint16Array,
): void {
  let next = 0
  for (let row = 0; row < pass.height; row++) {
    let at = ((pass.y + row * pass.dy) * width + pass.x) * channels
    for (let column = 0; column < pass.width; column++, at += pass.dx * channels) {
      for (let channel = 0; channel < channels; channel++) to[at + channel] = from[next++]
    }
  }
}

/** The same for samples of 1, 2 or 4 bits; those images have one channel. */
function spreadBits(
  from: Uint8Array | Uint16Array,
  { width, depth }: PngHeader,
  pass: Pass,
  to: Uint8Array | Uint16Array,
): void {
  const rowBytes = Math.ceil((pass.width * depth) / 8)
  const mask = (1 << depth) - 1
  for (let row = 0; row < pass.height; row++) {
    let at = (pass.y + row * pass.dy) * width + pass.x
    for (let bit = 0; bit < pass.width * depth; bit += depth, at += pass.dx) {
      to[at] = (from[row * rowBytes + (bit >> 3)] >> (8 - depth - (bit & 7))) & mask
    }
  }
}

/** Replaces palette indices by the largest channel: the one that decides what is foreground. */
function lookUp(data: Uint8Array | Uint16Array, palette: Uint8Array, name: string): void {
  const colours = palette.length / 3
  const largest = new Uint8Array(colours)
  for (let i = 0; i < colours; i++) {
    largest[i] = Math.max(palette[3 * i], palette[3 * i + 1], palette[3 * i + 2])
  }
  for (let i = 0; i < data.length; i++) {
    if (data[i] >= colours) {
      throw new RangeError(
        `expected ${name} to be an intact PNG image, got colour ${data[i]} of a palette of ${colours}`,
      )
    }
    data[i] = largest[data[i]]
  }
}
