import { inflateSync } from 'node:zlib'
import type { ImageBytes } from '../image-samples.ts'
import { type CcittKind, decodeCcitt } from './ccitt.ts'

/** One strip or tile as it lies in the file. */
export interface Segment {
  /** The compressed bytes. */
  stored: Uint8Array
  /** What it is called in an error message, with its place. */
  what: string
  /** Rows, and bits and bytes of a row, when it is decompressed. */
  rows: number
  rowBits: number
  rowBytes: number
  /** Writers may fill up the last strip to this many rows. */
  mostRows: number
}

/** How many times as large the bytes of a segment can become, by compression; undefined: any. */
export const GROWTH: Readonly<Record<number, number | undefined>> = {
  1: 1,
  5: 4096,
  8: 1032,
  32773: 64,
  32946: 1032,
}

const CCITT: Record<number, CcittKind> = { 2: 'rows', 3: 'group 3', 4: 'group 4' }

/** Whether a compression is read. */
export const isKnownCompression = (compression: number): boolean =>
  compression in GROWTH || compression in CCITT

/** Names of the compressions that are not read. */
export const OTHER_COMPRESSIONS: Readonly<Record<number, string>> = {
  6: 'JPEG (old)',
  7: 'JPEG',
  34712: 'JPEG 2000',
  34925: 'LZMA',
  50000: 'Zstandard',
  50001: 'WebP',
}

/**
 * The bytes of a segment, exactly as many as it must have; a surplus is ignored.
 *
 * @param options - those of the CCITT compressions: bit 0 says that rows refer to each other
 */
export function decompress(
  file: ImageBytes,
  segment: Segment,
  compression: number,
  options: number,
): Uint8Array {
  const { stored, rows, rowBytes, rowBits, what } = segment
  const length = rows * rowBytes
  const kind = CCITT[compression]
  if (kind !== undefined) return decodeCcitt(file, what, stored, kind, options, rowBits, rows)
  const data =
    compression === 1
      ? stored
      : compression === 5
        ? decodeLzw(file, segment, length)
        : compression === 32773
          ? decodePackBits(stored, length)
          : inflate(file, segment)
  if (data.length < length) throw file.damaged(`${data.length} of the ${length} bytes of ${what}`)
  return data.subarray(0, length)
}

function inflate(file: ImageBytes, { stored, what, mostRows, rowBytes }: Segment): Uint8Array {
  try {
    const limits = { maxOutputLength: mostRows * rowBytes }
    const { buffer, byteOffset, byteLength } = inflateSync(stored, limits)
    // Not a Buffer, of which a slice is not a copy.
    return new Uint8Array(buffer, byteOffset, byteLength)
  } catch (cause) {
    const { message } = cause as Error
    throw Object.assign(file.damaged(`an error (${message}) when decompressing ${what}`), { cause })
  }
}

function decodePackBits(stored: Uint8Array, length: number): Uint8Array {
  const data = new Uint8Array(length)
  let at = 0
  let count = 0
  while (at < stored.length && count < length) {
    const head = stored[at++]
    if (head < 128) {
      const literal = stored.subarray(at, at + Math.min(head + 1, length - count))
      data.set(literal, count)
      count += literal.length
      at += head + 1
    } else if (head > 128 && at < stored.length) {
      const end = Math.min(length, count + 257 - head)
      data.fill(stored[at++], count, end)
      count = end
    }
  }
  return data.subarray(0, count)
}

const CLEAR = 256
const END = 257
const MOST_CODES = 4096

/** LZW with codes of 9 to 12 bits, highest bit first, that widen one code early. */
function decodeLzw(file: ImageBytes, { stored, what }: Segment, length: number): Uint8Array {
  if (stored[0] === 0 && (stored[1] & 1) === 1) {
    throw file.unread('LZW of before 1992', 'another compression')
  }
  const data = new Uint8Array(length)
  // A code stands for bytes that came before: where they begin, and how many they are.
  const starts = new Uint32Array(MOST_CODES)
  const lengths = new Uint32Array(MOST_CODES)
  let next = END + 1
  let width = 9
  let previousLength = 0
  let bits = 0
  let bitCount = 0
  let at = 0
  let count = 0
  while (count < length) {
    while (bitCount < width) {
      if (at === stored.length) return data.subarray(0, count)
      bits = ((bits << 8) | stored[at++]) & 0xffffff
      bitCount += 8
    }
    const code = (bits >> (bitCount - width)) & ((1 << width) - 1)
    bitCount -= width
    if (code === END) return data.subarray(0, count)
    if (code === CLEAR) {
      next = END + 1
      width = 9
      previousLength = 0
      continue
    }
    if (previousLength > 0 && next < MOST_CODES) {
      // The string before and the first byte of this one, which follows it in the data.
      starts[next] = count - previousLength
      lengths[next] = previousLength + 1
      next++
    }
    if (code >= next) throw file.damaged(`code ${code} of ${next} in ${what}`)
    if (code < CLEAR) {
      data[count++] = code
      previousLength = 1
    } else {
      const start = starts[code]
      const size = Math.min(lengths[code], length - count)
      // One by one: the string may reach into what is written.
      for (let k = 0; k < size; k++) data[count + k] = data[start + k]
      count += size
      previousLength = size
    }
    if (next + 1 >= 1 << width && width < 12) width++
  }
  return data
}
