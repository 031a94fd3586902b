import { squaredReach } from '../topology/cluster-points.ts'

/** Points as integers x and y in turn, sorted by y and then x. */
export type Points = ArrayLike<number>

/**
 * The greatest number of pairs in which points of two sets can be matched one to one, each pair at
 * most `radius` apart: a maximum matching, so that no order of the points changes it.
 *
 * Pairs within reach are never listed, because a crowd of points within one radius has a number of
 * them that is quadratic: a point that a search has come to is taken out of its row, and is not met
 * again. A phase thus takes n · rows within reach · log n, and there are at most about 2√n phases.
 *
 * Source: J. Hopcroft and R. Karp, "An n^5/2 algorithm for maximum matchings in bipartite graphs",
 * SIAM Journal on Computing 2(4), 1973; the geometric form: A. Efrat, A. Itai and M. Katz,
 * "Geometry helps in bottleneck matching and related problems", Algorithmica 31, 2001.
 */
export function countMatches(a: Points, b: Points, radius: number): number {
  const rows = Math.floor(radius)
  const limit = squaredReach(radius)
  const countA = a.length / 2
  const countB = b.length / 2
  const partnerOfA = new Int32Array(countA).fill(-1)
  const partnerOfB = new Int32Array(countB).fill(-1)
  const layerOfB = new Int32Array(countB)
  const layerOfA = new Int32Array(countA)
  const queue = new Int32Array(countA)
  // Points of `b`, sorted by layer and then as they come; `next` leads past the taken ones.
  const order = new Int32Array(countB)
  const next = new Int32Array(countB + 1)

  /** Takes a point of `order` from `start` to `end` that is within reach of point `i`, or −1. */
  const take = (i: number, start: number, end: number): number => {
    const x = a[2 * i]
    const y = a[2 * i + 1]
    let row = y - rows
    while (row <= y + rows) {
      const reach = Math.floor(Math.sqrt(limit - (row - y) * (row - y)))
      let low = start
      for (let high = end; low < high; ) {
        const middle = (low + high) >> 1
        const at = 2 * order[middle]
        if (b[at + 1] < row || (b[at + 1] === row && b[at] < x - reach)) low = middle + 1
        else high = middle
      }
      while (next[low] !== low) {
        next[low] = next[next[low]]
        low = next[low]
      }
      if (low >= end) return -1
      const at = 2 * order[low]
      if (b[at + 1] > row) row = b[at + 1]
      else if (b[at] > x + reach) row++
      else {
        next[low] = low + 1
        return order[low]
      }
    }
    return -1
  }
  const restore = () => {
    for (let k = 0; k <= countB; k++) next[k] = k
  }

  for (let matches = 0; ; ) {
    // Breadth first, from the unmatched points of `a`, up to the first unmatched ones of `b`.
    restore()
    layerOfB.fill(-1)
    for (let k = 0; k < countB; k++) order[k] = k
    let size = 0
    for (let i = 0; i < countA; i++) {
      if (partnerOfA[i] >= 0) continue
      layerOfA[i] = 0
      queue[size++] = i
    }
    const roots = size
    let last = -1
    for (let head = 0; head < size; head++) {
      const i = queue[head]
      const layer = layerOfA[i]
      if (last >= 0 && layer > last) break
      for (let j = take(i, 0, countB); j >= 0; j = take(i, 0, countB)) {
        layerOfB[j] = layer
        const partner = partnerOfB[j]
        if (partner < 0) last = layer
        else {
          layerOfA[partner] = layer + 1
          queue[size++] = partner
        }
      }
    }
    if (last < 0) return matches

    const start = new Int32Array(last + 2)
    for (let j = 0; j < countB; j++) if (layerOfB[j] >= 0) start[layerOfB[j] + 1]++
    for (let layer = 0; layer <= last; layer++) start[layer + 1] += start[layer]
    const fill = start.slice()
    for (let j = 0; j < countB; j++) if (layerOfB[j] >= 0) order[fill[layerOfB[j]]++] = j

    // Depth first, a layer a step; a path is the points of `a` with the one of `b` each goes on to.
    restore()
    const path = new Int32Array(last + 1)
    const taken = new Int32Array(last + 1)
    for (let k = 0; k < roots; k++) {
      path[0] = queue[k]
      for (let depth = 0; depth >= 0; ) {
        const j = take(path[depth], start[depth], start[depth + 1])
        if (j < 0) {
          depth--
          continue
        }
        taken[depth] = j
        if (partnerOfB[j] >= 0) {
          if (depth < last) path[++depth] = partnerOfB[j]
          continue
        }
        for (; depth >= 0; depth--) {
          partnerOfA[path[depth]] = taken[depth]
          partnerOfB[taken[depth]] = path[depth]
        }
        matches++
      }
    }
  }
}
