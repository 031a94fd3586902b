import { checkCount } from '../../mask/options.ts'
import { checkGraph } from './check.ts'
import type { SkeletonGraph } from './types.ts'

/** Numbers that describe a vessel network; see {@link branchStatistics}. Lengths are in pixels. */
export interface BranchStatistics {
  /** Number of branches. */
  branches: number
  /** Number of junctions. */
  junctions: number
  /** Number of ends. */
  ends: number
  /** Number of pixels without neighbours. */
  isolated: number
  /** Number of connected components. */
  components: number
  /** Number of independent cycles. */
  cycles: number
  /** Length of all branches and of the links within merged junctions. */
  totalLength: number
  /** Mean length of a branch; NaN without branches. */
  meanLength: number
  /**
   * Mean over branches of length divided by the distance of the two ends of the path, weighted by
   * length: at least 1. Branches that end where they begin, in one node, are left out; NaN if there
   * are no others.
   */
  tortuosity: number
  /** Mean over branches of the mean radius, weighted by length; NaN without branches or mask. */
  meanRadius: number
  /** Junctions per pixel of total length; NaN without length. */
  branchingDensity: number
}

/**
 * Describes a vessel network by the branches of its skeleton's graph: how many there are, how long,
 * tortuous and wide they are, and how densely they branch. Quotients 0/0 are NaN.
 *
 * Chain length exceeds the distance of two pixels by up to 8 % even along a straight line, so that
 * a tortuosity of up to 1.08 is straight.
 *
 * @param graph - the graph, as {@link skeletonGraph} returns it
 * @throws TypeError if it is no such graph; RangeError if an index in it or a length of an array is
 * out of range
 *
 * Source: W. Lotmar, A. Freiburghaus and D. Bracher, "Measurement of vessel tortuosity on fundus
 * photographs", Graefe's Archive 211, 1979 (length over chord); branch and junction counts as in
 * E. Zudaire et al., "A computational tool for quantitative analysis of vascular networks", PLoS
 * ONE 6(11), 2011 (AngioTool, whose junction density is per area instead).
 *
 * @example
 * ```ts
 * import { branchStatistics, skeletonGraph } from 'vessel-reward'
 *
 * const bend = [
 *   [1, 0, 0, 0],
 *   [1, 0, 0, 0],
 *   [1, 0, 0, 0],
 *   [1, 0, 0, 0],
 *   [1, 1, 1, 1],
 * ]
 * const statistics = branchStatistics(skeletonGraph(bend, { mask: bend }))
 * statistics.totalLength // => 7
 * statistics.tortuosity.toFixed(3) // => '1.400'
 * statistics.meanRadius.toFixed(3) // => '1.052'
 * ```
 */
export function branchStatistics(graph: SkeletonGraph): BranchStatistics {
  checkCount(arguments.length, 1, 'branchStatistics')
  checkGraph(graph)
  const { width, components, cycles, nodes, branches } = graph
  const kinds = [0, 0, 0, 0]
  let inJunctions = 0
  for (let node = 0; node < nodes.count; node++) {
    kinds[nodes.kind[node]]++
    inJunctions += nodes.length[node]
  }
  let length = 0
  let openLength = 0
  let tortuosity = 0
  let radius = 0
  for (let i = 0; i < branches.count; i++) {
    const own = branches.length[i]
    length += own
    radius += own * branches.meanRadius[i]
    if (branches.from[i] === branches.to[i]) continue
    const first = branches.path[branches.pathStart[i]]
    const last = branches.path[branches.pathStart[i + 1] - 1]
    const dy = Math.floor(last / width) - Math.floor(first / width)
    const dx = (last % width) - (first % width)
    openLength += own
    tortuosity += (own * own) / Math.hypot(dx, dy)
  }
  const totalLength = length + inJunctions
  return {
    branches: branches.count,
    junctions: kinds[2],
    ends: kinds[1],
    isolated: kinds[0],
    components,
    cycles,
    totalLength,
    meanLength: length / branches.count,
    tortuosity: tortuosity / openLength,
    meanRadius: radius / length,
    branchingDensity: kinds[2] / totalLength,
  }
}
