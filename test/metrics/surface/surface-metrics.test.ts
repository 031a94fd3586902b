import fc from 'fast-check'
import {
  assd,
  BitMask,
  boundary,
  hausdorff,
  hd95,
  masd,
  type NsdOptions,
  nsd,
  type SurfaceDistanceOptions,
} from 'vessel-reward'
import { describe, expect, it } from 'vitest'
import { type DistancePair, readDistanceGolden } from '../../golden/distance-golden.ts'
import { bits, faults, isClose } from '../../oracle/compare.ts'
import { draw, type Grid, grid, transpose } from '../../oracle/grid.ts'
import { anySize, masksOfOneSize } from '../../property/masks.ts'

/** The golden pairs, packed, so that the boundary of each is found once. */
const PAIRS = readDistanceGolden().pairs.map((pair) => {
  const { width, height, within } = pair
  const pack = (data: Uint8Array) => BitMask.from({ data, width, height })
  return { ...pair, pred: pack(pair.pred), truth: pack(pair.truth), within: within && pack(within) }
})
type Pair = Omit<DistancePair, 'pred' | 'truth' | 'within'> & (typeof PAIRS)[number]

const METRICS = ['hausdorff', 'hd95', 'pooled', 'assd', 'masd', 'nsd'] as const
type Values = Record<(typeof METRICS)[number], number>

function valuesOf(
  pred: BitMask,
  truth: BitMask,
  options: SurfaceDistanceOptions,
  tolerance: number,
): Values {
  return {
    hausdorff: hausdorff(pred, truth, options),
    hd95: hd95(pred, truth, options),
    pooled: hd95(pred, truth, { ...options, convention: 'pooled' }),
    assd: assd(pred, truth, options),
    masd: masd(pred, truth, options),
    nsd: nsd(pred, truth, { ...options, tolerance }),
  }
}

/** The values of the golden pairs, computed when first asked for. */
const known = new Map<string, Values>()

function valuesOfPair(pair: Pair): Values {
  const { name, pred, truth, within, spacing, tolerance } = pair
  let values = known.get(name)
  if (values === undefined) {
    values = valuesOf(pred, truth, { spacing, within: within ?? undefined }, tolerance)
    known.set(name, values)
  }
  return values
}

/** Where values differ, in words; null stands for a metric that is not compared. */
function difference(
  actual: Values,
  expected: Record<string, number | null>,
  close: (a: number, b: number) => boolean,
): string {
  const wrong = Object.entries(expected).filter(
    ([name, value]) => value !== null && !close(actual[name as keyof Values], value),
  )
  return wrong
    .map(([name, value]) => `${name}: ${actual[name as keyof Values]}, not ${value}`)
    .join()
}

const named = (values: readonly number[]) =>
  Object.fromEntries(METRICS.map((name, i) => [name, values[i]]))

/** Agreement with a result in single precision. */
function isNear(a: number, b: number, error = 1e-6): boolean {
  return Math.abs(a - b) <= error * Math.max(1, Math.abs(b))
}

function diagonalOf({ width, height, spacing: [rows, columns] }: Pair): number {
  return Math.hypot(height * rows, width * columns)
}

const both = PAIRS.filter((pair) => pair.scipy !== null)
const undefinedPairs = PAIRS.filter((pair) => pair.scipy === null)

describe('surface distances', () => {
  it('equal SciPy to 12 digits', () => {
    const found = faults(both, (pair) =>
      difference(valuesOfPair(pair), named(pair.scipy as NonNullable<typeof pair.scipy>), isClose),
    )
    expect(found).toEqual([])
    expect(both.length).toBeGreaterThan(500)
  })

  it('equal MONAI within its single precision', () => {
    const found = faults(both, (pair) => {
      const [hausdorff, hd95, assd, masd, nsd] = pair.monai as number[]
      const values = valuesOfPair(pair)
      const fault = difference(values, { hausdorff, assd, masd, nsd }, isNear)
      // The place between two ranks has single precision there, too.
      return fault || difference(values, { hd95 }, (a, b) => isNear(a, b, 1e-4))
    })
    expect(found).toEqual([])
  })

  it('equal MedPy, which pools both directions', () => {
    const found = faults(both, (pair) => {
      const [pooled, assd] = pair.medpy as [number, number]
      return difference(valuesOfPair(pair), { pooled, assd }, isClose)
    })
    expect(found).toEqual([])
  })

  it('are finite where MONAI, MedPy and surface-distance fail', () => {
    const found = faults(undefinedPairs, (pair) => {
      const isEmpty = pair.confusion.tp + pair.confusion.fp + pair.confusion.fn === 0
      const failed = isEmpty ? null : 'inf'
      const nsd = isEmpty ? null : 0
      expect(pair.monai).toEqual([failed, null, failed, failed, nsd])
      expect([pair.medpy, pair.surfaceDistance]).toEqual([null, null])
      const values = valuesOfPair(pair)
      const distance = isEmpty ? 0 : diagonalOf(pair)
      const worst = [distance, distance, distance, distance, distance, isEmpty ? 1 : 0]
      return difference(values, named(worst), isClose)
    })
    expect(found).toEqual([])
    expect(undefinedPairs.length).toBe(90)
  })

  it('count the pixels of the boundary, where surface-distance weighs its elements by length', () => {
    const differences = both.flatMap((pair) => {
      const theirs = pair.surfaceDistance?.[1]
      return typeof theirs === 'number' ? [Math.abs(valuesOfPair(pair).nsd - theirs)] : []
    })
    const mean = differences.reduce((sum, value) => sum + value, 0) / differences.length
    expect(differences.length).toBe(558)
    expect(differences.filter((value) => value > 1e-6).length).toBe(342)
    expect(mean).toBeCloseTo(0.0423, 4)
  })

  it('follow the empty policy', () => {
    const full = bits(draw('### ###'))
    const empty = bits(draw('... ...'))
    for (const [pred, truth] of [
      [full, empty],
      [empty, full],
      [empty, empty],
    ]) {
      const isPerfect = pred === truth
      const diagonal = isPerfect ? 0 : Math.hypot(2, 3)
      const expected = [diagonal, diagonal, diagonal, diagonal, diagonal, isPerfect ? 1 : 0]
      expect(valuesOf(pred, truth, {}, 1)).toEqual(named(expected))
      for (const metric of [hausdorff, hd95, assd, masd]) {
        expect(metric(pred, truth, { empty: 'nan' })).toBeNaN()
        expect(() => metric(pred, truth, { empty: 'throw' })).toThrow(
          new RangeError(
            `${metric.name} is undefined for these masks: no boundary to measure from`,
          ),
        )
      }
    }
    expect(hausdorff(full, empty, { spacing: [3, 0.5] })).toBe(Math.hypot(6, 1.5))
    // The share of the boundary is 0 where only one mask has any; it is 0/0 where none has.
    for (const policy of ['perfect', 'nan', 'throw'] as const) {
      expect(nsd(full, empty, { empty: policy })).toBe(0)
    }
    expect(nsd(empty, empty, { empty: 'nan' })).toBeNaN()
    expect(() => nsd(empty, empty, { empty: 'throw' })).toThrow(RangeError)
    for (const none of [[], [[]]]) {
      expect(hausdorff(none, none)).toBe(0)
      expect(hd95(none, none)).toBe(0)
      expect(nsd(none, none)).toBe(1)
    }
  })

  it('cut both masks to the field of view before they take boundaries', () => {
    const wide = bits(draw('##### ##### #####'))
    const left = bits(draw('##... ##... ##...'))
    expect(hausdorff(wide, left)).toBe(3)
    expect(hausdorff(wide, left, { within: left })).toBe(0)
    expect(nsd(wide, left, { within: left, tolerance: 0 })).toBe(1)
    const none = grid(5, 3, () => false)
    expect(hausdorff(wide, left, { within: bits(none) })).toBe(0)
  })

  it('equal the search of all boundary pixels', () => {
    const size = fc.oneof(anySize(100, 40), anySize(34, 12))
    const side = fc.constantFrom(0.25, 0.5, 1, 1.5, 7)
    const spacing = fc.oneof(fc.tuple(side, side), side)
    const tolerance = fc.constantFrom(0, 0.5, 1, 1.5, 2, 3, 5.7, 33)
    fc.assert(
      fc.property(masksOfOneSize(2, size), spacing, tolerance, ([a, b], spacing, tolerance) => {
        const expected = oracle(a, b, spacing, tolerance)
        if (expected === undefined) return
        const actual = valuesOf(bits(a), bits(b), { spacing }, tolerance)
        expect(difference(actual, expected, isClose)).toBe('')
      }),
      { numRuns: 80 },
    )
  })

  it('find boundaries that are far away', () => {
    const dots = (...at: [number, number][]) =>
      bits(grid(300, 200, (x, y) => at.some(([u, v]) => u === x && v === y)))
    for (const [dx, dy] of [
      [31, 0],
      [0, 31],
      [32, 0],
      [0, 32],
      [31, 31],
      [30, 11],
      [22, 23],
      [299, 199],
      [150, 3],
      [64, 65],
    ]) {
      for (const [x, y] of [
        [0, 0],
        [299 - dx, 199 - dy],
      ]) {
        const [a, b] = [dots([x, y]), dots([x + dx, y + dy])]
        const distance = Math.sqrt(dx * dx + dy * dy)
        expect(hausdorff(a, b)).toBe(distance)
        expect(hd95(b, a)).toBe(distance)
        expect(hausdorff(a, b, { spacing: [2, 1] })).toBeCloseTo(Math.hypot(dx, 2 * dy), 10)
        expect(nsd(a, b, { tolerance: distance })).toBe(1)
        expect(nsd(a, b, { tolerance: distance - 0.01 })).toBe(0)
      }
    }
  })

  it('take the percentile of near pixels without those that are far', () => {
    // 95 of 100 pixels in a row are matched at once, the others are far away.
    for (const far of [1, 4, 5, 6, 7, 20]) {
      const a = bits(grid(200, 100, (x, y) => (y === 0 && x < 100 - far) || (y === 99 && x < far)))
      const b = bits(grid(200, 100, (x, y) => y === 0 && x < 100 - far))
      const distances = [...Array(100 - far).fill(0), ...Array(far).fill(99)]
      const at = 0.95 * 99
      const [below, above] = [distances[Math.floor(at)], distances[Math.ceil(at)]]
      expect(hd95(a, b)).toBeCloseTo(below + (at % 1) * (above - below), 10)
    }
  })

  it('do not depend on the order of the masks or on how they are turned, and scale', () => {
    fc.assert(
      fc.property(masksOfOneSize(2), ([a, b]) => {
        const [pred, truth] = [bits(a), bits(b)]
        const values = valuesOf(pred, truth, {}, 2)
        expect(difference(valuesOf(truth, pred, {}, 2), values, isClose)).toBe('')
        const turned = valuesOf(bits(transpose(a)), bits(transpose(b)), {}, 2)
        expect(difference(turned, values, isClose)).toBe('')
        const doubled = valuesOf(pred, truth, { spacing: 2 }, 4)
        const { nsd, ...distances } = values
        const twice = Object.fromEntries(Object.entries(distances).map(([k, v]) => [k, 2 * v]))
        expect(difference(doubled, { ...twice, nsd }, isClose)).toBe('')
        const same = valuesOf(pred, bits(a), {}, 0)
        expect(same).toEqual(named([0, 0, 0, 0, 0, 1]))
      }),
      { numRuns: 60 },
    )
  })

  it.each<[unknown, Error | RegExp]>([
    [
      { spacing: 0 },
      new RangeError('expected spacing to be a finite number ≥ 1e-50 and ≤ 1e+50, got 0'),
    ],
    [
      { spacing: '1' },
      new TypeError("expected spacing to be a number or [rows, columns], got '1'"),
    ],
    [
      { empty: 'worst' },
      new RangeError("expected empty to be 'perfect' or 'nan' or 'throw', got 'worst'"),
    ],
    [
      { percentile: 95 },
      /^unknown option 'percentile' of \w+: did you mean 'ignore'\? Known: within, ignore, empty, spacing$/,
    ],
    [null, /^expected the options of \w+ to be a plain object, got null$/],
  ])('refuse the options %j', (options, error) => {
    for (const metric of [hausdorff, assd, masd]) {
      expect(() => metric([[1]], [[1]], options as SurfaceDistanceOptions)).toThrow(error)
    }
  })

  it('refuse wrong options of their own and masks of unequal size', () => {
    const bad = (options: unknown) => () => nsd([[1]], [[1]], options as NsdOptions)
    expect(bad({ tolerance: -1 })).toThrow(RangeError)
    expect(bad({ tolerance: Number.NaN })).toThrow(RangeError)
    expect(bad({ tolerance: '1' })).toThrow(TypeError)
    expect(bad({ convention: 'pooled' })).toThrow(RangeError)
    expect(() => hd95([[1]], [[1]], { convention: 'both' as 'pooled' })).toThrow(RangeError)
    expect(() => hd95([[1]], [[1]], null as unknown as undefined)).toThrow(
      /^expected the options of \w+ to be a plain object, got null$/,
    )
    expect(() => hausdorff([[1]], [[1, 1]])).toThrow(RangeError)
  })
})

/** All values by trying all pairs of boundary pixels; undefined where a mask is empty. */
function oracle(
  a: Grid,
  b: Grid,
  spacing: number | [number, number],
  tolerance: number,
): Values | undefined {
  const [rows, columns] = typeof spacing === 'number' ? [spacing, spacing] : spacing
  const placesOf = (mask: Grid) =>
    [...boundary(bits(mask)).toUint8Array()].flatMap((set, i) =>
      set === 1 ? [[(i % mask.width) * columns, Math.floor(i / mask.width) * rows]] : [],
    )
  const [p, t] = [placesOf(a), placesOf(b)]
  if (p.length === 0 || t.length === 0) return undefined
  const nearest = (from: number[][], to: number[][]) =>
    from
      .map(([x, y]) => Math.sqrt(Math.min(...to.map(([u, v]) => (x - u) ** 2 + (y - v) ** 2))))
      .sort((one, other) => one - other)
  const [there, back] = [nearest(p, t), nearest(t, p)]
  const pooled = [...there, ...back].sort((one, other) => one - other)
  const mean = (values: number[]) => values.reduce((sum, value) => sum + value, 0) / values.length
  const percentile = (values: number[]) => {
    const at = 0.95 * (values.length - 1)
    const below = values[Math.floor(at)]
    return below + (at % 1) * (values[Math.ceil(at)] - below)
  }
  return {
    hausdorff: pooled[pooled.length - 1],
    hd95: Math.max(percentile(there), percentile(back)),
    pooled: percentile(pooled),
    assd: mean(pooled),
    masd: (mean(there) + mean(back)) / 2,
    nsd: pooled.filter((distance) => distance <= tolerance).length / pooled.length,
  }
}
