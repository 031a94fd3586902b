import { describe, expect, it } from 'vitest'
import { arrayKind, arrayLength, plainArray } from '../../src/mask/typed-array.ts'

describe('the kind of an array', () => {
  it.each([
    Int8Array,
    Uint8Array,
    Uint8ClampedArray,
    Int16Array,
    Uint16Array,
    Int32Array,
    Uint32Array,
    Float32Array,
    Float64Array,
  ])('is what it is, not what it says: %o', (Kind) => {
    const array = Object.defineProperties(new Kind([1, 0, 3]), {
      [Symbol.toStringTag]: { value: 'Uint16Array' },
      length: { value: 1e6 },
    })
    expect(arrayKind(array)).toBe(Kind.name)
    expect(arrayLength(array)).toBe(3)
    const plain = plainArray(array)
    expect(plain?.constructor).toBe(Kind)
    expect(Array.from(plain as Uint8Array)).toEqual([1, 0, 3])
    expect(plain?.buffer).toBe(array.buffer)
  })

  it('is none of what is no typed array of numbers', () => {
    for (const value of [[1], 'Uint8Array', null, undefined, new DataView(new ArrayBuffer(1))]) {
      expect(arrayKind(value)).toBeUndefined()
      expect(plainArray(value)).toBeUndefined()
    }
    expect(plainArray(new BigInt64Array(1))).toBeUndefined()
  })
})
