import { execFileSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import fc from 'fast-check'
import ndarray, { type NdArray } from 'ndarray'
import ops from 'ndarray-ops'
import { BitMask, label as labelMask, skeletonize as skeletonizeMask } from 'vessel-reward'
import {
  fromNdarray,
  label,
  type NumericNdArray,
  skeletonize,
  threshold,
  toNdarray,
} from 'vessel-reward/ndarray'
import { describe, expect, it } from 'vitest'

/** Its pixels read one by one, which is what every result must agree with. */
function rowsOf(array: NumericNdArray): number[][] {
  const [rows, columns] = array.shape
  return Array.from({ length: rows }, (_, y) =>
    Array.from({ length: columns }, (_, x) => Number(array.get(y, x))),
  )
}

/** Values from 0 to 9, seeded. */
function noise(length: number): Uint8Array {
  let state = 7
  return Uint8Array.from({ length }, () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0
    return Math.floor((state / 2 ** 32) * 10)
  })
}

const image = ndarray(noise(41 * 67), [41, 67])
const volume = ndarray(noise(9 * 40 * 35), [9, 40, 35])
const store = {
  values: noise(600),
  length: 600,
  get(i: number): number {
    return this.values[i]
  },
  set(i: number, value: number): void {
    this.values[i] = value
  },
}

const VIEWS: Record<string, NumericNdArray> = {
  contiguous: image,
  transposed: image.transpose(1, 0),
  'stepped backwards': image.step(-1, -1),
  'stepped backwards and transposed': image.step(-1, 1).transpose(1, 0),
  'every second row, every third column backwards': image.step(2, -3),
  'with an offset': image.lo(5, 7),
  sliced: image.lo(3, 2).hi(30, 33),
  'sliced, stepped and transposed': image.lo(3, 2).hi(30, 33).step(-2, 1).transpose(1, 0),
  'a plane of a volume': volume.pick(4, null, null),
  'a plane across a volume': volume.pick(null, 11, null),
  'the last plane, transposed': volume.pick(null, null, 34).transpose(1, 0),
  'one row repeated': ndarray(noise(50), [20, 50], [0, 1], 0),
  'one pixel repeated': ndarray([3], [4, 5], [0, 0], 0),
  'over a plain array': ndarray([...noise(63)], [7, 9]).step(-1, 2),
  'over booleans': ndarray(
    [...noise(63)].map((value) => value > 5),
    [7, 9],
  ),
  'over a store': ndarray(store, [20, 30]),
  'over a store, transposed and stepped': ndarray(store, [20, 30]).transpose(1, 0).step(-2, 1),
  'over a Buffer': ndarray(Buffer.from(noise(63)), [7, 9]),
  'one row': image.hi(1, 67),
  'one column': image.hi(41, 1),
  'no rows': image.hi(0, 67),
  'no columns': image.hi(41, 0),
  'no rows, backwards': image.hi(0, 67).step(-1, -1),
  'no pixels': ndarray(new Float64Array(0), [0, 0]),
}

describe.each(Object.entries(VIEWS))('an ndarray %s', (_, view) => {
  const pixels = rowsOf(view).flat()
  const [height, width] = view.shape
  // The core is given plain pixels and knows nothing of strides here.
  const core = BitMask.from({ data: pixels, width, height })

  it('is thresholded', () => {
    for (const value of [-1, 0, 0.5, 4]) {
      const result = threshold(view, value)
      expect(result.dtype).toBe('uint8')
      expect(result.shape).toEqual([height, width])
      expect(Array.from(result.data)).toEqual(pixels.map((pixel) => Number(pixel > value)))
      const theirs = ndarray(new Uint8Array(height * width), [height, width])
      expect(result.data).toEqual(ops.gts(theirs, view as NdArray<number[]>, value).data)
    }
  })

  it('becomes the mask that the core makes', () => {
    expect(fromNdarray(view).equals(core)).toBe(true)
    const four = BitMask.from({ data: pixels, width, height }, { threshold: 4 })
    expect(fromNdarray(view, { threshold: 4 }).equals(four)).toBe(true)
  })

  it.each(['skimage', 'zhang-suen', 'guo-hall'] as const)('is thinned by %s', (method) => {
    const result = skeletonize(view, { method })
    expect(result.shape).toEqual([height, width])
    expect(result.data).toEqual(skeletonizeMask(core, { method }).toUint8Array())
  })

  it.each([4, 8] as const)('is labelled with connectivity %i', (connectivity) => {
    const { labels, count } = label(view, { connectivity })
    const expected = labelMask(core, { connectivity })
    expect(count).toBe(expected.count)
    expect(labels.shape).toEqual([height, width])
    expect(labels.data).toEqual(expected.labels)
  })
})

describe('the core', () => {
  it('takes an ndarray as it is', () => {
    for (const [name, view] of Object.entries(VIEWS)) {
      // The core indexes its data, and wants an offset that is an index.
      if (view.dtype === 'generic' || view.offset < 0) continue
      const { data, shape, stride, offset } = view as NdArray<Uint8Array>
      const mask = BitMask.from({ data, shape, stride, offset })
      expect(mask.equals(fromNdarray(view)), name).toBe(true)
    }
  })
})

describe('views at random', () => {
  const step = fc.integer({ min: -3, max: 3 }).filter((value) => value !== 0)
  const change = fc.oneof(
    fc.record({ kind: fc.constant('step' as const), a: step, b: step }),
    fc.record({ kind: fc.constant('lo' as const), a: fc.nat(4), b: fc.nat(4) }),
    fc.record({ kind: fc.constant('hi' as const), a: fc.nat(12), b: fc.nat(12) }),
    fc.record({ kind: fc.constant('transpose' as const), a: fc.constant(1), b: fc.constant(0) }),
  )

  it('are thresholded pixel by pixel', () => {
    fc.assert(
      fc.property(fc.array(change, { maxLength: 5 }), fc.integer({ min: 0, max: 9 }), (list, t) => {
        let view = image
        for (const { kind, a, b } of list) {
          const [rows, columns] = view.shape
          view =
            kind === 'step' || kind === 'transpose'
              ? view[kind](a, b)
              : view[kind](Math.min(a, rows), Math.min(b, columns))
        }
        expect(rowsOf(threshold(view, t))).toEqual(
          rowsOf(view).map((row) => row.map((value) => Number(value > t))),
        )
      }),
      { numRuns: 200 },
    )
  })
})

describe('threshold', () => {
  it.each([
    Int8Array,
    Int16Array,
    Int32Array,
    Uint8Array,
    Uint16Array,
    Uint32Array,
    Uint8ClampedArray,
    Float32Array,
    Float64Array,
  ])('reads a %o', (Type) => {
    const result = threshold(ndarray(Type.of(0, 1, 2, 3), [2, 2]), 1.5)
    expect(result.data).toEqual(Uint8Array.of(0, 0, 1, 1))
  })

  it('takes infinite values, and a negative threshold', () => {
    const array = ndarray([Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, 0, -2], [1, 4])
    expect(threshold(array, -1).data).toEqual(Uint8Array.of(1, 0, 1, 0))
  })

  it('returns an array of its own', () => {
    const mask = ndarray(Uint8Array.of(0, 1), [1, 2])
    expect(threshold(mask, 0).data).not.toBe(mask.data)
  })

  it.each([
    [Number.NaN, RangeError, 'expected the threshold to be a finite number, got NaN'],
    [Number.POSITIVE_INFINITY, RangeError, 'got Infinity'],
    ['1', TypeError, "expected the threshold to be a number, got '1'"],
    [undefined, TypeError, 'got undefined'],
  ])('refuses the threshold %o', (value, error, message) => {
    expect(() => threshold(image, value as number)).toThrow(error)
    expect(() => threshold(image, value as number)).toThrow(message)
  })
})

describe('toNdarray', () => {
  it('has the shape [rows, columns] and 0 or 1 for each pixel', () => {
    const array = toNdarray([
      [0, 2, 0],
      [true, 0, 0.5],
    ])
    expect(array.shape).toEqual([2, 3])
    expect(array.dtype).toBe('uint8')
    expect(array.data).toEqual(Uint8Array.of(0, 1, 0, 1, 0, 1))
  })

  it('is undone by fromNdarray', () => {
    const mask = fromNdarray(image, { threshold: 6 })
    expect(fromNdarray(toNdarray(mask)).equals(mask)).toBe(true)
  })

  it.each([
    [0, 0],
    [0, 4],
    [4, 0],
  ])('keeps the size of an empty mask, %i × %i', (width, height) => {
    expect(toNdarray({ data: [], width, height }).shape).toEqual([height, width])
  })
})

describe('an array that is not valid', () => {
  const good = { data: new Uint8Array(6), shape: [2, 3], stride: [3, 1], offset: 0 }
  const detached = new Float32Array(6)
  structuredClone(detached.buffer, { transfer: [detached.buffer] })

  const BAD: [name: string, value: unknown, error: ErrorConstructor, message: string][] = [
    ['undefined', undefined, TypeError, 'expected an ndarray with data, shape, stride and offset'],
    ['null', null, TypeError, 'got null'],
    ['data alone', { data: good.data }, TypeError, 'an ndarray with data, shape, stride and off'],
    ['a shape alone', { shape: good.shape }, TypeError, 'an ndarray with data, shape, stride and'],
    ['rows', [[1, 0]], TypeError, 'got an array of length 1'],
    ['a typed array', new Uint8Array(4), TypeError, 'got a Uint8Array'],
    ['three dimensions', volume, RangeError, 'a shape of length 3'],
    ['one dimension', ndarray(new Uint8Array(4)), RangeError, 'a shape of length 1'],
    [
      'a number as shape',
      { ...good, shape: 6 },
      TypeError,
      'the shape of the ndarray to be a list',
    ],
    ['a negative size', { ...good, shape: [2, -3] }, RangeError, 'got -3'],
    [
      'a negative first size',
      { ...good, shape: [-1, 3] },
      RangeError,
      'from 0 to 134217728, got -1',
    ],
    ['a size that is no integer', { ...good, shape: [2, 1.5] }, RangeError, 'got 1.5'],
    ['a size in text', { ...good, shape: ['2', 3] }, TypeError, "got '2'"],
    ['too many pixels', { ...good, shape: [2 ** 20, 2 ** 20] }, RangeError, 'at most 134217728'],
    ['one pixel too many', { ...good, shape: [2 ** 27 + 1, 1] }, RangeError, 'got 134217729'],
    ['as many pixels as may be', { ...good, shape: [2 ** 27, 1] }, RangeError, 'the indices 0 to'],
    ['no stride', { ...good, stride: undefined }, TypeError, 'the stride of the ndarray'],
    ['a stride of one', { ...good, stride: [1] }, RangeError, 'a stride of length 1'],
    ['a stride of NaN', { ...good, stride: [Number.NaN, 1] }, RangeError, 'got NaN'],
    [
      'a great stride',
      { ...good, stride: [2 ** 31 - 1, 0] },
      RangeError,
      'indices 0 to 2147483647',
    ],
    ['a stride too great', { ...good, stride: [2 ** 31, 0] }, RangeError, 'got 2147483648'],
    ['a low stride', { ...good, stride: [1 - 2 ** 31, 0] }, RangeError, 'indices -2147483647 to 0'],
    ['a stride too low', { ...good, stride: [-(2 ** 31), 0] }, RangeError, 'got -2147483648'],
    ['no offset', { ...good, offset: undefined }, TypeError, 'the offset of the ndarray'],
    ['a negative offset', { ...good, offset: -1 }, RangeError, 'the indices -1 to 4'],
    [
      'an offset beyond the data',
      { ...good, offset: 1 },
      RangeError,
      '6 values to hold the indices 1 to 6',
    ],
    [
      'a column stride that starts beyond the data',
      { data: new Uint8Array(2), shape: [1, 2], stride: [2, -1], offset: 2 },
      RangeError,
      'the indices 1 to 2',
    ],
    [
      'a row stride that starts beyond the data',
      { data: new Uint8Array(2), shape: [2, 1], stride: [-1, 2], offset: 2 },
      RangeError,
      'the indices 1 to 2',
    ],
    [
      'both strides before the data',
      { ...good, stride: [-3, -1], offset: 4 },
      RangeError,
      'the indices -1 to 4',
    ],
    ['a stride before the data', { ...good, stride: [-3, 1] }, RangeError, 'the indices -3 to 2'],
    ['a detached buffer', { ...good, data: detached }, RangeError, 'expected 0 values to hold'],
    ['text as data', { ...good, data: '110011' }, TypeError, "got '110011'"],
    ['an object as data', { ...good, data: { length: 6 } }, TypeError, 'got an object'],
    ['null as data', { ...good, data: null }, TypeError, 'or a store with get, got null'],
    ['a get that is none', { ...good, data: { length: 6, get: 3 } }, TypeError, 'got an object'],
    ['a DataView', { ...good, data: new DataView(new ArrayBuffer(6)) }, TypeError, 'a DataView'],
    ['big integers', ndarray(new BigInt64Array(6), [2, 3]), TypeError, 'got a BigInt64Array'],
    [
      'NaN',
      ndarray(Float32Array.of(0, Number.NaN, 2, 3), [2, 2]).transpose(1, 0),
      RangeError,
      'got NaN in row 1, column 0',
    ],
    ['text in the data', ndarray(['0', '1'], [1, 2]), TypeError, "got '0' in row 0, column 0"],
    ['holes', ndarray(new Array(6), [2, 3]), TypeError, 'got undefined in row 0, column 0'],
    ['a store of nothing', { ...good, data: new Map() }, TypeError, 'got undefined in row 0'],
  ]

  it.each(BAD)('is refused: %s', (_, value, error, message) => {
    for (const use of [fromNdarray, skeletonize, label, (a: NumericNdArray) => threshold(a, 0)]) {
      expect(() => use(value as NumericNdArray)).toThrow(error)
      expect(() => use(value as NumericNdArray)).toThrow(message)
    }
  })

  it('takes the same array when it is valid', () => {
    expect(fromNdarray(good as NumericNdArray).count).toBe(0)
    expect(fromNdarray(Object.freeze({ ...good }) as NumericNdArray).count).toBe(0)
  })

  it('throws TypeError or RangeError for anything else', () => {
    const anything = fc.anything({ withTypedArray: true, withBigInt: true, withSparseArray: true })
    const odd = fc.record(
      { data: anything, shape: anything, stride: anything, offset: anything },
      { requiredKeys: [] },
    )
    fc.assert(
      fc.property(fc.oneof(anything, odd), anything, (value, options) => {
        for (const use of [fromNdarray, skeletonize, label, threshold, toNdarray]) {
          try {
            use(value as never, options as never)
          } catch (error) {
            expect(error instanceof TypeError || error instanceof RangeError).toBe(true)
          }
        }
      }),
      { numRuns: 500 },
    )
  })
})

describe('options that are not valid', () => {
  it.each([null, 'skimage', 3, [], new Map()])('are refused: %o', (options) => {
    expect(() => fromNdarray(image, options as never)).toThrow(TypeError)
    expect(() => skeletonize(image, options as never)).toThrow(TypeError)
    expect(() => label(image, options as never)).toThrow(TypeError)
  })

  it.each([
    [() => fromNdarray(image, { treshold: 1 } as never), "did you mean 'threshold'?"],
    [() => fromNdarray(image, { method: 'skimage' } as never), "unknown option 'method' of from"],
    [() => skeletonize(image, { thinning: 'skimage' } as never), "unknown option 'thinning'"],
    [() => skeletonize(image, { method: 'zs' as never }), "got 'zs'"],
    [() => label(image, { connectivty: 4 } as never), "did you mean 'connectivity'?"],
    [() => label(image, { connectivity: 6 as never }), 'expected connectivity to be 4 or 8'],
    [() => label(image, { threshold: Number.NaN }), 'expected threshold to be a finite number'],
  ])('are named', (use, message) => {
    expect(use).toThrow(RangeError)
    expect(use).toThrow(message)
  })
})

describe('surplus arguments', () => {
  it.each([
    [threshold, 2, [image, 0, {}]],
    [fromNdarray, 2, [image, {}, {}]],
    [toNdarray, 1, [[[1]], { threshold: 0.5 }]],
    [skeletonize, 2, [image, {}, {}]],
    [label, 2, [image, {}, {}]],
  ])('are refused', (use, most, values) => {
    const call = use as (...values: unknown[]) => unknown
    expect(() => call(...values.slice(0, most))).not.toThrow()
    expect(() => call(...values)).toThrow(RangeError)
    expect(() => call(...values)).toThrow(`${use.name} takes ${most} argument`)
  })
})

describe('where generating code is forbidden', () => {
  const script = `
    const { fromNdarray, label, skeletonize, threshold, toNdarray } = await import('./src/ndarray/index.ts')
    const { BitMask } = await import('./src/index.ts')
    const array = { data: new Uint8Array([0, 3, 3, 0, 3, 3]), shape: [3, 2], stride: [1, 3], offset: 0 }
    const store = { get: (i) => array.data[i], length: 6 }
    const uses = [
      () => fromNdarray(array).count,
      () => fromNdarray({ ...array, data: store }, { threshold: 2 }).count,
      () => threshold(array, 1),
      () => toNdarray(BitMask.from([[1]])),
      () => skeletonize(array),
      () => label(array),
      () => threshold(array, 'text'),
    ]
    const results = uses.map((use) => {
      try {
        return use()
      } catch (error) {
        return error.name + ': ' + error.message
      }
    })
    console.log(JSON.stringify(results))
  `
  const run = (...flags: string[]): unknown =>
    JSON.parse(
      execFileSync(
        process.execPath,
        [...flags, '--import', 'tsx', '--input-type=module', '-e', script],
        { cwd: fileURLToPath(new URL('../..', import.meta.url)), encoding: 'utf8' },
      ),
    )
  const advice = 'use fromNdarray and the functions of vessel-reward'

  it('the entry is imported, fromNdarray works, and what returns an ndarray says that it cannot', () => {
    const forbidden = (of: string) =>
      `EvalError: ${of} returns an ndarray, whose package generates code, which is forbidden here: ${advice}`
    expect(run('--disallow-code-generation-from-strings')).toEqual([
      4,
      4,
      forbidden('threshold'),
      forbidden('toNdarray'),
      forbidden('skeletonize'),
      forbidden('label'),
      "TypeError: expected the threshold to be a number, got 'text'",
    ])
  })

  it('and elsewhere all work', () => {
    const results = run() as unknown[]
    expect(results.slice(0, 2)).toEqual([4, 4])
    for (const result of results.slice(2, -1)) expect(result).toBeTypeOf('object')
  })
})
