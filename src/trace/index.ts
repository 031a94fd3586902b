/**
 * Centrelines as polylines, and as an SVG. The polylines have the components and the loops of the
 * skeleton that this package computes.
 *
 * @packageDocumentation
 */
export { type CenterlineSvgOptions, centerlinesToSvg } from './centerlines-to-svg.ts'
export { type TraceOptions, traceCenterlines } from './trace-centerlines.ts'
