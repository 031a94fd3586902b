import { BitMask } from './bitmask.ts'
import { type Layout, layoutOf } from './layout.ts'
import { spreadBits } from './pack.ts'
import { packBytes } from './pack-bits.ts'

/**
 * Packs a mask some rows at a time, so that an image that is decoded row by row is never held with
 * a byte for each of its pixels.
 */
export class RowPacker {
  /** Pixels to pack, row by row. */
  readonly pixels: Uint8Array<ArrayBuffer>
  readonly #pixelWords: Int32Array<ArrayBuffer>
  readonly #layout: Layout
  readonly #words: Int32Array
  /** The bits of the rows that are not finished, with one word before and after. */
  readonly #bits: Int32Array
  #row = 0

  /**
   * @param most - how many pixels are packed at a time, a multiple of 32. They are whole rows, or
   * parts of one row that is longer; only its last part is not a multiple of 32
   */
  constructor(width: number, height: number, most: number) {
    this.pixels = new Uint8Array(most)
    this.#pixelWords = new Int32Array(this.pixels.buffer)
    this.#layout = layoutOf(width, height)
    this.#words = new Int32Array(this.#layout.length)
    this.#bits = new Int32Array(Math.ceil(Math.max(width, most) / 32) + 2)
  }

  /**
   * Packs the first `count` of `pixels` as those from `first` on of the unfinished rows: foreground
   * is above `level` (0 to 254).
   */
  pack(first: number, count: number, level: number): void {
    packBytes(this.#pixelWords, 0, count, level, this.#bits.subarray(first >> 5))
  }

  /** Finishes that many rows, all pixels of which are packed. */
  finishRows(count: number): void {
    spreadBits(this.#bits, this.#layout, this.#words, this.#row, count)
    this.#row += count
  }

  /** The mask, when all rows are finished. */
  mask(): BitMask {
    return BitMask.fromWords(this.#layout, this.#words)
  }
}
