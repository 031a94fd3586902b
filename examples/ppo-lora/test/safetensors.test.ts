import { describe, expect, it } from 'vitest'
import { decodeSafetensors, encodeSafetensors, transposed } from '../src/safetensors.ts'

const tensors = new Map([
  ['b.weight', { shape: [2, 3], data: Float32Array.of(1, -0, 1e-45, 3.4e38, -Infinity, 0.1) }],
  ['a', { shape: [], data: Float32Array.of(7) }],
  ['none', { shape: [0, 4], data: new Float32Array(0) }],
])

/** A file with this header and so many bytes of numbers. */
function fileOf(header: unknown, size: number): Uint8Array {
  const json = Buffer.from(typeof header === 'string' ? header : JSON.stringify(header))
  const length = Buffer.alloc(8)
  length.writeBigUInt64LE(BigInt(json.length))
  return Buffer.concat([length, json, Buffer.alloc(size)])
}

describe('safetensors', () => {
  it('come back bit by bit, with their metadata', () => {
    const file = decodeSafetensors(encodeSafetensors(tensors, { format: 'pt', note: 'größer "1"' }))
    expect(file.metadata).toEqual({ format: 'pt', note: 'größer "1"' })
    expect(file.tensors).toEqual(tensors)
    expect(Object.is(file.tensors.get('b.weight')!.data[1], -0)).toBe(true)
  })

  it('have the bytes that the format describes', () => {
    const bytes = encodeSafetensors(new Map([['x', { shape: [1], data: Float32Array.of(1) }]]))
    const json = '{"x":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}'
    const header = json.padEnd(Math.ceil(json.length / 8) * 8)
    expect(Buffer.from(bytes.subarray(0, 8))).toEqual(Buffer.of(header.length, 0, 0, 0, 0, 0, 0, 0))
    expect(Buffer.from(bytes.subarray(8, 8 + header.length)).toString()).toBe(header)
    expect([...bytes.subarray(8 + header.length)]).toEqual([0, 0, 0x80, 0x3f])
  })

  it('are read from the middle of a buffer', () => {
    const bytes = encodeSafetensors(tensors)
    const shifted = new Uint8Array(bytes.length + 3)
    shifted.set(bytes, 3)
    expect(decodeSafetensors(shifted.subarray(3)).tensors).toEqual(tensors)
  })

  it('are refused when they are cut anywhere', () => {
    const bytes = encodeSafetensors(tensors)
    for (let length = 0; length < bytes.length; length++) {
      expect(() => decodeSafetensors(bytes.subarray(0, length), 'f'), `${length}`).toThrow(/^f: /)
    }
  })

  it('are refused with the reason', () => {
    const of = (entry: object) => fileOf({ x: entry }, 4)
    const cases: [Uint8Array, string][] = [
      [fileOf('{"x', 0), 'the header is not JSON'],
      [fileOf('[]', 0), 'the header is not an object'],
      [of({ dtype: 'F16', shape: [2], data_offsets: [0, 4] }), 'x has type F16, expected F32'],
      [of({ dtype: 'F32', shape: [2], data_offsets: [0, 4] }), 'x has no room for [2]'],
      [of({ dtype: 'F32', shape: [-1], data_offsets: [0, 4] }), 'entry of x is not valid'],
      [of({ dtype: 'F32', shape: [1], data_offsets: [4, 8] }), 'x does not start where'],
      [fileOf({}, 4), 'expected 0 bytes of numbers, got 4'],
    ]
    for (const [bytes, message] of cases) expect(() => decodeSafetensors(bytes)).toThrow(message)
    const wrong = new Map([['x', { shape: [2], data: new Float32Array(3) }]])
    expect(() => encodeSafetensors(wrong)).toThrow('x: shape [2] does not hold 3 numbers')
  })

  it('transposes', () => {
    const matrix = { shape: [2, 3], data: Float32Array.of(1, 2, 3, 4, 5, 6) }
    expect(transposed(matrix)).toEqual({ shape: [3, 2], data: Float32Array.of(1, 4, 2, 5, 3, 6) })
    expect(transposed(transposed(matrix))).toEqual(matrix)
  })
})
