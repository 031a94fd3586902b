import { describe, expect, it } from 'vitest'
import { withRoom } from '../../src/mask/scratch-array.ts'

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
})
