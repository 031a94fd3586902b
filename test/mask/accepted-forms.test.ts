import { BitMask, type MaskLike, type ThresholdOptions } from 'vessel-reward'
import { describe, expect, it } from 'vitest'

const from = (mask: unknown, options?: unknown) =>
  BitMask.from(mask as MaskLike, options as ThresholdOptions)
const pixels = (mask: unknown, options?: unknown) => [...from(mask, options).toUint8Array()]

/** The most pixels that a mask may have. */
const MAX_PIXELS = 2 ** 27

/** An array with holes: 1, nothing, 1, nothing. */
function holey(): number[] {
  const values: number[] = new Array(4)
  values[0] = 1
  values[2] = 1
  return values
}

function detached(): Uint8Array {
  const bytes = new Uint8Array(4)
  structuredClone(bytes.buffer, { transfer: [bytes.buffer] })
  return bytes
}

describe('BitMask.from', () => {
  it('returns a BitMask as it is', () => {
    const mask = from([[1]])
    expect(from(mask)).toBe(mask)
  })

  it('takes greater than the threshold, not equal, for foreground', () => {
    const data = [-1, 0, 0.5, 1, 2]
    const image = { data, width: 5, height: 1 }
    expect(pixels(image)).toEqual([0, 0, 1, 1, 1])
    expect(pixels(image, {})).toEqual([0, 0, 1, 1, 1])
    expect(pixels(image, { threshold: 0.5 })).toEqual([0, 0, 0, 1, 1])
    expect(pixels(image, { threshold: 1 })).toEqual([0, 0, 0, 0, 1])
    expect(pixels(image, { threshold: -1 })).toEqual([0, 1, 1, 1, 1])
    expect(pixels(image, { threshold: -2 })).toEqual([1, 1, 1, 1, 1])
    expect(pixels({ ...image, data: [-Infinity, Infinity, -0, 5e-324, 1e308] })).toEqual([
      0, 1, 0, 1, 1,
    ])
  })

  it('ignores alpha, and takes any colour', () => {
    const rgba = [0, 0, 0, 255, 1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0]
    expect(pixels({ data: rgba, width: 4, height: 1, channels: 4 })).toEqual([0, 1, 1, 1])
    const rgb = [0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 1]
    expect(pixels({ data: rgb, width: 2, height: 2, channels: 3 })).toEqual([0, 1, 1, 1])
    expect(pixels({ data: [0, 255, 1, 0], width: 1, height: 2, channels: 2 })).toEqual([0, 1])
    expect(pixels({ data: [0, 255, 1, 0], width: 2, height: 2, channels: 1 })).toEqual([0, 1, 1, 0])
  })

  it('knows ImageData by its clamped bytes, four a pixel', () => {
    const data = Uint8ClampedArray.of(0, 0, 0, 255, 0, 9, 0, 255)
    expect(pixels({ data, width: 2, height: 1 })).toEqual([0, 1])
    expect(pixels({ data: data.subarray(3, 5), width: 2, height: 1 })).toEqual([1, 0])
    const bytes = new Uint8Array(data)
    expect(() => from({ data: bytes, width: 2, height: 1 })).toThrow(
      new RangeError(
        'expected 2 values of the mask (2 × 1), got 8: that is 4 a pixel, which channels: 4 says',
      ),
    )
  })

  it('packs any byte at any place', () => {
    for (const value of [1, 2, 3, 128, 255]) {
      for (let place = 0; place < 70; place++) {
        const data = new Uint8Array(70).fill(1)
        data[place] = value
        const above = (threshold: number) =>
          pixels({ data, width: 70, height: 1 }, { threshold }).flatMap((on, i) => (on ? [i] : []))
        expect(above(1)).toEqual(value > 1 ? [place] : [])
        expect(above(value - 1)).toEqual(value > 1 ? [place] : [...data.keys()])
        const alone = pixels({
          data: data.map((one, i) => (i === place ? one : 0)),
          width: 7,
          height: 10,
        })
        expect(alone.indexOf(1)).toBe(place)
        expect(alone.lastIndexOf(1)).toBe(place)
      }
    }
  })

  it('follows strides and offset', () => {
    const data = [0, 1, 0, 1, 1, 0]
    expect(pixels({ data, shape: [2, 3] })).toEqual(data)
    expect(pixels({ data, shape: [3, 2], stride: [1, 3] })).toEqual([0, 1, 1, 1, 0, 0])
    expect(pixels({ data, shape: [2, 3], stride: [-3, -1], offset: 5 })).toEqual([0, 1, 1, 0, 1, 0])
    expect(pixels({ data, shape: [2, 2], stride: [2, 1], offset: 1 })).toEqual([1, 0, 1, 1])
    expect(pixels({ data, shape: [2, 2], stride: [0, 0], offset: 3 })).toEqual([1, 1, 1, 1])
    expect(pixels({ data, shape: [0, 5], stride: [9, 9], offset: 100 })).toEqual([])
  })

  it('is not disturbed by data that packs another mask while it is read', () => {
    const data = new Proxy([1, 0, 1, 0], {
      get(target, key) {
        if (key === '1') from({ data: [0, 0, 0, 0], width: 4, height: 1 })
        return Reflect.get(target, key)
      },
    })
    expect(pixels({ data, width: 4, height: 1 })).toEqual([1, 0, 1, 0])
  })

  it('reads a tensor once, and rows of any kind', () => {
    let reads = 0
    const dataSync = () => {
      reads++
      return Float32Array.of(0, 2)
    }
    expect(pixels({ shape: [1, 2], dataSync })).toEqual([0, 1])
    expect(reads).toBe(1)
    expect(pixels([Uint8Array.of(0, 1), [true, false], { length: 2, 0: 0, 1: 3 }])).toEqual([
      0, 1, 1, 0, 0, 1,
    ])
  })

  it.each([
    ['0 × 0 image', { data: [], width: 0, height: 0 }, 0, 0],
    ['7 × 0 image', { data: [], width: 7, height: 0 }, 7, 0],
    ['0 × 7 image', { data: [], width: 0, height: 7 }, 0, 7],
    ['shape 0 × 0', { data: [], shape: [0, 0] }, 0, 0],
    ['shape of 3 rows without columns', { data: [], shape: [3, 0] }, 0, 3],
    ['no rows', [], 0, 0],
    ['rows without pixels', [[], []], 0, 2],
    ['typed rows without pixels', [new Float32Array(0), new Uint8Array(0), Buffer.of()], 0, 3],
    ['a view without pixels', { data: new Uint8Array(0), shape: [3, 0], stride: [7, 1] }, 0, 3],
    ['tensor without pixels', { shape: [0, 4], dataSync: () => [] }, 4, 0],
  ])('accepts %s', (_, mask, width, height) => {
    const packed = from(mask)
    expect([packed.width, packed.height, packed.count]).toEqual([width, height, 0])
    expect(packed.toUint8Array()).toEqual(new Uint8Array(0))
    expect(packed.equals(from(mask))).toBe(true)
  })

  const size = `the width of the mask to be an integer from 0 to ${MAX_PIXELS}`
  it.each<[string, unknown, Error]>([
    [
      'too few values',
      { data: [1, 0, 1], width: 2, height: 2 },
      new RangeError('expected 4 values of the mask (2 × 2), got 3'),
    ],
    [
      'too many values',
      { data: new Uint8Array(5), width: 2, height: 2 },
      new RangeError('expected 4 values of the mask (2 × 2), got 5'),
    ],
    [
      'more values than ImageData has',
      { data: new Uint8ClampedArray(5), width: 1, height: 1 },
      new RangeError('expected 1 values of the mask (1 × 1), got 5'),
    ],
    [
      'too few values for the channels',
      { data: new Uint8Array(4), width: 2, height: 2, channels: 3 },
      new RangeError('expected 12 values of the mask (2 × 2 × 3 channels), got 4'),
    ],
    [
      'too few values for the shape',
      { data: [1], shape: [2, 3] },
      new RangeError('expected 6 values of the mask (2 rows × 3 columns), got 1'),
    ],
    [
      'too few values in a tensor',
      { shape: [2, 3], dataSync: () => new Float32Array(5) },
      new RangeError('expected 6 values of the mask (2 rows × 3 columns), got 5'),
    ],
    [
      'rows of unequal length',
      [[1, 0], [1]],
      new RangeError('expected rows of equal length, got 2 values in row 0 and 1 in row 1'),
    ],
    [
      'a detached buffer',
      { data: detached(), width: 2, height: 2 },
      new RangeError('expected 4 values of the mask (2 × 2), got 0'),
    ],
    [
      'NaN in a typed array',
      { data: Float32Array.of(0, 1, Number.NaN, 1), width: 2, height: 2 },
      new RangeError('expected mask values to be numbers, got NaN at index 2'),
    ],
    [
      'NaN in an array',
      { data: [0, 1, 0, Number.NaN], width: 2, height: 2 },
      new RangeError('expected mask values to be numbers, got NaN at index 3'),
    ],
    [
      'NaN in the last channel that counts',
      { data: [0, 0, Number.NaN, 0], width: 1, height: 1, channels: 4 },
      new RangeError('expected mask values to be numbers, got NaN at index 2'),
    ],
    [
      'NaN behind a channel that is set',
      { data: Float64Array.of(1, Number.NaN, 0), width: 1, height: 1, channels: 3 },
      new RangeError('expected mask values to be numbers, got NaN at index 1'),
    ],
    [
      'NaN where strides point',
      { data: Float64Array.of(0, Number.NaN), shape: [1, 1], offset: 1, stride: [1, 1] },
      new RangeError('expected mask values to be numbers, got NaN at index 1'),
    ],
    [
      'NaN in rows',
      [
        [0, 1],
        [Number.NaN, 1],
      ],
      new RangeError('expected mask values to be numbers, got NaN at index 0 of row 1'),
    ],
    [
      'NaN in a tensor',
      { shape: [1, 2], dataSync: () => Float32Array.of(0, Number.NaN) },
      new RangeError('expected mask values to be numbers, got NaN at index 1'),
    ],
    [
      'a hole',
      { data: holey(), width: 2, height: 2 },
      new TypeError('expected mask values to be numbers or booleans, got undefined at index 1'),
    ],
    [
      'a hole in a row',
      [holey()],
      new TypeError(
        'expected mask values to be numbers or booleans, got undefined at index 1 of row 0',
      ),
    ],
    [
      'a string',
      { data: [1, '0'], width: 2, height: 1 },
      new TypeError("expected mask values to be numbers or booleans, got '0' at index 1"),
    ],
    [
      'null',
      { data: [null], width: 1, height: 1 },
      new TypeError('expected mask values to be numbers or booleans, got null at index 0'),
    ],
    [
      'a bigint',
      { data: [1n], width: 1, height: 1 },
      new TypeError('expected mask values to be numbers or booleans, got 1n at index 0'),
    ],
    [
      'a nested array',
      { data: [[1]], width: 1, height: 1 },
      new TypeError(
        'expected mask values to be numbers or booleans, got an array of length 1 at index 0',
      ),
    ],
    [
      'signed bigints',
      { data: new BigInt64Array(1), width: 1, height: 1 },
      new TypeError(
        'expected the data of the mask to be an array of numbers or booleans, got a BigInt64Array',
      ),
    ],
    [
      'unsigned bigints',
      [new BigUint64Array(1)],
      new TypeError(
        'expected the data of row 0 of the mask to be an array of numbers or booleans, got a BigUint64Array',
      ),
    ],
    [
      'a buffer instead of a view of it',
      { data: new ArrayBuffer(1), width: 1, height: 1 },
      new TypeError(
        'expected the data of the mask to be an array of numbers or booleans, got a ArrayBuffer',
      ),
    ],
    [
      'a string for data',
      { data: '1', width: 1, height: 1 },
      new TypeError("expected the data of the mask to be an array of numbers or booleans, got '1'"),
    ],
    [
      'a row that is no array',
      [[1], null],
      new TypeError(
        'expected the data of row 1 of the mask to be an array of numbers or booleans, got null',
      ),
    ],
    [
      'a width that is no integer',
      { data: [1], width: 1.5, height: 1 },
      new RangeError(`expected ${size}, got 1.5`),
    ],
    [
      'a negative width',
      { data: [1], width: -1, height: -1 },
      new RangeError(`expected ${size}, got -1`),
    ],
    [
      'a width of NaN',
      { data: [1], width: Number.NaN, height: 1 },
      new RangeError(`expected ${size}, got NaN`),
    ],
    [
      'a width that is no number',
      { data: [1], width: '1', height: 1 },
      new TypeError("expected the width of the mask to be a number, got '1'"),
    ],
    [
      'a height that is missing',
      { data: [1], width: 1 },
      new TypeError('expected the height of the mask to be a number, got undefined'),
    ],
    [
      'a negative height',
      { data: [1], shape: [-1, 1] },
      new RangeError(
        `expected the height of the mask to be an integer from 0 to ${MAX_PIXELS}, got -1`,
      ),
    ],
    [
      'a huge width',
      { data: [1], width: 2 ** 53, height: 1 },
      new RangeError(`expected ${size}, got 9007199254740992`),
    ],
    [
      'too many pixels',
      { data: [1], width: 2 ** 14, height: 2 ** 13 + 1 },
      new RangeError(`expected the mask to have at most ${MAX_PIXELS} pixels, got 16384 × 8193`),
    ],
    [
      'too many pixels at one value',
      { data: [1], shape: [2 ** 20, 2 ** 20], stride: [0, 0] },
      new RangeError(
        `expected the mask to have at most ${MAX_PIXELS} pixels, got 1048576 × 1048576`,
      ),
    ],
    [
      'five channels',
      { data: [1, 1, 1, 1, 1], width: 1, height: 1, channels: 5 },
      new RangeError('expected channels to be 1 or 2 or 3 or 4, got 5'),
    ],
    [
      'channels that are no number',
      { data: [1], width: 1, height: 1, channels: '1' },
      new TypeError("expected channels to be 1 or 2 or 3 or 4, got '1'"),
    ],
    [
      'a shape of one dimension',
      { data: [1], shape: [1] },
      new RangeError(
        'expected the shape of the mask to be [rows, columns], with further dimensions of 1 at most, got [1]',
      ),
    ],
    [
      'a shape of three dimensions',
      { shape: [2, 1, 2], dataSync: () => [1, 1, 1, 1] },
      new RangeError(
        'expected the shape of the mask to be [rows, columns], with further dimensions of 1 at most, got [2, 1, 2]: scoreBatch takes a batch of masks',
      ),
    ],
    [
      'a shape that is no array',
      { data: [1], shape: 1 },
      new TypeError('expected the shape of the mask to be [rows, columns], got 1'),
    ],
    [
      'a stride that is no pair',
      { data: [1], shape: [1, 1], stride: [1] },
      new TypeError('expected the stride of the mask to be two integers, got an array of length 1'),
    ],
    [
      'a stride that is no integer',
      { data: [1, 1], shape: [1, 2], stride: [0, 0.5] },
      new RangeError(
        'expected the column stride of the mask to be an integer from -4294967296 to 4294967296, got 0.5',
      ),
    ],
    [
      'a negative offset',
      { data: [1], shape: [1, 1], offset: -1 },
      new RangeError(
        'expected the offset of the mask to be an integer from 0 to 4294967296, got -1',
      ),
    ],
    [
      'strides that reach beyond the data',
      { data: [1, 1, 1], shape: [2, 2], stride: [2, 1] },
      new RangeError(
        'expected 3 values of the mask to hold the indices 0 to 3 that shape, stride and offset reach',
      ),
    ],
    [
      'a column stride that starts beyond the data',
      { data: [1, 1], shape: [1, 2], stride: [2, -1], offset: 2 },
      new RangeError(
        'expected 2 values of the mask to hold the indices 1 to 2 that shape, stride and offset reach',
      ),
    ],
    [
      'a row stride that starts beyond the data',
      { data: [1, 1], shape: [2, 1], stride: [-1, 2], offset: 2 },
      new RangeError(
        'expected 2 values of the mask to hold the indices 1 to 2 that shape, stride and offset reach',
      ),
    ],
    [
      'both strides that reach before the data',
      { data: [1, 1, 1, 1], shape: [2, 2], stride: [-2, -1], offset: 2 },
      new RangeError(
        'expected 4 values of the mask to hold the indices -1 to 2 that shape, stride and offset reach',
      ),
    ],
    [
      'strides that reach before the data',
      { data: [1, 1, 1], shape: [2, 2], stride: [-2, 1], offset: 1 },
      new RangeError(
        'expected 3 values of the mask to hold the indices -1 to 2 that shape, stride and offset reach',
      ),
    ],
  ])('refuses %s', (_, mask, error) => {
    expect(() => from(mask)).toThrow(error)
  })

  const forms =
    'expected a mask: a BitMask, { data, width, height }, { data, shape }, a tensor or an array of rows, got'
  it.each<[string, unknown]>([
    ['undefined', undefined],
    ['null', null],
    ['1', 1],
    ["'mask': read files with readMask of 'vessel-reward/node'", 'mask'],
    ['an object', {}],
    ['an object', { width: 1, height: 1 }],
    ['an object', { data: [1] }],
    ['an object', { shape: [1, 1], dataSync: [1] }],
    ['an object', Object.create(null)],
    ['a Uint8Array: numbers alone have no size: pass { data, width, height }', new Uint8Array(4)],
    ['a function', () => [[1]]],
    ['Symbol(mask)', Symbol('mask')],
    ['5n', 5n],
    [`'${'x'.repeat(40)}…': read files with readMask of 'vessel-reward/node'`, 'x'.repeat(50)],
  ])('refuses what is no mask: %s', (got, mask) => {
    expect(() => from(mask)).toThrow(new TypeError(`${forms} ${got}`))
  })

  it.each<[unknown, Error]>([
    [
      { threshold: Number.NaN },
      new RangeError('expected threshold to be a finite number, got NaN'),
    ],
    [
      { threshold: Number.POSITIVE_INFINITY },
      new RangeError('expected threshold to be a finite number, got Infinity'),
    ],
    [{ threshold: '0' }, new TypeError("expected threshold to be a number, got '0'")],
    [
      { threshold: [0] },
      new TypeError('expected threshold to be a number, got an array of length 1'),
    ],
    [null, new TypeError('expected the options of BitMask.from to be a plain object, got null')],
    [0.5, new TypeError('expected the options of BitMask.from to be a plain object, got 0.5')],
  ])('refuses the options %j', (options, error) => {
    expect(() => from([[1]], options)).toThrow(error)
    expect(() => from(from([[1]]), options)).toThrow(error)
  })
})
