import type { BitMask } from '../../mask/bitmask.ts'
import { PIXEL_BITS, WORD_PIXELS } from '../../mask/layout.ts'

/** The pixels of a skeleton, row by row, and which of them are linked. */
export interface PixelLinks {
  count: number
  x: Int32Array
  y: Int32Array
  /** Number of links of each pixel, 0 to 4. */
  degree: Uint8Array
  /** The linked pixels of pixel `i`, from `4 · i` on. */
  links: Int32Array
}

/**
 * Links neighbouring pixels so that the graph has the components and the holes of the mask.
 * Pixels that share an edge are linked, and pixels that share a corner if no pixel lies adjacent to
 * both. That is the mask but for its 2×2 squares, each of which would be a cycle: the upper link of
 * a square is left out, so that its pixels stay joined from below.
 *
 * Without 2×2 squares the degree of a pixel is its crossing number.
 */
export function linkPixels(mask: BitMask): PixelLinks {
  const { layout, words, count } = mask
  const { rows, columns, pitch } = layout
  const x = new Int32Array(count)
  const y = new Int32Array(count)
  const degree = new Uint8Array(count)
  const links = new Int32Array(4 * count)
  const join = (a: number, b: number) => {
    links[4 * a + degree[a]++] = b
    links[4 * b + degree[b]++] = a
  }
  let found = 0
  let above = 0
  let aboveEnd = 0
  for (let row = 0; row < rows; row++) {
    const start = found
    for (let column = 0, i = row + 1; column < columns; column++, i += pitch) {
      const left = column * WORD_PIXELS - 1
      for (let rest = words[i] & PIXEL_BITS; rest !== 0; rest &= rest - 1) {
        x[found] = left + 31 - Math.clz32(rest & -rest)
        y[found++] = row
      }
    }
    for (let i = start; i < found; i++) {
      const here = x[i]
      while (above < aboveEnd && x[above] < here - 1) above++
      let at = above
      const northWest = at < aboveEnd && x[at] === here - 1 ? at++ : -1
      const north = at < aboveEnd && x[at] === here ? at++ : -1
      const northEast = at < aboveEnd && x[at] === here + 1 ? at : -1
      const west = i > start && x[i - 1] === here - 1
      const east = i + 1 < found && x[i + 1] === here + 1
      if (north >= 0) join(north, i)
      else {
        if (northWest >= 0 && !west) join(northWest, i)
        if (northEast >= 0 && !east) join(northEast, i)
      }
    }
    // The links along the row above are made when it is known what lies below them.
    above = start
    aboveEnd = found
    linkRow(mask, x, start, found, row, join)
  }
  return { count, x, y, degree, links }
}

/** Links the neighbours within a row but for those with two pixels below them. */
function linkRow(
  { layout, words }: BitMask,
  x: Int32Array,
  start: number,
  end: number,
  row: number,
  join: (a: number, b: number) => void,
): void {
  const { pitch } = layout
  for (let i = start + 1; i < end; i++) {
    if (x[i] !== x[i - 1] + 1) continue
    const column = (x[i] / WORD_PIXELS) | 0
    const below = words[column * pitch + row + 2]
    const bits = 3 << (x[i] - column * WORD_PIXELS)
    if ((below & bits) !== bits) join(i - 1, i)
  }
}
