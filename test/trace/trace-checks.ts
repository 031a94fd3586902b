import { BitMask, bettiNumbers, type ImageMask, skeletonLength } from 'vessel-reward'
import { expect } from 'vitest'
import { thinSquares } from '../../src/topology/thin-squares.ts'
import { type GoldenCase, readGolden } from '../golden/golden.ts'

/** The golden masks. */
export const cases: readonly GoldenCase[] = readGolden().cases

/** One of them. */
export const golden = (name: string): GoldenCase => {
  const found = cases.find((one) => one.name === name)
  if (found === undefined) throw new Error(`no golden case ${name}`)
  return found
}

/** Its mask, as functions take it. */
export const maskOf = ({ mask, width, height }: GoldenCase): ImageMask & { data: Uint8Array } => ({
  data: mask,
  width,
  height,
})

/** Indices of the pixels that a polyline passes through, with those of the segments in between. */
function pixelsOf(polyline: ArrayLike<number>, width: number): number[] {
  const pixels = [polyline[1] * width + polyline[0]]
  for (let k = 2; k < polyline.length; k += 2) {
    const [x0, y0, x1, y1] = Array.from({ length: 4 }, (_, i) => polyline[k - 2 + i])
    const steps = Math.max(Math.abs(x1 - x0), Math.abs(y1 - y0))
    for (let i = 1; i <= steps; i++) {
      const x = Math.round(x0 + ((x1 - x0) * i) / steps)
      const y = Math.round(y0 + ((y1 - y0) * i) / steps)
      pixels.push(y * width + x)
    }
  }
  return pixels
}

/** Chessboard distance of every pixel to the nearest of the given ones. */
function distanceTo(pixels: Iterable<number>, width: number, height: number): Float64Array {
  const distances = new Float64Array(width * height).fill(Number.POSITIVE_INFINITY)
  let ring = [...pixels]
  for (const i of ring) distances[i] = 0
  for (let distance = 1; ring.length > 0; distance++) {
    const next: number[] = []
    for (const i of ring) {
      const x = i % width
      const y = (i - x) / width
      for (let ny = Math.max(0, y - 1); ny <= Math.min(height - 1, y + 1); ny++) {
        for (let nx = Math.max(0, x - 1); nx <= Math.min(width - 1, x + 1); nx++) {
          const j = ny * width + nx
          if (distances[j] <= distance) continue
          distances[j] = distance
          next.push(j)
        }
      }
    }
    ring = next
  }
  return distances
}

/** Indices of the foreground. */
export const indicesOf = (mask: Uint8Array): number[] =>
  [...mask.keys()].filter((i) => mask[i] === 1)

/** Distances from the pixels of a skeleton to polylines, and from those of the polylines back. */
export function distancesBetween(
  skeleton: Uint8Array,
  polylines: readonly ArrayLike<number>[],
  width: number,
  height: number,
): { toLines: number[]; toSkeleton: number[] } {
  const on = indicesOf(skeleton)
  const drawn = polylines.flatMap((polyline) => pixelsOf(polyline, width))
  const lines = distanceTo(drawn, width, height)
  const bones = distanceTo(on, width, height)
  return { toLines: on.map((i) => lines[i]), toSkeleton: drawn.map((i) => bones[i]) }
}

const max = (values: readonly number[]) => values.reduce((a, b) => Math.max(a, b), 0)

/** Checks that polylines are of points inside the mask. */
function expectInside(polylines: readonly Int32Array[], width: number, height: number): void {
  for (const polyline of polylines) {
    const xs = polyline.filter((_, k) => k % 2 === 0)
    const ys = polyline.filter((_, k) => k % 2 === 1)
    expect(xs.length).toBe(ys.length)
    expect(xs.length).toBeGreaterThan(0)
    expect(xs.every((x) => x >= 0 && x < width)).toBe(true)
    expect(ys.every((y) => y >= 0 && y < height)).toBe(true)
  }
}

/** Components and loops of polylines as a graph: their points are its nodes, shared ones once. */
export function topologyOf(polylines: readonly ArrayLike<number>[]): { b0: number; b1: number } {
  const root = new Map<number, number>()
  const find = (node: number): number => {
    let top = node
    for (let up = root.get(top); up !== undefined && up !== top; up = root.get(top)) top = up
    root.set(node, top)
    return top
  }
  const segments = new Set<number>()
  for (const line of polylines) {
    let before = -1
    for (let k = 0; k < line.length; k += 2) {
      const node = line[k] + 2 ** 13 * line[k + 1]
      if (!root.has(node)) root.set(node, node)
      if (k > 0) {
        // Two strokes between the same points are one: a loop must not be drawn as a line.
        segments.add(Math.min(before, node) * 2 ** 26 + Math.max(before, node))
        root.set(find(before), find(node))
      }
      before = node
    }
  }
  const b0 = [...root.keys()].filter((node) => find(node) === node).length
  return { b0, b1: segments.size - root.size + b0 }
}

/** Euclidean length. */
export function lengthOf(polylines: readonly ArrayLike<number>[]): number {
  let length = 0
  for (const line of polylines) {
    for (let k = 2; k < line.length; k += 2) {
      length += Math.hypot(line[k] - line[k - 2], line[k + 1] - line[k - 1])
    }
  }
  return length
}

/** Number of 2×2 squares, which a path of pixels cannot run through. */
function squaresIn(pixels: Uint8Array, width: number): number {
  return indicesOf(pixels).filter(
    (i) =>
      i % width < width - 1 &&
      pixels[i + 1] === 1 &&
      pixels[i + width] === 1 &&
      pixels[i + width + 1] === 1,
  ).length
}

/** What every tracing must be. */
export function expectTracing(
  skeleton: BitMask,
  polylines: readonly Int32Array[],
  chunkSize: number,
  name = '',
): void {
  const { width, height } = skeleton
  const squares = squaresIn(skeleton.toUint8Array(), width)
  const thin = squares === 0 ? skeleton : thinSquares(skeleton)
  expectInside(polylines, width, height)
  const topology = bettiNumbers(skeleton, { connectivity: 8 })
  expect(topologyOf(polylines), name).toEqual(topology)

  const length = lengthOf(polylines)
  const chain = skeletonLength(skeleton)
  const rounding = 1e-9 + 1e-12 * chain
  // The chain counts four links of a square, of which a line can have two to three.
  const least = chain - 2 * squares - rounding
  expect(length, name).toBeLessThanOrEqual(chain + rounding)
  expect(length, name).toBeGreaterThanOrEqual(least * (chunkSize < 3 ? 1 : 15 / 16))
  if (chunkSize >= 3) {
    // Strokes along rows, columns and diagonals are the skeleton; others stay in their chunk.
    const sizes = polylines.flatMap((line) =>
      [...line.keys()].slice(2).map((k) => {
        if (k % 2 === 1) return 0
        const [width, height] = [line[k] - line[k - 2], line[k + 1] - line[k - 1]].map(Math.abs)
        return width === 0 || height === 0 || width === height ? 0 : Math.max(width, height)
      }),
    )
    expect(max(sizes), name).toBeLessThan(chunkSize)
    const reach = Math.floor(chunkSize / 2)
    const found = distancesBetween(thin.toUint8Array(), polylines, width, height)
    expect(max(found.toSkeleton), name).toBeLessThanOrEqual(reach)
    expect(max(found.toLines), name).toBeLessThanOrEqual(reach)
    return
  }
  const drawn = new Uint8Array(width * height)
  for (const line of polylines) for (const i of pixelsOf(line, width)) drawn[i] = 1
  const picture = BitMask.from({ data: drawn, width, height })
  expect(picture.equals(thin), name).toBe(true)
  expect(bettiNumbers(picture, { connectivity: 8 }), name).toEqual(topology)
}

/** The thinning variants. */
export const METHODS = ['skimage', 'zhang-suen', 'guo-hall'] as const
