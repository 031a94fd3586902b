import fc from 'fast-check'
import tracer from 'skeleton-tracing-js/dist/trace_skeleton.js'
import { BitMask, countJunctions, skeletonize } from 'vessel-reward'
import { centerlinesToSvg, thinWithSkeletonTracing, traceCenterlines } from 'vessel-reward/trace'
import { describe, expect, it } from 'vitest'
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
const mean = (values: readonly number[]) => values.reduce((a, b) => a + b, 0) / values.length

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

describe('traceCenterlines', () => {
  it('stays within 3 pixels of the skeleton of every golden mask, and reaches all of it', () => {
    const toLines: number[] = []
    const toSkeleton: number[] = []
    for (const one of cases) {
      const { width, height, skeletons } = one
      const polylines = traceCenterlines(maskOf(one))
      expectInside(polylines, width, height)
      const found = distancesBetween(skeletons.skimage.mask, polylines, width, height)
      for (const distance of found.toLines) toLines.push(distance)
      for (const distance of found.toSkeleton) toSkeleton.push(distance)
    }
    expect(max(toLines)).toBe(3)
    expect(max(toSkeleton)).toBe(3)
    // The docs give these numbers.
    expect(toLines.length).toBe(181_116)
    expect(mean(toLines)).toBeCloseTo(0.31, 2)
    expect(mean(toSkeleton)).toBeCloseTo(0.39, 2)
  })

  it('completes what the package alone misses', () => {
    let missed = 0
    for (const { skeletons, width, height } of cases) {
      const { mask } = skeletons.skimage
      const size = [width, height, 0, 0, width, height] as const
      const polylines = tracer.traceSkeleton(mask.slice(), ...size, 6, 999, null)
      const flat = polylines.map((polyline) => polyline.flat())
      const { toLines } = distancesBetween(mask, flat, width, height)
      missed += toLines.filter((distance) => distance > 3).length
    }
    // The docs give this number.
    expect(missed).toBe(12_908)
  })

  it.each([7, 10, 25, 64])('keeps its distance with chunks of %i pixels', (chunkSize) => {
    for (const one of cases.filter((_, i) => i % 6 === chunkSize % 6)) {
      const { width, height, skeletons } = one
      const polylines = traceCenterlines(maskOf(one), { chunkSize })
      expectInside(polylines, width, height)
      const found = distancesBetween(skeletons.skimage.mask, polylines, width, height)
      expect(max(found.toLines)).toBeLessThanOrEqual(Math.floor(chunkSize / 2))
      expect(max(found.toSkeleton)).toBeLessThanOrEqual(Math.floor(chunkSize / 2))
    }
  })

  it.each(['skimage', 'zhang-suen', 'guo-hall'] as const)('traces the %s skeleton', (method) => {
    const one = golden('tree/0/200x150')
    const { width, height, skeletons } = one
    const polylines = traceCenterlines(maskOf(one), { method })
    const found = distancesBetween(skeletons[method].mask, polylines, width, height)
    expect(max(found.toLines)).toBeLessThanOrEqual(3)
    expect(max(found.toSkeleton)).toBeLessThanOrEqual(3)
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
    for (const [width, height] of [
      [n, 1],
      [1, n],
    ]) {
      const polylines = traceCenterlines({ data, width, height })
      expectInside(polylines, width, height)
      const { toLines } = distancesBetween(data, polylines, width, height)
      expect(max(toLines)).toBeLessThanOrEqual(3)
      expect(polylines.length).toBe(1)
    }
  })

  it.each([
    [2, 2],
    [3, 3],
    [30, 30],
    [61, 7],
    [7, 61],
  ])('traces a mask of %i × %i that is all foreground', (width, height) => {
    const data = new Uint8Array(width * height).fill(1)
    const skeleton = skeletonize({ data, width, height }).toUint8Array()
    const polylines = traceCenterlines({ data, width, height })
    expectInside(polylines, width, height)
    const found = distancesBetween(skeleton, polylines, width, height)
    expect(max(found.toLines)).toBeLessThanOrEqual(3)
    expect(max(found.toSkeleton)).toBeLessThanOrEqual(3)
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
      Int32Array.of(2, 1, 3, 2, 2, 3, 1, 2, 2, 1),
    ])
  })

  it('gives the same polylines each time, and leaves the mask alone', () => {
    const one = golden('tree/0/200x150')
    const before = one.mask.slice()
    expect(traceCenterlines(maskOf(one))).toEqual(traceCenterlines(maskOf(one)))
    expect(one.mask).toEqual(before)
  })

  it('traces 2000 × 2000 pixels without running out of stack', () => {
    const n = 2000
    // Of nested squares, the package splits off strip after strip, calling itself for each.
    const skeleton = new Uint8Array(n * n)
    for (let y = 1; y < n - 1; y++) {
      for (let x = 1; x < n - 1; x++) {
        const ring = Math.max(Math.abs(x - n / 2), Math.abs(y - n / 2))
        if (ring % 40 === 20 && ring < n / 2 - 10) skeleton[y * n + x] = 1
      }
    }
    const polylines = traceCenterlines({ data: skeleton, width: n, height: n })
    const thinned = skeletonize({ data: skeleton, width: n, height: n }).toUint8Array()
    const found = distancesBetween(thinned, polylines, n, n)
    expect(max(found.toLines)).toBeLessThanOrEqual(3)
    expect(max(found.toSkeleton)).toBeLessThanOrEqual(3)
  })

  it.each([
    [{ chunkSize: 5 }, RangeError, 'expected chunkSize to be an integer from 6 to 64, got 5'],
    [{ chunkSize: 65 }, RangeError, 'got 65'],
    [{ chunkSize: 6.5 }, RangeError, 'got 6.5'],
    [{ chunkSize: Number.NaN }, RangeError, 'got NaN'],
    [{ chunkSize: '6' }, TypeError, 'expected chunkSize to be a number, got string'],
    [{ method: 'lee' }, RangeError, "got 'lee'"],
    [{ threshold: Number.NaN }, RangeError, 'threshold'],
    [null, TypeError, 'expected an options object'],
    ['skimage', TypeError, 'expected an options object'],
  ])('refuses the options %o', (options, error, message) => {
    expect(() => traceCenterlines([[1]], options as never)).toThrow(error)
    expect(() => traceCenterlines([[1]], options as never)).toThrow(message)
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
    [{ scale: '2' }, TypeError, 'expected scale to be a number, got string'],
    [{ maskColor: 3 }, TypeError, 'expected maskColor to be a CSS colour, got number'],
    [{ lineColor: '"/><script>' }, RangeError, 'expected lineColor to be a CSS colour'],
    [{ background: '' }, RangeError, "expected background to be a CSS colour, got ''"],
    [null, TypeError, 'expected an options object'],
  ])('refuses the options %o', (options, error, message) => {
    expect(() => centerlinesToSvg(line, [], options as never)).toThrow(error)
    expect(() => centerlinesToSvg(line, [], options as never)).toThrow(message)
  })

  it.each([
    [undefined, TypeError, 'expected an array of polylines, got undefined'],
    [[3], TypeError, 'expected polyline 0 to be an array of numbers'],
    [[[0, 0], [[0, 0]]], RangeError, 'expected polyline 1 to be pairs of x and y, got 1 numbers'],
    [[[]], RangeError, 'got 0 numbers'],
    [[[0, '1']], TypeError, 'expected polyline 0 in numbers, got string'],
    [[[0, Number.NaN]], RangeError, 'expected polyline 0 in finite numbers, got NaN'],
    [[{ length: 2 ** 40 }], TypeError, 'got undefined'],
    [new Array(2), TypeError, 'polyline 0'],
  ])('refuses the polylines %o', (polylines, error, message) => {
    expect(() => centerlinesToSvg(line, polylines as never)).toThrow(error)
    expect(() => centerlinesToSvg(line, polylines as never)).toThrow(message)
  })
})

describe('thinWithSkeletonTracing', () => {
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
    const skeleton = thinWithSkeletonTracing(padded(one, margin))
    const bytes = skeleton.toUint8Array()
    return Uint8Array.from({ length: one.mask.length }, (_, i) => {
      const x = i % one.width
      return bytes[((i - x) / one.width + margin) * skeleton.width + x + margin]
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

  // The docs give the numbers of the next three tests.
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
    const theirs = thinWithSkeletonTracing(plus)
    const ours = skeletonize(plus, { method: 'zhang-suen' })
    expect([theirs.count, ours.count]).toEqual([49, 35])
    const crossing = { method: 'pixels' } as const
    expect([countJunctions(theirs, crossing), countJunctions(ours, crossing)]).toEqual([13, 5])
  })

  it.each([
    [0, 0],
    [0, 5],
    [5, 0],
    [1, 1],
    [1, 9],
    [9, 1],
    [2, 9],
    [25, 25],
  ])('returns a mask of %i × %i that is all foreground, or none, as it is', (width, height) => {
    for (const value of [0, 1]) {
      const mask = BitMask.from({ data: new Uint8Array(width * height).fill(value), width, height })
      expect(thinWithSkeletonTracing(mask).equals(mask)).toBe(true)
    }
  })

  it('takes a threshold, and leaves the mask alone', () => {
    const data = Float32Array.of(0.1, 0.6, 0.9)
    const result = thinWithSkeletonTracing({ data, width: 3, height: 1 }, { threshold: 0.5 })
    expect(result.toUint8Array()).toEqual(Uint8Array.of(0, 1, 1))
    expect(data).toEqual(Float32Array.of(0.1, 0.6, 0.9))
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
          () => thinWithSkeletonTracing(mask as never, options as never),
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

  it('traces masks at random within 3 pixels of their skeletons', () => {
    const size = fc.integer({ min: 1, max: 40 })
    fc.assert(
      fc.property(
        size,
        size,
        fc.integer(),
        fc.double({ min: 0, max: 1 }),
        (w, h, seed, density) => {
          let state = seed >>> 0
          const data = Uint8Array.from({ length: w * h }, () => {
            state = (Math.imul(state, 1664525) + 1013904223) >>> 0
            return Number(state / 2 ** 32 < density)
          })
          const mask = BitMask.from({ data, width: w, height: h })
          const polylines = traceCenterlines(mask)
          expectInside(polylines, w, h)
          const found = distancesBetween(skeletonize(mask).toUint8Array(), polylines, w, h)
          expect(max(found.toLines)).toBeLessThanOrEqual(3)
          expect(max(found.toSkeleton)).toBeLessThanOrEqual(3)
        },
      ),
      { numRuns: 300 },
    )
  })
})
