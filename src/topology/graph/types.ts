/** What a node of a {@link SkeletonGraph} is, by its number in `nodes.kind`. */
export const NODE_KINDS: readonly ['isolated', 'end', 'junction', 'cycle'] = [
  'isolated',
  'end',
  'junction',
  'cycle',
]

/** What a branch of a {@link SkeletonGraph} joins, by its number in `branches.type`. */
export const BRANCH_TYPES: readonly [
  'end-end',
  'end-junction',
  'junction-junction',
  'isolated-cycle',
] = ['end-end', 'end-junction', 'junction-junction', 'isolated-cycle']

/** The nodes of a {@link SkeletonGraph}; every array has one element for each, but where said. */
export interface GraphNodes {
  /** Number of nodes. */
  count: number
  /** Column: the mean of the node's branching pixels, rounded to the nearest (halves up). */
  x: Int32Array
  /** Row, likewise. */
  y: Int32Array
  /**
   * Index into {@link NODE_KINDS}: 0 a pixel without neighbours, 1 an end, 2 a junction, 3 the
   * first pixel of an isolated cycle.
   */
  kind: Uint8Array
  /** Number of branches that end here; a branch from the node to itself counts twice. */
  degree: Int32Array
  /** Length of the links between the pixels that were merged into the node. */
  length: Float64Array
  /** `count + 1` offsets into `branch`: those of node `i` are at `branchStart[i]` and after. */
  branchStart: Int32Array
  /** The branches of each node in turn; one from the node to itself is there twice. */
  branch: Int32Array
  /** `count + 1` offsets into `pixel`. */
  pixelStart: Int32Array
  /** The pixels of each node in turn as `y · width + x`, those between merged ones included. */
  pixel: Int32Array
}

/** The branches of a {@link SkeletonGraph}; every array has one element for each, but where said. */
export interface GraphBranches {
  /** Number of branches. */
  count: number
  /** The node in which the path begins. */
  from: Int32Array
  /** The node in which the path ends. */
  to: Int32Array
  /**
   * Index into {@link BRANCH_TYPES}: 0 from end to end, 1 from an end to a junction, 2 from
   * junction to junction (or back to the same one), 3 an isolated cycle.
   */
  type: Uint8Array
  /** Length in pixels: 1 for a step along a row or a column, √2 for a diagonal one. */
  length: Float64Array
  /**
   * Mean distance of the path's pixels to the nearest background of the mask, from centre to
   * centre; NaN if no mask was given.
   */
  meanRadius: Float64Array
  /** `count + 1` offsets into `path`. */
  pathStart: Int32Array
  /**
   * The pixels of each branch in turn as `y · width + x`. The first and the last are pixels of the
   * nodes `from` and `to`; the path of an isolated cycle ends where it begins.
   */
  path: Int32Array
}

/** The graph of a skeleton, in flat arrays; see {@link skeletonGraph}. */
export interface SkeletonGraph {
  /** Width of the skeleton's image in pixels. */
  width: number
  /** Its height. */
  height: number
  /** Number of connected components. */
  components: number
  /** Number of independent cycles, which is the number of holes: branches − nodes + components. */
  cycles: number
  /** Ends, junctions, isolated pixels and one pixel of each isolated cycle. */
  nodes: GraphNodes
  /** Paths of pixels between nodes. */
  branches: GraphBranches
}
