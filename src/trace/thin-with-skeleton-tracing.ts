/// <reference path="./skeleton-tracing-js.d.ts" />
import tracer from 'skeleton-tracing-js/dist/trace_skeleton.js'
import { BitMask, type MaskLike, type ThresholdOptions } from '../index.ts'

/**
 * Thins a mask with the package `skeleton-tracing-js` itself, for comparison with results that were
 * made with it. For anything else use `skeletonize` of the core.
 *
 * It names Zhang and Suen's rules, but departs from `skeletonize(mask, { method: 'zhang-suen' })`
 * on 407 of the 660 masks in `test/golden`, by 128 527 pixels (the skeletons have 186 321): 118 379
 * are left standing, 10 148 are missing, and 275 skeletons have another number of junctions. There
 * are two reasons:
 *
 * - It never deletes a pixel of the outermost rows and columns. Thick lines keep their full width
 *   there and grow spurs, and a mask that is all foreground is returned as it is. A margin of one
 *   background pixel around the mask leaves 10 of the 660 masks different.
 * - It stops as soon as one of the two passes deletes nothing, though the other could go on. That
 *   leaves the last 34 pixels standing, in those 10 masks.
 *
 * A plus sign of 21 × 21 pixels with bars 3 pixels wide, which touches the border, keeps 49 pixels
 * instead of 35, and 13 of them instead of 5 have more than two neighbours.
 *
 * The time is proportional to the pixels of the image times the thickness of its thickest part.
 *
 * @param mask - the mask; see `MaskLike`
 * @param options - `threshold`: foreground is `value > threshold`; 0 by default
 * @throws TypeError or RangeError if the mask or the threshold is not valid
 *
 * Source: Lingdong Huang, skeleton-tracing, 2020 (skeleton-tracing-js 1.0.4).
 *
 * @example
 * ```ts
 * import { skeletonize } from 'vessel-reward'
 * import { thinWithSkeletonTracing } from 'vessel-reward/trace'
 *
 * const bar = [
 *   [1, 1, 1, 1, 1],
 *   [1, 1, 1, 1, 1],
 *   [1, 1, 1, 1, 1],
 * ]
 * thinWithSkeletonTracing(bar).count // => 15
 * skeletonize(bar, { method: 'zhang-suen' }).count // => 2
 * ```
 */
export function thinWithSkeletonTracing(mask: MaskLike, options?: ThresholdOptions): BitMask {
  const bits = BitMask.from(mask, options)
  const { width, height } = bits
  if (width * height === 0) return bits
  const bytes = bits.toUint8Array()
  tracer.thinningZS(bytes, width, height)
  return BitMask.from({ data: bytes, width, height })
}
