import fc from 'fast-check'
import { BitMask, bettiNumbers, countJunctions, skeletonize, skeletonLength } from 'vessel-reward'
import { centerlinesToSvg, traceCenterlines } from 'vessel-reward/trace'
import { describe, expect, it } from 'vitest'
import {
  thinWithSkeletonTracing,
  traceWithSkeletonTracing,
} from '../bench/peers/skeleton-tracing.ts'
import { thinSquares } from '../src/topology/thin-squares.ts'
import { type GoldenCase, readGolden } from './golden/golden.ts'

const { cases } = readGolden()

const golden = (name: string): GoldenCase => {
  const found = cases.find((one) => one.name === name)
  if (found === undefined) throw new Error(`no golden case ${name}`)
  return found
}

const maskOf = ({ mask, width, height }: GoldenCase) => ({ data: mask, width, height })

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

const indicesOf = (mask: Uint8Array) => [...mask.keys()].filter((i) => mask[i] === 1)

/** Distances from the pixels of a skeleton to polylines, and from those of the polylines back. */
function distancesBetween(
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
function topologyOf(polylines: readonly ArrayLike<number>[]): { b0: number; b1: number } {
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

function lengthOf(polylines: readonly ArrayLike<number>[]): number {
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
function expectTracing(
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

const METHODS = ['skimage', 'zhang-suen', 'guo-hall'] as const

describe('traceCenterlines', () => {
  it('draws the skeleton of every golden mask, with its components, loops and length', () => {
    for (const [i, one] of cases.entries()) {
      const { width, height, name } = one
      for (const thinning of i % 4 === 0 ? METHODS : METHODS.slice(0, 1)) {
        const skeleton = BitMask.from({ data: one.skeletons[thinning].mask, width, height })
        expectTracing(skeleton, traceCenterlines(maskOf(one), { thinning }), 1, name)
      }
    }
  })

  it.each([3, 6, 7, 10, 25, 64])('keeps them with chunks of %i pixels', (chunkSize) => {
    for (const one of cases.filter((_, i) => i % 6 === chunkSize % 6)) {
      const { width, height, skeletons, name } = one
      const skeleton = BitMask.from({ data: skeletons.skimage.mask, width, height })
      expectTracing(skeleton, traceCenterlines(maskOf(one), { chunkSize }), chunkSize, name)
    }
  })

  it('leaves out pixels that only fill up squares, at most 2 pixels from the line', () => {
    let most = 0
    for (const one of cases) {
      const { width, height } = one
      const skeleton = one.skeletons.skimage.mask
      const lines = traceCenterlines(maskOf(one))
      most = Math.max(most, ...distancesBetween(skeleton, lines, width, height).toLines)
    }
    expect(most).toBe(2)
  })

  it('needs fewer points with larger chunks', () => {
    const counts = [1, 3, 6, 12, 24].map((chunkSize) => {
      const polylines = traceCenterlines(maskOf(golden('tree/0/200x150')), { chunkSize })
      return polylines.reduce((sum, line) => sum + line.length / 2, 0)
    })
    expect(counts).toEqual([...counts].sort((a, b) => b - a))
    expect(new Set(counts).size).toBe(counts.length)
  })

  const shape = (rows: string) =>
    rows.split('/').map((row) => [...row].map((c) => Number(c === '#')))
  it.each([
    ['a ring of 5 × 5', shape('.###./#...#/#...#/#...#/.###.'), 8 + 4 * Math.SQRT2, 1, 1],
    ['a ring of 3 × 3', shape('.#./#.#/.#.'), 4 * Math.SQRT2, 1, 1],
    ['a ring of 8 × 3', shape('.######./#......#/.######.'), 10 + 4 * Math.SQRT2, 1, 1],
    ['an eight', shape('.#./#.#/.#./#.#/.#.'), 8 * Math.SQRT2, 1, 2],
    ['a loop on a stem', shape('.#./#.#/.#./.#./.#.'), 2 + 4 * Math.SQRT2, 1, 1],
    ['two rings', shape('.#....#./#.#..#.#/.#....#.'), 8 * Math.SQRT2, 2, 2],
    ['two pixels apart', shape('#..#'), 0, 2, 0],
  ])('keeps %s wherever it lies', (_, rows, length, b0, b1) => {
    for (let place = 0; place < 400; place++) {
      const top = Math.floor(place / 20)
      const left = place % 20
      const mask = Array.from({ length: 25 }, (_, y) =>
        Array.from({ length: 28 }, (_, x) => rows[y - top]?.[x - left] ?? 0),
      )
      expect(skeletonize(mask).equals(BitMask.from(mask))).toBe(true)
      for (const chunkSize of place % 21 === 0 ? [1, 3, 6, 10, 64] : [1, 6]) {
        const polylines = traceCenterlines(mask, { chunkSize })
        expect(topologyOf(polylines)).toEqual({ b0, b1 })
        expect(Math.abs(lengthOf(polylines) - length)).toBeLessThanOrEqual(chunkSize < 3 ? 1e-9 : 1)
      }
    }
  })

  it('keeps two lines apart that join the same two junctions', () => {
    // As straight as a line of pixels each, and within one chunk.
    const side = `.${'#'.repeat(40)}.`
    const slit = shape(`${side}/#${'.'.repeat(40)}#/${side}`)
    const joined = slit.map((row, y) => [y % 2, ...row, y % 2])
    for (const mask of [slit, joined]) {
      expect(topologyOf(traceCenterlines(mask, { chunkSize: 64 }))).toEqual({ b0: 1, b1: 1 })
    }
  })

  it('keeps a detour that is short beside a long line', () => {
    const width = 2012
    const data = new Uint8Array(45 * width)
    for (let x = 0; x < width; x++) if (x < 2000 || x > 2010) data[44 * width + x] = 1
    for (let y = 4; y < 44; y++) data[y * width + 2000] = data[y * width + 2010] = 1
    for (let x = 2001; x < 2010; x++) data[3 * width + x] = 1
    const mask = { data, width, height: 45 }
    expect(topologyOf(traceCenterlines(mask))).toEqual({ b0: 1, b1: 0 })
    expectTracing(skeletonize(mask), traceCenterlines(mask, { chunkSize: 64 }), 64)
  })

  it('does what skeleton-tracing-js does not', () => {
    let missed = 0
    for (const { skeletons, width, height } of cases) {
      const { mask } = skeletons.skimage
      const flat = traceWithSkeletonTracing(mask, width, height, 6).map((line) => line.flat())
      const { toLines } = distancesBetween(mask, flat, width, height)
      missed += toLines.filter((distance) => distance > 3).length
    }
    // bench/peers/skeleton-tracing.ts gives these numbers.
    expect(missed).toBe(12_908)
    const pixels = cases.reduce((sum, one) => sum + indicesOf(one.skeletons.skimage.mask).length, 0)
    expect(pixels).toBe(181_116)
  })

  it('takes a skeleton for its mask', () => {
    for (const one of cases.filter((_, i) => i % 20 === 0)) {
      const mask = BitMask.from(maskOf(one))
      expect(traceCenterlines(skeletonize(mask))).toEqual(traceCenterlines(mask))
    }
  })

  it('takes a threshold', () => {
    const probabilities = Array.from({ length: 9 }, (_, y) =>
      Array.from({ length: 9 }, () => (y === 4 ? 0.9 : 0.4)),
    )
    const line = probabilities.map((row) => row.map((value) => value > 0.5))
    expect(traceCenterlines(probabilities, { threshold: 0.5 })).toEqual(traceCenterlines(line))
  })

  it.each([
    [0, 0],
    [0, 5],
    [5, 0],
    [1, 1],
    [4, 4],
    [40, 30],
  ])('finds nothing in an empty mask of %i × %i', (width, height) => {
    const data = new Uint8Array(width * height)
    expect(traceCenterlines({ data, width, height })).toEqual([])
  })

  it.each([1, 2, 3, 5, 6, 7, 8, 12, 13, 29, 30, 31, 200])('traces a line of %i pixels', (n) => {
    const data = new Uint8Array(n).fill(1)
    const row = traceCenterlines({ data, width: n, height: 1 })
    const column = traceCenterlines({ data, width: 1, height: n })
    expect(row).toEqual([n === 1 ? Int32Array.of(0, 0) : Int32Array.of(0, 0, n - 1, 0)])
    expect(column).toEqual([n === 1 ? Int32Array.of(0, 0) : Int32Array.of(0, 0, 0, n - 1)])
  })

  it.each([
    [2, 2],
    [3, 3],
    [30, 30],
    [61, 7],
    [7, 61],
  ])('traces a mask of %i × %i that is all foreground', (width, height) => {
    const mask = { data: new Uint8Array(width * height).fill(1), width, height }
    expectTracing(skeletonize(mask), traceCenterlines(mask), 1)
  })

  it('draws a pixel as a point, and a small ring as a closed line', () => {
    const pixel = [
      [0, 0, 0, 0, 0, 0, 0],
      [0, 1, 0, 0, 0, 0, 0],
      [0, 0, 0, 0, 0, 0, 0],
    ]
    expect(traceCenterlines(pixel)).toEqual([Int32Array.of(1, 1)])
    const diamond = [
      [0, 0, 0, 0, 0],
      [0, 0, 1, 0, 0],
      [0, 1, 0, 1, 0],
      [0, 0, 1, 0, 0],
      [0, 0, 0, 0, 0],
    ]
    expect(traceCenterlines(diamond, { chunkSize: 10 })).toEqual([
      Int32Array.of(2, 1, 1, 2, 2, 3, 3, 2, 2, 1),
    ])
  })

  it('gives the same polylines each time, and leaves the mask alone', () => {
    const one = golden('tree/0/200x150')
    const before = one.mask.slice()
    expect(traceCenterlines(maskOf(one))).toEqual(traceCenterlines(maskOf(one)))
    expect(one.mask).toEqual(before)
  })

  it('traces nested squares in 2000 × 2000 pixels', () => {
    const n = 2000
    const skeleton = new Uint8Array(n * n)
    for (let y = 1; y < n - 1; y++) {
      for (let x = 1; x < n - 1; x++) {
        const ring = Math.max(Math.abs(x - n / 2), Math.abs(y - n / 2))
        if (ring % 40 === 20 && ring < n / 2 - 10) skeleton[y * n + x] = 1
      }
    }
    const mask = { data: skeleton, width: n, height: n }
    expectTracing(skeletonize(mask), traceCenterlines(mask), 1)
  })

  it.each([
    [{ chunkSize: 0 }, RangeError, 'expected chunkSize to be an integer from 1 to 64, got 0'],
    [{ chunkSize: 65 }, RangeError, 'got 65'],
    [{ chunkSize: 6.5 }, RangeError, 'got 6.5'],
    [{ chunkSize: Number.NaN }, RangeError, 'got NaN'],
    [{ chunkSize: '6' }, TypeError, "expected chunkSize to be a number, got '6'"],
    [{ thinning: 'lee' }, RangeError, "got 'lee'"],
    [{ method: 'skimage' }, RangeError, "unknown option 'method' of traceCenterlines"],
    [{ chunksize: 6 }, RangeError, "did you mean 'chunkSize'?"],
    [{ threshold: Number.NaN }, RangeError, 'threshold'],
    [{ threshold: '1' }, TypeError, 'threshold'],
    [null, TypeError, 'expected the options of traceCenterlines to be a plain object, got null'],
    ['skimage', TypeError, "got 'skimage'"],
  ])('refuses the options %o', (options, error, message) => {
    expect(() => traceCenterlines([[1]], options as never)).toThrow(error)
    expect(() => traceCenterlines([[1]], options as never)).toThrow(message)
  })

  it('refuses a third argument', () => {
    const call = traceCenterlines as (...values: unknown[]) => unknown
    expect(() => call([[1]], {}, {})).toThrow('traceCenterlines takes 2 arguments, got 3')
  })
})

describe('centerlinesToSvg', () => {
  const line = [
    [0, 0, 0, 0],
    [1, 1, 0, 1],
    [1, 1, 1, 1],
  ]

  it('draws the runs of the mask and the polylines over them', () => {
    const svg = centerlinesToSvg(line, [Int32Array.of(0, 1, 3, 2), [2, 2]])
    expect(svg).toBe(
      '<svg xmlns="http://www.w3.org/2000/svg" width="4" height="3" viewBox="0 0 4 3" fill="none">' +
        '<path transform="translate(0 .5)" stroke="#ccc" shape-rendering="crispEdges" ' +
        'd="M0 1h2M3 1h1M0 2h4"/><path transform="translate(.5 .5)" stroke="#d00" ' +
        'stroke-width="1" stroke-linecap="round" stroke-linejoin="round" ' +
        'd="M0 1 3 2M2 2h0"/></svg>\n',
    )
  })

  it('takes colours, widths, a scale and a threshold', () => {
    const svg = centerlinesToSvg([[0.2, 0.8]], [[0, 0, 1, 0]], {
      maskColor: 'rgb(10% 20% 30% / .5)',
      lineColor: 'hsl(120, 50%, 50%)',
      lineWidth: 0.25,
      background: 'white',
      scale: 10,
      threshold: 0.5,
    })
    expect(svg).toContain('width="20" height="10" viewBox="0 0 2 1"')
    expect(svg).toContain('<rect width="2" height="1" fill="white"/>')
    expect(svg).toContain('stroke="rgb(10% 20% 30% / .5)"')
    expect(svg).toContain('stroke="hsl(120, 50%, 50%)" stroke-width="0.25"')
    expect(svg).toContain('d="M1 0h1"')
  })

  it('draws every pixel of every golden mask once', () => {
    for (const one of cases) {
      const { width, height, mask } = one
      const svg = centerlinesToSvg(maskOf(one), [])
      const drawn = new Uint8Array(width * height)
      for (const [, x, y, run] of svg.matchAll(/M(\d+) (\d+)h(\d+)/g)) {
        for (let k = 0; k < Number(run); k++) drawn[Number(y) * width + Number(x) + k]++
      }
      expect(Buffer.compare(drawn, mask), one.name).toBe(0)
    }
  })

  it('draws every point of every polyline', () => {
    const one = golden('tree/0/200x150')
    const polylines = traceCenterlines(maskOf(one))
    const [, path] = /d="([^"]*)"\/><\/svg>/.exec(centerlinesToSvg(maskOf(one), polylines)) ?? []
    const drawn = path
      .split('M')
      .slice(1)
      .map((part) => Int32Array.from(part.replace('h0', '').split(' ').map(Number)))
    expect(drawn).toEqual(polylines)
  })

  it.each([
    [0, 0],
    [0, 3],
    [3, 0],
  ])('draws a mask of %i × %i', (width, height) => {
    const svg = centerlinesToSvg({ data: [], width, height }, [])
    expect(svg).toContain(`viewBox="0 0 ${width} ${height}"`)
    expect(svg).toContain('d=""')
  })

  it.each([
    [{ lineWidth: 0 }, RangeError, 'expected lineWidth to be greater than 0'],
    [{ lineWidth: Number.NaN }, RangeError, 'got NaN'],
    [{ scale: -1 }, RangeError, 'expected scale'],
    [{ scale: Number.POSITIVE_INFINITY }, RangeError, 'got Infinity'],
    [{ scale: '2' }, TypeError, "expected scale to be a number, got '2'"],
    [{ maskColor: 3 }, TypeError, 'expected maskColor to be a CSS colour, got 3'],
    [{ lineColor: '"/><script>' }, RangeError, 'expected lineColor to be a CSS colour'],
    [{ background: '' }, RangeError, "expected background to be a CSS colour, got ''"],
    [{ maskColour: 'red' }, RangeError, "did you mean 'maskColor'?"],
    [null, TypeError, 'expected the options of centerlinesToSvg to be a plain object, got null'],
  ])('refuses the options %o', (options, error, message) => {
    expect(() => centerlinesToSvg(line, [], options as never)).toThrow(error)
    expect(() => centerlinesToSvg(line, [], options as never)).toThrow(message)
  })

  it('refuses a fourth argument', () => {
    const call = centerlinesToSvg as (...values: unknown[]) => unknown
    expect(() => call(line, [], {}, {})).toThrow('centerlinesToSvg takes 3 arguments, got 4')
  })

  it.each([
    [undefined, TypeError, 'expected an array of polylines, got undefined'],
    [[3], TypeError, 'expected polyline 0 to be an array of numbers'],
    [[[0, 0], [[0, 0]]], RangeError, 'expected polyline 1 to be pairs of x and y, got 1 numbers'],
    [[[]], RangeError, 'got 0 numbers'],
    [[[0, '1']], TypeError, "expected polyline 0 in numbers, got '1'"],
    [[[0, Number.NaN]], RangeError, 'expected polyline 0 in finite numbers, got NaN'],
    [[{ length: 2 ** 40 }], TypeError, 'got undefined'],
    [new Array(2), TypeError, 'polyline 0'],
  ])('refuses the polylines %o', (polylines, error, message) => {
    expect(() => centerlinesToSvg(line, polylines as never)).toThrow(error)
    expect(() => centerlinesToSvg(line, polylines as never)).toThrow(message)
  })
})

describe('the thinning of skeleton-tracing-js', () => {
  /** The mask with a margin of background pixels. */
  function padded({ mask, width, height }: GoldenCase, margin: number): BitMask {
    const wide = width + 2 * margin
    const data = new Uint8Array(wide * (height + 2 * margin))
    for (const i of indicesOf(mask)) {
      const x = i % width
      data[((i - x) / width + margin) * wide + x + margin] = 1
    }
    return BitMask.from({ data, width: wide, height: height + 2 * margin })
  }

  /** Its skeleton, with the margin taken off. */
  function thinned(one: GoldenCase, margin: number): Uint8Array {
    const mask = padded(one, margin)
    const bytes = thinWithSkeletonTracing(mask.toUint8Array(), mask.width, mask.height)
    return Uint8Array.from({ length: one.mask.length }, (_, i) => {
      const x = i % one.width
      return bytes[((i - x) / one.width + margin) * mask.width + x + margin]
    })
  }

  function departures(margin: number): Record<string, number> {
    const found = { masks: 0, standing: 0, missing: 0, junctions: 0 }
    for (const one of cases) {
      const { mask, junctions } = one.skeletons['zhang-suen']
      const result = thinned(one, margin)
      const differing = [...mask.keys()].filter((i) => mask[i] !== result[i])
      const standing = differing.filter((i) => result[i] === 1).length
      found.standing += standing
      found.missing += differing.length - standing
      if (differing.length > 0) found.masks++
      const count = countJunctions({ data: result, width: one.width, height: one.height })
      if (count !== junctions.crossingNumber[3]) found.junctions++
    }
    return found
  }

  // Its docs give the numbers of the next two tests.
  it('departs from Zhang and Suen on 407 of 660 masks', () => {
    expect(cases.length).toBe(660)
    const pixels = cases.map(({ skeletons }) => indicesOf(skeletons['zhang-suen'].mask).length)
    expect(pixels.reduce((a, b) => a + b)).toBe(186_321)
    expect(departures(0)).toEqual({
      masks: 407,
      standing: 118_379,
      missing: 10_148,
      junctions: 275,
    })
  })

  it('departs on 10 of them for another reason than the border', () => {
    expect(departures(1)).toEqual({ masks: 10, standing: 34, missing: 0, junctions: 5 })
  })

  it('grows spurs on a plus sign that touches the border', () => {
    const plus = maskOf(golden('plus/3/21x21'))
    const { data, width, height } = plus
    const thin = thinWithSkeletonTracing(data, width, height)
    const theirs = BitMask.from({ data: thin, width, height })
    const ours = skeletonize(plus, { method: 'zhang-suen' })
    expect([theirs.count, ours.count]).toEqual([49, 35])
    const crossing = { method: 'pixels' } as const
    expect([countJunctions(theirs, crossing), countJunctions(ours, crossing)]).toEqual([13, 5])
  })
})

describe('with anything at all', () => {
  it('every function returns, or throws TypeError or RangeError', () => {
    const anything = fc.anything({ withTypedArray: true, withBigInt: true, withSparseArray: true })
    const value = fc.oneof(anything, fc.constant([[1, 0, 1]]))
    fc.assert(
      fc.property(value, anything, anything, (mask, other, options) => {
        for (const use of [
          () => traceCenterlines(mask as never, options as never),
          () => centerlinesToSvg(mask as never, other as never, options as never),
        ]) {
          try {
            use()
          } catch (error) {
            expect(error instanceof TypeError || error instanceof RangeError).toBe(true)
          }
        }
      }),
      { numRuns: 500 },
    )
  })

  it('traces noise with the topology of its skeleton', () => {
    const size = fc.integer({ min: 1, max: 40 })
    fc.assert(
      fc.property(
        size,
        size,
        fc.integer(),
        fc.double({ min: 0, max: 1, noNaN: true }),
        fc.constantFrom(...METHODS),
        fc.integer({ min: 1, max: 64 }),
        (width, height, seed, density, thinning, chunkSize) => {
          let state = seed >>> 0
          const data = Uint8Array.from({ length: width * height }, () => {
            state = (Math.imul(state, 1664525) + 1013904223) >>> 0
            return Number(state / 2 ** 32 < density)
          })
          const mask = BitMask.from({ data, width, height })
          const skeleton = skeletonize(mask, { method: thinning })
          expectTracing(skeleton, traceCenterlines(mask, { thinning, chunkSize }), chunkSize)
          expectTracing(skeleton, traceCenterlines(mask, { thinning }), 1)
        },
      ),
      { numRuns: 500 },
    )
  })
})
