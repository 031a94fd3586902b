import fc from 'fast-check'
import {
  bettiNumbers,
  branchStatistics,
  pruneSpurs,
  skeletonGraph,
  skeletonize,
  skeletonLength,
} from 'vessel-reward'
import { describe, expect, it } from 'vitest'
import { bits, numbersDifference } from '../../oracle/compare.ts'
import { draw } from '../../oracle/grid.ts'
import { anyMask } from '../../property/masks.ts'

describe('branchStatistics', () => {
  it('describes a network', () => {
    const skeleton = bits(
      draw(`
        #......#.......
        #.....#.#......
        #......#.......
        #..............
        #########.....#
        .....#.........
        .....#.........
        .....#.........`),
    )
    const actual = branchStatistics(skeletonGraph(skeleton, { mask: skeleton }))
    const length = 16 - 1 + 4 * Math.SQRT2
    expect(
      numbersDifference(actual, {
        branches: 4,
        junctions: 1,
        ends: 3,
        isolated: 1,
        components: 3,
        cycles: 1,
        totalLength: length,
        meanLength: length / 4,
        tortuosity: (9 * (9 / Math.hypot(5, 4)) + 3 + 3) / 15,
        meanRadius: 1,
        branchingDensity: 1 / length,
      }),
    ).toBe('')
  })

  it('is NaN where it divides 0 by 0, and only there', () => {
    const nothing = branchStatistics(skeletonGraph(bits(draw('... .#. ...'))))
    for (const [name, value] of Object.entries(nothing)) {
      const undefinedNames = ['meanLength', 'tortuosity', 'meanRadius', 'branchingDensity']
      expect(Number.isNaN(value), name).toBe(undefinedNames.includes(name))
    }
    const cycle = branchStatistics(skeletonGraph(bits(draw('.#. #.# .#.'))))
    expect(cycle.tortuosity).toBeNaN()
    expect(cycle.meanLength).toBeCloseTo(4 * Math.SQRT2, 12)
    expect(cycle.branchingDensity).toBe(0)
  })

  it('has tortuosities of at least 1, and totals of the whole skeleton', () => {
    fc.assert(
      fc.property(anyMask(70, 40), (grid) => {
        // Without 2×2 squares, which the graph has fewer links for.
        const skeleton = pruneSpurs(skeletonize(bits(grid)), { minLength: 0 })
        const graph = skeletonGraph(skeleton)
        const { tortuosity, totalLength, components, cycles } = branchStatistics(graph)
        if (!Number.isNaN(tortuosity)) expect(tortuosity).toBeGreaterThanOrEqual(1 - 1e-12)
        expect(bettiNumbers(skeleton)).toEqual({ b0: components, b1: cycles })
        const squares = skeletonLength(skeleton) - totalLength
        expect(squares).toBeGreaterThan(-1e-9)
        expect(squares - Math.round(squares)).toBeCloseTo(0, 9)
      }),
      { numRuns: 200 },
    )
  })
})
