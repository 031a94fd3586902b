import { BitMask, type MaskLike } from '../mask/bitmask.ts'
import { checkOptions, finiteNumber, integer } from '../mask/validate.ts'
import { seededRandom } from './seeded-random.ts'

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
  checkOptions(options, ['rate', 'seed'])
  const { rate, seed = 0 } = options
  finiteNumber(rate, 'rate', 0, 1)
  integer(seed, 'seed', -(2 ** 31), 2 ** 32)
  return speckleOf(BitMask.from(mask), rate, seed)
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
  checkOptions(options, ['dx', 'dy'])
  const { dx = 0, dy = 0 } = options
  integer(dx, 'dx', -(2 ** 27), 2 ** 27)
  integer(dy, 'dy', -(2 ** 27), 2 ** 27)
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
