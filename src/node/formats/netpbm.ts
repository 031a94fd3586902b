import type { ImageBytes, ImageChoice, ImageSamples } from './image-samples.ts'

/** What stands for white space in a header. */
const isSpace = (byte: number) => byte === 32 || (byte >= 9 && byte <= 13)
const isDigit = (byte: number) => byte >= 48 && byte <= 57

/**
 * PBM, PGM and PPM images, as text (P1 to P3) or bytes (P4 to P6). A bit of a PBM image is 1 where it
 * is black; its sample is 0 there, as in every other format.
 *
 * Source: the manual pages pbm(5), pgm(5) and ppm(5) of Netpbm.
 */
export function decodeNetpbm(file: ImageBytes, { page }: ImageChoice): ImageSamples {
  file.choose(page, 1, 'image')
  const kind = file.bytes[1] - 48
  const reader = new TextReader(file)
  const width = reader.number('its width')
  const height = reader.number('its height')
  const isBits = kind === 1 || kind === 4
  const max = isBits ? 1 : reader.number('its greatest value')
  if (max < 1 || max > 65535)
    throw file.damaged(`${max} as the greatest value, which is 1 to 65535`)
  const channels = kind === 3 || kind === 6 ? 3 : 1
  const bytesPerSample = max > 255 ? 2 : 1
  file.checkSize(width, height, channels * bytesPerSample)
  const count = width * height * channels
  // Text has a digit and a space for each value, or a digit only for each bit.
  const least = kind === 1 ? count : kind < 4 ? 2 * count - 1 : 0
  file.need(reader.at, least, `the text of ${count} values`)
  const data = bytesPerSample === 2 ? new Uint16Array(count) : new Uint8Array(count)
  if (kind === 1) for (let i = 0; i < count; i++) data[i] = 1 - reader.bit()
  else if (kind < 4) for (let i = 0; i < count; i++) data[i] = reader.number('a value', max)
  else if (kind === 4) unpackBits(reader.body(Math.ceil(width / 8) * height), width, data)
  else if (bytesPerSample === 1) data.set(reader.body(count))
  else {
    const body = reader.body(2 * count)
    for (let i = 0; i < count; i++) data[i] = (body[2 * i] << 8) | body[2 * i + 1]
  }
  reader.checkEnd()
  const tooLarge = kind < 5 || max === 255 || max === 65535 ? -1 : data.findIndex((v) => v > max)
  if (tooLarge >= 0) {
    throw file.damaged(`${data[tooLarge]} as its value ${tooLarge}, where ${max} is the greatest`)
  }
  const format = file.format
  return { data, width, height, channels, alpha: false, max, format }
}

function unpackBits(bytes: Uint8Array, width: number, data: Uint8Array | Uint16Array): void {
  const rowBytes = Math.ceil(width / 8)
  for (let i = 0, row = 0; i < data.length; row += rowBytes) {
    for (let x = 0; x < width; x++) data[i++] = 1 - ((bytes[row + (x >> 3)] >> (7 - (x & 7))) & 1)
  }
}

/** Reads the parts of an image that are text; comments go from # to the end of the line. */
class TextReader {
  at = 2
  readonly #file: ImageBytes

  constructor(file: ImageBytes) {
    this.#file = file
  }

  number(what: string, most = Number.MAX_SAFE_INTEGER): number {
    const { bytes } = this.#file
    this.#skip(what)
    const first = this.at
    let value = 0
    while (isDigit(bytes[this.at])) value = 10 * value + bytes[this.at++] - 48
    if (this.at === first) throw this.#bad(what)
    if (value <= most) return value
    throw this.#file.damaged(`${value} at byte ${first}, where ${most} is the greatest value`)
  }

  /** Bits need no space between them. */
  bit(): number {
    this.#skip('a bit')
    const bit = this.#file.bytes[this.at] - 48
    if (bit !== 0 && bit !== 1) throw this.#bad('a bit')
    this.at++
    return bit
  }

  /** The bytes after the header and one white space, before which a comment may stand. */
  body(count: number): Uint8Array {
    const { bytes } = this.#file
    if (bytes[this.at] === 35) this.#comment()
    if (!isSpace(bytes[this.at])) throw this.#bad('the white space before its pixels')
    this.at++
    // Where lines end in two bytes from the first one on, this one does, too.
    const isTwo = (at: number) => bytes[at] === 13 && bytes[at + 1] === 10
    if (isTwo(2) && isTwo(this.at - 1)) this.at++
    const body = this.#file.part(this.at, count, 'its pixels')
    this.at += count
    return body
  }

  /** Refuses a file that goes on with another image. */
  checkEnd(): void {
    const rest = Buffer.from(this.#file.bytes.subarray(this.at, this.at + 16)).toString('latin1')
    if (!/^\s*P[1-7]\s/.test(rest)) return
    throw this.#file.unread('another one after it', 'one image')
  }

  #skip(what: string): void {
    const { bytes } = this.#file
    while (isSpace(bytes[this.at]) || bytes[this.at] === 35) {
      if (bytes[this.at] === 35) this.#comment()
      else this.at++
    }
    if (this.at >= bytes.length) throw this.#file.damaged(`its end where ${what} must be`)
  }

  #comment(): void {
    const { bytes } = this.#file
    while (this.at < bytes.length && bytes[this.at] !== 10 && bytes[this.at] !== 13) this.at++
  }

  #bad(what: string): RangeError {
    const byte = this.#file.bytes[this.at]
    return this.#file.damaged(`byte ${byte} at byte ${this.at}, where ${what} must be`)
  }
}
