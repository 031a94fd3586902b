import { withRoom } from '../mask/with-room.ts'

/** Points by row: the x of row `row` lie at `rowStart[row]` to `rowStart[row + 1]`, ascending. */
export interface PointRows {
  x: Int32Array
  rowStart: Int32Array
  rows: number
}

let scratchParent = new Int32Array(0)
let scratchChainEnd = new Int32Array(0)

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
  if (radius < 1) return parent

  // Points of one row that are no further apart form chains; a point of another row then needs
  // to meet each chain once, however many points of it are in reach.
  const filled: number[] = []
  for (let row = 0; row < rows; row++) {
    const end = rowStart[row + 1]
    if (rowStart[row] === end) continue
    filled.push(row)
    chainEnd[end - 1] = end - 1
    for (let i = end - 2; i >= rowStart[row]; i--) {
      const joins = x[i + 1] - x[i] <= radius
      chainEnd[i] = joins ? chainEnd[i + 1] : i
      if (joins) union(parent, i, i + 1)
    }
  }

  for (let upper = 0; upper < filled.length; upper++) {
    const row = filled[upper]
    for (let lower = upper + 1; lower < filled.length; lower++) {
      const below = filled[lower]
      const dy = below - row
      if (dy > radius) break
      const reach = Math.floor(Math.sqrt(radius * radius - dy * dy))
      const end = rowStart[below + 1]
      let first = rowStart[below]
      for (let i = rowStart[row]; i < rowStart[row + 1]; i++) {
        while (first < end && x[first] < x[i] - reach) first++
        for (let j = first; j < end && x[j] <= x[i] + reach; j = chainEnd[j] + 1)
          union(parent, i, j)
      }
    }
  }
  // Parents have smaller numbers, so each is known to point at its root already.
  for (let i = 0; i < count; i++) parent[i] = parent[parent[i]]
  return parent
}

function find(parent: Int32Array, i: number): number {
  let at = i
  while (parent[at] !== at) {
    parent[at] = parent[parent[at]]
    at = parent[at]
  }
  return at
}

/** The smaller root wins, so that a cluster is known by its first point. */
function union(parent: Int32Array, a: number, b: number): void {
  const p = find(parent, a)
  const q = find(parent, b)
  if (p < q) parent[q] = p
  else parent[p] = q
}
