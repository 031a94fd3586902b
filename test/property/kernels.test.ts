import fc from 'fast-check'
import { skeletonize, skeletonLength, type ThinningMethod } from 'vessel-reward'
import { describe, expect, it } from 'vitest'
import { bits, firstDifference, isClose, maskDifference } from '../oracle/compare.ts'
import { intersect } from '../oracle/grid.ts'
import {
  bettiDifference,
  CONNECTIVITIES,
  JUNCTION_METHODS,
  junctionsDifference,
  labelsDifference,
  METHODS,
} from '../oracle/kernels.ts'
import { oracleLength } from '../oracle/length.ts'
import { oracleTable, oracleThin } from '../oracle/thin.ts'
import { anyMask, masksOfOneSize } from './masks.ts'

describe('the tables of the oracle', () => {
  const deletable = (method: ThinningMethod) => oracleTable(method).filter((value) => value > 0)

  it('have as many deletable codes as the literature says', () => {
    expect(deletable('zhang-suen')).toHaveLength(40)
    expect(deletable('skimage')).toHaveLength(51)
    const other = oracleTable('zhang-suen')
    const differences = oracleTable('skimage').filter((value, code) => value !== other[code])
    expect(differences).toHaveLength(25)
  })
})

describe('kernels equal the oracle on random masks', () => {
  it.each(METHODS)('thinning, %s', (method) => {
    fc.assert(
      fc.property(anyMask(), (mask) => {
        expect(maskDifference(skeletonize(bits(mask), { method }), oracleThin(mask, method))).toBe(
          '',
        )
      }),
      { numRuns: 120 },
    )
  })

  it.each(CONNECTIVITIES)('labels, %s-connectivity', (connectivity) => {
    fc.assert(
      fc.property(anyMask(), (mask) => {
        expect(labelsDifference(mask, connectivity)).toBe('')
      }),
      { numRuns: 120 },
    )
  })

  it.each(CONNECTIVITIES)('Betti numbers and Euler number, %s-connectivity', (connectivity) => {
    fc.assert(
      fc.property(anyMask(), (mask) => {
        expect(bettiDifference(mask, connectivity)).toBe('')
      }),
      { numRuns: 120 },
    )
  })

  it.each(JUNCTION_METHODS)('junctions of skeletons, %s', (method) => {
    const radius = fc.constantFrom(undefined, 0, 0.5, 1, 1.4, Math.SQRT2, 2, 3, 4.5, 10, 1e9)
    fc.assert(
      fc.property(anyMask(), radius, (mask, mergeRadius) => {
        const skeleton = oracleThin(mask, 'skimage')
        expect(junctionsDifference(skeleton, method, mergeRadius)).toBe('')
      }),
      { numRuns: 120 },
    )
  })

  it.each(JUNCTION_METHODS)('junctions of masks that were never thinned, %s', (method) => {
    const radius = fc.constantFrom(undefined, 0, 1, 2.5, 7)
    fc.assert(
      fc.property(anyMask(70, 40), radius, (mask, mergeRadius) => {
        expect(junctionsDifference(mask, method, mergeRadius)).toBe('')
      }),
      { numRuns: 120 },
    )
  })

  it('length', () => {
    fc.assert(
      fc.property(anyMask(), fc.boolean(), (mask, thinned) => {
        const skeleton = thinned ? oracleThin(mask, 'skimage') : mask
        for (const method of ['chain', 'pixels'] as const) {
          const expected = oracleLength(skeleton, method)
          const actual = skeletonLength(bits(skeleton), { method })
          expect(isClose(actual, expected), `${method}: ${actual}, not ${expected}`).toBe(true)
        }
      }),
      { numRuns: 120 },
    )
  })

  it('packing, unpacking, counting, comparing and reading single pixels', () => {
    fc.assert(
      fc.property(masksOfOneSize(2), ([mask, other]) => {
        const packed = bits(mask)
        expect(maskDifference(packed, mask)).toBe('')
        for (let i = 0; i < mask.data.length; i += 7) {
          const x = i % mask.width
          expect(packed.get(x, (i - x) / mask.width)).toBe(mask.data[i] === 1)
        }
        const same = firstDifference(mask.data, other.data) === ''
        expect(packed.equals(bits(other))).toBe(same)
        const both = intersect(mask, other)
        expect(maskDifference(bits(both), both)).toBe('')
      }),
    )
  })
})
