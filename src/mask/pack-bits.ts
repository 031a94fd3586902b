/** One bit in each byte of a word. */
const ONES = 0x01010101
const LOW_SEVEN = 0x7f7f7f7f
/** A float's bits without its sign. */
const MAGNITUDE = 0x7fffffff
/** The bits of the float 1. */
const ONE = 0x3f800000

/**
 * Times this, bits 0, 8, 16, 24 and 4, 12, 20, 28 of a word meet in the top byte, in that order:
 * two words of four bytes of 0 or 1 become eight bits in one multiplication.
 */
const GATHER = 0x01020408

/**
 * Packs bytes into bits: 1 where a byte is greater than `level` (0 to 254).
 *
 * At level 0 bytes are first taken to be 0 or 1; a block that holds anything else is packed again
 * by the rule for any byte.
 *
 * @param words - the bytes, four a word
 * @param first - index of the first byte, a multiple of 4
 * @param count - number of bytes
 * @param bits - receives 32 bits a word, from word 1 on
 */
export function packBytes(
  words: Int32Array,
  first: number,
  count: number,
  level: number,
  bits: Int32Array,
): void {
  const whole = count >> 5
  const start = first >> 2
  let seen = level
  for (let k = 1, i = start; level === 0 && k <= whole; k++, i += 8) {
    const a = words[i]
    const b = words[i + 1]
    const c = words[i + 2]
    const d = words[i + 3]
    const e = words[i + 4]
    const f = words[i + 5]
    const g = words[i + 6]
    const h = words[i + 7]
    seen |= a | b | c | d | e | f | g | h
    bits[k] =
      (Math.imul(a | (b << 4), GATHER) >>> 24) |
      ((Math.imul(c | (d << 4), GATHER) >>> 16) & 0xff00) |
      ((Math.imul(e | (f << 4), GATHER) >>> 8) & 0xff0000) |
      (Math.imul(g | (h << 4), GATHER) & 0xff000000)
  }
  if ((seen & ~ONES) !== 0 || level !== 0) {
    // A byte is above the level if its low seven bits carry into bit 7 when this is added to
    // them, or its bit 7 is set (low levels); or and (high levels).
    const carry = Math.imul(127 - (level & 127), ONES)
    const either = level < 128 ? -1 : 0
    for (let k = 1, i = start; k <= whole; k++, i += 8) {
      bits[k] =
        eightAbove(words[i], words[i + 1], carry, either) |
        (eightAbove(words[i + 2], words[i + 3], carry, either) << 8) |
        (eightAbove(words[i + 4], words[i + 5], carry, either) << 16) |
        (eightAbove(words[i + 6], words[i + 7], carry, either) << 24)
    }
  }
  let rest = 0
  for (let j = whole << 5; j < count; j++) {
    const byte = (words[start + (j >> 2)] >>> ((j & 3) << 3)) & 0xff
    rest |= ((level - byte) >>> 31) << (j & 31)
  }
  bits[whole + 1] = rest
}

/** One bit for each of eight bytes: whether it is above the level. */
function eightAbove(a: number, b: number, carry: number, either: number): number {
  const p = (a & LOW_SEVEN) + carry
  const q = (b & LOW_SEVEN) + carry
  const above = (((p | a) & either) | (p & a)) >>> 7
  const below = (((q | b) & either) | (q & b)) >>> 7
  return Math.imul((above & ONES) | ((below & ONES) << 4), GATHER) >>> 24
}

/**
 * Packs pixels of four bytes (red, green, blue, alpha) into bits: 1 where red, green or blue is
 * greater than `level` (0 to 254).
 */
export function packColors(
  words: Int32Array,
  first: number,
  count: number,
  level: number,
  bits: Int32Array,
): void {
  const carry = Math.imul(127 - (level & 127), ONES)
  const either = level < 128 ? -1 : 0
  const whole = count >> 5
  let i = first | 0
  for (let k = 1; k <= whole; k++) {
    let packed = 0
    for (let shift = 0; shift < 32; shift += 4, i = (i + 4) | 0) {
      packed |=
        (colorAbove(words[i], carry, either) |
          (colorAbove(words[i + 1], carry, either) << 1) |
          (colorAbove(words[i + 2], carry, either) << 2) |
          (colorAbove(words[i + 3], carry, either) << 3)) <<
        shift
    }
    bits[k] = packed
  }
  let rest = 0
  for (let j = 0; j < (count & 31); j++, i++) rest |= colorAbove(words[i], carry, either) << j
  bits[whole + 1] = rest
}

/** Whether the red, green or blue of a pixel is above the level: 0 or 1. */
function colorAbove(pixel: number, carry: number, either: number): number {
  const sum = (pixel & LOW_SEVEN) + carry
  const above = (((sum | pixel) & either) | (sum & pixel)) & 0x808080
  // At least bit 7 is set where a colour is above: the sum then carries into bit 24.
  return (above + 0xffffff) >>> 24
}

/**
 * Packs 32-bit floats into bits: 1 where a value is greater than `threshold` (at least 0).
 * Non-negative floats order as their bits do, so no float is compared.
 *
 * @param words - the bits of the floats
 * @returns whether a value is NaN, or else whether values lie strictly between 0 and 1
 */
export function packFloats(
  words: Int32Array,
  first: number,
  count: number,
  threshold: number,
  bits: Int32Array,
): 'NaN' | 'fractions' | 'neither' {
  const level = floatBitsBelow(threshold) | 0
  // Bit 31 says what was seen.
  let nan = 0
  let fraction = 0
  const whole = count >> 5
  let i = first | 0
  for (let k = 1; k <= whole; k++) {
    let packed = 0
    for (let shift = 0; shift < 32; shift += 4, i = (i + 4) | 0) {
      const a = words[i]
      const b = words[i + 1]
      const c = words[i + 2]
      const d = words[i + 3]
      const sizeA = a & MAGNITUDE
      const sizeB = b & MAGNITUDE
      const sizeC = c & MAGNITUDE
      const sizeD = d & MAGNITUDE
      // Sets bit 31 where the exponent is all ones and the fraction is not 0.
      nan |= (sizeA + 0x7fffff) | (sizeB + 0x7fffff) | (sizeC + 0x7fffff) | (sizeD + 0x7fffff)
      // Below 1 as 32-bit integers, and above 0.
      fraction |= ((a - ONE) & -a) | ((b - ONE) & -b) | ((c - ONE) & -c) | ((d - ONE) & -d)
      packed |=
        ((((level - sizeA) & ~a) >>> 31) |
          ((((level - sizeB) & ~b) >>> 31) << 1) |
          ((((level - sizeC) & ~c) >>> 31) << 2) |
          ((((level - sizeD) & ~d) >>> 31) << 3)) <<
        shift
    }
    bits[k] = packed
  }
  let rest = 0
  for (let j = 0; j < (count & 31); j++, i++) {
    const size = words[i] & MAGNITUDE
    nan |= size + 0x7fffff
    fraction |= (words[i] - ONE) & -words[i]
    rest |= (((level - size) & ~words[i]) >>> 31) << j
  }
  bits[whole + 1] = rest
  if (nan < 0) return 'NaN'
  return fraction < 0 ? 'fractions' : 'neither'
}

/** The bits of the largest 32-bit float that is at most `threshold`. */
export function floatBitsBelow(threshold: number): number {
  const float = new Float32Array([threshold])
  const [bits] = new Int32Array(float.buffer)
  return float[0] > threshold ? bits - 1 : bits
}
