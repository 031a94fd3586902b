import fc from 'fast-check'
import { BitMask, skeletonize } from 'vessel-reward'
import { centerlinesToSvg, traceCenterlines } from 'vessel-reward/trace'
import { describe, expect, it } from 'vitest'
import { traceWithSkeletonTracing } from '../../bench/peers/skeleton-tracing.ts'

import {
  cases,
  distancesBetween,
  expectTracing,
  golden,
  indicesOf,
  lengthOf,
  METHODS,
  maskOf,
  topologyOf,
} from './trace-checks.ts'

describe('traceCenterlines', () => {
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

  it.each([
    [{ chunkSize: 0 }, RangeError, 'expected chunkSize to be an integer from 1 to 64, got 0'],
    [{ chunkSize: 65 }, RangeError, 'got 65'],
    [{ chunkSize: 0 }, RangeError, 'got 0'],
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

  it('takes a scale and a width as great as they may be', () => {
    const svg = centerlinesToSvg([[1]], [], { scale: 1e6, lineWidth: 1e6 })
    expect(svg).toContain('width="1000000" height="1000000" viewBox="0 0 1 1"')
    expect(svg).toContain('stroke-width="1000000"')
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
    [{ scale: 1e6 + 1 }, RangeError, 'greater than 0 and at most 1000000, got 1000001'],
    [
      { lineColor: `<${'0123456789'.repeat(5)}` },
      RangeError,
      "CSS colour, got '<012345678901234567890123456789012345678'",
    ],
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
    [[[0, 0, 1]], RangeError, 'got 3 numbers'],
    [[null], TypeError, 'expected polyline 0 to be an array of numbers'],
    [[{ length: '2' }], TypeError, 'expected polyline 0 to be an array of numbers'],
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
