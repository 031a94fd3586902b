import type { ThresholdOptions } from '../mask/accepted-forms.ts'
import { BitMask, type MaskLike } from '../mask/bitmask.ts'
import { checkCount, type OptionTable, readOptions } from '../mask/options.ts'
import { finiteNumber } from '../mask/validate.ts'
import { skeletonize, THINNING_RULE } from '../morphology/skeletonize.ts'
import type { ThinningMethod } from '../morphology/thinning-table.ts'
import { linkPixels, type PixelLinks, tracePaths } from '../topology/graph/build.ts'
import { thinSquares } from '../topology/thin-squares.ts'

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

/** A stroke must not be shorter than its pixels' chain over this: sec 22.5°, as for a straight line. */
const CHAIN_OVER_STRAIGHT = Math.sqrt(4 - 2 * Math.SQRT2)
/** What must remain of the length of a line. */
const LEAST_LENGTH = 15 / 16

/**
 * Replaces pieces of a line by straight strokes between turns of it, each as many steps as it may.
 * A piece must lie in a square of `chunkSize` pixels and be as straight as a straight line of
 * pixels can be, and the line so far must keep 15/16 of its length.
 *
 * A piece as straight as that departs from its stroke by at most .207 of its length, which is less
 * than half of `chunkSize` with all rounding. A line that turns keeps a turn of its own, and one
 * that is closed keeps two, so that no two strokes join the same two points: loops stay loops.
 *
 * @param turns - x, y, x, y, … of its first and last pixels and those where it turns
 */
function simplifyLine(turns: Int32Array, chunkSize: number): Int32Array {
  const last = turns.length / 2 - 1
  const isClosed = turns[0] === turns[2 * last] && turns[1] === turns[2 * last + 1]
  const fewestStrokes = isClosed ? 3 : 2
  if (chunkSize < 3 || last < fewestStrokes) return turns

  const distance = (a: number, b: number) =>
    Math.hypot(turns[2 * b] - turns[2 * a], turns[2 * b + 1] - turns[2 * a + 1])
  const longest = (chunkSize - 1) * Math.SQRT2 * CHAIN_OVER_STRAIGHT
  const kept = [0]
  let length = 0
  let drawn = 0
  for (let from = 0; from < last; ) {
    // Every stroke that must still follow needs a turn to begin from.
    const end = last - Math.max(0, fewestStrokes - kept.length)
    let to = from + 1
    let piece = distance(from, to)
    let toLength = length + piece
    let toDrawn = drawn + piece
    for (let next = to + 1; next <= end; next++) {
      piece += distance(next - 1, next)
      if (piece > longest) break
      const width = Math.abs(turns[2 * next] - turns[2 * from])
      const height = Math.abs(turns[2 * next + 1] - turns[2 * from + 1])
      const stroke = Math.hypot(width, height)
      if (Math.max(width, height) >= chunkSize) break
      if (piece > stroke * CHAIN_OVER_STRAIGHT) continue
      if (drawn + stroke < (length + piece) * LEAST_LENGTH) continue
      to = next
      toLength = length + piece
      toDrawn = drawn + stroke
    }
    kept.push(to)
    from = to
    length = toLength
    drawn = toDrawn
  }
  return Int32Array.from(kept.flatMap((k) => [turns[2 * k], turns[2 * k + 1]]))
}
