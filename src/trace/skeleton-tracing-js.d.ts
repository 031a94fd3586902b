/**
 * The part of skeleton-tracing-js 1.0.4 that is used here; the package has no types. By its file,
 * because its package.json names a "module" that does not exist and bundlers would look for.
 */
declare module 'skeleton-tracing-js/dist/trace_skeleton.js' {
  interface TraceSkeleton {
    /** Thins `image` (0 or 1 per pixel, row by row) in place. */
    thinningZS(image: Uint8Array, width: number, height: number): void

    /**
     * Traces the part (x, y, w, h) of a skeleton (0 or 1 per pixel) of `width` × `height` pixels
     * to polylines of [x, y] points, without thinning it.
     */
    traceSkeleton(
      skeleton: Uint8Array,
      width: number,
      height: number,
      x: number,
      y: number,
      w: number,
      h: number,
      chunkSize: number,
      maxDepth: number,
      rects: number[][] | null,
    ): [x: number, y: number][][]
  }

  const traceSkeleton: TraceSkeleton
  export default traceSkeleton
}
