import { describe, expect, it } from 'vitest'
import { encodeNumpy } from '../../src/files/numpy.ts'

describe('encodeNumpy', () => {
  it('writes what numpy.save writes', () => {
    // numpy.save of numpy.array([[1, 2, 3]], "u1"), as numpy 2.4.6 wrote it.
    const header = `{'descr': '|u1', 'fortran_order': False, 'shape': (1, 3), }`
    const file = Buffer.from(encodeNumpy(Uint8Array.of(1, 2, 3), [1, 3]))
    expect(file.subarray(0, 10).toString('latin1')).toBe('\x93NUMPY\x01\x00\x76\x00')
    expect(file.subarray(10, 128).toString('latin1')).toBe(`${header.padEnd(117)}\n`)
    expect([...file.subarray(128)]).toEqual([1, 2, 3])
  })

  it('writes floats with the last byte first', () => {
    const file = encodeNumpy(Float32Array.of(1, -2), [2])
    expect([...file.subarray(128)]).toEqual([0, 0, 0x80, 0x3f, 0, 0, 0, 0xc0])
  })

  it('refuses a shape of another size', () => {
    expect(() => encodeNumpy(new Uint8Array(3), [2, 2])).toThrow(
      'expected values of the shape [2,2], got 3',
    )
  })
})
