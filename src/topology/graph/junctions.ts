import { clusterPoints } from '../cluster-points.ts'
import { join } from '../union-find.ts'
import type { PixelLinks } from './links.ts'
import type { PixelPaths } from './paths.ts'

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
