/**
 * The factors of inverted dropout for one image: 0 with probability `rate`, else 1 / (1 − rate).
 * Made in JavaScript from integers, so that a seed drops the same elements on every backend.
 *
 * @param out - the factors are written here
 * @param rate - in [0, 1), rounded to a 65,536th
 * @param seed - an integer
 *
 * Source of the hash: mulberry32 by Tommy Ettinger, public domain. One 32-bit number decides on two
 * elements.
 */
export function fillDropout(out: Float32Array, rate: number, seed: number): void {
  const threshold = Math.round(rate * 65536)
  const kept = 65536 / (65536 - threshold)
  let state = Math.imul(seed ^ 0x5bf03635, 0x9e3779b1)
  for (let i = 0; i < out.length; i += 2) {
    state = (state + 0x6d2b79f5) | 0
    let bits = Math.imul(state ^ (state >>> 15), 1 | state)
    bits = (bits + Math.imul(bits ^ (bits >>> 7), 61 | bits)) ^ bits
    bits ^= bits >>> 14
    out[i] = (bits & 0xffff) < threshold ? 0 : kept
    // A write past the end of an odd length is ignored by typed arrays.
    out[i + 1] = bits >>> 16 < threshold ? 0 : kept
  }
}
