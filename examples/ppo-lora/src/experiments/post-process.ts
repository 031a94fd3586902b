import {
  BitMask,
  dilate,
  distanceTransform,
  erode,
  label,
  pruneSpurs,
  skeletonize,
} from 'vessel-reward'

/** What makes a mask of a map of probabilities; every step can be left out. */
export interface PostProcess {
  /** Pixels above this probability are foreground. */
  threshold: number
  /**
   * Hysteresis: pixels above `low · threshold` are, too, where they hang together with one above the
   * threshold. 1: none.
   */
  low: number
  /** Gaps of up to twice so many pixels are closed. 0: none. */
  close: number
  /** Pieces of fewer pixels are removed. 0 or 1: none. */
  smallest: number
  /** Spurs of the centreline shorter than so many pixels go, with the pixels around them. 0: none. */
  spur: number
}

/** A map of probabilities, row by row. */
export interface ProbabilityMap {
  data: Float32Array
  width: number
  height: number
}

/** The mask that the steps make of a map, in the order of {@link PostProcess}. */
export function postProcess(map: ProbabilityMap, { low, ...by }: PostProcess): BitMask {
  let mask = BitMask.from(map, { threshold: by.threshold })
  if (low < 1)
    mask = withPieces(BitMask.from(map, { threshold: low * by.threshold }), touched(mask))
  if (by.close > 0) mask = closed(mask, by.close)
  if (by.smallest > 1) mask = withPieces(mask, (pixels) => pixels.length >= by.smallest)
  return by.spur > 0 ? withoutSpurs(mask, by.spur) : mask
}

/** The connected pieces of a mask, given the indices of their pixels, that a rule keeps. */
function withPieces(mask: BitMask, keeps: (pixels: readonly number[]) => boolean): BitMask {
  const { labels, count, width, height } = label(mask)
  const pieces = Array.from({ length: count }, (): number[] => [])
  for (let i = 0; i < labels.length; i++) if (labels[i] > 0) pieces[labels[i] - 1].push(i)
  const data = new Uint8Array(labels.length)
  for (const pixels of pieces) if (keeps(pixels)) for (const i of pixels) data[i] = 1
  return BitMask.from({ data, width, height })
}

/** Whether a piece has a pixel of another mask. */
function touched(mask: BitMask): (pixels: readonly number[]) => boolean {
  const data = mask.toUint8Array()
  return (pixels) => pixels.some((i) => data[i] === 1)
}

/** Closing by a square: a disk has no corners, and would not close gaps of lines of one pixel. */
function closed(mask: BitMask, radius: number): BitMask {
  const { width, height } = mask
  const around = { element: 'square', radius } as const
  const filled = erode(dilate(mask, around), around).toUint8Array()
  // Erosion takes away what lies at the edge of the image; closing takes nothing away.
  mask.toUint8Array().forEach((bit, i) => {
    if (bit === 1) filled[i] = 1
  })
  return BitMask.from({ data: filled, width, height })
}

/**
 * Takes away what is nearer to a spur of the centreline than to the rest of it, but for what lies within
 * the vessel's width around the rest.
 */
function withoutSpurs(mask: BitMask, minLength: number): BitMask {
  const { width, height } = mask
  const skeleton = skeletonize(mask)
  const kept = pruneSpurs(skeleton, { minLength }).toUint8Array()
  const spurs = skeleton.toUint8Array().map((bit, i) => (bit === 1 && kept[i] === 0 ? 1 : 0))
  if (!spurs.includes(1)) return mask
  const distanceTo = (data: Uint8Array) =>
    distanceTransform({ data: data.map((bit) => 1 - bit), width, height }).distances
  const [toSpur, toRest] = [distanceTo(spurs), distanceTo(kept)]
  const vessel = discsOf(kept, distanceTransform(mask).distances, width)
  const data = mask
    .toUint8Array()
    .map((bit, i) => (vessel[i] === 1 || toSpur[i] >= toRest[i] ? bit : 0))
  return BitMask.from({ data, width, height })
}

/** 1 within each pixel's own distance of the pixels of a mask. */
function discsOf(pixels: Uint8Array, distances: ArrayLike<number>, width: number): Uint8Array {
  const covered = new Uint8Array(pixels.length)
  const height = pixels.length / width
  pixels.forEach((bit, i) => {
    if (bit === 0) return
    const [x, y, radius] = [i % width, Math.floor(i / width), distances[i]]
    const reach = Math.min(Math.ceil(radius), width + height)
    for (let v = Math.max(0, y - reach); v <= Math.min(height - 1, y + reach); v++) {
      for (let u = Math.max(0, x - reach); u <= Math.min(width - 1, x + reach); u++) {
        if ((u - x) ** 2 + (v - y) ** 2 < radius ** 2) covered[v * width + u] = 1
      }
    }
  })
  return covered
}
