import { Readable } from 'node:stream'
import { createInflate, inflateSync } from 'node:zlib'
import { Inflate } from 'pako'
import { damaged, type PngParts } from './png-parts.ts'
import type { PngRows } from './png-samples.ts'

/** Up to so many bytes of pixel data are decompressed in one go, or so many for each pixel. */
const SMALL = 2 ** 25
const BYTES_PER_PIXEL = 1.5

/** Bytes that are decompressed at a time otherwise. */
const PART = 2 ** 18

/** Compressed bytes that are decompressed at a time; they become at most 1,032 times as many. */
const COMPRESSED_PART = 2 ** 12

/**
 * Decompresses the pixel data of an image into its rows, a part at a time and beside other work,
 * and stops where the image has all that it needs.
 *
 * @param name - what the image is called in an error message
 */
export async function inflateBeside(parts: PngParts, rows: PngRows, name: string): Promise<void> {
  const inflated = Readable.from(parts.compressed).pipe(createInflate({ chunkSize: PART }))
  try {
    for await (const part of inflated) {
      rows.push(part)
      if (rows.hasSurplus) break
    }
  } catch (cause) {
    // An error without a code is about rows and says all.
    throw (cause as NodeJS.ErrnoException).code === undefined ? cause : inflateError(cause, name)
  }
}

/**
 * The same at once. Images of few bytes, or of few for each pixel, are decompressed whole; for others
 * zlib, which Node calls synchronously for whole data only, is replaced by its translation to
 * JavaScript.
 */
export function inflateNow(parts: PngParts, rows: PngRows, name: string): void {
  const { width, height } = parts.header
  const isSmall = parts.dataBytes <= Math.max(SMALL, BYTES_PER_PIXEL * width * height)
  if (!isSmall || !inflateWhole(parts, rows, name)) inflateParts(parts, rows, name)
}

/** Returns whether there was no surplus, which Node does not cut off but refuses. */
function inflateWhole({ compressed, dataBytes }: PngParts, rows: PngRows, name: string): boolean {
  let data: Uint8Array
  try {
    // With some room to spare the data ends in the first piece of memory, and stays there.
    const limits = { chunkSize: dataBytes + 64, maxOutputLength: dataBytes }
    data = inflateSync(Buffer.concat(compressed), limits)
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'ERR_BUFFER_TOO_LARGE') return false
    throw inflateError(cause, name)
  }
  rows.push(data)
  return true
}

/** Exported for tests. */
export function inflateParts({ compressed }: PngParts, rows: PngRows, name: string): void {
  const inflate = new Inflate({ chunkSize: PART })
  inflate.onData = (part) => rows.push(part as Uint8Array)
  for (const chunk of compressed) {
    for (let from = 0; from < chunk.length && !inflate.ended; from += COMPRESSED_PART) {
      inflate.push(chunk.subarray(from, from + COMPRESSED_PART))
      if (inflate.err !== 0) throw inflateError(new Error(inflate.msg), name)
      if (rows.hasSurplus) return
    }
  }
  if (!inflate.ended) throw inflateError(new Error('unexpected end of file'), name)
}

function inflateError(cause: unknown, name: string): unknown {
  const { message } = cause as Error
  const error = damaged(name, `an error (${message}) when decompressing its pixels`)
  return Object.assign(error, { cause })
}
