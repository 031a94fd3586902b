import { BitMask } from '../mask/bitmask.ts'
import { PIXEL_BITS } from '../mask/layout.ts'

/**
 * The mask without the pixels that only fill up 2×2 squares: thinning leaves some of them at
 * corners and crossings, and a path of pixels cannot be told there. A pixel of a square goes if
 * components and holes stay what they are, in a fixed order until none is left, so that a square
 * that is a crossing of four diagonals stays. A mask without 2×2 squares is returned as it is.
 */
export function thinSquares(mask: BitMask): BitMask {
  const { layout } = mask
  const { columns, pitch } = layout
  let words = mask.words
  // Words near those that lost pixels, to be looked at again: few, and not pass after pass.
  const again: number[] = []
  const end = layout.length - 1
  const squaresIn = (i: number) => PIXEL_BITS & inSquare(words[i - 1], words[i], words[i + 1])
  const visit = (i: number, next: number): void => {
    let found = squaresIn(i)
    if (found === 0) return
    if (words === mask.words) words = words.slice()
    const before = words[i]
    const column = ((i - 1) / pitch) | 0
    for (; found !== 0; found &= found - 1) {
      const bit = found & -found
      // Pixels deleted a moment ago may have opened the square.
      if ((squaresIn(i) & bit) === 0) continue
      if (isSimple(words, i, bit)) clearPixel(words, pitch, column, columns, i, bit)
    }
    if (words[i] === before) return
    for (let near = i - pitch; near <= i + pitch; near += pitch) {
      for (let k = near - 1; k <= near + 1; k++) {
        // Those from `next` on are still to come.
        if (k > 0 && k < Math.min(next, end) && squaresIn(k) !== 0) again.push(k)
      }
    }
  }
  for (let i = 1; i < end; i++) visit(i, i + 1)
  for (let k = 0; k < again.length; k++) visit(again[k], end)
  return words === mask.words ? mask : BitMask.fromWords(layout, words)
}

/** The pixels of a word that belong to a full 2×2 square. */
export function inSquare(above: number, word: number, below: number): number {
  const east = word >>> 1
  const west = word << 1
  const right = (above & (above >>> 1)) | (below & (below >>> 1))
  const left = (above & (above << 1)) | (below & (below << 1))
  return word & ((east & right) | (west & left))
}

/**
 * Whether a pixel can be deleted without a change of components and holes: the number of
 * components it would fall into, by the number of S. Yokoi, J. Toriwaki and T. Fukumura, "An
 * analysis of topological properties of digitized binary pictures using local features", CGIP 4,
 * 1975, is 1.
 */
export function isSimple(words: Int32Array, i: number, bit: number): boolean {
  const west = bit >>> 1
  const east = bit << 1
  const above = words[i - 1]
  const word = words[i]
  const below = words[i + 1]
  const n = (above & bit) === 0
  const s = (below & bit) === 0
  const w = (word & west) === 0
  const e = (word & east) === 0
  const openNw = (above & west) === 0
  const openNe = (above & east) === 0
  const openSw = (below & west) === 0
  const openSe = (below & east) === 0
  let number = 0
  if (e && !(openNe && n)) number++
  if (n && !(openNw && w)) number++
  if (w && !(openSw && s)) number++
  if (s && !(openSe && e)) number++
  return number === 1
}

/** Deletes a pixel of `words` with its copies in the halos of the neighbouring columns. */
export function clearPixel(
  words: Int32Array,
  pitch: number,
  column: number,
  columns: number,
  i: number,
  bit: number,
): void {
  words[i] &= ~bit
  if (bit === 2 && column > 0) words[i - pitch] &= 0x7fffffff
  if (bit === 0x40000000 && column + 1 < columns) words[i + pitch] &= ~1
}
