import { BitMask, type SkeletonizeOptions, skeletonize, type ThinningMethod } from 'vessel-reward'
import { describe, expect, it } from 'vitest'
import { readGolden } from '../golden/golden.ts'
import { bits, faults, maskDifference } from '../oracle/compare.ts'
import { draw, grid } from '../oracle/grid.ts'

const METHODS: ThinningMethod[] = ['skimage', 'zhang-suen', 'guo-hall']

describe('skeletonize', () => {
  it.each(METHODS)('%s equals the golden skeletons', (method) => {
    const { cases } = readGolden()
    expect(cases.length).toBeGreaterThanOrEqual(500)
    const found = faults(cases, ({ mask: data, width, height, skeletons }) =>
      maskDifference(skeletonize({ data, width, height }, { method }), {
        width,
        height,
        data: skeletons[method].mask,
      }),
    )
    expect(found).toEqual([])
  })

  it('thins like scikit-image by default', () => {
    const square = draw('.... .##. .##. ....')
    for (const options of [undefined, {}, { method: undefined }]) {
      expect(skeletonize(bits(square), options).count).toBe(2)
    }
    expect(skeletonize(bits(square), { method: 'zhang-suen' }).count).toBe(0)
  })

  it('thins pixels on the border like any others', () => {
    const full = draw('##### ##### #####')
    const padded = draw('....... .#####. .#####. .#####. .......')
    for (const method of METHODS) {
      const inner = skeletonize(bits(padded), { method })
      const expected = grid(5, 3, (x, y) => inner.get(x + 1, y + 1))
      expect(expected.data).not.toEqual(full.data)
      expect(maskDifference(skeletonize(bits(full), { method }), expected)).toBe('')
    }
  })

  it('leaves its input as it is', () => {
    const { data, width, height } = draw('##### ##### #####')
    const packed = BitMask.from({ data, width, height })
    skeletonize(packed)
    skeletonize({ data, width, height })
    expect(packed.count).toBe(15)
    expect([...data]).toEqual(new Array(15).fill(1))
  })

  it.each([
    [0, 0],
    [0, 7],
    [7, 0],
    [1, 1],
    [64, 1],
    [1, 64],
    [64, 3],
  ])('thins empty masks of %s × %s', (width, height) => {
    for (const method of METHODS) {
      const skeleton = skeletonize(
        { data: new Uint8Array(width * height), width, height },
        { method },
      )
      expect([skeleton.width, skeleton.height, skeleton.count]).toEqual([width, height, 0])
    }
  })

  it.each<[unknown, Error]>([
    [
      { method: 'zhang' },
      new RangeError("expected method to be 'skimage' or 'zhang-suen' or 'guo-hall', got 'zhang'"),
    ],
    [
      { method: 1 },
      new TypeError("expected method to be 'skimage' or 'zhang-suen' or 'guo-hall', got 1"),
    ],
    [null, new TypeError('expected the options of skeletonize to be a plain object, got null')],
    [
      'skimage',
      new TypeError("expected the options of skeletonize to be a plain object, got 'skimage'"),
    ],
  ])('refuses the options %j', (options, error) => {
    expect(() => skeletonize([[1]], options as SkeletonizeOptions)).toThrow(error)
  })
})
