import type { PixelLinks } from './links.ts'

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
