import { packMask, type RawMask, type ThresholdOptions } from './accepted-forms.ts'
import { columnStart, type Layout, PIXEL_BITS, WORD_PIXELS } from './layout.ts'
import { checkCount, type OptionTable, readOptions } from './options.ts'
import { countBits } from './popcount.ts'
import { type CocoRle, encodeCounts, numbersOf, packRle, runLengths } from './rle.ts'
import { describe, finiteNumber, integer } from './validate.ts'

/**
 * Every form in which a mask is accepted. A pixel is foreground if its value is greater than a
 * threshold, which is 0 unless {@link BitMask.from} is given another.
 */
export type MaskLike = BitMask | RawMask

/** A tensor whose values come later, such as one of TensorFlow.js on a GPU. */
export interface AsyncTensorMask {
  /** [rows, columns]; also [rows, columns, 1], [1, rows, columns] and [1, rows, columns, 1]. */
  readonly shape: readonly number[]
  /** The values, row by row. */
  data(): Promise<ArrayLike<number>>
}

const THRESHOLD_OPTIONS: OptionTable<ThresholdOptions, { threshold: number | undefined }> = {
  // Adding 0 turns −0 into 0, which it must not differ from.
  threshold: {
    default: undefined,
    read: (value, name) => finiteNumber(value as number, name) + 0,
  },
}

/** Options of {@link BitMask.toRle}. */
export interface RleOptions {
  /** Whether `counts` is COCO's compressed string; an array of numbers else. Default: true. */
  compressed?: boolean
}

const RLE_OPTIONS: OptionTable<RleOptions> = { compressed: { default: true } }

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
   * @internal Packs a mask with the default threshold.
   *
   * @param what - what errors call the mask, such as `'the prediction'`
   */
  static pack(mask: MaskLike, what: string): BitMask {
    if (BitMask.isMask(mask)) return mask
    const { layout, words } = packMask(mask, undefined, what)
    return new BitMask(layout, words)
  }

  /**
   * Packs a mask of any accepted form; a `BitMask` is returned as it is.
   *
   * Numbers that all lie within [0, 1], some of them strictly between, are probabilities, of which
   * the default threshold would make nearly all foreground: they are refused without a threshold.
   * Logits, which leave that range, keep their 0.
   *
   * @param mask - the mask; see {@link MaskLike}
   * @param options - `threshold`: foreground is `value > threshold`; 0 by default
   * @throws TypeError if this is not a mask, or a value is neither a number nor a boolean
   * @throws RangeError if sizes and data do not fit, a value is NaN, there are more than 2²⁷
   * pixels, or probabilities come without a threshold
   *
   * @example
   * ```ts
   * import { BitMask } from 'vessel-reward'
   *
   * const probabilities = { data: new Float32Array([0.1, 0.7, 0.5, 0.9]), width: 2, height: 2 }
   * BitMask.from(probabilities, { threshold: 0.5 }).toUint8Array() // => Uint8Array [0, 1, 0, 1]
   * BitMask.from(probabilities) // => throws RangeError: expected the mask to hold 0 and 1, or a threshold
   * ```
   */
  static from(mask: MaskLike, options?: ThresholdOptions): BitMask {
    checkCount(arguments.length, 2, 'BitMask.from')
    const { threshold } = readOptions(options, THRESHOLD_OPTIONS, 'BitMask.from')
    return maskOf(mask, threshold)
  }

  /**
   * The same for a tensor whose values come later by `data()`, which does not stall a GPU as
   * `dataSync()` does. A promise of a mask is awaited; every other form is packed as it is.
   *
   * @param mask - the mask, or a promise of it
   * @param options - `threshold`: foreground is `value > threshold`; 0 by default
   * @throws TypeError or RangeError as {@link BitMask.from}, by rejecting the promise
   *
   * @example
   * ```ts
   * import { BitMask } from 'vessel-reward'
   *
   * const tensor = { shape: [1, 1, 3, 1], data: async () => Float32Array.of(0.9, 0.2, 0.7) }
   * const mask = await BitMask.fromAsync(tensor, { threshold: 0.5 })
   * mask.toUint8Array() // => Uint8Array [1, 0, 1]
   * ```
   */
  static async fromAsync(
    mask: MaskLike | AsyncTensorMask | Promise<MaskLike | AsyncTensorMask>,
    options?: ThresholdOptions,
  ): Promise<BitMask> {
    checkCount(arguments.length, 2, 'BitMask.fromAsync')
    const { threshold } = readOptions(options, THRESHOLD_OPTIONS, 'BitMask.fromAsync')
    const come = await mask
    if (!isAsyncTensor(come)) return maskOf(come, threshold)
    const { shape } = come
    return maskOf({ data: await come.data(), shape }, threshold)
  }

  /**
   * The mask of a run-length encoding of COCO, as pycocotools and annotation tools write them.
   *
   * @param rle - `size`: height and width in pixels; `counts`: the lengths of runs of background and
   * foreground in turn, column after column, as numbers or as COCO's compressed string
   * @throws TypeError if this is no such encoding
   * @throws RangeError if a run is not an integer of at least 0, the runs do not add up to height ·
   * width, the string is malformed, or there are more than 2²⁷ pixels
   *
   * @example
   * ```ts
   * import { BitMask } from 'vessel-reward'
   *
   * const mask = BitMask.fromRle({ size: [2, 3], counts: [1, 3, 2] })
   * mask.toUint8Array() // => Uint8Array [0, 1, 0, 1, 1, 0]
   * BitMask.fromRle({ size: [2, 3], counts: '132' }).equals(mask) // => true
   * ```
   */
  static fromRle(rle: CocoRle): BitMask {
    checkCount(arguments.length, 1, 'BitMask.fromRle')
    const { layout, words } = packRle(rle)
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
   * @throws TypeError if a coordinate is not a number
   * @throws RangeError if a coordinate is not an integer or outside the mask
   *
   * @example
   * ```ts
   * import { BitMask } from 'vessel-reward'
   *
   * BitMask.from([[0, 1]]).get(1, 0) // => true
   * ```
   */
  get(x: number, y: number): boolean {
    checkCount(arguments.length, 2, 'get')
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
    checkCount(arguments.length, 0, 'toUint8Array')
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
   * The mask in the run-length encoding of COCO, the same as pycocotools makes; see
   * {@link BitMask.fromRle}.
   *
   * @param options - `compressed`: whether `counts` is a string, true by default, or an array
   *
   * @example
   * ```ts
   * import { BitMask } from 'vessel-reward'
   *
   * const mask = BitMask.from([[0, 1, 0], [1, 1, 0]])
   * mask.toRle() // => { size: [2, 3], counts: '132' }
   * mask.toRle({ compressed: false }) // => { size: [2, 3], counts: [1, 3, 2] }
   * ```
   */
  toRle(options?: RleOptions & { compressed?: true }): CocoRle<string>
  toRle(options: RleOptions & { compressed: false }): CocoRle<number[]>
  toRle(options?: RleOptions): CocoRle<string | number[]>
  toRle(options?: RleOptions): CocoRle<string | number[]> {
    checkCount(arguments.length, 1, 'toRle')
    const { compressed } = readOptions(options, RLE_OPTIONS, 'toRle')
    const runs = runLengths(this)
    const size = [this.height, this.width]
    return { size, counts: compressed ? encodeCounts(runs) : numbersOf(runs) }
  }

  /**
   * Whether the other mask has the same size and the same pixels.
   *
   * @throws TypeError if `other` is not a `BitMask`
   *
   * @example
   * ```ts
   * import { BitMask } from 'vessel-reward'
   *
   * BitMask.from([[0, 1]]).equals(BitMask.from([[0, 255]])) // => true
   * ```
   */
  equals(other: BitMask): boolean {
    checkCount(arguments.length, 1, 'equals')
    if (!BitMask.isMask(other)) {
      throw new TypeError(`expected the other mask to be a BitMask, got ${describe(other)}`)
    }
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

function maskOf(mask: MaskLike, threshold: number | undefined): BitMask {
  if (BitMask.isMask(mask)) return mask
  const { layout, words } = packMask(mask, threshold, 'the mask')
  return BitMask.fromWords(layout, words)
}

function isAsyncTensor(mask: MaskLike | AsyncTensorMask): mask is AsyncTensorMask {
  return (
    typeof mask === 'object' &&
    mask !== null &&
    'shape' in mask &&
    'data' in mask &&
    typeof mask.data === 'function'
  )
}
