import { inUse } from './kernel.ts'
import { PIXEL_BITS } from './layout.ts'

/** Number of bits that are 1 in a 32-bit integer. */
export function popcount(word: number): number {
  let v = word - ((word >>> 1) & 0x55555555)
  v = (v & 0x33333333) + ((v >>> 2) & 0x33333333)
  return Math.imul((v + (v >>> 4)) & 0x0f0f0f0f, 0x01010101) >>> 24
}

/** What carry-save adders hold: pixels that count one, two and four times. */
export function sumPlanes(ones: number, twos: number, fours: number): number {
  return (
    popcount(ones & PIXEL_BITS) + 2 * popcount(twos & PIXEL_BITS) + 4 * popcount(fours & PIXEL_BITS)
  )
}

/** Number of pixels set in words of the word-column layout; halo copies do not count. */
export function countBits(words: Int32Array): number {
  return countBoth(words, words)
}

/**
 * Number of pixels set in both; halo copies do not count.
 *
 * Eight words are added bit by bit with carry-save adders, and only what is carried out of them
 * is counted: one popcount in place of eight (W. Muła, N. Kurz and D. Lemire, "Faster population
 * counts using AVX2 instructions", The Computer Journal 61(1), 2018, after R. Harley).
 */
export function countBoth(a: Int32Array, b: Int32Array): number {
  const fast = inUse.kernel?.countBoth(a, b)
  if (fast !== undefined) return fast
  const whole = a.length - (a.length % 8)
  let ones = 0
  let twos = 0
  let fours = 0
  let eights = 0
  for (let i = 0; i < whole; i += 8) {
    const a0 = a[i]
    const a1 = a[i + 1]
    const a2 = a[i + 2]
    const a3 = a[i + 3]
    const a4 = a[i + 4]
    const a5 = a[i + 5]
    const a6 = a[i + 6]
    const a7 = a[i + 7]
    // Most of a vessel mask is background.
    if ((a0 | a1 | a2 | a3 | a4 | a5 | a6 | a7) === 0) continue
    const p = a0 & b[i]
    const q = a1 & b[i + 1]
    const r = a2 & b[i + 2]
    const s = a3 & b[i + 3]
    const t = a4 & b[i + 4]
    const u = a5 & b[i + 5]
    const v = a6 & b[i + 6]
    const w = a7 & b[i + 7]
    const onesPQ = ones ^ p
    const twosPQ = (ones & p) | (onesPQ & q)
    const onesRS = onesPQ ^ q ^ r
    const twosRS = ((onesPQ ^ q) & r) | (onesRS & s)
    const onesTU = onesRS ^ s ^ t
    const twosTU = ((onesRS ^ s) & t) | (onesTU & u)
    const onesVW = onesTU ^ u ^ v
    const twosVW = ((onesTU ^ u) & v) | (onesVW & w)
    ones = onesVW ^ w
    const twosLeft = twos ^ twosPQ
    const foursLeft = (twos & twosPQ) | (twosLeft & twosRS)
    const twosRight = twosLeft ^ twosRS ^ twosTU
    const foursRight = ((twosLeft ^ twosRS) & twosTU) | (twosRight & twosVW)
    twos = twosRight ^ twosVW
    const foursBoth = fours ^ foursLeft
    eights += popcount(((fours & foursLeft) | (foursBoth & foursRight)) & PIXEL_BITS)
    fours = foursBoth ^ foursRight
  }
  let count = 8 * eights + sumPlanes(ones, twos, fours)
  for (let i = whole; i < a.length; i++) count += popcount(a[i] & b[i] & PIXEL_BITS)
  return count
}
