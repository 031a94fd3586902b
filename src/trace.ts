/**
 * Centrelines as polylines, and as an SVG, by the package `skeleton-tracing-js`.
 *
 * Its tracing is fed the skeleton that this package computes, and what it misses is added. Use it
 * for drawing and for vector output; for numbers use `countJunctions` and `skeletonLength` of the
 * core, since polylines may pass through a junction or bridge a small gap.
 *
 * @packageDocumentation
 */
export { type CenterlineSvgOptions, centerlinesToSvg } from './trace/centerlines-to-svg.ts'
export { thinWithSkeletonTracing } from './trace/thin-with-skeleton-tracing.ts'
export { type TraceOptions, traceCenterlines } from './trace/trace-centerlines.ts'
