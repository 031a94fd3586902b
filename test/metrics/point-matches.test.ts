import fc from 'fast-check'
import {
  countJunctions,
  endpointMatches,
  findEndpoints,
  findJunctions,
  type JunctionMatchOptions,
  junctionMatches,
  skeletonize,
} from 'vessel-reward'
import { describe, expect, it } from 'vitest'
import { bits, numbersDifference } from '../oracle/compare.ts'
import { draw } from '../oracle/grid.ts'
import { masksOfOneSize } from '../property/masks.ts'

/** A plus sign in the middle of every cell where the rows have one. */
function crosses(...rows: string[]): ReturnType<typeof bits> {
  const lines = rows.flatMap((row) => [
    [...row].map((c) => (c === '+' ? '....#....' : '.........')).join(''),
    [...row].map((c) => (c === '+' ? '....#....' : '.........')).join(''),
    [...row].map((c) => (c === '+' ? '..#####..' : '.........')).join(''),
    [...row].map((c) => (c === '+' ? '....#....' : '.........')).join(''),
    [...row].map((c) => (c === '+' ? '....#....' : '.........')).join(''),
  ])
  return bits(draw(lines.join(' ')))
}

/** Another mask, with every pixel moved to the right. */
function moved(mask: ReturnType<typeof bits>, by: number): ReturnType<typeof bits> {
  const { width, height } = mask
  const data = new Uint8Array(width * height)
  mask.toUint8Array().forEach((value, i) => {
    if (value === 1 && (i % width) + by < width) data[i + by] = 1
  })
  return bits({ data, width, height })
}

describe('junctionMatches', () => {
  it('matches junctions one to one', () => {
    const truth = crosses('+.+.+', '.....')
    const pred = crosses('+...+', '.+...')
    expect(junctionMatches(pred, truth)).toEqual({
      precision: 2 / 3,
      recall: 2 / 3,
      f1: 2 / 3,
      matched: 2,
      pred: 3,
      truth: 3,
    })
  })

  it('takes the radius for the greatest distance, 5 by default', () => {
    const truth = crosses('+..')
    for (const [by, options, f1] of [
      [5, undefined, 1],
      [6, undefined, 0],
      [6, { radius: 6 }, 1],
      [3, { radius: 2.9 }, 0],
      [0, { radius: 0 }, 1],
    ] as const) {
      expect(junctionMatches(moved(truth, by), truth, options).f1, `${by}`).toBe(f1)
    }
  })

  it('counts what countJunctions counts, and is symmetric', () => {
    fc.assert(
      fc.property(masksOfOneSize(2), fc.constantFrom(0, 2, 5, 40), ([p, t], radius) => {
        const [pred, truth] = [bits(p), bits(t)]
        const forth = junctionMatches(pred, truth, { radius })
        const back = junctionMatches(truth, pred, { radius })
        expect(forth.pred).toBe(countJunctions(skeletonize(pred)))
        expect(forth.truth).toBe(countJunctions(skeletonize(truth)))
        expect(forth.matched).toBeLessThanOrEqual(Math.min(forth.pred, forth.truth))
        expect([back.matched, back.f1, back.precision]).toEqual([
          forth.matched,
          forth.f1,
          forth.recall,
        ])
        expect(junctionMatches(truth, truth, { radius }).f1).toBe(1)
        expect(junctionMatches(pred, truth, { radius: radius + 1 }).matched).toBeGreaterThanOrEqual(
          forth.matched,
        )
      }),
      { numRuns: 150 },
    )
  })

  it('passes the thinning, the junctions and the field of view on', () => {
    const tee = bits(draw('##### ..#.. ..#..'))
    expect(junctionMatches(tee, tee, { junctions: { method: 'pixels' } }).truth).toBe(4)
    expect(junctionMatches(tee, tee, { within: draw('##### ..... .....') }).truth).toBe(0)
    const blocks = bits(draw('#...# .###. .###. .###. #...#'))
    for (const thinning of ['skimage', 'zhang-suen', 'guo-hall'] as const) {
      const expected = findJunctions(skeletonize(blocks, { method: thinning })).length / 2
      expect(junctionMatches(blocks, blocks, { thinning }).pred).toBe(expected)
    }
  })

  it('follows the empty policy where it divides 0 by 0, and only there', () => {
    const some = crosses('+')
    const none = bits(draw('......... ......... ......... ......... .........'))
    const check = (pred: typeof some, truth: typeof some, empty: 'perfect' | 'nan') => {
      const { precision, recall, f1 } = junctionMatches(pred, truth, { empty })
      return [precision, recall, f1]
    }
    expect(check(none, none, 'perfect')).toEqual([1, 1, 1])
    expect(check(some, none, 'perfect')).toEqual([0, 0, 0])
    expect(check(none, some, 'perfect')).toEqual([0, 0, 0])
    expect(check(none, none, 'nan')).toEqual([Number.NaN, Number.NaN, Number.NaN])
    expect(check(some, none, 'nan')).toEqual([0, Number.NaN, 0])
    expect(check(none, some, 'nan')).toEqual([Number.NaN, 0, 0])
    expect(() => junctionMatches(none, some, { empty: 'throw' })).toThrow(
      new RangeError('junctionMatches is undefined for these masks: 0 divided by 0'),
    )
  })

  it.each<[unknown, Error]>([
    [
      { radius: -1 },
      new RangeError('expected radius to be a finite number ≥ 0 and ≤ 10000, got -1'),
    ],
    [
      { method: 'pixels' },
      new RangeError(
        "unknown option 'method' of junctionMatches: did you mean 'within'? Known: within, ignore, empty, radius, thinning, junctions",
      ),
    ],
    [
      { junctions: { method: 'forks' } },
      new RangeError(
        "expected method to be 'crossing-number' or 'pixels' or 'clusters', got 'forks'",
      ),
    ],
  ])('refuses the options %j', (options, error) => {
    expect(() => junctionMatches([[1]], [[1]], options as JunctionMatchOptions)).toThrow(error)
  })
})

describe('endpointMatches', () => {
  it('matches the ends of the skeletons', () => {
    const truth = bits(draw('########.. .......... ..########'))
    const pred = bits(draw('########.. .......... ####......'))
    const expected = { precision: 0.75, recall: 0.75, f1: 0.75, matched: 3, pred: 4, truth: 4 }
    expect(numbersDifference(endpointMatches(pred, truth, { radius: 2 }), expected)).toBe('')
  })

  it('counts what findEndpoints finds', () => {
    fc.assert(
      fc.property(masksOfOneSize(2), ([p, t]) => {
        const [pred, truth] = [bits(p), bits(t)]
        const { pred: predEnds, truth: truthEnds } = endpointMatches(pred, truth)
        expect(predEnds).toBe(findEndpoints(skeletonize(pred)).length / 2)
        expect(truthEnds).toBe(findEndpoints(skeletonize(truth)).length / 2)
      }),
      { numRuns: 50 },
    )
  })

  it('has no junctions among its options', () => {
    expect(() => endpointMatches([[1]], [[1]], { junctions: {} } as JunctionMatchOptions)).toThrow(
      new RangeError(
        "unknown option 'junctions' of endpointMatches: did you mean 'within'? Known: within, ignore, empty, radius, thinning",
      ),
    )
  })
})
