import { BitMask, type MaskLike } from '../../mask/bitmask.ts'
import { checkCount, type OptionTable, readOptions } from '../../mask/options.ts'
import { seededRandom } from '../../mask/seeded-random.ts'
import { boundary } from '../../morphology/boundary.ts'
import { COUNT, required, SEED } from './edit-options.ts'
import { type EditedMask, placeEdits } from './place-edits.ts'

/** Options of {@link addHairs}. */
export interface AddHairsOptions {
  /** Number of hairs. */
  count: number
  /** Length of a hair in pixels, at least 3. Default: 10. */
  length?: number
  /** Seed of places and directions; an integer. Default: 0. */
  seed?: number
}

/** Options of {@link addBridges}. */
export interface AddBridgesOptions {
  /** Number of bridges. */
  count: number
  /** Greatest length of a bridge in pixels, at least 3. Default: 40. */
  maxLength?: number
  /** Seed of places and directions; an integer. Default: 0. */
  seed?: number
}

/** The length of a line: a shorter one is neither hair nor bridge. */
const lengthRule = (length: number) =>
  ({ default: length, min: 3, max: 1e4, isInteger: true }) as const

const HAIRS: OptionTable<AddHairsOptions, { count: number | undefined }> = {
  count: COUNT,
  length: lengthRule(10),
  seed: SEED,
}

const BRIDGES: OptionTable<AddBridgesOptions, { count: number | undefined }> = {
  count: COUNT,
  maxLength: lengthRule(40),
  seed: SEED,
}

/** So many places are tried for each line that is wanted, and at least so many in all. */
const TRIES = 60
const LEAST_TRIES = 2000

/**
 * Adds hairs: straight lines one pixel wide that grow out of a vessel and end in the background, as
 * thinning a rough border leaves them. Components and holes stay as they are, which is verified.
 * Hairs are at least 8 pixels apart. With one seed, more hairs contain those of fewer.
 *
 * @param mask - the mask; see {@link MaskLike}
 * @param options - `count`, `length` and `seed`
 * @returns a mask with `count` hairs, or with as many as places were found for
 * @throws TypeError or RangeError if the mask or an option is not valid
 *
 * @example
 * ```ts
 * import { bettiNumbers } from 'vessel-reward'
 * import { addHairs } from 'vessel-reward/audit'
 *
 * const vessel = Array.from({ length: 40 }, (_, y) => new Array(60).fill(y >= 18 && y < 22 ? 1 : 0))
 * const hairy = addHairs(vessel, { count: 2, length: 10 })
 * bettiNumbers(hairy) // => { b0: 1, b1: 0 }
 * hairy.count > 250 // => true
 * ```
 */
export function addHairs(mask: MaskLike, options: AddHairsOptions): BitMask {
  checkCount(arguments.length, 2, 'addHairs')
  const { count, length, seed } = readOptions(options, HAIRS, 'addHairs')
  return addHairsOf(BitMask.from(mask), required(count, 'count'), length, seed).mask
}

/**
 * Adds bridges: straight lines one pixel wide from vessel to vessel through the background, each of
 * which closes a loop: one hole more, components as before, which is verified. Bridges are at least
 * 8 pixels apart. With one seed, more bridges contain those of fewer.
 *
 * @param mask - the mask; see {@link MaskLike}
 * @param options - `count`, `maxLength` and `seed`
 * @returns a mask with `count` bridges, or with as many as places were found for
 * @throws TypeError or RangeError if the mask or an option is not valid
 *
 * @example
 * ```ts
 * import { bettiNumbers } from 'vessel-reward'
 * import { addBridges } from 'vessel-reward/audit'
 *
 * const fork = Array.from({ length: 40 }, (_, y) =>
 *   Array.from({ length: 60 }, (_, x) => (x < 3 || y < 3 || y > 24 ? 1 : 0)),
 * )
 * bettiNumbers(addBridges(fork, { count: 1 })) // => { b0: 1, b1: 1 }
 * ```
 */
export function addBridges(mask: MaskLike, options: AddBridgesOptions): BitMask {
  checkCount(arguments.length, 2, 'addBridges')
  const { count, maxLength, seed } = readOptions(options, BRIDGES, 'addBridges')
  return addBridgesOf(BitMask.from(mask), required(count, 'count'), maxLength, seed).mask
}

/** @internal */
export function addHairsOf(mask: BitMask, count: number, length: number, seed: number): EditedMask {
  const data = mask.toUint8Array()
  const edits = linesOutwards(mask, count, seed, (ray) => {
    const pixels: number[] = []
    for (let step = 1; step <= length; step++) {
      const pixel = ray(step)
      // The last step needs background beyond it, so that the hair has an end.
      if (pixel < 0 || data[pixel] === 1 || ray(step + 1) < 0) return []
      pixels.push(pixel)
    }
    return data[ray(length + 1)] === 1 ? [] : pixels
  })
  return placeEdits(mask, edits, 1, count, { b0: 0, b1: 0 })
}

/** @internal */
export function addBridgesOf(
  mask: BitMask,
  count: number,
  maxLength: number,
  seed: number,
): EditedMask {
  const data = mask.toUint8Array()
  const edits = linesOutwards(mask, count, seed, (ray) => {
    const pixels: number[] = []
    for (let step = 1; step <= maxLength; step++) {
      const pixel = ray(step)
      if (pixel < 0) return []
      if (data[pixel] === 1) return pixels.length >= 3 ? pixels : []
      pixels.push(pixel)
    }
    return []
  })
  return placeEdits(mask, edits, 1, count, { b0: 0, b1: 1 })
}

/** The pixel so many steps along a straight line; −1 outside the image. */
type Ray = (step: number) => number

/** Lines that begin next to random pixels of the boundary, in random directions. */
function* linesOutwards(
  mask: BitMask,
  count: number,
  seed: number,
  lineOf: (ray: Ray) => number[],
): Generator<number[]> {
  const { width, height } = mask
  const roots: number[] = []
  boundary(mask)
    .toUint8Array()
    .forEach((value, i) => {
      if (value === 1) roots.push(i)
    })
  if (roots.length === 0) return
  const random = seededRandom(seed)
  for (let tries = Math.max(LEAST_TRIES, TRIES * count); tries > 0; tries--) {
    const root = roots[Math.floor(random() * roots.length)]
    const angle = 2 * Math.PI * random()
    const x = root % width
    const y = (root - x) / width
    // Longest axis by one pixel a step, so that the line is 8-connected and one pixel wide.
    const reach = Math.max(Math.abs(Math.cos(angle)), Math.abs(Math.sin(angle)))
    const dx = Math.cos(angle) / reach
    const dy = Math.sin(angle) / reach
    const line = lineOf((step) => {
      const px = Math.round(x + step * dx)
      const py = Math.round(y + step * dy)
      return px >= 0 && py >= 0 && px < width && py < height ? py * width + px : -1
    })
    if (line.length > 0) yield line
  }
}
