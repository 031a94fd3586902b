import { createRequire } from 'node:module'
import { LARGE_PIXELS, type MaskSet } from '../inputs.ts'
import { inProcess } from '../measure.ts'
import type { Entry, Peer } from './peer.ts'

/** The part of skeleton-tracing-js 1.0.4 that is used here; the package has no types. */
interface SkeletonTracing {
  /** Thins `image` (0 or 1 per pixel, row by row) in place. */
  thinningZS(image: Uint8Array, width: number, height: number): void
  /**
   * Traces the part (x, y, w, h) of a skeleton (0 or 1 per pixel) of `width` × `height` pixels to
   * polylines of [x, y] points, without thinning it.
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

function loadSkeletonTracing(): SkeletonTracing {
  const require = createRequire(import.meta.url)
  return require('skeleton-tracing-js')
}

/**
 * Thins a mask (0 or 1 per pixel) with skeleton-tracing-js. It names the rules of 1984, but departs
 * from `skeletonize(mask, { method: 'zhang-suen' })` on 407 of the 660 masks in `test/golden`, by
 * 128 527 pixels (the skeletons have 186 321): 118 379 are left standing, 10 148 are missing, and
 * 275 skeletons have another number of junctions. There are two reasons:
 *
 * - It never deletes a pixel of the outermost rows and columns. Thick lines keep their full width
 *   there and grow spurs, and a mask that is all foreground is returned as it is. A margin of one
 *   background pixel around the mask leaves 10 of the 660 masks different.
 * - It stops as soon as one of the two passes deletes nothing, though the other could go on. That
 *   leaves the last 34 pixels standing, in those 10 masks.
 */
export function thinWithSkeletonTracing(
  mask: Uint8Array,
  width: number,
  height: number,
): Uint8Array {
  const skeleton = mask.slice()
  loadSkeletonTracing().thinningZS(skeleton, width, height)
  return skeleton
}

/**
 * Traces a skeleton (0 or 1 per pixel) with skeleton-tracing-js. Of the 181 116 skeleton pixels of
 * the masks in `test/golden`, 12 908 are more than 3 pixels from any of its lines, with chunks of 6.
 */
export function traceWithSkeletonTracing(
  skeleton: Uint8Array,
  width: number,
  height: number,
  chunkSize: number,
): [x: number, y: number][][] {
  const whole = [width, height, 0, 0, width, height] as const
  return loadSkeletonTracing().traceSkeleton(skeleton, ...whole, chunkSize, 999, null)
}

/** The peer that thins; its skeletons are not quite thin. */
export async function skeletonTracing(version: string): Promise<Peer> {
  const tracer = loadSkeletonTracing()
  return {
    versions: { 'skeleton-tracing-js': version },
    enter: (group, set) =>
      group === 'thinning' && set.width * set.height <= LARGE_PIXELS ? [thinning(tracer, set)] : [],
  }
}

function thinning(tracer: SkeletonTracing, { preds, width, height }: MaskSet): Entry {
  const scratch = new Uint8Array(width * height)
  const thin = (i: number) => {
    scratch.set(preds[i])
    tracer.thinningZS(scratch, width, height)
    return scratch
  }
  return {
    ...inProcess('skeleton-tracing-js', preds.length, thin),
    against: ['thin zhang-suen'],
    note: ({ skeletonize }) => {
      const data = preds[0]
      const ours = skeletonize({ data, width, height }, { method: 'zhang-suen' }).toUint8Array()
      const differing = thin(0).filter((value, i) => value !== ours[i]).length
      const pixels = ours.filter((value) => value === 1).length
      return `on the first pair the skeleton of skeleton-tracing-js differs from the rules of 1984 in ${differing} pixels, and has ${pixels}`
    },
  }
}
