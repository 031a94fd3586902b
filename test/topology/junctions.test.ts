import { countJunctions, findJunctions, type JunctionOptions } from 'vessel-reward'
import { describe, expect, it } from 'vitest'
import {
  type GoldenCase,
  type GoldenRadius,
  type GoldenSkeletonFacts,
  readGolden,
} from '../golden/golden.ts'
import { bits, faults, firstDifference } from '../oracle/compare.ts'
import { draw, transpose } from '../oracle/grid.ts'

const RADII: GoldenRadius[] = ['0', '1.5', '3', '5']

interface Skeleton {
  name: string
  mask: { data: Uint8Array; width: number; height: number }
  junctions: GoldenSkeletonFacts['junctions']
}

/** Every skeleton of every case, and every mask as if it were a skeleton. */
function skeletonsOf({ name, width, height, mask, asSkeleton, skeletons }: GoldenCase): Skeleton[] {
  return [
    { name, mask: { data: mask, width, height }, junctions: asSkeleton.junctions },
    ...Object.entries(skeletons).map(([method, { mask: data, junctions }]) => ({
      name: `${name}, thinned by ${method}`,
      mask: { data, width, height },
      junctions,
    })),
  ]
}

const skeletons = readGolden().cases.flatMap(skeletonsOf)

describe('countJunctions and findJunctions', () => {
  it('equal the golden counts', () => {
    const found = faults(skeletons, ({ mask, junctions }) => {
      const checks: [options: JunctionOptions | undefined, expected: number][] = [
        [undefined, junctions.crossingNumber[3]],
        [{ method: 'pixels' }, junctions.pixels],
        [{ method: 'clusters' }, junctions.clusters],
        ...RADII.map((radius): [JunctionOptions, number] => [
          { mergeRadius: Number(radius) },
          junctions.crossingNumber[radius],
        ]),
      ]
      for (const [options, expected] of checks) {
        const count = countJunctions(mask, options)
        const places = findJunctions(mask, options).length / 2
        if (count !== expected || places !== expected) {
          return `${count} junctions at ${places} places, not ${expected}, ${JSON.stringify(options)}`
        }
      }
      return ''
    })
    expect(found).toEqual([])
  })

  it('equal the golden places, rounded to pixels', () => {
    const found = faults(skeletons, ({ mask, junctions }) => {
      const expected = junctions.places
        .map(({ x, y }) => [Math.floor(x + 0.5), Math.floor(y + 0.5)])
        .sort(([ax, ay], [bx, by]) => ay - by || ax - bx)
        .flat()
      return firstDifference(findJunctions(mask), expected)
    })
    expect(found).toEqual([])
  })

  it('round halves up', () => {
    // Two crossings, at x 1 and x 4: their mean is 2.5.
    const twice = draw('.#..#. ###### .#..#.')
    expect(findJunctions(bits(twice))).toEqual(Int32Array.of(3, 1))
    expect(findJunctions(bits(transpose(twice)))).toEqual(Int32Array.of(1, 3))
    expect(findJunctions(bits(twice), { mergeRadius: 2.99 })).toEqual(Int32Array.of(1, 1, 4, 1))
  })

  it('merge at exactly the radius, and 3 pixels by default', () => {
    const threeApart = bits(draw('.#..#. ###### .#..#.'))
    const fourApart = bits(draw('.#...#. ####### .#...#.'))
    expect(countJunctions(threeApart)).toBe(1)
    expect(countJunctions(threeApart, { mergeRadius: 2.999 })).toBe(2)
    expect(countJunctions(fourApart)).toBe(2)
    expect(countJunctions(fourApart, { mergeRadius: 4 })).toBe(1)
    expect(countJunctions(fourApart, { mergeRadius: Number.MAX_VALUE })).toBe(1)
  })

  it('merge by single linkage: a chain is one junction, however long', () => {
    const ladder = bits(draw('.#..#..#..#..#. ############### .#..#..#..#..#.'))
    expect(countJunctions(ladder)).toBe(1)
    expect(findJunctions(ladder)).toEqual(Int32Array.of(7, 1))
  })

  it('give places in the order of y, then x', () => {
    const plus = ['.#.', '###', '.#.']
    const gap = '.'.repeat(7)
    const row = (first: string, second: string) =>
      [0, 1, 2].map(
        (i) => `${first === '+' ? plus[i] : '...'}${gap}${second === '+' ? plus[i] : '...'}`,
      )
    const blank = Array.from({ length: 5 }, () => '.'.repeat(13))
    const mask = draw([...row(' ', '+'), ...blank, ...row('+', '+')].join(' '))
    expect(findJunctions(bits(mask))).toEqual(Int32Array.of(11, 1, 1, 9, 11, 9))
  })

  it.each(['crossing-number', 'pixels', 'clusters'] as const)('find nothing, %s', (method) => {
    for (const mask of [[], [[]], [[1]], [[0, 0]], [[1, 1, 1, 1]]]) {
      expect(countJunctions(mask, { method })).toBe(0)
      expect(findJunctions(mask, { method })).toEqual(new Int32Array(0))
    }
  })

  it.each<[unknown, Error | RegExp]>([
    [{ mergeRadius: -1 }, new RangeError('expected mergeRadius to be a finite number ≥ 0, got -1')],
    [
      { mergeRadius: Number.NaN },
      new RangeError('expected mergeRadius to be a finite number ≥ 0, got NaN'),
    ],
    [
      { mergeRadius: Number.POSITIVE_INFINITY },
      new RangeError('expected mergeRadius to be a finite number ≥ 0, got Infinity'),
    ],
    [{ mergeRadius: '3' }, new TypeError("expected mergeRadius to be a number, got '3'")],
    [
      { method: 'cluster' },
      new RangeError(
        "expected method to be 'crossing-number' or 'pixels' or 'clusters', got 'cluster'",
      ),
    ],
    [null, /^expected the options of \w+ to be a plain object, got null$/],
    ['pixels', /^expected the options of \w+ to be a plain object, got 'pixels'$/],
  ])('refuse the options %j', (options, error) => {
    expect(() => countJunctions([[1]], options as JunctionOptions)).toThrow(error)
    expect(() => findJunctions([[1]], options as JunctionOptions)).toThrow(error)
  })
})
