/**
 * Packing: 16 comparisons give 16 bits, and a word with both halos is 32 adjacent pixels, wherever
 * they begin. So every word is read where it lies, without a stream of bits between.
 */

/**
 * Packs some rows of bytes: 1 where a byte is greater than `level` (0 to 254).
 *
 * @param bytes - readable from 1 byte before to 63 bytes after the pixels
 * @param words - the guard above the first of these rows in the first column
 */
export function packBytes(
  bytes: usize, width: i32, rows: i32, level: i32, words: usize, columns: i32, pitch: i32,
): void {
  const levels = i8x16.splat(<i8>level)
  for (let column = 0; column < columns; column++) {
    const keep = keptBits(column, columns, width)
    let from = bytes + column * 30 - 1
    let to = words + (<usize>(column * pitch + 1) << 2)
    for (let row = 0; row < rows; row++, from += width, to += 4) {
      const low = i8x16.bitmask(i8x16.gt_u(v128.load(from), levels))
      const high = i8x16.bitmask(i8x16.gt_u(v128.load(from, 16), levels))
      store<i32>(to, (low | (high << 16)) & keep)
    }
  }
}

/**
 * Packs some rows of 32-bit floats: 1 where a value is greater than a threshold.
 *
 * @param floats - readable from 4 bytes before to 128 bytes after the pixels
 * @param thresholdBits - the bits of the threshold
 * @param words - the guard above the first of these rows in the first column
 * @returns 2 if a value is NaN, else 1 if values lie strictly between 0 and 1, else 0
 */
export function packFloats(
  floats: usize, width: i32, rows: i32, thresholdBits: i32, words: usize, columns: i32, pitch: i32,
): i32 {
  const level = f32x4.splat(reinterpret<f32>(thresholdBits))
  for (let column = 0; column < columns; column++) {
    const keep = keptBits(column, columns, width)
    let from = floats + (<usize>(column * 30) << 2) - 4
    let to = words + (<usize>(column * pitch + 1) << 2)
    for (let row = 0; row < rows; row++, from += <usize>width << 2, to += 4) {
      store<i32>(to, (sixteen(from, level) | (sixteen(from + 64, level) << 16)) & keep)
    }
  }
  // Every value once, whatever words it is in.
  const end = floats + (<usize>(width * rows) << 2)
  const zero = f32x4.splat(0)
  const one = f32x4.splat(1)
  let nan = i32x4.splat(0)
  let fraction = i32x4.splat(0)
  let at = floats
  for (; at + 16 <= end; at += 16) {
    const v = v128.load(at)
    nan = v128.or(nan, f32x4.ne(v, v))
    fraction = v128.or(fraction, v128.and(f32x4.gt(v, zero), f32x4.lt(v, one)))
  }
  let seen = v128.any_true(fraction) ? 1 : 0
  for (; at < end; at += 4) {
    const v = load<f32>(at)
    if (v != v) return 2
    if (v > 0 && v < 1) seen = 1
  }
  return v128.any_true(nan) ? 2 : seen
}

/** One bit for each of sixteen floats: whether it is above the level. */
// @ts-ignore: decorator
@inline
function sixteen(at: usize, level: v128): i32 {
  const a = f32x4.gt(v128.load(at), level)
  const b = f32x4.gt(v128.load(at, 16), level)
  const c = f32x4.gt(v128.load(at, 32), level)
  const d = f32x4.gt(v128.load(at, 48), level)
  return i8x16.bitmask(
    i8x16.narrow_i16x8_s(i16x8.narrow_i32x4_s(a, b), i16x8.narrow_i32x4_s(c, d)),
  )
}

/** The bits of a word that are pixels of the mask: no halo beyond its sides. */
// @ts-ignore: decorator
@inline
function keptBits(column: i32, columns: i32, width: i32): i32 {
  const first = column == 0 ? -2 : -1
  return column == columns - 1 ? first & ((2 << (width - column * 30)) - 1) : first
}
