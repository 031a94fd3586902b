import fc from 'fast-check'
import { expect, it } from 'vitest'
import { BitMask } from '../../../../src/mask/bitmask.ts'
import { unionOfRuns } from '../../../../src/node/formats/coco/union-of-runs.ts'

it('is the mask of the pixels that any part has', () => {
  const pixels = fc.array(fc.boolean(), { minLength: 12, maxLength: 12 })
  fc.assert(
    fc.property(fc.array(pixels, { minLength: 1, maxLength: 5 }), (parts) => {
      const size = [3, 4]
      const masks = parts.map((data) => BitMask.from({ data, width: 4, height: 3 }))
      const runs = masks.map((mask) => mask.toRle({ compressed: false }).counts)
      const data = parts[0].map((_, i) => parts.some((part) => part[i]))
      const counts = unionOfRuns(runs as number[][], 12)
      const union = BitMask.from({ data, width: 4, height: 3 })
      expect(BitMask.fromRle({ size, counts }).equals(union)).toBe(true)
    }),
    { numRuns: 500 },
  )
})

it('makes one run of those that touch', () => {
  const parts = [[0, 2, 8], [2, 3, 5], [10]]
  expect(unionOfRuns(parts, 10)).toEqual([0, 5, 5])
  expect(unionOfRuns([[10]], 10)).toEqual([10])
})
