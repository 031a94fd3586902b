import type { BitMask } from '../../mask/bitmask.ts'
import { countBoth } from '../../mask/popcount.ts'
import type { ThinningMethod } from '../../morphology/thinning-table.ts'
import { halfWidthsOf } from '../half-widths.ts'
import { skeletonOf } from '../remembered-facts.ts'
import { NearParts, neighboursOf } from './nearby-components.ts'
import { type MissedPart, MissedPiece } from './piece.ts'

/** Half-widths beyond it do not widen the neighbourhood; keeps time in proportion to the pixels. */
const MAX_HALF_WIDTH = 16
/** Covered pixels that are taken along at each end of a piece. */
const STEPS_BETWEEN = 2
/** Diagonal neighbours are near each other whatever the tolerance. */
const MIN_REACH = 1.5

/**
 * The connections and branches of a mask that the other one does not have; see `topologyErrors`.
 * Works on the pieces of the mask's centreline that lie outside the other mask (8-connected).
 */
export function missedParts(
  mask: BitMask,
  other: BitMask,
  tolerance: number,
  method: ThinningMethod,
): MissedPart[] {
  const skeleton = skeletonOf(mask, method)
  if (countBoth(skeleton.words, other.words) === skeleton.count) return []
  const { width, height } = mask
  const otherBytes = other.toUint8Array()
  const line = skeleton.toUint8Array()
  const { pixels, halfWidths } = uncoveredOf(mask, line, otherBytes, method)
  const own = mask.toUint8Array()
  const near = new NearParts(own, otherBytes, width, height)
  const starts = groupPixels(pixels, halfWidths, width, height)
  const memberAt = new Int32Array(width * height)
  const offsets = offsetsWithin(Math.max(tolerance, MAX_HALF_WIDTH))

  const missed: MissedPart[] = []
  for (let i = 0; i + 1 < starts.length; i++) {
    const members = pixels.subarray(starts[i], starts[i + 1])
    const widths = halfWidths.subarray(starts[i], starts[i + 1])
    near.enter(members, (index) => Math.max(MIN_REACH, widths[index] + tolerance))
    const reachOf = (index: number) => Math.max(MIN_REACH, tolerance, widths[index])
    const piece = new MissedPiece(members, reachOf, {
      near,
      line,
      own,
      other: otherBytes,
      memberAt,
      offsets,
      width,
      height,
    })
    for (const part of piece.find()) missed.push(part)
  }
  return missed
}

/**
 * The pixels of the centreline outside the other mask with those a few steps along it, and the
 * half-widths there: pieces that come so near each other count as one, so that a connection which
 * the centreline crosses twice is found once.
 */
function uncoveredOf(
  mask: BitMask,
  line: Uint8Array,
  other: Uint8Array,
  method: ThinningMethod,
): { pixels: Int32Array; halfWidths: Float64Array } {
  const { xs, ys, halfWidths } = halfWidthsOf(mask, method)
  const { width, height } = mask
  const isTaken = new Uint8Array(width * height)
  const neighbours = new Int32Array(8)
  let ring: number[] = []
  for (let i = 0; i < xs.length; i++) {
    const pixel = ys[i] * width + xs[i]
    if (other[pixel] === 1) continue
    isTaken[pixel] = 1
    ring.push(pixel)
  }
  for (let step = 0; step < STEPS_BETWEEN; step++) {
    const next: number[] = []
    for (const pixel of ring) {
      const count = neighboursOf(pixel, width, height, neighbours)
      for (let k = 0; k < count; k++) {
        const neighbour = neighbours[k]
        if (line[neighbour] === 0 || isTaken[neighbour] === 1) continue
        isTaken[neighbour] = 1
        next.push(neighbour)
      }
    }
    ring = next
  }
  const pixels = new Int32Array(xs.length)
  const widths = new Float64Array(xs.length)
  let count = 0
  for (let i = 0; i < xs.length; i++) {
    const pixel = ys[i] * width + xs[i]
    if (isTaken[pixel] === 0) continue
    pixels[count] = pixel
    widths[count++] = Math.min(halfWidths[i], MAX_HALF_WIDTH)
  }
  return { pixels: pixels.subarray(0, count), halfWidths: widths.subarray(0, count) }
}

/** Sorts pixels by the 8-connected piece that they are in; returns where each piece starts. */
function groupPixels(
  pixels: Int32Array,
  halfWidths: Float64Array,
  width: number,
  height: number,
): number[] {
  const count = pixels.length
  const indexAt = new Int32Array(width * height)
  for (let i = 0; i < count; i++) indexAt[pixels[i]] = i + 1
  const order = new Int32Array(count)
  const neighbours = new Int32Array(8)
  const starts: number[] = []
  let end = 0
  for (let i = 0; i < count; i++) {
    if (indexAt[pixels[i]] === 0) continue
    starts.push(end)
    indexAt[pixels[i]] = 0
    order[end++] = i
    for (let next = end - 1; next < end; next++) {
      const found = neighboursOf(pixels[order[next]], width, height, neighbours)
      for (let k = 0; k < found; k++) {
        const index = indexAt[neighbours[k]]
        if (index === 0) continue
        indexAt[neighbours[k]] = 0
        order[end++] = index - 1
      }
    }
  }
  starts.push(end)
  const unsorted = pixels.slice()
  const unsortedWidths = halfWidths.slice()
  for (let i = 0; i < count; i++) {
    pixels[i] = unsorted[order[i]]
    halfWidths[i] = unsortedWidths[order[i]]
  }
  return starts
}

/** Columns and rows from a pixel to each one within a radius in turn, the nearest first. */
function offsetsWithin(radius: number): Int32Array {
  const reach = Math.floor(radius)
  const all: { dx: number; dy: number }[] = []
  for (let dy = -reach; dy <= reach; dy++) {
    for (let dx = -reach; dx <= reach; dx++) {
      if (dx * dx + dy * dy <= radius * radius) all.push({ dx, dy })
    }
  }
  all.sort((a, b) => a.dx ** 2 + a.dy ** 2 - b.dx ** 2 - b.dy ** 2 || a.dy - b.dy || a.dx - b.dx)
  return Int32Array.from(all.flatMap(({ dx, dy }) => [dx, dy]))
}
