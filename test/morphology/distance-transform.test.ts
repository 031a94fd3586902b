import fc from 'fast-check'
import { distanceTransform } from 'vessel-reward'
import { describe, expect, it } from 'vitest'
import { nearestFeatureOf } from '../../src/morphology/nearest-feature.ts'
import { readGoldenDistances } from '../golden/golden.ts'
import { bits, faults, firstDifference, isClose } from '../oracle/compare.ts'
import { draw, type Grid, grid, transpose } from '../oracle/grid.ts'
import { anyMask, largeMask } from '../property/masks.ts'

/** The nearest background pixel of each pixel, by trying them all. */
function oracleDistances(mask: Grid, [rows, columns]: readonly [number, number]): Float64Array {
  const { width, height, data } = mask
  const distances = new Float64Array(width * height).fill(Number.POSITIVE_INFINITY)
  for (let i = 0; i < data.length; i++) {
    for (let j = 0; j < data.length; j++) {
      if (data[j] === 1) continue
      const across = ((i % width) - (j % width)) * columns
      const down = (Math.floor(i / width) - Math.floor(j / width)) * rows
      distances[i] = Math.min(distances[i], Math.sqrt(across * across + down * down))
    }
  }
  return distances
}

describe('distanceTransform', () => {
  it('equals SciPy bit by bit where squared distances are exact', () => {
    const { exact } = readGoldenDistances()
    const found = faults(exact, ({ mask, width, height, spacing, digest }) => {
      const { distances } = distanceTransform({ data: mask, width, height }, { spacing })
      return digest(distances) ? '' : 'other distances'
    })
    expect(found).toEqual([])
    expect(exact.length).toBeGreaterThan(600)
  })

  it('equals SciPy to 12 digits with any spacing', () => {
    const { rounded } = readGoldenDistances()
    const found = faults(rounded, ({ mask, width, height, spacing, distances }) => {
      const actual = distanceTransform({ data: mask, width, height }, { spacing }).distances
      const i = distances.findIndex((distance, at) => !isClose(actual[at], distance))
      return i < 0 ? '' : `${actual[i]} instead of ${distances[i]} at index ${i}`
    })
    expect(found).toEqual([])
    expect(rounded.length).toBeGreaterThan(3)
  })

  it('equals the search of all background pixels', () => {
    const side = fc.constantFrom(0.25, 0.5, 1, 1.5, 2, 7)
    fc.assert(
      fc.property(anyMask(34, 20), fc.tuple(side, side), (mask, spacing) => {
        const { distances, width, height } = distanceTransform(bits(mask), { spacing })
        expect([width, height]).toEqual([mask.width, mask.height])
        expect(firstDifference(distances, oracleDistances(mask, spacing))).toBe('')
      }),
      { numRuns: 150 },
    )
  })

  it('is turned with the mask and scales with the spacing', () => {
    fc.assert(
      fc.property(anyMask(70, 40), (mask) => {
        const { distances, width } = distanceTransform(bits(mask))
        const turned = distanceTransform(bits(transpose(mask))).distances
        const doubled = distanceTransform(bits(mask), { spacing: 2 }).distances
        const { height } = mask
        const back = distances.map((_, i) => turned[(i % width) * height + Math.floor(i / width)])
        expect(firstDifference(back, distances)).toBe('')
        expect(
          firstDifference(
            doubled,
            distances.map((distance) => 2 * distance),
          ),
        ).toBe('')
        const squares = distances.filter(Number.isFinite).map((distance) => distance ** 2)
        expect(squares.every((square) => Math.abs(square - Math.round(square)) < 5e-10)).toBe(true)
      }),
      { numRuns: 60 },
    )
  })

  it('is 0 on background and Infinity without any', () => {
    expect(distanceTransform(draw('#.# ###')).distances).toEqual(
      Float64Array.of(1, 0, 1, Math.SQRT2, 1, Math.SQRT2),
    )
    const full = distanceTransform(draw('## ##'))
    expect(full.distances).toEqual(new Float64Array(4).fill(Number.POSITIVE_INFINITY))
    expect(distanceTransform(draw('.. ..')).distances).toEqual(new Float64Array(4))
    for (const empty of [[], [[]]]) {
      expect(distanceTransform(empty).distances).toEqual(new Float64Array(0))
    }
  })

  it('stays exact far from background and with extreme spacings', () => {
    const wide = grid(3000, 2, (x, y) => x > 0 || y > 0)
    const { distances } = distanceTransform(bits(wide))
    expect(distances[2999]).toBe(2999)
    expect(distances[5999]).toBe(Math.sqrt(2999 ** 2 + 1))
    const pixel = draw('.## ###')
    for (const spacing of [
      [1e50, 1e-50],
      [1e-50, 1e50],
    ] as const) {
      const { distances } = distanceTransform(pixel, { spacing })
      expect(firstDifference(distances, oracleDistances(pixel, spacing))).toBe('')
    }
  })

  it('equals the distances to the nearest feature on large masks, thick and thin', () => {
    for (const [seed, maxRadius] of [
      [1, 4],
      [2, 30],
      [3, 120],
    ]) {
      const mask = largeMask(430, 310, seed, maxRadius)
      for (const thick of [mask, { ...mask, data: mask.data.map((value) => 1 - value) }]) {
        const background = bits({ ...thick, data: thick.data.map((value) => 1 - value) })
        const expected = Float64Array.from(nearestFeatureOf(background), (nearest, i) => {
          const across = (i % mask.width) - (nearest % mask.width)
          const down = Math.floor(i / mask.width) - Math.floor(nearest / mask.width)
          return Math.sqrt(across * across + down * down)
        })
        expect(firstDifference(distanceTransform(bits(thick)).distances, expected)).toBe('')
      }
    }
  })

  it('writes to an array of the caller, whatever that held', () => {
    const mask = draw('#.# ###')
    const room = new Float64Array(8).fill(7)
    const out = room.subarray(1, 7)
    const result = distanceTransform(mask, { out })
    expect(result.distances).toBe(out)
    expect(room).toEqual(Float64Array.of(7, ...distanceTransform(mask).distances, 7))
    expect(() => distanceTransform(mask, { out: new Float64Array(5) })).toThrow(
      new RangeError('expected out to have 6 elements, got 5'),
    )
    expect(() => distanceTransform(mask, { out: [] as unknown as Float64Array })).toThrow(
      new TypeError('expected out to be a Float64Array, got an array of length 0'),
    )
  })

  it('refuses what is no spacing', () => {
    const at = (spacing: unknown) => () => distanceTransform([[1, 0]], { spacing: spacing as 1 })
    for (const spacing of ['1', [1], [1, 2, 3], [1, '1'], {}, true]) {
      expect(at(spacing)).toThrow(TypeError)
    }
    for (const spacing of [0, -1, Number.NaN, Number.POSITIVE_INFINITY, [1, 0], 1e51, 1e-51]) {
      expect(at(spacing)).toThrow(RangeError)
    }
  })
})
