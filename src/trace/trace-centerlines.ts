/// <reference path="./skeleton-tracing-js.d.ts" />
import tracer from 'skeleton-tracing-js/dist/trace_skeleton.js'
import {
  BitMask,
  type MaskLike,
  type SkeletonizeOptions,
  skeletonize,
  type ThresholdOptions,
} from '../index.ts'
import { coverLine, coverPixel, frameOf, isCovered, type Point, tracePixels } from './cover.ts'

/** Options of {@link traceCenterlines}. */
export interface TraceOptions extends SkeletonizeOptions, ThresholdOptions {
  /**
   * Size in pixels up to which a part of the skeleton is replaced by straight strokes: an integer
   * from 6 (smaller ones would change nothing) to 64. Larger ones give fewer points, further from
   * the skeleton. Default: 6 (the package's own is 10).
   */
  chunkSize?: number
}

// The package's own limit. Where it splits off strip after strip, a larger one could overflow the
// stack on very large masks; what lies deeper is completed afterwards.
const MAX_DEPTH = 999

function chunkSizeOf(chunkSize: number): number {
  if (typeof chunkSize !== 'number') {
    throw new TypeError(`expected chunkSize to be a number, got ${typeof chunkSize}`)
  }
  if (!Number.isInteger(chunkSize) || chunkSize < 6 || chunkSize > 64) {
    throw new RangeError(`expected chunkSize to be an integer from 6 to 64, got ${chunkSize}`)
  }
  return chunkSize
}

/**
 * Traces the centrelines of a mask as polylines: its skeleton, as `skeletonize` computes it, traced
 * by `skeleton-tracing-js` and completed.
 *
 * That package cuts the skeleton into chunks and draws strokes through each. On its own it drops
 * what lies inside one chunk, and loses lines along the image border: of the 181 116 skeleton
 * pixels of the masks in `test/golden`, it leaves 12 908 more than 3 pixels from any polyline. Here
 * strokes that stray are removed, and pixels that are missed are followed one by one, so that
 * within ⌊chunkSize / 2⌋ pixels (in x and in y) of every pixel of a polyline lies a skeleton pixel,
 * and of every skeleton pixel a polyline. With the default that is 3, and on those masks the mean
 * distance is 0.31 from the skeleton to the polylines and 0.39 back.
 *
 * Polylines may still meet at a junction without sharing a point, pass through it, or bridge a gap
 * of up to three pixels between two components: draw with them, count with the core.
 *
 * The time grows with the pixels of the image and, for noise, with the square of the number of
 * polylines.
 *
 * @param mask - the mask, or its skeleton, of which thinning changes nothing; see `MaskLike`
 * @param options - `method` of thinning, `threshold`, and `chunkSize`
 * @returns one array per polyline: x, y, x, y, … in whole pixels, the centre of the pixel in
 * column x and row y; traced ones before those that complete them. An isolated pixel is a polyline
 * of one point. No polylines for an empty mask
 * @throws TypeError or RangeError if the mask or an option is not valid
 *
 * Source: Lingdong Huang, skeleton-tracing, 2020 (skeleton-tracing-js 1.0.4).
 *
 * @example
 * ```ts
 * import { traceCenterlines } from 'vessel-reward/trace'
 *
 * const mask = [
 *   [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0],
 *   [1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1],
 *   [1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1],
 *   [1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1],
 *   [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0],
 * ]
 * traceCenterlines(mask) // => [Int32Array [9, 1, 5, 2, 4, 2, 0, 2]]
 * ```
 */
export function traceCenterlines(mask: MaskLike, options?: TraceOptions): Int32Array[] {
  const skeleton = skeletonize(BitMask.from(mask, options), options)
  const chunkSize = chunkSizeOf(options?.chunkSize ?? 6)
  // The package calls an empty image a chunk, and walks along its edge.
  if (skeleton.count === 0) return []

  const reach = Math.floor(chunkSize / 2)
  const frame = frameOf(skeleton, reach)
  const { pixels, width, height } = frame
  const nearSkeleton = new Uint8Array(pixels.length)
  pixels.forEach((pixel, i) => {
    if (pixel === 1) coverPixel(nearSkeleton, frame, i)
  })

  const lines: Point[][] = []
  const covered = new Uint8Array(pixels.length)
  for (const polyline of tracer.traceSkeleton(
    pixels,
    width,
    height,
    0,
    0,
    width,
    height,
    chunkSize,
    MAX_DEPTH,
    null,
  )) {
    const inside = polyline.map((point) => clampToImage(point, skeleton, reach))
    for (const line of nearParts(inside, (a, b) => isCovered(nearSkeleton, frame, a, b))) {
      for (let k = 1; k < line.length; k++) coverLine(covered, frame, line[k - 1], line[k])
      lines.push(line)
    }
  }
  for (const line of tracePixels(frame, covered)) lines.push(line)

  return lines.map((line) => Int32Array.from(line.flatMap(([x, y]) => [x - reach, y - reach])))
}

/** The middle of a chunk can lie in the margin. */
function clampToImage([x, y]: Point, { width, height }: BitMask, margin: number): Point {
  const clamp = (value: number, size: number) =>
    Math.max(margin, Math.min(margin + size - 1, value))
  return [clamp(x, width), clamp(y, height)]
}

/** Cuts out the segments that are not near, and points that repeat the one before. */
function nearParts(polyline: Point[], isNear: (a: Point, b: Point) => boolean): Point[][] {
  const parts: Point[][] = []
  let part: Point[] = []
  for (const point of polyline) {
    const last = part.at(-1)
    if (last?.[0] === point[0] && last[1] === point[1]) continue
    if (last !== undefined && !isNear(last, point)) {
      parts.push(part)
      part = []
    }
    part.push(point)
  }
  parts.push(part)
  return parts.filter((one) => one.length > 1)
}
