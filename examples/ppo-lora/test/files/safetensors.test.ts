import { describe, expect, it } from 'vitest'
import { assertFinite, decodeSafetensors, encodeSafetensors } from '../../src/files/safetensors.ts'

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
      [
        of({ dtype: 'F64', shape: [2], data_offsets: [0, 4] }),
        'x has type F64, expected F32, F16, BF16',
      ],
      [of({ dtype: '__proto__', shape: [1], data_offsets: [0, 4] }), 'x has type __proto__'],
      [of({ dtype: 'F16', shape: [1], data_offsets: [0, 4] }), 'x has no room for [1]'],
      [of({ dtype: 'F32', shape: [2], data_offsets: [0, 4] }), 'x has no room for [2]'],
      [of({ dtype: 'F32', shape: [-1], data_offsets: [0, 4] }), 'entry of x is not valid'],
      [of({ dtype: 'F32', shape: [1], data_offsets: [4, 8] }), 'x does not start where'],
      [fileOf({}, 4), 'expected 0 bytes of numbers, got 4'],
    ]
    for (const [bytes, message] of cases) expect(() => decodeSafetensors(bytes)).toThrow(message)
    const wrong = new Map([['x', { shape: [2], data: new Float32Array(3) }]])
    expect(() => encodeSafetensors(wrong)).toThrow('x: shape [2] does not hold 3 numbers')
  })

  it('of 16 bits become the very numbers, all 65,536 of both types', () => {
    const bits = new DataView(new ArrayBuffer(4))
    const halves = (dtype: string) => {
      const file = fileOf({ x: { dtype, shape: [0x10000], data_offsets: [0, 0x20000] } }, 0x20000)
      const start = file.length - 0x20000
      for (let i = 0; i < 0x10000; i++) new DataView(file.buffer).setUint16(start + 2 * i, i, true)
      return decodeSafetensors(file).tensors.get('x')!.data
    }
    const same = (a: number, b: number) => Object.is(a, b)
    // The upper half of a 32-bit float, by definition.
    const brain = halves('BF16')
    for (let i = 0; i < 0x10000; i++) {
      bits.setUint32(0, i * 0x10000)
      if (!same(brain[i], bits.getFloat32(0))) expect.fail(`BF16 ${i}: ${brain[i]}`)
    }
    // The same fraction in 32 bits with another bias; subnormal ones by their place.
    const half = halves('F16')
    for (let i = 0; i < 0x8000; i++) {
      const exponent = (i >> 10) & 31
      const wide = exponent === 31 ? 255 : exponent + 112
      bits.setUint32(0, wide * 0x800000 + (i & 0x3ff) * 0x2000)
      const expected = exponent > 0 ? bits.getFloat32(0) : i / 16_777_216
      if (!same(half[i], expected)) expect.fail(`F16 ${i}: ${half[i]}, expected ${expected}`)
      if (!same(half[i + 0x8000], -expected)) expect.fail(`F16 −${i}: ${half[i + 0x8000]}`)
    }
    // Known numbers of IEEE 754: least subnormal, greatest subnormal, least normal, greatest, third.
    expect([0x0001, 0x03ff, 0x0400, 0x7bff, 0x3555].map((i) => half[i])).toEqual([
      2 ** -24,
      1023 / 2 ** 24,
      2 ** -14,
      65504,
      0.333251953125,
    ])
    expect([half[0x7c00], half[0xfc00], half[0x7e00]]).toEqual([Infinity, -Infinity, Number.NaN])
    expect([brain[0x3f80], brain[0x3eab], brain[0x7f80], brain[0x7fc0]]).toEqual([
      1,
      0.333984375,
      Infinity,
      Number.NaN,
    ])
  })

  it('hold metadata of their own only, and texts only', () => {
    const metadata = (json: string) => fileOf(`{"__metadata__":${json}}`, 0)
    const inherited = decodeSafetensors(metadata('{"__proto__":"x","note":"y"}')).metadata
    expect(Object.entries(inherited)).toEqual([
      ['__proto__', 'x'],
      ['note', 'y'],
    ])
    const cases: [string, string][] = [
      ['{"__proto__":{"config":"{}"}}', '__proto__ of __metadata__ is not a string'],
      ['{"config":{}}', 'config of __metadata__ is not a string'],
      ['[]', '__metadata__ is not an object'],
      ['null', '__metadata__ is not an object'],
    ]
    for (const [json, message] of cases) {
      expect(() => decodeSafetensors(metadata(json))).toThrow(message)
    }
    expect(decodeSafetensors(metadata('{}')).metadata.toString).toBeUndefined()
  })

  it('may have any name but that of the metadata', () => {
    const one = { shape: [1], data: Float32Array.of(1) }
    const odd = new Map(['__proto__', 'constructor', ''].map((name) => [name, one]))
    expect(decodeSafetensors(encodeSafetensors(odd)).tensors).toEqual(odd)
    expect(() => encodeSafetensors(new Map([['__metadata__', one]]))).toThrow(
      'a tensor cannot have the name __metadata__',
    )
  })

  it('have a header in UTF-8 of some million bytes at most', () => {
    const latin = fileOf('{"__metadata__":{"note":"?"}}', 0)
    latin[Buffer.from(latin).indexOf('?')] = 0xfc
    expect(() => decodeSafetensors(latin)).toThrow('the header is not JSON')
    const names = Array.from({ length: 10 ** 6 }, (_, i) => `"${i}":{}`).join()
    const file = fileOf(`{${names}}`, 0)
    const begin = performance.now()
    expect(() => decodeSafetensors(file, 'f')).toThrow(
      'f: expected a header of at most 10000000 bytes, got 11888891',
    )
    // It took many seconds to read a million names.
    expect(performance.now() - begin).toBeLessThan(1000)
  })

  it('are checked for numbers that are none', () => {
    expect(() => assertFinite('w', Float32Array.of(0, -3.4e38, 1e-45))).not.toThrow()
    expect(() => assertFinite('w', Float32Array.of(0, Number.NaN))).toThrow(
      'w is not finite: number 1 of it is NaN',
    )
    expect(() => assertFinite('w', Float32Array.of(-Infinity))).toThrow('number 0 of it is -Inf')
  })
})
