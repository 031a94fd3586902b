import { type LengthOptions, skeletonize, skeletonLength } from 'vessel-reward'
import { describe, expect, it } from 'vitest'
import { readGolden } from '../golden/golden.ts'
import { bits, faults, isClose } from '../oracle/compare.ts'
import { draw } from '../oracle/grid.ts'

describe('skeletonLength', () => {
  it('equals the golden lengths', () => {
    const found = faults(readGolden().cases, ({ width, height, mask, asSkeleton, skeletons }) => {
      const all = [...Object.entries(skeletons), ['itself', { ...asSkeleton, mask }] as const]
      for (const [name, { mask: data, length }] of all) {
        const skeleton = { data, width, height }
        const chain = skeletonLength(skeleton)
        const pixels = skeletonLength(skeleton, { method: 'pixels' })
        if (!isClose(chain, length.chain)) return `${name}: chain ${chain}, not ${length.chain}`
        if (pixels !== length.pixels) return `${name}: ${pixels} pixels, not ${length.pixels}`
      }
      return ''
    })
    expect(found).toEqual([])
  })

  it.each([
    ['a pixel', '#', 0],
    ['a row', '#####', 4],
    ['a column', '# # # #', 3],
    ['a diagonal', '#.. .#. ..#', 2 * Math.SQRT2],
    ['the other diagonal', '..# .#. #..', 2 * Math.SQRT2],
    ['a corner, whose diagonal is redundant', '## .#', 2],
    ['a square, of which both diagonals are', '## ##', 4],
    ['a diamond', '.#. #.# .#.', 4 * Math.SQRT2],
    ['a plus', '.#. ### .#.', 4],
    ['a gap', '##.##', 2],
  ])('measures %s', (_, art, length) => {
    expect(skeletonLength(bits(draw(art)))).toBe(length)
    expect(skeletonLength(bits(draw(art)), { method: 'chain' })).toBe(length)
  })

  it('measures a bar at 45° to 8 %', () => {
    const bar = Array.from({ length: 80 }, (_, y) =>
      Array.from({ length: 80 }, (_, x) => Math.abs(x - y) <= 3 && x + y > 20 && x + y < 140),
    )
    const length = skeletonLength(skeletonize(bar))
    expect(length).toBeGreaterThan((120 / Math.SQRT2) * 0.92)
    expect(length).toBeLessThan((120 / Math.SQRT2) * 1.08)
  })

  it('is 0 for masks without pixels', () => {
    for (const mask of [[], [[]], [[0]], [[0, 0, 0]]]) {
      expect(skeletonLength(mask)).toBe(0)
      expect(skeletonLength(mask, { method: 'pixels' })).toBe(0)
    }
  })

  it.each<[unknown, Error]>([
    [{ method: 'px' }, new RangeError("expected method to be 'chain' or 'pixels', got 'px'")],
    [{ method: 0 }, new TypeError("expected method to be 'chain' or 'pixels', got 0")],
    [null, new TypeError('expected the options of skeletonLength to be a plain object, got null')],
  ])('refuses the options %j', (options, error) => {
    expect(() => skeletonLength([[1]], options as LengthOptions)).toThrow(error)
  })
})
