import { BitMask } from 'vessel-reward'
import { describe, expect, test } from 'vitest'
import { pixelsOf, Slab, sendKept, sendMask } from '../../../src/node/pool/shared-masks.ts'

interface Strided {
  data: Uint8Array
  shape: readonly number[]
  stride: readonly number[]
  offset?: number
}

const counted = (length: number) => Uint8Array.from({ length }, (_, i) => i)
const send = (mask: Strided) => sendMask(mask, new Slab()) as Partial<Strided> & object

describe('of an array with strides', () => {
  test.each<[string, Strided, number, number, number]>([
    ['rows', { data: counted(20), shape: [2, 3], stride: [7, 2], offset: 3 }, 3, 14, 0],
    ['rows from the start', { data: counted(20), shape: [2, 3], stride: [7, 2] }, 0, 11, 0],
    ['all', { data: counted(6), shape: [2, 3], stride: [3, 1] }, 0, 5, 0],
    ['rows upwards', { data: counted(20), shape: [2, 3], stride: [-7, 2], offset: 9 }, 2, 13, 7],
    ['columns back', { data: counted(20), shape: [2, 3], stride: [7, -2], offset: 6 }, 2, 13, 4],
    ['both back', { data: counted(20), shape: [2, 3], stride: [-7, -2], offset: 19 }, 8, 19, 11],
    ['one pixel', { data: counted(20), shape: [1, 1], stride: [9, 9], offset: 19 }, 19, 19, 0],
    ['one value for all', { data: counted(20), shape: [4, 4], stride: [0, 0], offset: 5 }, 5, 5, 0],
  ])('that reach %s, no more than these are sent', (_, mask, first, last, offset) => {
    const sent = send(mask)
    expect(Array.from(sent.data ?? [])).toEqual(Array.from(mask.data.subarray(first, last + 1)))
    expect(sent).toMatchObject({ shape: mask.shape, stride: mask.stride, offset })
    expect(sent.data?.buffer).toBeInstanceOf(SharedArrayBuffer)
  })

  test('that reach four times the pixels are sent, beyond that they are packed', () => {
    const data = counted(100)
    // 6 pixels: 24 values from the first to the last.
    expect(send({ data, shape: [2, 3], stride: [21, 1] })).toHaveProperty('data.length', 24)
    const packed = send({ data, shape: [2, 3], stride: [22, 1] })
    expect(packed).not.toHaveProperty('data')
    expect(packed).toMatchObject({ width: 3, height: 2 })
  })

  test.each<[string, Partial<Strided>]>([
    ['before the first', { offset: 0, stride: [3, -1] }],
    ['one before the first', { offset: 1, stride: [3, -1] }],
    ['behind the last', { offset: 15 }],
    ['with a stride that is no integer', { stride: [3, 0.5] }],
    ['with one that is none for rows', { stride: [2.5, 1] }],
    ['with one stride', { stride: [3] }],
    ['with three', { stride: [3, 1, 1] }],
    ['with strides that are a text', { stride: '31' as never }],
    ['with an offset that is no integer', { offset: 0.5 }],
    ['with a negative offset', { offset: -1, stride: [3, 1] }],
    ['with a height that is no integer', { shape: [1.5, 3] }],
    ['with a negative width', { shape: [2, -3] }],
  ])('what lies %s is refused', (_, more) => {
    const mask = { data: counted(20), shape: [2, 3], stride: [3, 1], offset: 2, ...more }
    const expected = (() => {
      try {
        return BitMask.from(mask)
      } catch (error) {
        return (error as Error).message
      }
    })()
    expect(expected).toEqual(expect.any(String))
    expect(() => send(mask)).toThrow(expected as string)
  })

  test('the last that can be reached is', () => {
    const mask = { data: counted(20), shape: [2, 3], stride: [3, 1] }
    expect(send({ ...mask, offset: 14 })).toHaveProperty('data.length', 6)
    expect(send({ ...mask, stride: [3, -1], offset: 2 })).toHaveProperty('offset', 2)
  })
})

describe('an image', () => {
  test('is sent with its channels', () => {
    const image = { data: counted(24), width: 3, height: 2, channels: 4 as const }
    const sent = sendMask(image, new Slab())
    expect(sent).toEqual({ ...image, data: counted(24) })
    expect(pixelsOf(sent)).toBe(6)
  })

  test.each([
    [{ width: 1.5 }],
    [{ width: -3, height: -2 }],
    [{ height: Number.NaN }],
    [{ channels: 0.5 }],
    [{ channels: -1 }],
  ])('with %o is refused', (more) => {
    const image = { data: counted(6), width: 3, height: 2, ...more }
    expect(() => sendMask(image as never, new Slab())).toThrow()
  })
})

test('a truth is put into shared memory once', () => {
  const truths = [BitMask.from([[1, 0, 1]]), BitMask.from([[1, 0, 1]])]
  const [first, second] = truths.map(sendKept)
  expect(sendKept(truths[0])).toBe(first)
  expect(second.key).toBe((first.key ?? 0) + 1)
  expect(first).toMatchObject({ width: 3, height: 1, words: truths[0].words })
  expect(first.words.buffer).toBeInstanceOf(SharedArrayBuffer)
  expect(pixelsOf(first)).toBe(3)
})

describe('a slab', () => {
  test('keeps what was placed before it grew', () => {
    const slab = new Slab()
    const lengths = [3, 50, 7, 900, 1, 0, 64]
    const placed = lengths.map((length) => slab.place(counted(length)))
    for (const [i, length] of lengths.entries()) expect(placed[i]).toEqual(counted(length))
  })

  test('has each array at an address that suits it, with the bits beside it', () => {
    const slab = new Slab()
    const from = Float64Array.from({ length: 9 }, (_, i) => i / 3)
    for (const odd of [1, 3, 6]) {
      slab.place(counted(20).subarray(odd))
      const copy = slab.place(from.subarray(odd))
      expect(copy).toEqual(from.subarray(odd))
      expect(copy.byteOffset % 8).toBe(0)
      expect(slab.place(counted(20).subarray(odd)).byteOffset % 8).toBe(odd)
    }
  })
})
