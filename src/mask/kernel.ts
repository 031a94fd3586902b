import type { Layout, PixelGrid } from './layout.ts'

/** Some pixels, in the order of word columns. */
export interface PixelList {
  x: Int32Array
  y: Int32Array
  count: number
}

/** Connected components as a forest; see `componentForest`. */
export interface ComponentForest {
  /** Number of nodes made. */
  nodes: number
  /** Number of components: nodes less the joins of two trees. */
  components: number
  /** Parent of each node; a root is its own. */
  parent: Int32Array
  /** Raster index of the first pixel of each node. */
  firstPixel: Int32Array
  /**
   * For each word column and strip with pixels: the node of its only run, or the bitwise
   * complement of the place in `manyNodes` where the nodes of its runs begin, from left to right.
   */
  stripNodes: Int32Array
  manyNodes: Int32Array
}

/**
 * Another implementation of the work on words, with the same results bit for bit. Each function
 * may decline by returning `undefined`, or `false` where it has no result: the portable code then
 * does the work. What they return is reused by the next call of any of them.
 */
export interface Kernel {
  /**
   * See `packPixels`, which returns the same; undefined also for what the portable code must reject.
   * Where the data are a typed array, it is one of this realm and of no subclass.
   */
  pack(grid: PixelGrid, threshold: number, layout: Layout, words: Int32Array): boolean | undefined
  /** See `countBoth`. */
  countBoth(a: Int32Array, b: Int32Array): number | undefined
  /** See `thinWords`. */
  thin(layout: Layout, words: Int32Array, method: string): boolean
  /** The pixels of crossing number three and more; see `candidates` of the junctions. */
  crossings(layout: Layout, words: Int32Array): PixelList | undefined
  /** See `lengthOf` with the method `'chain'`. */
  chainLength(layout: Layout, words: Int32Array): number | undefined
  /** See `componentForest`. */
  forest(
    layout: Layout,
    words: Int32Array,
    diagonal: boolean,
    keep: boolean,
  ): ComponentForest | undefined
}

/** The kernel in use, if any; the core has none of its own. */
export const inUse: { kernel?: Kernel } = {}
