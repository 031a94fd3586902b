import { borrowed } from '../../../mask/scratch-array.ts'

/** Bits that one pass sorts by; three passes are enough for places up to 2²⁷. */
const BITS = 10
const VALUES = 2 ** BITS
/** Below this the array's own sort is faster. */
const FEW = 1024

/**
 * Sorts places of pixels, from 0 to 2²⁷, within their array: by radix, in time that fits their number.
 */
export function sortPlaces(places: Int32Array): void {
  const { length } = places
  if (length < FEW) {
    places.sort()
    return
  }
  let from = places
  let to: Int32Array = borrowed(length)
  const nexts = new Int32Array(VALUES + 1)
  for (let shift = 0; shift < 3 * BITS; shift += BITS) {
    nexts.fill(0)
    for (let k = 0; k < length; k++) nexts[1 + ((from[k] >> shift) & (VALUES - 1))]++
    for (let value = 1; value < VALUES; value++) nexts[value] += nexts[value - 1]
    for (let k = 0; k < length; k++) to[nexts[(from[k] >> shift) & (VALUES - 1)]++] = from[k]
    ;[from, to] = [to, from]
  }
  places.set(from)
}
