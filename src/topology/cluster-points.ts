/**
 * Single-linkage clusters of points: two points belong together if their Euclidean distance is at
 * most `radius`, or a chain of such points joins them.
 *
 * @param points - integer x and y in turn, sorted by y and then x
 * @returns for each point the index of the first point of its cluster
 */
export function clusterPoints(points: Int32Array, radius: number): Int32Array {
  const count = points.length / 2
  const parent = new Int32Array(count)
  for (let i = 0; i < count; i++) parent[i] = i
  if (radius < 1) return parent

  // Points of one row that are no further apart form chains; a point of another row then needs
  // to meet each chain once, however many points of it are in reach.
  const chainEnd = new Int32Array(count)
  for (let i = count - 1; i >= 0; i--) {
    const joins =
      i + 1 < count &&
      points[2 * i + 3] === points[2 * i + 1] &&
      points[2 * i + 2] - points[2 * i] <= radius
    chainEnd[i] = joins ? chainEnd[i + 1] : i
    if (joins) union(parent, i, i + 1)
  }

  const rows = rowStarts(points)
  for (let row = 0; row + 1 < rows.length; row++) {
    const y = points[2 * rows[row] + 1]
    for (let below = row + 1; below + 1 < rows.length; below++) {
      const dy = points[2 * rows[below] + 1] - y
      if (dy > radius) break
      const reach = Math.floor(Math.sqrt(radius * radius - dy * dy))
      let first = rows[below]
      for (let i = rows[row]; i < rows[row + 1]; i++) {
        const left = points[2 * i] - reach
        const right = points[2 * i] + reach
        while (first < rows[below + 1] && points[2 * first] < left) first++
        for (let j = first; j < rows[below + 1] && points[2 * j] <= right; j = chainEnd[j] + 1) {
          union(parent, i, j)
        }
      }
    }
  }
  for (let i = 0; i < count; i++) parent[i] = parent[parent[i]]
  return parent
}

/** Index of the first point of each row that has points, and the number of points at the end. */
function rowStarts(points: Int32Array): number[] {
  const starts: number[] = []
  for (let i = 0; i < points.length; i += 2) {
    if (i === 0 || points[i + 1] !== points[i - 1]) starts.push(i / 2)
  }
  starts.push(points.length / 2)
  return starts
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
