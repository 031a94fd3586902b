import { checkCount } from '../../mask/options.ts'
import { checkGraph } from './check.ts'
import { BRANCH_TYPES, NODE_KINDS, type SkeletonGraph } from './types.ts'

/** A place as x and y in pixels; y grows downwards, and pixel centres have whole numbers. */
export type Position = [x: number, y: number]

/** A branch as a line. */
export interface BranchFeature {
  /** What GeoJSON calls it. */
  type: 'Feature'
  /** The path of the branch. */
  geometry: {
    /** What GeoJSON calls it. */
    type: 'LineString'
    /** Its pixels, from node to node. */
    coordinates: Position[]
  }
  /** What is known of the branch. */
  properties: {
    /** Number of the branch in the graph. */
    branch: number
    /** What it joins. */
    type: (typeof BRANCH_TYPES)[number]
    /** Number of the node where it begins. */
    from: number
    /** Number of the node where it ends. */
    to: number
    /** Length in pixels. */
    length: number
    /** Mean radius in pixels; null if the graph was made without a mask. */
    meanRadius: number | null
  }
}

/** A node as a point. */
export interface NodeFeature {
  /** What GeoJSON calls it. */
  type: 'Feature'
  /** The place of the node. */
  geometry: {
    /** What GeoJSON calls it. */
    type: 'Point'
    /** The place. */
    coordinates: Position
  }
  /** What is known of the node. */
  properties: {
    /** Number of the node in the graph. */
    node: number
    /** What it is. */
    kind: (typeof NODE_KINDS)[number]
    /** Number of branches that end here. */
    degree: number
  }
}

/** Lines and points in the form of a GeoJSON feature collection. */
export interface SkeletonFeatures {
  /** What GeoJSON calls it. */
  type: 'FeatureCollection'
  /** The branches, then the nodes. */
  features: (BranchFeature | NodeFeature)[]
}

/**
 * The graph of a skeleton as plain objects in the form of GeoJSON: a LineString for each branch,
 * then a Point for each node. Coordinates are x and y in pixels of the image, y downwards, not
 * longitude and latitude. A line goes from pixel to pixel, and begins and ends at the places of its
 * nodes, also where a junction of several pixels has its place beside them. The line of an isolated
 * cycle is closed. `JSON.stringify` keeps everything.
 *
 * @param graph - the graph, as {@link skeletonGraph} returns it
 * @throws TypeError if it is no such graph; RangeError if an index in it or a length of an array is
 * out of range
 *
 * Source: RFC 7946, "The GeoJSON format", 2016, for the form.
 *
 * @example
 * ```ts
 * import { graphToGeoJSON, skeletonGraph } from 'vessel-reward'
 *
 * const { features } = graphToGeoJSON(skeletonGraph([[1, 1, 1]]))
 * features[0].geometry // => { type: 'LineString', coordinates: [[0, 0], [1, 0], [2, 0]] }
 * features[1].properties // => { node: 0, kind: 'end', degree: 1 }
 * ```
 */
export function graphToGeoJSON(graph: SkeletonGraph): SkeletonFeatures {
  checkCount(arguments.length, 1, 'graphToGeoJSON')
  checkGraph(graph)
  const { width, nodes, branches } = graph
  const features: (BranchFeature | NodeFeature)[] = []
  const placeOf = (node: number): Position => [nodes.x[node], nodes.y[node]]
  for (let branch = 0; branch < branches.count; branch++) {
    const from = branches.from[branch]
    const to = branches.to[branch]
    const coordinates: Position[] = []
    const add = (place: Position) => {
      const last = coordinates[coordinates.length - 1]
      if (last === undefined || last[0] !== place[0] || last[1] !== place[1])
        coordinates.push(place)
    }
    add(placeOf(from))
    for (let k = branches.pathStart[branch]; k < branches.pathStart[branch + 1]; k++) {
      const pixel = branches.path[k]
      add([pixel % width, Math.floor(pixel / width)])
    }
    add(placeOf(to))
    const radius = branches.meanRadius[branch]
    features.push({
      type: 'Feature',
      geometry: { type: 'LineString', coordinates },
      properties: {
        branch,
        type: BRANCH_TYPES[branches.type[branch]],
        from,
        to,
        length: branches.length[branch],
        meanRadius: Number.isFinite(radius) ? radius : null,
      },
    })
  }
  for (let node = 0; node < nodes.count; node++) {
    features.push({
      type: 'Feature',
      geometry: { type: 'Point', coordinates: placeOf(node) },
      properties: { node, kind: NODE_KINDS[nodes.kind[node]], degree: nodes.degree[node] },
    })
  }
  return { type: 'FeatureCollection', features }
}
