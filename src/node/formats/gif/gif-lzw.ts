import type { ImageBytes } from '../image-samples.ts'

const MOST_CODES = 4096

/**
 * Decompresses the pixels of a GIF frame: LZW with codes of growing width, lowest bit first, in
 * blocks of up to 255 bytes.
 *
 * @param at - where the first block begins; the chain of blocks is whole
 * @param colorBits - bits of a color, which the first codes are
 * @param pixels - receives the colors; what comes beyond them is ignored
 * @returns how many pixels came
 */
export function decodeGifPixels(
  file: ImageBytes,
  at: number,
  colorBits: number,
  pixels: Uint8Array,
): number {
  const { bytes } = file
  if (colorBits < 1 || colorBits > 8) {
    throw file.damaged(`colors of ${colorBits} bits at byte ${at - 1}`)
  }
  const clear = 1 << colorBits
  const end = clear + 1
  // A code is a string of colors: that of its prefix, and one more.
  const prefix = new Uint16Array(MOST_CODES)
  const suffix = new Uint8Array(MOST_CODES)
  const first = new Uint8Array(MOST_CODES)
  const lengths = new Uint16Array(MOST_CODES)
  for (let code = 0; code < clear; code++) {
    suffix[code] = code
    first[code] = code
    lengths[code] = 1
  }
  let next = end + 1
  let codeBits = colorBits + 1
  let previous = -1
  let bits = 0
  let bitCount = 0
  let count = 0
  let left = 0
  while (count < pixels.length) {
    while (bitCount < codeBits) {
      if (left === 0) {
        left = bytes[at++]
        if (left === 0) return count
      }
      bits |= bytes[at++] << bitCount
      bitCount += 8
      left--
    }
    const code = bits & ((1 << codeBits) - 1)
    bits >>>= codeBits
    bitCount -= codeBits
    if (code === clear) {
      next = end + 1
      codeBits = colorBits + 1
      previous = -1
      continue
    }
    if (code === end) return count
    if (code > next || (code === next && previous < 0) || (previous < 0 && code > clear)) {
      throw file.damaged(`code ${code} of ${next} at byte ${at - 1}`)
    }
    if (previous >= 0 && next < MOST_CODES) {
      prefix[next] = previous
      first[next] = first[previous]
      suffix[next] = code === next ? first[previous] : first[code]
      lengths[next] = lengths[previous] + 1
      next++
      if (next === 1 << codeBits && codeBits < 12) codeBits++
    } else if (code >= next) throw file.damaged(`code ${code} of ${next} at byte ${at - 1}`)
    const length = lengths[code]
    for (let k = count + length - 1, c = code; k >= count; k--, c = prefix[c]) pixels[k] = suffix[c]
    count += length
    previous = code
  }
  return pixels.length
}
