import { MAX_PIXELS } from '../../mask/layout.ts'
import { describe } from '../../mask/validate.ts'
import { printable } from '../printable.ts'

/** Samples of an image: integers of up to 32 bits, or floats. */
export type SampleArray =
  | Uint8Array
  | Int8Array
  | Uint16Array
  | Int16Array
  | Uint32Array
  | Int32Array
  | Float32Array
  | Float64Array

/** What a file of any format holds, in its own unit. */
export interface ImageSamples {
  /** `width · height · channels` values, pixel by pixel, row by row. */
  readonly data: SampleArray
  /** Width in pixels. */
  readonly width: number
  /** Height in pixels. */
  readonly height: number
  /** Values of a pixel, alpha included. */
  readonly channels: number
  /** Whether the last value of a pixel is its alpha. */
  readonly alpha: boolean
  /** The greatest value that the file can hold: 255 for one of 8 bits; undefined for floats. */
  readonly max: number | undefined
  /** What the file is, such as `'TIFF image'`. */
  readonly format: string
}

/** Which of several images of a file is meant; undefined if it was not said. */
export interface ImageChoice {
  readonly page: number | string | undefined
  readonly category: number | string | undefined
}

/** Far more than a mask needs; keeps a small file from claiming all memory. */
export const MAX_BYTES: number = 2 ** 30

/** The bytes of an image that is decoded, and what error messages say of it. */
export class ImageBytes {
  readonly bytes: Uint8Array
  readonly view: DataView
  /** What the image is called. */
  readonly name: string
  /** What it is, such as `'TIFF image'`. */
  readonly format: string

  constructor(bytes: Uint8Array, name: string, format: string) {
    // Not a Buffer, of which a slice is not a copy.
    this.bytes = new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.length)
    this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length)
    this.name = name
    this.format = format
  }

  /** The error for a file of this format that is not a sound one. */
  damaged(got: string): RangeError {
    return new RangeError(
      `expected ${this.name} to be an intact ${this.format}, got ${printable(got)}`,
    )
  }

  /** The error for a sound file with something in it that is not read. */
  unread(got: string, expected: string): RangeError {
    return new RangeError(
      `expected ${this.name}, a ${this.format}, to have ${expected}, got ${printable(got)}`,
    )
  }

  /** Checks that bytes are there, and says what is missing if not. */
  need(at: number, count: number, what: string): void {
    if (at >= 0 && count >= 0 && at + count <= this.bytes.length) return
    throw this.damaged(
      `only ${this.bytes.length} bytes, where ${what} needs bytes ${at} to ${at + count}`,
    )
  }

  /** Bytes of the file, which are there or an error is thrown. */
  part(at: number, count: number, what: string): Uint8Array {
    this.need(at, count, what)
    return this.bytes.subarray(at, at + count)
  }

  /** Checks a size before anything is allocated for it. */
  checkSize(width: number, height: number, bytesPerPixel: number): void {
    const { name } = this
    if (!(Number.isInteger(width) && Number.isInteger(height) && width > 0 && height > 0)) {
      throw this.damaged(`a size of ${width} × ${height} pixels`)
    }
    if (width * height > MAX_PIXELS) {
      throw new RangeError(
        `expected ${name} to have at most ${MAX_PIXELS} pixels, got ${width} × ${height}`,
      )
    }
    const bytes = width * height * bytesPerPixel
    if (bytes <= MAX_BYTES) return
    throw new RangeError(
      `expected ${name} to have at most ${MAX_BYTES} bytes of pixels, got ${bytes}`,
    )
  }

  /**
   * Refuses pixels that are to be turned or mirrored before they are shown: some programs do so and
   * others do not, and a mask that is read by one does not fit a truth that was read by another.
   *
   * @param orientation - the tag of TIFF and Exif; 1 is upright, 0 unknown
   */
  checkOrientation(orientation: number): void {
    if (orientation <= 1 || orientation > 8) return
    throw this.unread(
      `orientation ${orientation}, which turns or mirrors them: apply it and write the image again`,
      'its pixels as they are shown',
    )
  }

  /**
   * The number of the image that is meant, of those in the file.
   *
   * @param noun - what one of them is called
   */
  choose(page: number | string | undefined, count: number, noun: string): number {
    if (count === 0) throw this.damaged(`no ${noun}`)
    if (page === undefined && count === 1) return 0
    const nouns = `${count} ${noun}${count === 1 ? '' : 's'}`
    const range = count === 1 ? 'page: 0' : `page: 0 to ${count - 1}`
    if (page === undefined) {
      throw new RangeError(`expected ${this.name} to hold one ${noun}, got ${nouns}: pass ${range}`)
    }
    if (Number.isInteger(page) && Number(page) >= 0 && Number(page) < count) return Number(page)
    const got = printable(describe(page))
    throw new RangeError(
      `expected page to be one of the ${nouns} of ${this.name}, ${range}, got ${got}`,
    )
  }
}
