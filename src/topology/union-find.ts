/** The root of a node; shortens the way for the next time. */
export function findRoot(parent: Int32Array, node: number): number {
  let at = node
  while (parent[at] !== at) {
    parent[at] = parent[parent[at]]
    at = parent[at]
  }
  return at
}

/** Joins the trees of two nodes; returns 1 if they were two trees, else 0. */
export function join(parent: Int32Array, a: number, b: number): number {
  const p = findRoot(parent, a)
  const q = findRoot(parent, b)
  if (p === q) return 0
  // The smaller root wins, so that a parent always has a smaller number.
  if (p < q) parent[q] = p
  else parent[p] = q
  return 1
}
