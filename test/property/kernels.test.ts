import fc from 'fast-check'
import {
  bettiNumbers,
  countComponents,
  countJunctions,
  eulerNumber,
  findJunctions,
  type JunctionMethod,
  label,
  skeletonize,
  skeletonLength,
  type ThinningMethod,
} from 'vessel-reward'
import { describe, expect, it } from 'vitest'
import { bits, firstDifference, isClose, maskDifference } from '../oracle/compare.ts'
import { at, type Grid, grid, intersect, paddedComplement } from '../oracle/grid.ts'
import { oracleJunctions } from '../oracle/junctions.ts'
import { oracleBetti, oracleLabels } from '../oracle/label.ts'
import { oracleLength } from '../oracle/length.ts'
import { oracleTable, oracleThin } from '../oracle/thin.ts'
import { anyMask, largeBlobs, largeMask, masksOfOneSize } from './masks.ts'

const METHODS: ThinningMethod[] = ['skimage', 'zhang-suen', 'guo-hall']
const CONNECTIVITIES = [4, 8] as const
const JUNCTION_METHODS: JunctionMethod[] = ['crossing-number', 'pixels', 'clusters']

function labelsDifference(mask: Grid, connectivity: 4 | 8): string {
  const expected = oracleLabels(mask, connectivity)
  const actual = label(bits(mask), { connectivity })
  if (actual.count !== expected.count) return `${actual.count} instead of ${expected.count} labels`
  if (countComponents(bits(mask), { connectivity }) !== expected.count) return 'components differ'
  return firstDifference(actual.labels, expected.labels)
}

function bettiDifference(mask: Grid, connectivity: 4 | 8): string {
  const { b0, b1 } = oracleBetti(mask, connectivity)
  const actual = bettiNumbers(bits(mask), { connectivity })
  const euler = eulerNumber(bits(mask), { connectivity })
  if (actual.b0 === b0 && actual.b1 === b1 && euler === b0 - b1) return ''
  return `b0 ${actual.b0}, b1 ${actual.b1}, χ ${euler} instead of ${b0}, ${b1}, ${b0 - b1}`
}

function junctionsDifference(mask: Grid, method: JunctionMethod, mergeRadius?: number): string {
  const expected = oracleJunctions(mask, method, mergeRadius)
  const packed = bits(mask)
  const count = countJunctions(packed, { method, mergeRadius })
  if (2 * count !== expected.length) return `${count} instead of ${expected.length / 2} junctions`
  return firstDifference(findJunctions(packed, { method, mergeRadius }), expected)
}

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

describe('kernels equal the oracle on every pattern of 4 × 4 pixels', () => {
  /** All of them in one mask, two background pixels apart, so that none meets another. */
  const atlas = grid(256 * 6, 256 * 6, (x, y) => {
    const [left, top] = [x % 6, y % 6]
    const code = Math.floor(y / 6) * 256 + Math.floor(x / 6)
    return left > 0 && left < 5 && top > 0 && top < 5 && ((code >> (top * 4 + left - 5)) & 1) === 1
  })

  it.each(METHODS)('thinning, %s', (method) => {
    const expected = oracleThin(atlas, method)
    const skeleton = skeletonize(bits(atlas), { method })
    expect(maskDifference(skeleton, expected)).toBe('')
    if (method === 'zhang-suen') return
    expect(bettiNumbers(skeleton)).toEqual(bettiNumbers(bits(atlas)))
  })

  it('components, holes and length', () => {
    for (const connectivity of CONNECTIVITIES) {
      expect(bettiDifference(atlas, connectivity)).toBe('')
    }
    const length = skeletonLength(bits(atlas))
    expect(isClose(length, oracleLength(atlas, 'chain'))).toBe(true)
  })
})

describe('kernels equal the oracle on large masks of few runs', () => {
  const masks: [name: string, mask: Grid][] = [
    ['700 × 600', largeMask(700, 600, 1)],
    ['601 × 700', largeMask(601, 700, 2, 12)],
    ['900 × 400, thin', largeMask(900, 400, 3, 2)],
    ['500 × 420, a frame', grid(500, 420, (x, y) => Math.min(x, y, 499 - x, 419 - y) < 4)],
    ['240 × 200, nearly full', paddedComplement(largeMask(238, 198, 4, 5))],
    ['1200 × 1, one run', { width: 1200, height: 1, data: new Uint8Array(1200).fill(1) }],
    ['1 × 1200, one run', { width: 1, height: 1200, data: new Uint8Array(1200).fill(1) }],
  ]

  it.each(masks)('%s', (_, mask) => {
    for (const method of METHODS) {
      const skeleton = oracleThin(mask, method)
      expect(maskDifference(skeletonize(bits(mask), { method }), skeleton), method).toBe('')
      for (const junctions of JUNCTION_METHODS) {
        expect(junctionsDifference(skeleton, junctions), `${method}, ${junctions}`).toBe('')
      }
      const length = skeletonLength(bits(skeleton))
      expect(isClose(length, oracleLength(skeleton, 'chain')), method).toBe(true)
    }
    for (const connectivity of CONNECTIVITIES) {
      expect(labelsDifference(mask, connectivity), `${connectivity}`).toBe('')
      expect(bettiDifference(mask, connectivity), `${connectivity}`).toBe('')
    }
  })
})

describe('thinning equals the oracle where words, tiles and groups of tiles meet', () => {
  const thins = (mask: Grid, method: ThinningMethod) =>
    maskDifference(skeletonize(bits(mask), { method }), oracleThin(mask, method))

  it.each(METHODS)('in rough blobs of every scale, %s', (method) => {
    for (let seed = 1; seed <= 4; seed++) {
      expect(thins(largeBlobs(700, 300, seed), method), `seed ${seed}`).toBe('')
    }
  })

  it.each(METHODS)('near every 128th row, %s', (method) => {
    for (let seed = 1; seed <= 4; seed++) {
      // Twelve rows above and below the rows 128 and 256, and nothing elsewhere.
      const blobs = largeBlobs(1500, 48, seed)
      const mask = grid(1500, 290, (x, y) => {
        const group = Math.floor((y + 12) / 128)
        const row = y + 12 - group * 128
        return group > 0 && row < 24 && at(blobs, x, row + 24 * (group - 1))
      })
      expect(thins(mask, method), `seed ${seed}`).toBe('')
    }
  })
})
