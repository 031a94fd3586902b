import { decodeMask, encodePng, type MaskWarning } from 'vessel-reward/node'
import { describe, expect, it } from 'vitest'
import { npy, pnm } from './written-files.ts'

const warned = (bytes: Uint8Array, options = {}) => {
  const warnings: MaskWarning[] = []
  const onWarning = (warning: MaskWarning) => warnings.push(warning)
  const { count } = decodeMask(bytes, { name: 'f', onWarning, ...options })
  return [count, ...warnings.map(({ kind, middle }) => `${kind} ${middle}`)]
}

describe('masks of other formats follow the rules of PNG masks', () => {
  it('foreground is above the threshold, of any color', () => {
    const color = pnm(2, 1, 255, [0, 0, 9, 200, 0, 0])
    expect(warned(color, { threshold: 0 })).toEqual([2])
    expect(warned(color, { threshold: 9 })).toEqual([1])
  })

  it('grey levels and labels are warned of where no threshold is given', () => {
    const grey = Uint8Array.of(0, 10, 200, 255)
    expect(warned(pnm(4, 1, 255, [...grey]))).toEqual([3, 'grey-levels 127'])
    expect(warned(pnm(4, 1, 255, [0, 1, 2, 1]))).toEqual([3, 'merged-labels undefined'])
    for (const type of ['u2', 'i4', 'f4', 'f8'] as const) {
      expect(warned(npy(type, [2, 2], [0, 1, 2, 1]))).toEqual([3, 'merged-labels undefined'])
      expect(warned(npy(type, [2, 2], [0, 1, 1, 1]))).toEqual([3])
    }
    expect(warned(npy('f4', [2, 2], [-3, 0.5, 4, 1]))).toEqual([3, 'grey-levels 2'])
    expect(warned(npy('f4', [2, 2], [-3, 0.5, 4, 1]), { threshold: 0 })).toEqual([3])
    expect(warned(npy('i4', [2, 2], [0, 70000, 80000, 1]))).toEqual([3, 'grey-levels 40000'])
  })

  it('a threshold that nothing exceeds is refused', () => {
    const decode = (bytes: Uint8Array, threshold: number) => () =>
      decodeMask(bytes, { threshold, name: 'f' })
    expect(decode(pnm(2, 1, 100, [0, 100]), 100)).toThrow(
      'expected threshold to be less than 100, the greatest value that f can have (a PGM image), got 100',
    )
    expect(decode(npy('b1', [1, 2], [0, 1]), 1)).toThrow('less than 1, the greatest value')
    expect(decode(npy('f4', [1, 2], [0, 1]), 1)).not.toThrow()
  })

  it('probabilities and NaN are refused without a threshold', () => {
    const probabilities = npy('f4', [1, 3], [0, 0.25, 0.75])
    expect(() => decodeMask(probabilities, { name: 'f' })).toThrow(
      /^expected f to hold 0 and 1, or a threshold/,
    )
    expect(decodeMask(probabilities, { threshold: 0.5 }).count).toBe(1)
    const nan = npy('f4', [2, 2], [0, 1, Number.NaN, 1])
    expect(() => decodeMask(nan, { name: 'f', threshold: 0.5 })).toThrow(
      'expected f to hold numbers, got NaN at column 0, row 1',
    )
  })

  it('a mask in the alpha channel is found', () => {
    const hidden = npy('u1', [2, 2, 4], [9, 9, 9, 0, 9, 9, 9, 255, 9, 9, 9, 0, 9, 9, 9, 0])
    expect(() => decodeMask(hidden, { name: 'f' })).toThrow(
      'expected f to show a mask in its colours, got 9 at every pixel',
    )
    expect(decodeMask(hidden, { alpha: true }).count).toBe(1)
    expect(() => decodeMask(pnm(2, 1, 255, [0, 1]), { name: 'f', alpha: true })).toThrow(
      'expected f to have an alpha channel, got a PGM image without one',
    )
  })

  it('what a file does not have cannot be chosen', () => {
    const png = encodePng({ data: new Uint8Array(4), width: 2, height: 2 })
    for (const bytes of [png, pnm(2, 1, 255, [0, 1])]) {
      expect(decodeMask(bytes, { page: 0 }).count).toBeLessThan(2)
      expect(() => decodeMask(bytes, { page: 1, name: 'f' })).toThrow(
        'expected page to be one of the 1 image of f, page: 0, got 1',
      )
      expect(() => decodeMask(bytes, { category: 1, name: 'f' })).toThrow('f to be a COCO file')
    }
    const pages = npy('u1', [3, 5, 6], new Array(90).fill(1))
    expect(() => decodeMask(pages, { name: 'f' })).toThrow(
      'expected f to hold one page, got 3 pages: pass page: 0 to 2',
    )
    expect(() => decodeMask(pages, { name: 'f', page: 3 })).toThrow('page: 0 to 2, got 3')
    expect(() => decodeMask(pages, { name: 'f', page: 'a' })).toThrow("got 'a'")
    expect(() => decodeMask(pages, { page: true as never })).toThrow(TypeError)
    expect(decodeMask(pages, { page: 2 }).count).toBe(30)
  })
})
