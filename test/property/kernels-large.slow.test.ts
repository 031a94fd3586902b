import { bettiNumbers, skeletonize, skeletonLength, type ThinningMethod } from 'vessel-reward'
import { describe, expect, it } from 'vitest'
import { bits, isClose, maskDifference } from '../oracle/compare.ts'
import { at, type Grid, grid, paddedComplement } from '../oracle/grid.ts'
import {
  bettiDifference,
  CONNECTIVITIES,
  JUNCTION_METHODS,
  junctionsDifference,
  labelsDifference,
  METHODS,
} from '../oracle/kernels.ts'
import { oracleLength } from '../oracle/length.ts'
import { oracleThin } from '../oracle/thin.ts'
import { largeBlobs, largeMask } from './masks.ts'

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
