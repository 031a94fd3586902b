import { BitMask, type MaskLike } from '../../mask/bitmask.ts'
import { checkCount, type OptionTable, readOptions } from '../../mask/options.ts'
import { distanceTransform } from '../../morphology/distance-transform.ts'
import { MERGE_RADIUS_RULE } from '../junctions.ts'
import { thinSquares } from '../thin-squares.ts'
import { join } from '../union-find.ts'
import {
  linkPixels,
  mergeJunctions,
  type PixelLinks,
  type PixelPaths,
  tracePaths,
} from './build.ts'
import type { GraphBranches, GraphNodes, SkeletonGraph } from './types.ts'

export type { SkeletonGraph } from './types.ts'

/** Options of {@link skeletonGraph}. */
export interface SkeletonGraphOptions {
  /** The mask that the skeleton is of; its distance transform gives the radii. Default: none. */
  mask?: MaskLike
  /**
   * Largest distance in pixels at which two branching pixels may belong to one junction, as in
   * `findJunctions`; at least 0, which merges none. Default: 3.
   */
  mergeRadius?: number
}

const GRAPH_OPTIONS: OptionTable<SkeletonGraphOptions, { mask: BitMask | undefined }> = {
  mask: {
    default: undefined,
    read: (value) => BitMask.pack(value as MaskLike, 'the mask of the skeleton'),
  },
  mergeRadius: MERGE_RADIUS_RULE,
}

/**
 * The graph of a skeleton: its ends and junctions, and the branches between them as paths of
 * pixels. It has the components and the holes of the skeleton, with 8-connected foreground:
 * `components` and `cycles` are its Betti numbers.
 *
 * Neighbours that share an edge are linked, and those that share a corner unless a pixel is adjacent
 * to both. A pixel with one link is an end and one with three or four is a branching pixel, which is
 * a crossing number of at least 3. Branching pixels within `mergeRadius` of each other (single
 * linkage) that a path shorter than `2 · mergeRadius` joins are one junction. So the junctions are
 * those of `findJunctions` but where two come near each other that the skeleton does not join
 * on a short way: here they stay apart. A path between merged pixels that would close a cycle is a
 * branch from the junction to itself.
 *
 * Pixels that only fill up 2×2 squares are dropped first, if components and holes stay what they
 * are. Lengths of branches and nodes add up to `skeletonLength` where there are no such
 * squares. Takes time in proportion to the pixels (n log n in the number of merged ones).
 *
 * @param skeleton - a skeleton, as `skeletonize` returns it; a mask must be thinned first
 * @throws TypeError or RangeError if a mask or an option is not valid or sizes differ
 *
 * Source: branch types and lengths as in J. Nunez-Iglesias et al., "A new Python library to analyse
 * skeleton images confirms malaria parasite remodelling of the red blood cell membrane skeleton",
 * PeerJ 6:e4312, 2018 (skan); crossing number of D. Rutovitz, 1966.
 *
 * @example
 * ```ts
 * import { skeletonGraph } from 'vessel-reward'
 *
 * const fork = [
 *   [1, 0, 0, 0, 1],
 *   [0, 1, 0, 1, 0],
 *   [0, 0, 1, 0, 0],
 *   [0, 0, 1, 0, 0],
 * ]
 * const { nodes, branches, cycles } = skeletonGraph(fork)
 * nodes.kind // => Uint8Array [1, 1, 2, 1]
 * nodes.x // => Int32Array [0, 4, 2, 2]
 * branches.length // => Float64Array [2.8284271247461903, 2.8284271247461903, 1]
 * branches.path.subarray(0, 3) // => Int32Array [0, 6, 12]
 * cycles // => 0
 * ```
 */
export function skeletonGraph(skeleton: MaskLike, options?: SkeletonGraphOptions): SkeletonGraph {
  checkCount(arguments.length, 2, 'skeletonGraph')
  const { mask, mergeRadius } = readOptions(options, GRAPH_OPTIONS, 'skeletonGraph')
  const bits = BitMask.pack(skeleton, 'the skeleton')
  if (mask !== undefined && (mask.width !== bits.width || mask.height !== bits.height)) {
    throw new RangeError(
      `expected a skeleton and its mask of equal size, got ${bits.width} × ${bits.height} and ${mask.width} × ${mask.height}`,
    )
  }
  return graphOf(bits, mergeRadius, mask)
}

/** @internal The graph of a checked skeleton. */
export function graphOf(skeleton: BitMask, mergeRadius: number, mask?: BitMask): SkeletonGraph {
  const { width, height } = skeleton
  const links = linkPixels(thinSquares(skeleton))
  const paths = tracePaths(links)
  const { root, isInner } = mergeJunctions(links, paths, skeleton.layout.rows, mergeRadius)

  const nodeOf = new Int32Array(links.count)
  let nodeCount = 0
  for (let i = 0; i < links.count; i++) {
    if (paths.isNode[i] === 1) nodeOf[i] = root[i] === i ? nodeCount++ : nodeOf[root[i]]
  }
  const branches = branchesOf(links, paths, isInner, nodeOf, width, mask)
  const nodes = nodesOf(links, paths, isInner, nodeOf, nodeCount, width, branches)
  setTypes(nodes, branches)
  const components = countParts(nodeCount, branches)
  return {
    width,
    height,
    components,
    cycles: branches.count - nodeCount + components,
    nodes,
    branches,
  }
}

function branchesOf(
  { x, y }: PixelLinks,
  paths: PixelPaths,
  isInner: Uint8Array,
  nodeOf: Int32Array,
  width: number,
  mask: BitMask | undefined,
): GraphBranches {
  const distances = mask === undefined ? undefined : distanceTransform(mask).distances
  let count = 0
  let size = 0
  for (let i = 0; i < paths.count; i++) {
    if (isInner[i] === 1) continue
    count++
    size += paths.start[i + 1] - paths.start[i]
  }
  const branches: GraphBranches = {
    count,
    from: new Int32Array(count),
    to: new Int32Array(count),
    type: new Uint8Array(count),
    length: new Float64Array(count),
    meanRadius: new Float64Array(count).fill(Number.NaN),
    pathStart: new Int32Array(count + 1),
    path: new Int32Array(size),
  }
  const { path, pathStart } = branches
  let branch = 0
  let end = 0
  for (let i = 0; i < paths.count; i++) {
    if (isInner[i] === 1) continue
    const first = paths.start[i]
    const last = paths.start[i + 1] - 1
    branches.from[branch] = nodeOf[paths.pixels[first]]
    branches.to[branch] = nodeOf[paths.pixels[last]]
    branches.length[branch] = paths.length[i]
    let sum = 0
    for (let j = first; j <= last; j++) {
      const pixel = y[paths.pixels[j]] * width + x[paths.pixels[j]]
      path[end++] = pixel
      if (distances !== undefined) sum += distances[pixel]
    }
    if (distances !== undefined) branches.meanRadius[branch] = sum / (last - first + 1)
    pathStart[++branch] = end
  }
  return branches
}

function nodesOf(
  { count: pixelCount, x, y, degree }: PixelLinks,
  paths: PixelPaths,
  isInner: Uint8Array,
  nodeOf: Int32Array,
  count: number,
  width: number,
  { count: branchCount, from, to }: GraphBranches,
): GraphNodes {
  const merged = new Int32Array(count)
  const sumX = new Float64Array(count)
  const sumY = new Float64Array(count)
  const kind = new Uint8Array(count)
  const pixelStart = new Int32Array(count + 1)
  for (let i = 0; i < pixelCount; i++) {
    if (paths.isNode[i] === 0) continue
    const node = nodeOf[i]
    merged[node]++
    sumX[node] += x[i]
    sumY[node] += y[i]
    pixelStart[node + 1]++
    kind[node] = degree[i] === 0 ? 0 : degree[i] === 1 ? 1 : degree[i] === 2 ? 3 : 2
  }
  const length = new Float64Array(count)
  for (let i = 0; i < paths.count; i++) {
    if (isInner[i] === 0) continue
    const node = nodeOf[paths.pixels[paths.start[i]]]
    length[node] += paths.length[i]
    pixelStart[node + 1] += paths.start[i + 1] - paths.start[i] - 2
  }

  const place = (sums: Float64Array) =>
    Int32Array.from(sums, (sum, node) => Math.round(sum / merged[node]))
  for (let node = 0; node < count; node++) pixelStart[node + 1] += pixelStart[node]
  const pixel = new Int32Array(pixelStart[count])
  const next = pixelStart.slice(0, count)
  for (let i = 0; i < pixelCount; i++) {
    if (paths.isNode[i] === 1) pixel[next[nodeOf[i]]++] = y[i] * width + x[i]
  }
  for (let i = 0; i < paths.count; i++) {
    if (isInner[i] === 0) continue
    const node = nodeOf[paths.pixels[paths.start[i]]]
    for (let j = paths.start[i] + 1; j < paths.start[i + 1] - 1; j++) {
      pixel[next[node]++] = y[paths.pixels[j]] * width + x[paths.pixels[j]]
    }
  }

  const branchStart = new Int32Array(count + 1)
  for (let i = 0; i < branchCount; i++) {
    branchStart[from[i] + 1]++
    branchStart[to[i] + 1]++
  }
  const degrees = branchStart.slice(1)
  for (let node = 0; node < count; node++) branchStart[node + 1] += branchStart[node]
  const branch = new Int32Array(2 * branchCount)
  const slot = branchStart.slice(0, count)
  for (let i = 0; i < branchCount; i++) {
    branch[slot[from[i]]++] = i
    branch[slot[to[i]]++] = i
  }
  return {
    count,
    x: place(sumX),
    y: place(sumY),
    kind,
    degree: degrees,
    length,
    branchStart,
    branch,
    pixelStart,
    pixel,
  }
}

function setTypes({ kind }: GraphNodes, { count, from, to, type }: GraphBranches): void {
  for (let i = 0; i < count; i++) {
    const junctions = (kind[from[i]] === 2 ? 1 : 0) + (kind[to[i]] === 2 ? 1 : 0)
    type[i] = kind[from[i]] === 3 ? 3 : junctions
  }
}

function countParts(nodes: number, { count, from, to }: GraphBranches): number {
  const parent = new Int32Array(nodes)
  for (let i = 0; i < nodes; i++) parent[i] = i
  let parts = nodes
  for (let i = 0; i < count; i++) parts -= join(parent, from[i], to[i])
  return parts
}
