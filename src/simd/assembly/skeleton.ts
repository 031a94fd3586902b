import { PIXELS, ZERO } from './vectors'

/** What {@link scanSkeleton} counts: pairs of pixels that share an edge, and a corner only. */
export let straightLinks: i32 = 0
export let diagonalLinks: i32 = 0

/** After so many tiles a sum of bytes' bits, at most 32 a tile and lane, still fits 16 bits. */
const TILES_A_SUM = 1024

/**
 * Finds the pixels round which 0 turns into 1 at least three times and counts the links of a
 * skeleton, as src/topology/junctions.ts and length.ts do.
 *
 * @param found - receives for each such pixel 32 · the index of its word + its bit
 * @param room - how many fit
 * @returns how many were found, or −1 if they did not fit
 */
export function scanSkeleton(
  words: usize, columns: i32, pitch: i32, found: usize, room: i32,
): i32 {
  let straight: v128 = i32x4.splat(0)
  let diagonal: v128 = i32x4.splat(0)
  let straight16: v128 = i32x4.splat(0)
  let diagonal16: v128 = i32x4.splat(0)
  let left = TILES_A_SUM
  let to = found
  const full = found + (<usize>room << 2)
  for (let column = 0; column < columns; column++) {
    const start = words + (<usize>(column * pitch + 1) << 2)
    const end = words + (<usize>((column + 1) * pitch) << 2)
    for (let at = start; at < end; at += 16) {
      const b = v128.load(at)
      if (!v128.any_true(b)) continue
      const a = v128.load(at - 4)
      const c = v128.load(at + 4)
      const pairs = v128.and(b, i32x4.shl(b, 1))
      const both = v128.and(a, b)
      const differ = v128.xor(a, b)
      const across = v128.and(
        v128.and(v128.xor(a, i32x4.shl(a, 1)), v128.xor(b, i32x4.shl(b, 1))),
        differ,
      )
      const bits = i8x16.add(
        i8x16.popcnt(v128.and(pairs, PIXELS())),
        i8x16.popcnt(v128.and(both, PIXELS())),
      )
      straight16 = i16x8.add(straight16, i16x8.extadd_pairwise_i8x16_u(bits))
      diagonal16 = i16x8.add(
        diagonal16,
        i16x8.extadd_pairwise_i8x16_u(i8x16.popcnt(v128.and(across, PIXELS()))),
      )
      if (--left == 0) {
        left = TILES_A_SUM
        straight = i32x4.add(straight, i32x4.extadd_pairwise_i16x8_u(straight16))
        diagonal = i32x4.add(diagonal, i32x4.extadd_pairwise_i16x8_u(diagonal16))
        straight16 = ZERO()
        diagonal16 = ZERO()
      }

      // See crossingAtLeast3 of src/topology/junctions.ts.
      const over = v128.xor(v128.or(a, i32x4.shr_u(a, 1)), v128.and(a, i32x4.shl(a, 1)))
      const east = i32x4.shr_u(v128.xor(v128.or(b, c), both), 1)
      const under = v128.xor(v128.or(c, i32x4.shl(c, 1)), v128.and(c, i32x4.shr_u(c, 1)))
      const west = i32x4.shl(v128.xor(v128.or(a, b), v128.and(b, c)), 1)
      const hits = v128.and(
        v128.and(b, PIXELS()),
        v128.or(
          v128.and(v128.and(over, east), v128.or(under, west)),
          v128.and(v128.and(under, west), v128.or(over, east)),
        ),
      )
      if (!v128.any_true(hits)) continue
      if (to + 120 * 4 > full) return -1
      const index = <i32>((at - words) >> 2) << 5
      to = list(to, index, i32x4.extract_lane(hits, 0))
      to = list(to, index + 32, i32x4.extract_lane(hits, 1))
      to = list(to, index + 64, i32x4.extract_lane(hits, 2))
      to = list(to, index + 96, i32x4.extract_lane(hits, 3))
    }
  }
  straight = i32x4.add(straight, i32x4.extadd_pairwise_i16x8_u(straight16))
  diagonal = i32x4.add(diagonal, i32x4.extadd_pairwise_i16x8_u(diagonal16))
  straightLinks = sum(straight)
  diagonalLinks = sum(diagonal)
  return <i32>((to - found) >> 2)
}

/** Lists the bits of a word that are set. */
function list(to: usize, index: i32, word: i32): usize {
  let end = to
  for (let rest = word; rest != 0; rest &= rest - 1, end += 4) store<i32>(end, index + ctz(rest))
  return end
}

function sum(v: v128): i32 {
  return (
    i32x4.extract_lane(v, 0) +
    i32x4.extract_lane(v, 1) +
    i32x4.extract_lane(v, 2) +
    i32x4.extract_lane(v, 3)
  )
}
