import fc from 'fast-check'
import { BitMask, bettiErrors, bettiMatching, bettiNumbers } from 'vessel-reward'
import { describe, expect, it } from 'vitest'
import { readTopologyGolden } from '../golden/topology-golden.ts'

const pairs = readTopologyGolden()

const mask = fc
  .array(fc.boolean(), { minLength: 12 * 34, maxLength: 12 * 34 })
  .map((data) => BitMask.from({ data, width: 34, height: 12 }))
const connectivities = fc.constantFrom(4 as const, 8 as const)

describe.each([4, 8] as const)('bettiMatching, %i-connected', (connectivity) => {
  it('equals Betti-Matching-3D', () => {
    expect(pairs.length).toBe(600)
    pairs.forEach(({ pred, truth, [connectivity]: golden }, i) => {
      const { components, holes, error } = bettiMatching(pred, truth, { connectivity })
      const found = [
        [components.matched, holes.matched],
        [components.unmatchedPred, holes.unmatchedPred],
        [components.unmatchedTruth, holes.unmatchedTruth],
      ]
      expect(found, `pair ${i}`).toEqual(golden)
      expect(error, `pair ${i}`).toBe([...golden[1], ...golden[2]].reduce((sum, n) => sum + n))
    })
  })

  it('compares masks that differ in more than their counts', () => {
    const hidden = pairs.filter(({ pred, truth }) => {
      const { b0Error, b1Error } = bettiErrors(pred, truth, { connectivity })
      return b0Error + b1Error < bettiMatching(pred, truth, { connectivity }).error
    })
    expect(hidden.length).toBeGreaterThan(100)
  })
})

describe('bettiMatching', () => {
  it('finds nothing unmatched between equal masks, and everything against nothing', () => {
    fc.assert(
      fc.property(mask, connectivities, (m, connectivity) => {
        expect(bettiMatching(m, m, { connectivity }).error).toBe(0)
        const empty = BitMask.from({ data: new Uint8Array(12 * 34), width: 34, height: 12 })
        const { b0, b1 } = bettiNumbers(m, { connectivity })
        expect(bettiMatching(empty, m, { connectivity }).error).toBe(b0 + b1)
      }),
    )
  })

  it('has the same error the other way round', () => {
    fc.assert(
      fc.property(mask, mask, connectivities, (a, b, connectivity) => {
        const there = bettiMatching(a, b, { connectivity })
        const back = bettiMatching(b, a, { connectivity })
        expect(there.error).toBe(back.error)
        expect(there.holes.unmatchedPred).toBe(back.holes.unmatchedTruth)
      }),
    )
  })

  it('finds the same for a truth that was compared before', () => {
    fc.assert(
      fc.property(mask, mask, fc.integer({ min: 1, max: 34 }), (a, b, width) => {
        const cut = (m: BitMask) =>
          BitMask.from({
            data: m.toUint8Array().filter((_, i) => i % m.width < width),
            width,
            height: m.height,
          })
        const [pred, truth, fresh] = [cut(a), cut(b), cut(b)]
        bettiMatching(pred, truth)
        bettiMatching(truth, truth)
        expect(bettiMatching(pred, truth)).toEqual(bettiMatching(pred, fresh))
      }),
    )
  })

  it('looks inside the field of view only, and takes masks without pixels', () => {
    expect(bettiMatching([[1, 0, 1]], [[1, 0, 0]], { within: [[1, 1, 0]] }).error).toBe(0)
    expect(bettiMatching([], []).error).toBe(0)
  })

  it('refuses what is no option', () => {
    expect(() => bettiMatching([[1]], [[1]], { connectivity: 6 as 4 })).toThrow(RangeError)
    expect(() => bettiErrors([[1]], [[1]], { empty: 'nan' } as object)).toThrow("option 'empty'")
  })
})

describe('bettiErrors', () => {
  it('are differences of Betti numbers', () => {
    fc.assert(
      fc.property(mask, mask, connectivities, (a, b, connectivity) => {
        const [p, t] = [a, b].map((m) => bettiNumbers(m, { connectivity }))
        const { b0Error, b1Error, pred, truth } = bettiErrors(a, b, { connectivity })
        expect([b0Error, b1Error]).toEqual([Math.abs(p.b0 - t.b0), Math.abs(p.b1 - t.b1)])
        expect([pred, truth]).toEqual([p, t])
      }),
    )
  })
})
