import type { ThresholdOptions } from '../mask/accepted-forms.ts'
import { BitMask, type MaskLike } from '../mask/bitmask.ts'
import { checkCount, type OptionTable, readOptions } from '../mask/options.ts'
import { finiteNumber } from '../mask/validate.ts'
import { skeletonize, THINNING_RULE } from '../morphology/skeletonize.ts'
import type { ThinningMethod } from '../morphology/thinning-table.ts'
import { linkPixels, type PixelLinks, tracePaths } from '../topology/graph/build.ts'
import { thinSquares } from '../topology/thin-squares.ts'
import { simplifyLine } from './simplify-line.ts'

/** Options of {@link traceCenterlines}. */
export interface TraceOptions extends ThresholdOptions {
  /** The thinning variant; see `skeletonize`. Default: `'skimage'`. */
  thinning?: ThinningMethod
  /**
   * Size in pixels up to which a part of the skeleton is replaced by a straight stroke: an integer
   * from 1 to 64. Larger ones give fewer points, further from the skeleton. Default: 1, which
   * keeps every pixel.
   */
  chunkSize?: number
}

const OPTIONS: OptionTable<TraceOptions, { threshold: number | undefined }> = {
  thinning: THINNING_RULE,
  // Whether one is given makes a difference to BitMask.from.
  threshold: { default: undefined, read: (value, name) => finiteNumber(value as number, name) },
  chunkSize: { default: 1, min: 1, max: 64, isInteger: true },
}

/**
 * Traces the centrelines of a mask as polylines: its skeleton, as `skeletonize` computes it, from
 * each end or junction pixel to the next.
 *
 * The lines have the topology of the skeleton. They share points at their ends only, and as a graph
 * whose nodes are these points they have its components and its loops, with any `chunkSize`: a
 * closed line ends where it begins. Drawn pixel by pixel the lines are the skeleton, and their
 * length is that of `skeletonLength`. Only pixels that fill up 2×2 squares, which thinning leaves at
 * some crossings, are left out; they are within 2 pixels of a line.
 *
 * A `chunkSize` from 3 on replaces parts of a line that lie in a square of so many pixels by
 * straight strokes between pixels of it. Within ⌊chunkSize / 2⌋ pixels (in x and in y) of every
 * pixel of the skeleton (but those left out) lies a line, and of every pixel of a line the skeleton.
 * Every line keeps at least 15/16 of its length, so that one of up to 16 pixels loses at most 1.
 * It is nearer to the length of the vessel for that: the chain of pixels of a straight line is up
 * to 8 % too long. Lines close to each other may touch where their strokes are drawn.
 *
 * The time is proportional to the pixels of the image.
 *
 * @param mask - the mask, or its skeleton, of which thinning changes nothing; see `MaskLike`
 * @param options - `thinning`, `threshold` and `chunkSize`
 * @returns one array per polyline: x, y, x, y, … in whole pixels, the centre of the pixel in
 * column x and row y. Its points are the two ends and where it turns. An isolated pixel is a
 * polyline of one point, after all others. No polylines for an empty mask
 * @throws TypeError or RangeError if the mask or an option is not valid
 *
 * @example
 * ```ts
 * import { traceCenterlines } from 'vessel-reward/trace'
 *
 * const ring = [
 *   [0, 1, 1, 1, 0],
 *   [1, 0, 0, 0, 1],
 *   [0, 1, 1, 1, 0],
 * ]
 * traceCenterlines(ring) // => [Int32Array [1, 0, 3, 0, 4, 1, 3, 2, 1, 2, 0, 1, 1, 0]]
 * const slope = [
 *   [1, 1, 1, 0, 0, 0, 0],
 *   [0, 0, 0, 1, 1, 0, 0],
 *   [0, 0, 0, 0, 0, 1, 1],
 * ]
 * traceCenterlines(slope) // => [Int32Array [0, 0, 2, 0, 3, 1, 4, 1, 5, 2, 6, 2]]
 * traceCenterlines(slope, { chunkSize: 6 }) // => [Int32Array [0, 0, 2, 0, 6, 2]]
 * ```
 */
export function traceCenterlines(mask: MaskLike, options?: TraceOptions): Int32Array[] {
  checkCount(arguments.length, 2, 'traceCenterlines')
  const { thinning, threshold, chunkSize } = readOptions(options, OPTIONS, 'traceCenterlines')
  const skeleton = skeletonize(BitMask.from(mask, { threshold }), { method: thinning })
  const links = linkPixels(thinSquares(skeleton))
  const { count, start, pixels } = tracePaths(links)
  const lines: Int32Array[] = []
  for (let path = 0; path < count; path++) {
    const turns = turnsOf(pixels.subarray(start[path], start[path + 1]), links)
    lines.push(simplifyLine(turns, chunkSize))
  }
  const { degree, x, y } = links
  for (let i = 0; i < links.count; i++) {
    if (degree[i] === 0) lines.push(Int32Array.of(x[i], y[i]))
  }
  return lines
}

/** x, y, x, y, … of the first and last pixels of a path and those where it turns. */
function turnsOf(path: Int32Array, { x, y }: PixelLinks): Int32Array {
  const turns: number[] = []
  const last = path.length - 1
  for (let k = 0; k <= last; k++) {
    const here = path[k]
    if (k > 0 && k < last) {
      const before = path[k - 1]
      const after = path[k + 1]
      if (x[after] - x[here] === x[here] - x[before] && y[after] - y[here] === y[here] - y[before])
        continue
    }
    turns.push(x[here], y[here])
  }
  return Int32Array.from(turns)
}
