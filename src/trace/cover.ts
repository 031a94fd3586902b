import type { BitMask } from '../index.ts'

/** x and y of a pixel in a {@link Frame}. */
export type Point = [x: number, y: number]

/**
 * A skeleton with an empty margin of `reach` pixels on each side, so that the square of pixels
 * within reach of one never has to be clipped.
 */
export interface Frame {
  /** 0 or 1 for each pixel, row by row. */
  readonly pixels: Uint8Array
  readonly width: number
  readonly height: number
  readonly reach: number
}

/** Puts a margin of `reach` pixels around a skeleton. */
export function frameOf(skeleton: BitMask, reach: number): Frame {
  const bytes = skeleton.toUint8Array()
  const width = skeleton.width + 2 * reach
  const height = skeleton.height + 2 * reach
  const pixels = new Uint8Array(width * height)
  for (let y = 0; y < skeleton.height; y++) {
    const row = bytes.subarray(y * skeleton.width, (y + 1) * skeleton.width)
    pixels.set(row, (y + reach) * width + reach)
  }
  return { pixels, width, height, reach }
}

/** Marks the pixels within reach of the one with index `i`. */
export function coverPixel(covered: Uint8Array, { width, reach }: Frame, i: number): void {
  for (let dy = -reach; dy <= reach; dy++) {
    const middle = i + dy * width
    covered.fill(1, middle - reach, middle + reach + 1)
  }
}

/** Indices of the pixels of a straight line, both ends included, one per step. */
function pixelsOfLine([x0, y0]: Point, [x1, y1]: Point, width: number): number[] {
  const steps = Math.max(Math.abs(x1 - x0), Math.abs(y1 - y0))
  const pixels = [y0 * width + x0]
  for (let k = 1; k <= steps; k++) {
    const x = Math.round(x0 + ((x1 - x0) * k) / steps)
    const y = Math.round(y0 + ((y1 - y0) * k) / steps)
    pixels.push(y * width + x)
  }
  return pixels
}

/** Marks the pixels within reach of a straight line. */
export function coverLine(covered: Uint8Array, frame: Frame, a: Point, b: Point): void {
  for (const i of pixelsOfLine(a, b, frame.width)) coverPixel(covered, frame, i)
}

/** Whether every pixel of a straight line is marked. */
export function isCovered(covered: Uint8Array, frame: Frame, a: Point, b: Point): boolean {
  return pixelsOfLine(a, b, frame.width).every((i) => covered[i] === 1)
}

/**
 * Follows the pixels that are not covered, from pixel to pixel, and covers them. Each becomes part
 * of one line, unless it is within reach of a line by the time one would start there.
 */
export function tracePixels(frame: Frame, covered: Uint8Array): Point[][] {
  const { pixels, width } = frame
  const rest = pixels.map((pixel, i) => pixel & ~covered[i])
  // Edges before corners: a staircase is then followed stair by stair.
  const steps = [1, -1, width, -width, width + 1, width - 1, 1 - width, -width - 1]
  const lines: Point[][] = []
  const follow = (start: number) => {
    const path = [start]
    let here = start
    let step: number | undefined = 0
    while (step !== undefined) {
      here += step
      rest[here] = 0
      coverPixel(covered, frame, here)
      if (step !== 0) path.push(here)
      step = steps.find((one) => rest[here + one] === 1)
    }
    const isLoop = path.length > 2 && steps.some((one) => here + one === start)
    if (isLoop) path.push(start)
    lines.push(corners(path, width))
  }
  // Ends of lines first: started in the middle, a line would fall into two.
  for (const mostNeighbours of [1, 8]) {
    for (let i = 0; i < rest.length; i++) {
      if (rest[i] === 0 || covered[i] === 1) continue
      const neighbours = steps.reduce((count, step) => count + rest[i + step], 0)
      if (neighbours <= mostNeighbours) follow(i)
    }
  }
  return lines
}

/** The first and last pixels of a path and those where it turns. */
function corners(path: readonly number[], width: number): Point[] {
  return path
    .filter((here, k) => k === 0 || here - path[k - 1] !== path[k + 1] - here)
    .map((i) => [i % width, Math.floor(i / width)])
}
