import fc from 'fast-check'
import { BitMask, type CocoRle } from 'vessel-reward'
import { describe, expect, it } from 'vitest'
import { readRleGolden } from '../golden/rle-golden.ts'
import { bits } from '../oracle/compare.ts'
import { draw } from '../oracle/grid.ts'
import { anyMask } from '../property/masks.ts'

const golden = readRleGolden().masks

/** Runs of columns, pixel by pixel. */
function plainRuns(mask: BitMask): number[] {
  const runs = [0]
  let last = false
  for (let x = 0; x < mask.width; x++) {
    for (let y = 0; y < mask.height; y++) {
      if (mask.get(x, y) !== last) runs.push(0)
      last = mask.get(x, y)
      runs[runs.length - 1]++
    }
  }
  return runs
}

describe('run-length encodings of COCO', () => {
  it('are those of pycocotools, written and read', () => {
    expect(golden.length).toBeGreaterThan(300)
    for (const { size, mask, counts } of golden) {
      expect(mask.toRle()).toEqual({ size, counts })
      expect(BitMask.fromRle({ size, counts }).equals(mask)).toBe(true)
    }
  })

  it('hold their runs as numbers, too', () => {
    for (const { size, mask } of golden) {
      const { counts } = mask.toRle({ compressed: false })
      expect(counts).toEqual(plainRuns(mask))
      expect(BitMask.fromRle({ size, counts }).equals(mask)).toBe(true)
      expect(BitMask.fromRle({ size, counts: Uint32Array.from(counts) }).equals(mask)).toBe(true)
    }
  })

  it('give any mask back, all its words included', () => {
    fc.assert(
      fc.property(anyMask(), fc.boolean(), (grid, compressed) => {
        const mask = bits(grid)
        const again = BitMask.fromRle(mask.toRle({ compressed }))
        expect(again.words).toEqual(mask.words)
      }),
    )
  })

  it('may have runs of no pixel', () => {
    const counts = [0, 0, 1, 0, 0, 2, 3, 0]
    expect(BitMask.fromRle({ size: [2, 3], counts }).equals(bits(draw('.#. #..')))).toBe(true)
    expect(BitMask.fromRle({ size: [0, 3], counts: [] }).width).toBe(3)
    expect(BitMask.fromRle({ size: [3, 0], counts: '' }).height).toBe(3)
  })

  it('are checked before a word is packed', () => {
    const read = (counts: unknown, size: unknown = [2, 3]) => {
      return () => BitMask.fromRle({ size, counts } as CocoRle)
    }
    expect(read([1, 3])).toThrow(
      'expected counts to add up to the 6 pixels of the mask, got 4 in 2',
    )
    expect(read([1, 3, 3])).toThrow(RangeError)
    expect(read([])).toThrow('got 0 in 0 runs')
    expect(read('')).toThrow('got 0 in 0 runs')
    expect(read([7, -1])).toThrow('expected counts[0] to be an integer from 0 to 6, got 7')
    expect(read([1, -1, 6])).toThrow('expected counts[1] to be an integer from 0 to 6, got -1')
    expect(read([1.5, 4.5])).toThrow('expected counts[0] to be an integer')
    expect(read(['6'])).toThrow(TypeError)
    expect(read([Number.NaN])).toThrow(RangeError)
    expect(read('13 2')).toThrow("a compressed string of COCO, got ' ' at its index 2")
    expect(read('13\u{1f600}')).toThrow('at its index 2')
    expect(read('13p')).toThrow("got 'p' at its index 2")
    expect(read('13P')).toThrow('got one that ends within a run')
    expect(read('133O')).toThrow('add up to the 6 pixels')
    expect(read('132I')).toThrow('run 3, at index 3 of the string, has not')
    expect(read('PPPPPPP0')).toThrow('run 0, at index 0 of the string, has not')
    expect(read('H')).toThrow('run 0, at index 0')
    expect(read('7')).toThrow('runs of counts to have 0 to 6 pixels')
    expect(read(undefined)).toThrow('expected counts to be a string or an array, got undefined')
    expect(read(new Array(1e9))).toThrow('expected at most 14 counts for 6 pixels, got 1000000000')
    expect(read('6', 6)).toThrow('expected size to be [height, width], got 6')
    expect(read('6', [6])).toThrow('expected size to be [height, width], got an array of length 1')
    expect(read('6', [2, 3.5])).toThrow('expected size[1] (the width) to be an integer')
    expect(read('6', ['2', 3])).toThrow(TypeError)
    expect(read([2 ** 28], [2 ** 14, 2 ** 14])).toThrow('at most 134217728 pixels')
    expect(() => BitMask.fromRle(undefined as never)).toThrow('expected an encoding')
  })

  it('are refused or read whatever their string holds', () => {
    const text = fc.string({
      unit: fc.integer({ min: 40, max: 120 }).map((c) => String.fromCharCode(c)),
    })
    fc.assert(
      fc.property(text, fc.nat(9), fc.nat(9), (counts, height, width) => {
        try {
          const mask = BitMask.fromRle({ size: [height, width], counts })
          expect([mask.height, mask.width]).toEqual([height, width])
        } catch (error) {
          expect(error).toBeInstanceOf(RangeError)
        }
      }),
      { numRuns: 2000 },
    )
  })
})
