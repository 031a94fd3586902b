import { BitMask, type MaskLike } from '../../mask/bitmask.ts'
import { checkCount, type OptionTable, readOptions } from '../../mask/options.ts'
import { seededRandom } from '../../mask/seeded-random.ts'
import { required, SEED } from './edit-options.ts'

/** Options of {@link speckle}. */
export interface SpeckleOptions {
  /** Share of all pixels that become foreground, 0 to 1. */
  rate: number
  /** Seed of the places; an integer. Default: 0. */
  seed?: number
}

/** Options of {@link shiftMask}. */
export interface ShiftOptions {
  /** Pixels to the right; negative: to the left. Default: 0. */
  dx?: number
  /** Pixels down; negative: up. Default: 0. */
  dy?: number
}

const SPECKLE: OptionTable<SpeckleOptions, { rate: number | undefined }> = {
  rate: { default: undefined, min: 0, max: 1 },
  seed: SEED,
}

/** No mask is larger, so that more moves everything out of the image, too. */
const FAR = 2 ** 27

const SHIFT: OptionTable<ShiftOptions> = {
  dx: { default: 0, min: -FAR, max: FAR, isInteger: true },
  dy: { default: 0, min: -FAR, max: FAR, isInteger: true },
}

/**
 * Adds single false pixels at random places. With one seed, a higher rate contains the pixels of a
 * lower one.
 *
 * @param mask - the mask; see {@link MaskLike}
 * @param options - `rate` and `seed`
 * @throws TypeError or RangeError if the mask or an option is not valid
 *
 * @example
 * ```ts
 * import { speckle } from 'vessel-reward/audit'
 *
 * const empty = { data: new Uint8Array(10000), width: 100, height: 100 }
 * speckle(empty, { rate: 0 }).count // => 0
 * speckle(empty, { rate: 0.01 }).count > 50 // => true
 * speckle(empty, { rate: 1 }).count // => 10000
 * ```
 */
export function speckle(mask: MaskLike, options: SpeckleOptions): BitMask {
  checkCount(arguments.length, 2, 'speckle')
  const { rate, seed } = readOptions(options, SPECKLE, 'speckle')
  return speckleOf(BitMask.from(mask), required(rate, 'rate'), seed)
}

/**
 * Moves a mask; background moves in, and what leaves the image is lost.
 *
 * @param mask - the mask; see {@link MaskLike}
 * @param options - `dx` and `dy`
 * @throws TypeError or RangeError if the mask or an option is not valid
 *
 * @example
 * ```ts
 * import { shiftMask } from 'vessel-reward/audit'
 *
 * shiftMask([[1, 0, 0]], { dx: 2 }).toUint8Array() // => Uint8Array [0, 0, 1]
 * shiftMask([[1], [0]], { dy: -1 }).count // => 0
 * ```
 */
export function shiftMask(mask: MaskLike, options: ShiftOptions): BitMask {
  checkCount(arguments.length, 2, 'shiftMask')
  const { dx, dy } = readOptions(options, SHIFT, 'shiftMask')
  return shiftOf(BitMask.from(mask), dx, dy)
}

/** @internal */
export function speckleOf(mask: BitMask, rate: number, seed: number): BitMask {
  const { width, height } = mask
  const data = mask.toUint8Array()
  const random = seededRandom(seed)
  // Each pixel draws a number of its own, whatever the rate.
  for (let i = 0; i < data.length; i++) if (random() < rate) data[i] = 1
  return BitMask.from({ data, width, height })
}

/** @internal */
export function shiftOf(mask: BitMask, dx: number, dy: number): BitMask {
  const { width, height } = mask
  const from = mask.toUint8Array()
  const data = new Uint8Array(width * height)
  const left = Math.max(0, -dx)
  const right = Math.min(width, width - dx)
  if (left < right) {
    for (let y = Math.max(0, -dy); y < Math.min(height, height - dy); y++) {
      data.set(from.subarray(y * width + left, y * width + right), (y + dy) * width + left + dx)
    }
  }
  return BitMask.from({ data, width, height })
}
