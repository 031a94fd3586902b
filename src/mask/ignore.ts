import { gridOf, type RawMask } from './accepted-forms.ts'
import { BitMask, type MaskLike } from './bitmask.ts'

/** A mask whose values can be asked for twice: those of a tensor are fetched here, once. */
export function withValues(mask: MaskLike, what: string): RawMask {
  if (BitMask.isMask(mask)) {
    throw new TypeError(
      `expected ${what} to hold values, of which ignore names one, got a BitMask: pass the values, or within`,
    )
  }
  if (typeof mask !== 'object' || mask === null || !('dataSync' in mask)) return mask
  const { shape } = mask
  return { data: mask.dataSync(), shape }
}

/**
 * The pixels of a mask that are not of the ignored value; those of several channels are ignored
 * if all of them are.
 *
 * @param mask - a mask that has been packed, so that its sizes and values are known to be valid
 */
export function otherThan(mask: RawMask, ignored: number, what: string): BitMask {
  if (Array.isArray(mask)) {
    const rows: ArrayLike<number | boolean>[] = mask
    return BitMask.from(rows.map((row) => Array.from(row, (value) => Number(value) !== ignored)))
  }
  const grid = gridOf(mask, 0, what)
  const { data, width, height, offset, rowStride, columnStride, values } = grid
  const counted = new Uint8Array(width * height)
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const first = offset + y * rowStride + x * columnStride
      for (let i = first; i < first + values; i++) {
        if (Number(data[i]) !== ignored) counted[y * width + x] = 1
      }
    }
  }
  return BitMask.from({ data: counted, width, height })
}
