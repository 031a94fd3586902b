import { BitMask, type MaskLike } from 'vessel-reward'
import { describe, expect, it } from 'vitest'
import { bits, maskDifference } from '../oracle/compare.ts'
import { draw, grid } from '../oracle/grid.ts'

describe('BitMask', () => {
  const mask = bits(draw('.#. ###'))

  it('knows its size, its pixels and their number', () => {
    expect([mask.width, mask.height, mask.count]).toEqual([3, 2, 4])
    expect([0, 1, 2].map((x) => mask.get(x, 0))).toEqual([false, true, false])
    expect([0, 1, 2].map((x) => mask.get(x, 1))).toEqual([true, true, true])
    expect(mask.toUint8Array()).toEqual(Uint8Array.of(0, 1, 0, 1, 1, 1))
  })

  it('hands out its pixels as a copy', () => {
    mask.toUint8Array().fill(1)
    expect(mask.count).toBe(4)
    expect(mask.toUint8Array()).toEqual(Uint8Array.of(0, 1, 0, 1, 1, 1))
  })

  it('does not change with the data it was made of', () => {
    const data = Uint8Array.of(1, 0)
    const packed = BitMask.from({ data, width: 2, height: 1 })
    data.fill(1)
    expect(packed.count).toBe(1)
    expect(packed.get(1, 0)).toBe(false)
  })

  it('holds pixels at every place of a word and of a tile', () => {
    for (const [width, height] of [
      [127, 9],
      [3, 131],
      [1, 70],
      [70, 1],
    ]) {
      for (let i = 0; i < width * height; i++) {
        const data = new Uint8Array(width * height)
        data[i] = 1
        const single = BitMask.from({ data, width, height })
        const x = i % width
        const y = (i - x) / width
        if (single.count !== 1 || !single.get(x, y)) expect.fail(`lost the pixel ${x}, ${y}`)
        if (single.toUint8Array()[i] !== 1) expect.fail(`unpacked ${x}, ${y} to another place`)
      }
    }
  })

  it('equals a mask of the same size and pixels, and no other', () => {
    expect(mask.equals(mask)).toBe(true)
    expect(mask.equals(BitMask.from([new Float32Array([0, 9, -1]), [true, true, true]]))).toBe(true)
    expect(mask.equals(bits(draw('.#. ##.')))).toBe(false)
    expect(mask.equals(bits(draw('.#. ### ...')))).toBe(false)
    expect(mask.equals(bits(draw('.#.. ###.')))).toBe(false)
    // The same packed words, but another size.
    expect(bits(grid(5, 3)).equals(bits(grid(5, 4)))).toBe(false)
    expect(bits(grid(5, 3)).equals(bits(grid(6, 3)))).toBe(false)
    expect(bits(grid(0, 0)).equals(bits(grid(0, 3)))).toBe(false)
  })

  it.each([
    [1, 1],
    [1, 97],
    [97, 1],
    [30, 4],
    [31, 5],
    [60, 128],
  ])('packs a full mask of %s × %s', (width, height) => {
    const full = grid(width, height, () => true)
    expect(maskDifference(bits(full), full)).toBe('')
    expect(bits(full).count).toBe(width * height)
  })

  it('packs, counts and compares 50 megapixels', () => {
    const width = 8000
    const height = 6250
    const data = new Uint8Array(width * height)
    let count = 0
    for (let i = 7; i < data.length; i += 99_991) {
      data[i] = 255
      count++
    }
    data[data.length - 1] = 1
    count++
    const large = BitMask.from({ data, width, height })
    expect(large.count).toBe(count)
    expect(large.get(7, 0)).toBe(true)
    expect(large.get(width - 1, height - 1)).toBe(true)
    expect(large.get(width - 1, height - 2)).toBe(false)
    const strided = BitMask.from({ data, shape: [height, width], stride: [width, 1] })
    expect(large.equals(strided)).toBe(true)
    data[width * 3000 + 4000] ^= 1
    expect(large.equals(BitMask.from({ data, width, height }))).toBe(false)
  })

  it.each<[unknown, unknown, Error]>([
    [-1, 0, new RangeError('expected x to be an integer from 0 to 2, got -1')],
    [3, 0, new RangeError('expected x to be an integer from 0 to 2, got 3')],
    [0, 2, new RangeError('expected y to be an integer from 0 to 1, got 2')],
    [0.5, 0, new RangeError('expected x to be an integer from 0 to 2, got 0.5')],
    [0, Number.NaN, new RangeError('expected y to be an integer from 0 to 1, got NaN')],
    ['0', 0, new TypeError("expected x to be a number, got '0'")],
    [0, undefined, new TypeError('expected y to be a number, got undefined')],
  ])('has no pixel at %o, %o', (x, y, error) => {
    expect(() => mask.get(x as number, y as number)).toThrow(error)
  })

  it('has no pixels to read where it is empty', () => {
    expect(() => BitMask.from([]).get(0, 0)).toThrow(RangeError)
    expect(() => BitMask.from([[]]).get(0, 0)).toThrow(RangeError)
  })

  it.each([[undefined], [null], [[[0, 1, 0]]], [{}], ['mask']])(
    'is not compared with %j',
    (other) => {
      const compare = () => mask.equals(other as unknown as BitMask)
      expect(compare).toThrow(TypeError)
      expect(compare).toThrow(/^expected the other mask to be a BitMask, got /)
    },
  )

  it('is not made by its constructor', () => {
    const Class = BitMask as unknown as new (...args: unknown[]) => BitMask
    const error = new TypeError('expected packed words: make a BitMask with BitMask.from(mask)')
    for (const args of [[], [3, 2], [null, new Int32Array(3)], [{ length: 3 }, [0, 0, 0]]]) {
      expect(() => new Class(...args)).toThrow(error)
    }
  })

  it('is a mask like any other to BitMask.from', () => {
    const again: MaskLike = mask
    expect(BitMask.from(again)).toBe(mask)
  })
})
