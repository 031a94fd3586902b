import fc from 'fast-check'
import { BitMask, bettiNumbers, findEndpoints, skeletonize } from 'vessel-reward'
import {
  addBridges,
  addHairs,
  cutGaps,
  dropBranches,
  LADDERS,
  shiftMask,
  speckle,
} from 'vessel-reward/audit'
import { describe, expect, it } from 'vitest'
import { vesselMask } from '../../../examples/procedural-vessels.ts'
import { anyMask } from '../../property/masks.ts'

const TREES = [1, 2, 3].map((seed) => vesselMask({ width: 256, height: 240, seed }))

/** Whether all of the one is in the other. */
const isWithin = (part: BitMask, whole: BitMask) => part.and(whole).equals(part)

const change = (after: BitMask, before: BitMask) => {
  const [a, b] = [bettiNumbers(after), bettiNumbers(before)]
  return { b0: a.b0 - b.b0, b1: a.b1 - b.b1 }
}

describe('cutGaps', () => {
  it.each(Array.from(TREES.entries()))(
    'makes exactly one component more a gap, tree %i',
    (_, tree) => {
      for (const count of [1, 3, 7, 12]) {
        const cut = cutGaps(tree, { count, length: 6, seed: 4 })
        expect(change(cut, tree)).toEqual({ b0: count, b1: 0 })
        expect(isWithin(cut, tree)).toBe(true)
      }
    },
  )

  it('contains the gaps of fewer, with one seed', () => {
    const [few, many] = [5, 12].map((count) => cutGaps(TREES[0], { count, seed: 9 }))
    expect(isWithin(many, few)).toBe(true)
    expect(many.equals(few)).toBe(false)
    expect(cutGaps(TREES[0], { count: 5, seed: 9 }).equals(few)).toBe(true)
    expect(cutGaps(TREES[0], { count: 5, seed: 10 }).equals(few)).toBe(false)
  })

  it('cuts no loop, which would not fall apart', () => {
    const ring = Array.from({ length: 60 }, (_, y) =>
      Array.from({ length: 60 }, (_, x) => Math.abs(Math.hypot(x - 30, y - 30) - 22) < 2),
    )
    expect(cutGaps(ring, { count: 3 }).equals(BitMask.from(ring))).toBe(true)
  })
})

describe('addHairs', () => {
  it.each(Array.from(TREES.entries()))('attaches each hair at one place, tree %i', (_, tree) => {
    const ends = (mask: BitMask) => findEndpoints(skeletonize(mask)).length / 2
    const hairy = addHairs(tree, { count: 10, length: 10, seed: 2 })
    expect(change(hairy, tree)).toEqual({ b0: 0, b1: 0 })
    expect(hairy.count - tree.count).toBe(100)
    expect(ends(hairy)).toBeGreaterThanOrEqual(ends(tree) + 8)
    expect(isWithin(addHairs(tree, { count: 5, length: 10, seed: 2 }), hairy)).toBe(true)
  })
})

describe('addBridges', () => {
  it.each(Array.from(TREES.entries()))('closes exactly one loop a bridge, tree %i', (_, tree) => {
    for (const count of [1, 5, 8]) {
      const bridged = addBridges(tree, { count, seed: 3 })
      expect(change(bridged, tree)).toEqual({ b0: 0, b1: count })
      expect(isWithin(tree, bridged)).toBe(true)
    }
  })
})

describe('dropBranches', () => {
  it.each(Array.from(TREES.entries()))('takes branches off whole, tree %i', (_, tree) => {
    const few = dropBranches(tree, { count: 3 })
    const many = dropBranches(tree, { count: 8 })
    expect(change(few, tree)).toEqual({ b0: 0, b1: 0 })
    expect(change(many, tree)).toEqual({ b0: 0, b1: 0 })
    expect(isWithin(few, tree)).toBe(true)
    expect(isWithin(many, few)).toBe(true)
    expect(many.count).toBeLessThan(few.count)
  })
})

describe('speckle and shiftMask', () => {
  it('sets about the share of the pixels, the same and more for a higher rate', () => {
    const empty = { data: new Uint8Array(40_000), width: 200, height: 200 }
    const [low, high] = [0.01, 0.05].map((rate) => speckle(empty, { rate, seed: 7 }))
    expect(low.count / 40_000).toBeCloseTo(0.01, 2)
    expect(high.count / 40_000).toBeCloseTo(0.05, 2)
    expect(isWithin(low, high)).toBe(true)
  })

  it('moves every pixel', () => {
    const [tree] = TREES
    const moved = shiftMask(tree, { dx: -3, dy: 5 })
    for (let y = 5; y < 240; y += 7) {
      for (let x = 0; x < 253; x++) expect(moved.get(x, y)).toBe(tree.get(x + 3, y - 5))
    }
    expect(shiftMask(tree, { dx: 300 }).count).toBe(0)
    expect(shiftMask(tree, { dy: -240 }).count).toBe(0)
  })

  it('rejects what is no amount', () => {
    expect(() => speckle([[1]], { rate: 1.5 })).toThrow('expected rate to be a finite number ≥ 0')
    expect(() => speckle([[1]], { rate: 0, sed: 1 } as never)).toThrow("unknown option 'sed'")
    expect(() => shiftMask([[1]], { dx: 0.5 })).toThrow('expected dx to be an integer')
    expect(() => cutGaps([[1]], { count: -1 })).toThrow('expected count to be an integer from 0')
    expect(() => addHairs([[1]], { count: 1, length: 2 })).toThrow('expected length')
    expect(() => addBridges([[1]], undefined as never)).toThrow()
    expect(() => dropBranches([[1]], { count: Number.NaN })).toThrow('expected count')
  })
})

describe('options of corruptions', () => {
  const [tree] = TREES

  it('have these defaults', () => {
    const same = (a: BitMask, b: BitMask) => expect(a.equals(b)).toBe(true)
    same(cutGaps(tree, { count: 4 }), cutGaps(tree, { count: 4, length: 8, seed: 0 }))
    same(addHairs(tree, { count: 4 }), addHairs(tree, { count: 4, length: 10, seed: 0 }))
    same(addBridges(tree, { count: 4 }), addBridges(tree, { count: 4, maxLength: 40, seed: 0 }))
    same(dropBranches(tree, { count: 4 }), dropBranches(tree, { count: 4, minLength: 8, seed: 0 }))
    same(speckle(tree, { rate: 0.1 }), speckle(tree, { rate: 0.1, seed: 0 }))
    same(shiftMask(tree, {}), tree)
  })

  it('have these bounds', () => {
    const most = 2 ** 27
    const tiny = [[0, 1]]
    for (const length of [3, 1e4]) addHairs(tiny, { count: 0, length })
    for (const maxLength of [3, 1e4]) addBridges(tiny, { count: 0, maxLength })
    for (const minLength of [1, most]) dropBranches(tiny, { count: 0, minLength })
    for (const rate of [0, 1]) speckle(tiny, { rate })
    for (const d of [-most, most]) shiftMask(tiny, { dx: d, dy: d })
    for (const length of [2, 10_001]) {
      expect(() => addHairs(tiny, { count: 0, length })).toThrow(/length .*from 3 to 10000, got/)
      expect(() => addBridges(tiny, { count: 0, maxLength: length })).toThrow(/from 3 to 10000/)
    }
    for (const minLength of [0, most + 1]) {
      expect(() => dropBranches(tiny, { count: 0, minLength })).toThrow(`from 1 to ${most}`)
    }
    for (const rate of [-1e-9, 1.001]) expect(() => speckle(tiny, { rate })).toThrow('≥ 0 and ≤ 1')
    for (const d of [-most - 1, most + 1]) {
      expect(() => shiftMask(tiny, { dx: d })).toThrow(`from ${-most} to ${most}`)
      expect(() => shiftMask(tiny, { dy: d })).toThrow(`from ${-most} to ${most}`)
    }
    for (const count of [-1, most + 1]) {
      expect(() => addHairs(tiny, { count })).toThrow(`count to be an integer from 0 to ${most}`)
    }
    expect(() => addHairs(tiny, {} as never)).toThrow(
      new TypeError('expected count to be a number, got undefined'),
    )
  })
})

describe('every corruption', () => {
  it('keeps its promise on any mask', () => {
    fc.assert(
      fc.property(anyMask(70, 50), fc.nat(9), fc.integer(), (grid, count, seed) => {
        const mask = BitMask.from(grid)
        const cut = change(cutGaps(mask, { count, length: 3, seed }), mask)
        expect(cut.b0).toBeGreaterThanOrEqual(0)
        expect(cut.b0).toBeLessThanOrEqual(count)
        expect(cut.b1).toBe(0)
        const bridged = change(addBridges(mask, { count, seed }), mask)
        expect(bridged.b0).toBe(0)
        expect(bridged.b1).toBeLessThanOrEqual(count)
        const hairs = addHairs(mask, { count, length: 3, seed })
        expect(change(hairs, mask)).toEqual({ b0: 0, b1: 0 })
        expect((hairs.count - mask.count) % 3).toBe(0)
        expect(change(dropBranches(mask, { count, seed }), mask)).toEqual({ b0: 0, b1: 0 })
      }),
      { numRuns: 60 },
    )
  })

  it('takes masks without pixels, without foreground and without background', () => {
    for (const mask of [[], [[], []], [[0]], [[1]], [[1, 1, 1]]] as number[][][]) {
      for (const ladder of LADDERS) {
        for (const spoilt of ladder.masks(BitMask.from(mask), 1)) {
          expect(spoilt.height).toBe(mask.length)
        }
      }
    }
  })
})

describe('the ladders', () => {
  const CONTAINED = ['erosion', 'gaps', 'gap length', 'missing branches']
  const CONTAINING = ['speckle', 'dilation', 'hairs', 'bridges']

  it.each(LADDERS.map((ladder) => [ladder.name, ladder] as const))(
    '%s goes one way',
    (name, ladder) => {
      const masks = ladder.masks(TREES[1], 5)
      expect(masks.length).toBe(ladder.labels.length)
      for (const [i, mask] of masks.entries()) {
        const before = i === 0 ? TREES[1] : masks[i - 1]
        if (CONTAINED.includes(name)) expect(isWithin(mask, before)).toBe(true)
        if (CONTAINING.includes(name)) expect(isWithin(before, mask)).toBe(true)
      }
      expect(masks[masks.length - 1].equals(TREES[1])).toBe(false)
    },
  )

  it('cuts through at every length', () => {
    const ladder = LADDERS.find(({ name }) => name === 'gap length')
    const large = vesselMask({ width: 640, height: 600, seed: 3 })
    const gaps = ladder?.masks(large, 1).map((mask) => change(mask, large))
    expect(gaps?.[0].b0).toBeGreaterThan(9)
    expect(new Set(gaps?.map(({ b0 }) => b0)).size).toBe(1)
    expect(gaps?.every(({ b1 }) => b1 === 0)).toBe(true)
  })
})
