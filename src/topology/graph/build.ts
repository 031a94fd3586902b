import type { BitMask } from '../../mask/bitmask.ts'
import { PIXEL_BITS, WORD_PIXELS } from '../../mask/layout.ts'
import { clusterPoints } from '../cluster-points.ts'
import { join } from '../union-find.ts'

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

/** The paths of a graph of pixels between its node pixels. */
export interface PixelPaths {
  /** Number of paths. */
  count: number
  /** The pixels of path `i`, both ends included: `pixels[start[i]]` to `pixels[start[i + 1] − 1]`. */
  start: Int32Array
  pixels: Int32Array
  /** Length: 1 for a step along a row or a column, √2 for a diagonal one. */
  length: Float64Array
  /** Whether a pixel is a node: one without exactly two links, or the first of an isolated cycle. */
  isNode: Uint8Array
}

/**
 * Walks along the links from node pixel to node pixel. The paths are in the order of the pixels
 * they are met from first; isolated cycles come last, and begin and end at their first pixel.
 */
export function tracePaths(graph: PixelLinks): PixelPaths {
  const { count, x, y, degree, links } = graph
  const isNode = new Uint8Array(count)
  let ends = 0
  for (let i = 0; i < count; i++) {
    if (degree[i] === 2) continue
    isNode[i] = 1
    ends += degree[i]
  }
  // An isolated cycle has at least four pixels, of which one is counted twice.
  const isolated = count >> 2
  const pixels = new Int32Array(count + ends + isolated)
  const start = new Int32Array((ends >> 1) + isolated + 1)
  const length = new Float64Array((ends >> 1) + isolated)
  const seen = new Uint8Array(count)
  let paths = 0
  let size = 0

  const walk = (from: number, first: number): void => {
    let previous = from
    let at = first
    let straight = 0
    let diagonal = 0
    pixels[size++] = from
    for (;;) {
      if (x[previous] !== x[at] && y[previous] !== y[at]) diagonal++
      else straight++
      pixels[size++] = at
      if (isNode[at] === 1) break
      seen[at] = 1
      const next = links[4 * at] === previous ? links[4 * at + 1] : links[4 * at]
      previous = at
      at = next
    }
    length[paths++] = straight + Math.SQRT2 * diagonal
    start[paths] = size
  }

  for (let i = 0; i < count; i++) {
    if (isNode[i] === 0) continue
    for (let slot = 4 * i; slot < 4 * i + degree[i]; slot++) {
      const next = links[slot]
      if (isNode[next] === 1 ? i < next : seen[next] === 0) walk(i, next)
    }
  }
  for (let i = 0; i < count; i++) {
    if (isNode[i] === 1 || seen[i] === 1) continue
    isNode[i] = 1
    walk(i, links[4 * i])
  }
  return {
    count: paths,
    start: start.slice(0, paths + 1),
    pixels: pixels.slice(0, size),
    length: length.slice(0, paths),
    isNode,
  }
}

/** Node pixels that are one node, and the paths that lie within one. */
export interface MergedJunctions {
  /** For each pixel the first pixel of its node; itself where nothing was merged. */
  root: Int32Array
  /** Whether a path is part of a node, no branch. */
  isInner: Uint8Array
}

/**
 * Merges branching pixels into junctions. Two of them belong together if they do for
 * `findJunctions` (a chain of branching pixels with steps of at most `mergeRadius` joins them) and
 * the skeleton joins them by a path shorter than `2 · mergeRadius`. Shorter paths are taken first,
 * and a path that would close a cycle is left as a branch, so that no hole is lost.
 */
export function mergeJunctions(
  { count, x, y, degree }: PixelLinks,
  paths: PixelPaths,
  rows: number,
  mergeRadius: number,
): MergedJunctions {
  const root = new Int32Array(count)
  for (let i = 0; i < count; i++) root[i] = i
  const isInner = new Uint8Array(paths.count)

  const junctionX = new Int32Array(count)
  const number = new Int32Array(count)
  const rowStart = new Int32Array(rows + 1)
  let found = 0
  for (let i = 0; i < count; i++) {
    if (degree[i] < 3) continue
    rowStart[y[i] + 1]++
    number[i] = found
    junctionX[found++] = x[i]
  }
  for (let row = 0; row < rows; row++) rowStart[row + 1] += rowStart[row]
  const cluster = clusterPoints({ x: junctionX, rowStart, rows }, mergeRadius)

  const { start, pixels, length } = paths
  const short: number[] = []
  for (let path = 0; path < paths.count; path++) {
    if (length[path] >= 2 * mergeRadius) continue
    const from = pixels[start[path]]
    const to = pixels[start[path + 1] - 1]
    if (from === to || degree[from] < 3 || degree[to] < 3) continue
    if (cluster[number[from]] === cluster[number[to]]) short.push(path)
  }
  short.sort((a, b) => length[a] - length[b] || a - b)
  for (const path of short) {
    isInner[path] |= join(root, pixels[start[path]], pixels[start[path + 1] - 1])
  }
  for (let i = 0; i < count; i++) root[i] = root[root[i]]
  return { root, isInner }
}
