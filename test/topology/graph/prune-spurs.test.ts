import fc from 'fast-check'
import {
  bettiNumbers,
  type PruneSpursOptions,
  pruneSpurs,
  skeletonGraph,
  skeletonize,
} from 'vessel-reward'
import { describe, expect, it } from 'vitest'
import { bits, maskDifference } from '../../oracle/compare.ts'
import { draw } from '../../oracle/grid.ts'
import { anyMask } from '../../property/masks.ts'

const minLengths = fc.constantFrom(0, 1, 1.5, 2.5, 4, 10, 1e9)

describe('pruneSpurs', () => {
  it('keeps components and holes, and adds no pixel, on any mask', () => {
    fc.assert(
      fc.property(anyMask(70, 40), minLengths, fc.boolean(), (grid, minLength, thin) => {
        const mask = thin ? skeletonize(bits(grid)) : bits(grid)
        const pruned = pruneSpurs(mask, { minLength })
        expect(bettiNumbers(pruned)).toEqual(bettiNumbers(mask))
        expect(pruned.and(mask).equals(pruned)).toBe(true)
      }),
      { numRuns: 300 },
    )
  })

  it('leaves no spur shorter than asked for, and nothing to do a second time', () => {
    let spurs = 0
    fc.assert(
      fc.property(anyMask(70, 40), minLengths, (grid, minLength) => {
        const skeleton = skeletonize(bits(grid))
        const shortOf = (mask: typeof skeleton) => {
          const { branches } = skeletonGraph(mask, { mergeRadius: 0 })
          return branches.length.filter((length, i) => branches.type[i] === 1 && length < minLength)
        }
        const pruned = pruneSpurs(skeleton, { minLength })
        spurs += shortOf(skeleton).length
        expect(shortOf(pruned)).toHaveLength(0)
        expect(pruneSpurs(pruned, { minLength }).equals(pruned)).toBe(true)
      }),
      { numRuns: 300 },
    )
    expect(spurs).toBeGreaterThan(20)
  })

  it('drops what fills up a square where a crossing of diagonals was', () => {
    const crossing = bits(draw('...# ..#. #..# .##. .##. #..#'))
    const pruned = pruneSpurs(crossing, { minLength: 100 })
    expect(pruned.equals(bits(draw('...# ..#. #..# .##. .... ....')))).toBe(true)
  })

  it('keeps the longest spurs where fewer than two branches would be left', () => {
    const forked = draw(`
      ..........#
      .........#.
      #########..
      .........#.
      ...........`)
    const straight = draw(`
      ..........#
      .........#.
      #########..
      ...........
      ...........`)
    expect(maskDifference(pruneSpurs(bits(forked), { minLength: 5 }), straight)).toBe('')
    const star = bits(draw('...#... ...#... ####### ...#...'))
    const { components, branches } = skeletonGraph(pruneSpurs(star, { minLength: 100 }))
    expect([components, branches.count, branches.type[0], branches.length[0]]).toEqual([1, 1, 0, 6])
  })

  it('measures branches that have become one as one', () => {
    // Of the twigs the longer one at the top stays, and makes the stem 9 long.
    const skeleton = bits(
      draw(`
        ......#.......
        ....###.......
        ......#.......
        ......#.......
        ......###.....
        ......#.......
        ......#.......
        ......#.......
        ##############`),
    )
    const { branches } = skeletonGraph(pruneSpurs(skeleton, { minLength: 5 }), { mergeRadius: 0 })
    expect([...branches.length].sort((a, b) => a - b)).toEqual([6, 7, 9])
  })

  it('leaves alone what is no spur', () => {
    for (const art of ['#', '##', '####.#', '.#. #.# .#.', '..... .....', '#...# .#.#. ..#..']) {
      const grid = draw(art)
      expect(maskDifference(pruneSpurs(bits(grid), { minLength: 1e9 }), grid)).toBe('')
    }
    const tee = draw('..#.. ..#.. #####')
    expect(maskDifference(pruneSpurs(bits(tee), { minLength: 2 }), tee)).toBe('')
  })

  it('takes masks of no pixels', () => {
    expect(pruneSpurs({ data: [], width: 0, height: 3 }, { minLength: 3 }).height).toBe(3)
  })

  it.each<[unknown, Error]>([
    [undefined, new TypeError('expected minLength to be a number, got undefined')],
    [{}, new TypeError('expected minLength to be a number, got undefined')],
    [{ minLength: -1 }, new RangeError('expected minLength to be a finite number ≥ 0, got -1')],
    [
      { minLength: 1, min: 2 },
      new RangeError(
        "unknown option 'min' of pruneSpurs: did you mean 'minLength'? Known: minLength",
      ),
    ],
  ])('refuses the options %j', (options, error) => {
    expect(() => pruneSpurs([[1]], options as PruneSpursOptions)).toThrow(error)
  })
})
