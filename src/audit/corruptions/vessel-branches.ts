import type { BitMask } from '../../mask/bitmask.ts'
import { factOf, skeletonOf } from '../../metrics/remembered-facts.ts'
import { distanceTransform } from '../../morphology/distance-transform.ts'
import { nearestFeatureOf } from '../../morphology/nearest-feature.ts'
import { graphOf, type SkeletonGraph } from '../../topology/graph/skeleton-graph.ts'
import { thinSquares } from '../../topology/thin-squares.ts'

/** The vessels of a mask, branch by branch, with the pixels that belong to each. */
export interface VesselBranches {
  graph: SkeletonGraph
  /** Whether the mask falls apart where the branch is cut: it is on no cycle. */
  isBridge: Uint8Array
  /** Distance to the background, pixel by pixel. */
  distances: Float64Array
  /** The pixels of the mask that are nearest to each of these pixels of the centreline. */
  pixelsAlong(path: Int32Array): number[]
}

/** The branches of a mask, found once. */
export function vesselBranchesOf(mask: BitMask): VesselBranches {
  return factOf(mask, 'audit branches', () => {
    const skeleton = thinSquares(skeletonOf(mask, 'skimage'))
    const graph = graphOf(skeleton, 3, mask)
    const { start, owned } = ownedPixels(mask, skeleton)
    return {
      graph,
      isBridge: bridgesOf(graph),
      distances: distanceTransform(mask).distances,
      pixelsAlong: (path) => {
        const pixels: number[] = []
        for (const place of path) {
          for (let i = start[place]; i < start[place + 1]; i++) pixels.push(owned[i])
        }
        return pixels
      },
    }
  })
}

/** The pixels of the mask, grouped by the nearest pixel of the skeleton. */
function ownedPixels(mask: BitMask, skeleton: BitMask): { start: Int32Array; owned: Int32Array } {
  const data = mask.toUint8Array()
  const nearest = nearestFeatureOf(skeleton)
  const start = new Int32Array(data.length + 1)
  for (let i = 0; i < data.length; i++) {
    if (data[i] === 1 && nearest[i] >= 0) start[nearest[i] + 1]++
  }
  for (let i = 0; i < data.length; i++) start[i + 1] += start[i]
  const owned = new Int32Array(start[data.length])
  const next = start.slice(0, data.length)
  for (let i = 0; i < data.length; i++) {
    if (data[i] === 1 && nearest[i] >= 0) owned[next[nearest[i]]++] = i
  }
  return { start, owned }
}

/**
 * Which branches lie on no cycle, by a depth-first search without recursion (R. Tarjan, "A note on
 * finding the bridges of a graph", Information Processing Letters 2(6), 1974).
 */
function bridgesOf({ nodes, branches }: SkeletonGraph): Uint8Array {
  const isBridge = new Uint8Array(branches.count)
  const order = new Int32Array(nodes.count)
  const low = new Int32Array(nodes.count)
  const cameBy = new Int32Array(nodes.count).fill(-1)
  const next = nodes.branchStart.slice(0, nodes.count)
  const stack = new Int32Array(nodes.count)
  let visited = 0
  for (let root = 0; root < nodes.count; root++) {
    if (order[root] !== 0) continue
    let depth = 0
    stack[0] = root
    order[root] = low[root] = ++visited
    while (depth >= 0) {
      const node = stack[depth]
      if (next[node] < nodes.branchStart[node + 1]) {
        const branch = nodes.branch[next[node]++]
        if (branch === cameBy[node]) continue
        const from = branches.from[branch]
        const other = from === node ? branches.to[branch] : from
        if (order[other] === 0) {
          order[other] = low[other] = ++visited
          cameBy[other] = branch
          stack[++depth] = other
        } else low[node] = Math.min(low[node], order[other])
        continue
      }
      depth--
      if (depth < 0) break
      const parent = stack[depth]
      low[parent] = Math.min(low[parent], low[node])
      if (low[node] > order[parent]) isBridge[cameBy[node]] = 1
    }
  }
  return isBridge
}
