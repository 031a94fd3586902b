import { withRoom } from '../mask/scratch-array.ts'
import { findRoot, join } from './union-find.ts'

/** Points by row: the x of row `row` lie at `rowStart[row]` to `rowStart[row + 1]`, ascending. */
export interface PointRows {
  x: Int32Array
  rowStart: Int32Array
  rows: number
}

let scratchParent = /* @__PURE__ */ new Int32Array(0)
let scratchChainEnd = /* @__PURE__ */ new Int32Array(0)

/**
 * Single-linkage clusters of points: two points belong together if their Euclidean distance is at
 * most `radius`, or a chain of such points joins them.
 *
 * @returns for each point the index of the first point of its cluster; reused by the next call
 */
export function clusterPoints({ x, rowStart, rows }: PointRows, radius: number): Int32Array {
  const count = rowStart[rows]
  const parent = withRoom(scratchParent, count)
  const chainEnd = withRoom(scratchChainEnd, count)
  scratchParent = parent
  scratchChainEnd = chainEnd
  for (let i = 0; i < count; i++) parent[i] = i

  // Points of one row that are no further apart form chains.
  const filled: number[] = []
  for (let row = 0; row < rows; row++) {
    const end = rowStart[row + 1]
    if (rowStart[row] === end) continue
    filled.push(row)
    chainEnd[end - 1] = end - 1
    for (let i = end - 2; i >= rowStart[row]; i--) {
      const joins = x[i + 1] - x[i] <= radius
      chainEnd[i] = joins ? chainEnd[i + 1] : i
      if (joins) join(parent, i, i + 1)
    }
  }

  const limit = squaredReach(radius)
  for (let upper = 0; upper < filled.length; upper++) {
    const row = filled[upper]
    const rowEnd = rowStart[row + 1]
    for (let lower = upper + 1; lower < filled.length; lower++) {
      const below = filled[lower]
      const belowEnd = rowStart[below + 1]
      const left = limit - (below - row) * (below - row)
      if (left < 0) break
      const reach = Math.floor(Math.sqrt(left))
      let i = rowStart[row]
      let j = rowStart[below]
      while (i < rowEnd && j < belowEnd) {
        const iEnd = chainEnd[i]
        const jEnd = chainEnd[j]
        if (x[iEnd] + reach < x[j]) i = iEnd + 1
        else if (x[jEnd] + reach < x[i]) j = jEnd + 1
        else if (Math.abs(x[j] - x[i]) <= reach || findRoot(parent, i) === findRoot(parent, j)) {
          // Chains meet once; the one that ends first is too far from any other.
          join(parent, i, j)
          if (x[iEnd] < x[jEnd]) i = iEnd + 1
          else j = jEnd + 1
        } else if (x[i] < x[j]) i++
        else j++
      }
    }
  }
  // Parents have smaller numbers, so each is known to point at its root already.
  for (let i = 0; i < count; i++) parent[i] = parent[parent[i]]
  return parent
}

/**
 * The greatest squared distance of pixels that are at most `radius` apart. A distance is asked
 * itself, since √13 squared is less than 13.
 */
export function squaredReach(radius: number): number {
  const squared = Math.floor(radius * radius)
  return squared + Number(Math.sqrt(squared + 1) <= radius)
}
