import { PIXEL_BITS } from './layout.ts'

/** Number of bits that are 1 in a 32-bit integer. */
export function popcount(word: number): number {
  let v = word - ((word >>> 1) & 0x55555555)
  v = (v & 0x33333333) + ((v >>> 2) & 0x33333333)
  return Math.imul((v + (v >>> 4)) & 0x0f0f0f0f, 0x01010101) >>> 24
}

/** Number of pixels set in words of the word-column layout; halo copies do not count. */
export function countBits(words: Int32Array): number {
  let count = 0
  for (let i = 0; i < words.length; i++) count += popcount(words[i] & PIXEL_BITS)
  return count
}

/** Number of pixels set in both. */
export function countBoth(a: Int32Array, b: Int32Array): number {
  let count = 0
  for (let i = 0; i < a.length; i++) count += popcount(a[i] & b[i] & PIXEL_BITS)
  return count
}
