import { describe, expect, it } from 'vitest'
import { borrowed, borrowedDoubles, borrowedZeros, withRoom } from '../../src/mask/scratch-array.ts'

const numbered = (length: number) => Int32Array.from({ length }, (_, i) => i + 1)

describe('scratch memory', () => {
  it('is kept while there is room in it', () => {
    const array = numbered(100)
    expect(withRoom(array, 0)).toBe(array)
    expect(withRoom(array, 100)).toBe(array)
  })

  it('grows by half more than is needed, and keeps what it holds', () => {
    const larger = withRoom(numbered(3), 10)
    expect(larger).toHaveLength(15)
    expect([...larger.subarray(0, 5)]).toEqual([1, 2, 3, 0, 0])
  })

  it('is given back after a huge mask, but for the beginning that is asked for', () => {
    const huge = numbered(2 ** 20 + 1)
    const smaller = withRoom(huge, 4)
    expect(smaller).toHaveLength(6)
    expect([...smaller]).toEqual([1, 2, 3, 4, 0, 0])
    expect(withRoom(huge, 2 ** 17 + 1)).toBe(huge)
    expect(withRoom(numbered(2 ** 20), 4)).toHaveLength(2 ** 20)
  })

  it('is lent to one after another, in the length that is asked for', () => {
    const array = borrowed(10)
    expect(array).toHaveLength(10)
    array.fill(7)
    expect(borrowed(4).buffer).toBe(array.buffer)
    expect(borrowedDoubles(5)).toHaveLength(5)
    expect(borrowedDoubles(5).buffer).toBe(array.buffer)
    expect(borrowed(20)).toHaveLength(20)
  })

  it('that is lent as zeros is another', () => {
    borrowed(10).fill(7)
    expect([...borrowedZeros(10)]).toEqual(new Array(10).fill(0))
  })

  it('that was lent for a huge mask is given back when small ones follow', () => {
    const { buffer } = borrowed(2 ** 20 + 1)
    for (let i = 0; i < 64; i++) expect(borrowed(4).buffer).toBe(buffer)
    expect(borrowed(2 ** 19).buffer).toBe(buffer)
    for (let i = 0; i < 64; i++) expect(borrowed(4).buffer).toBe(buffer)
    expect(borrowed(4).buffer.byteLength).toBe(16)
  })
})
