import { PIXELS, ZERO } from './vectors'

/** So many sums of at most 8 a byte fit a byte. */
const VECTORS_A_SUM = 31

/**
 * Counts the pixels set in both of two masks, halo copies not.
 *
 * @param length - number of words of each
 */
export function countBoth(a: usize, b: usize, length: i32): i32 {
  let total: v128 = i32x4.splat(0)
  const end = a + (<usize>(length & ~3) << 2)
  let at = a
  let other = b
  while (at < end) {
    const stop = min(end, at + 16 * VECTORS_A_SUM)
    let bytes: v128 = ZERO()
    for (; at < stop; at += 16, other += 16) {
      const both = v128.and(v128.and(v128.load(at), v128.load(other)), PIXELS())
      bytes = i8x16.add(bytes, i8x16.popcnt(both))
    }
    const pairs = i16x8.extadd_pairwise_i8x16_u(bytes)
    total = i32x4.add(total, i32x4.extadd_pairwise_i16x8_u(pairs))
  }
  let count =
    i32x4.extract_lane(total, 0) +
    i32x4.extract_lane(total, 1) +
    i32x4.extract_lane(total, 2) +
    i32x4.extract_lane(total, 3)
  for (let rest = length & 3; rest > 0; rest--, at += 4, other += 4) {
    count += <i32>popcnt(load<u32>(at) & load<u32>(other) & 0x7ffffffe)
  }
  return count
}
