import { packMask, type RawMask, type ThresholdOptions } from './from.ts'
import { columnStart, type Layout, PIXEL_BITS, WORD_PIXELS } from './layout.ts'
import { countBits } from './popcount.ts'
import { checkOptions, finiteNumber, integer } from './validate.ts'

/**
 * Every form in which a mask is accepted. A pixel is foreground if its value is greater than a
 * threshold, which is 0 unless {@link BitMask.from} is given another.
 */
export type MaskLike = BitMask | RawMask

/**
 * An immutable binary mask, one bit per pixel. Parse a mask once and score with it often: the
 * skeleton, components, junctions and length that a reward needs are computed when first asked
 * for and kept with the `BitMask`.
 *
 * @example
 * ```ts
 * import { BitMask } from 'vessel-reward'
 *
 * const mask = BitMask.from([
 *   [0, 1, 0],
 *   [1, 1, 1],
 * ])
 * mask.width // => 3
 * mask.count // => 4
 * mask.get(0, 1) // => true
 * ```
 */
export class BitMask {
  /** Width in pixels. */
  readonly width: number
  /** Height in pixels. */
  readonly height: number
  /** @internal */
  readonly layout: Layout
  /** @internal The pixels in the word-column layout; read only. */
  readonly words: Int32Array
  #count = -1

  private constructor(layout: Layout, words: Int32Array) {
    if (!(words instanceof Int32Array) || words.length !== layout?.length) {
      throw new TypeError('expected packed words: make a BitMask with BitMask.from(mask)')
    }
    this.width = layout.width
    this.height = layout.height
    this.layout = layout
    this.words = words
  }

  /** @internal Takes the words as they are: halos must agree and padding must be 0. */
  static fromWords(layout: Layout, words: Int32Array): BitMask {
    return new BitMask(layout, words)
  }

  /** @internal Whether this is a `BitMask`; a proxy of one is not. */
  static isMask(value: unknown): value is BitMask {
    return typeof value === 'object' && value !== null && #count in value
  }

  /**
   * Packs a mask of any accepted form; a `BitMask` is returned as it is.
   *
   * @param mask - the mask; see {@link MaskLike}
   * @param options - `threshold`: foreground is `value > threshold`; 0 by default
   * @throws TypeError if this is no mask, or a value is neither a number nor a boolean
   * @throws RangeError if sizes and data do not fit, a value is NaN, or there are more than 2²⁷
   * pixels
   *
   * @example
   * ```ts
   * import { BitMask } from 'vessel-reward'
   *
   * const probabilities = new Float32Array([0.1, 0.7, 0.5, 0.9])
   * const mask = BitMask.from({ data: probabilities, width: 2, height: 2 }, { threshold: 0.5 })
   * mask.toUint8Array() // => Uint8Array [0, 1, 0, 1]
   * ```
   */
  static from(mask: MaskLike, options?: ThresholdOptions): BitMask {
    checkOptions(options)
    // Adding 0 turns −0 into 0, which it must not differ from.
    const threshold = finiteNumber(options?.threshold ?? 0, 'threshold') + 0
    if (BitMask.isMask(mask)) return mask
    const { layout, words } = packMask(mask, threshold)
    return new BitMask(layout, words)
  }

  /** Number of foreground pixels. */
  get count(): number {
    if (this.#count < 0) this.#count = countBits(this.words)
    return this.#count
  }

  /**
   * Whether the pixel in column `x` and row `y` is foreground.
   *
   * @throws TypeError if a coordinate is no number
   * @throws RangeError if a coordinate is no integer or outside the mask
   *
   * @example
   * ```ts
   * import { BitMask } from 'vessel-reward'
   *
   * BitMask.from([[0, 1]]).get(1, 0) // => true
   * ```
   */
  get(x: number, y: number): boolean {
    integer(x, 'x', 0, this.width - 1)
    integer(y, 'y', 0, this.height - 1)
    const column = (x / WORD_PIXELS) | 0
    const word = this.words[columnStart(this.layout, column) + y]
    return ((word >>> (x - column * WORD_PIXELS + 1)) & 1) === 1
  }

  /**
   * The mask as one byte per pixel, 0 or 1, row by row.
   *
   * @example
   * ```ts
   * import { BitMask } from 'vessel-reward'
   *
   * BitMask.from([[true, false]]).toUint8Array() // => Uint8Array [1, 0]
   * ```
   */
  toUint8Array(): Uint8Array<ArrayBuffer> {
    const { width, height, layout, words } = this
    const bytes = new Uint8Array(width * height)
    for (let column = 0; column < layout.columns; column++) {
      const left = column * WORD_PIXELS
      const start = columnStart(layout, column)
      for (let y = 0; y < height; y++) {
        let rest = words[start + y] & PIXEL_BITS
        const row = y * width + left - 1
        while (rest !== 0) {
          const bit = 31 - Math.clz32(rest & -rest)
          bytes[row + bit] = 1
          rest &= rest - 1
        }
      }
    }
    return bytes
  }

  /**
   * Whether the other mask has the same size and the same pixels.
   *
   * @throws TypeError if `other` is no `BitMask`
   *
   * @example
   * ```ts
   * import { BitMask } from 'vessel-reward'
   *
   * BitMask.from([[0, 1]]).equals(BitMask.from([[0, 255]])) // => true
   * ```
   */
  equals(other: BitMask): boolean {
    if (!(other instanceof BitMask)) throw new TypeError('expected another BitMask')
    if (this.width !== other.width || this.height !== other.height) return false
    const { words } = this
    const others = other.words
    for (let i = 0; i < words.length; i++) if (words[i] !== others[i]) return false
    return true
  }

  /** @internal The pixels that are foreground in both masks, which have one size. */
  and(other: BitMask): BitMask {
    const words = Int32Array.from(this.words)
    const others = other.words
    for (let i = 0; i < words.length; i++) words[i] &= others[i]
    return new BitMask(this.layout, words)
  }
}
