import fc from 'fast-check'
import { BitMask, type MaskLike } from 'vessel-reward'
import { describe, expect, it } from 'vitest'
import { mulberry32 } from '../../examples/mulberry32.ts'
import { maskDifference } from '../oracle/compare.ts'
import { type Grid, grid, toRows } from '../oracle/grid.ts'
import { anyMask, anySize } from './masks.ts'

type Values = ArrayLike<number | boolean>

const TYPED = [
  Int8Array,
  Uint8Array,
  Uint8ClampedArray,
  Int16Array,
  Uint16Array,
  Int32Array,
  Uint32Array,
  Float32Array,
  Float64Array,
]

/** Every container that holds values above 0 for 1 and not above 0 for 0. */
const CONTAINERS: Record<string, (values: Uint8Array) => Values> = {
  numbers: (values) => [...values],
  booleans: (values) => [...values].map((value) => value === 1),
  'numbers and booleans': (values) => [...values].map((v, i) => (i % 2 ? v : v === 1)),
  'frozen numbers': (values) => Object.freeze([...values]),
  'an array-like object': (values) => ({ ...[...values], length: values.length }),
  'an object without prototype': (values) =>
    Object.assign(Object.create(null), { ...[...values], length: values.length }),
  'a proxy': (values) => new Proxy([...values], {}),
  'shared memory': (values) => {
    const shared = new Uint8Array(new SharedArrayBuffer(values.length))
    shared.set(values)
    return shared
  },
  'a buffer that can grow': (values) => {
    const Buffer = ArrayBuffer as unknown as new (n: number, o: object) => ArrayBuffer
    const growing = new Float32Array(new Buffer(4 * values.length, { maxByteLength: 1e6 }))
    growing.set(values)
    return growing
  },
  'a view into a buffer': (values) => {
    const view = new Int16Array(values.length + 7).fill(1).subarray(3, values.length + 3)
    view.set(values)
    return view
  },
  'large and negative numbers': (values) => [...values].map((v, i) => (v ? 1e9 : -i)),
}
for (const Typed of TYPED) CONTAINERS[Typed.name] = (values) => Typed.from(values)

const anyContainer = fc.constantFrom(...Object.keys(CONTAINERS))

function check(mask: MaskLike, expected: Grid, threshold?: number): void {
  expect(maskDifference(BitMask.from(mask, { threshold }), expected)).toBe('')
}

describe('BitMask.from reads every form of mask', () => {
  it('images in every container', () => {
    fc.assert(
      fc.property(anyMask(), anyContainer, (mask, container) => {
        const { width, height } = mask
        const data = CONTAINERS[container](mask.data)
        check({ data, width, height, channels: 1 }, mask)
        check({ data, width, height }, mask)
        check({ data, shape: [height, width] }, mask)
        check({ data, shape: Int32Array.of(height, width) as unknown as number[] }, mask)
        check({ shape: [height, width], dataSync: () => data as ArrayLike<number> }, mask)
      }),
      { numRuns: 300 },
    )
  })

  it('its own bytes', () => {
    fc.assert(
      fc.property(anyMask(), (mask) => {
        const { width, height } = mask
        const data = BitMask.from({ data: mask.data, width, height }).toUint8Array()
        check({ data, width, height }, mask)
      }),
    )
  })

  it('nested rows in every container', () => {
    fc.assert(
      fc.property(anyMask(70, 40), anyContainer, (mask, container) => {
        const rows = toRows(mask).map((row) => CONTAINERS[container](Uint8Array.from(row)))
        // Few rows of large numbers look like polygons, but for a threshold.
        const threshold = container.startsWith('large') ? 0 : undefined
        check(rows, mask, threshold)
        check(Object.freeze(rows), mask, threshold)
      }),
      { numRuns: 200 },
    )
  })

  it('images of one to four channels, alpha ignored', () => {
    const channels = fc.constantFrom(1, 2, 3, 4) as fc.Arbitrary<1 | 2 | 3 | 4>
    const values = fc.constantFrom(0, 0, 0, 0, 1, 128, 255)
    const images = fc
      .record({ size: anySize(34, 9), channels })
      .chain(({ size, channels: perPixel }) => {
        const length = size.width * size.height * perPixel
        return fc.record({
          size: fc.constant(size),
          channels: fc.constant(perPixel),
          data: fc.array(values, { minLength: length, maxLength: length, size: 'max' }),
        })
      })
    const threshold = fc.constantFrom(0, 1, 127, 128, 254, 255)
    fc.assert(
      fc.property(images, threshold, ({ size, channels: perPixel, data }, level) => {
        const colours = perPixel < 3 ? [0] : [0, 1, 2]
        const expected = grid(size.width, size.height, (x, y) =>
          colours.some((c) => data[(y * size.width + x) * perPixel + c] > level),
        )
        const options = { ...size, channels: perPixel }
        check({ ...options, data }, expected, level)
        check({ ...options, data: Uint8Array.from(data) }, expected, level)
        check({ ...options, data: Uint8ClampedArray.from(data) }, expected, level)
        if (perPixel !== 4) return
        check({ ...size, data: Uint8ClampedArray.from(data) }, expected, level)
      }),
      { numRuns: 150 },
    )
  })

  it('probabilities with a threshold', () => {
    const level = fc.oneof(
      fc.double({ noNaN: true, noDefaultInfinity: true }),
      fc.constantFrom(0, -0, 0.5, 1),
    )
    const value = fc.oneof(fc.double({ noNaN: true }), fc.constantFrom(0, -0, 0.5, 1))
    const data = fc.array(value, { minLength: 12, maxLength: 12 })
    fc.assert(
      fc.property(data, level, (numbers, threshold) => {
        const typed = Float32Array.from(numbers)
        const exact = grid(4, 3, (x, y) => numbers[4 * y + x] > threshold)
        const single = grid(4, 3, (x, y) => typed[4 * y + x] > threshold)
        const size = { width: 4, height: 3 }
        check({ data: numbers, ...size }, exact, threshold)
        check({ data: Float64Array.from(numbers), ...size }, exact, threshold)
        check({ data: typed, ...size }, single, threshold)
        check({ data: typed, shape: [3, 4] }, single, threshold)
        check({ dataSync: () => typed, shape: [3, 4] }, single, threshold)
        check(
          [0, 4, 8].map((start) => numbers.slice(start, start + 4)),
          exact,
          threshold,
        )
      }),
    )
  })

  it('bytes of every value with every threshold, wherever they start', () => {
    const level = fc.oneof(
      fc.integer({ min: -2, max: 257 }),
      fc.constantFrom(0, 0.5, 126.9, 127, 127.5, 128, 254, 254.5, 255, 256, 300, 1e9, -0.5, -1),
    )
    const start = fc.nat(7)
    const typed = fc.constantFrom(Uint8Array, Uint8ClampedArray, Int8Array, Float32Array)
    const form = fc.constantFrom(1, 2, 3, 4) as fc.Arbitrary<1 | 2 | 3 | 4>
    const inputs = fc.record({ size: anySize(70, 70), level, start, typed, channels: form })
    fc.assert(
      fc.property(inputs, fc.integer(), (input, seed) => {
        const { width, height } = input.size
        const { channels, start: before } = input
        const next = mulberry32(seed)
        const length = width * height * channels
        const data = new input.typed(length + before)
          .map(() => Math.floor(next() * 256))
          .subarray(before)
        const colours = channels < 3 ? [0] : [0, 1, 2]
        const expected = grid(width, height, (x, y) =>
          colours.some((c) => data[(y * width + x) * channels + c] > input.level),
        )
        check({ data, width, height, channels }, expected, input.level)
      }),
      { numRuns: 400 },
    )
  })

  it('floats of every size with every threshold', () => {
    const level = fc.oneof(
      fc.float({ noNaN: true, noDefaultInfinity: true }),
      fc.double({ noNaN: true, noDefaultInfinity: true }),
      fc.constantFrom(0, -0, 1e-46, 0.1, 0.5, 3e38, 3.4028234663852886e38, 1e300, -1e-46),
    )
    const special = [0, -0, 1e-45, -1e-45, 0.5, 3.4028234663852886e38, Infinity, -Infinity]
    fc.assert(
      fc.property(anySize(70, 40), level, fc.integer(), ({ width, height }, threshold, seed) => {
        const next = mulberry32(seed)
        const near = Math.fround(threshold)
        const data = new Float32Array(width * height).map(() => {
          const pick = Math.floor(next() * 24)
          if (pick < special.length) return special[pick]
          if (pick < 12) return near * (1 + (pick - 10) * 2 ** -23)
          return (next() - 0.5) * 10 ** Math.floor(next() * 80 - 40)
        })
        const expected = grid(width, height, (x, y) => data[y * width + x] > threshold)
        check({ data, width, height }, expected, threshold)
        check({ data: Float64Array.from(data), width, height }, expected, threshold)
        check({ data: [...data], width, height }, expected, threshold)
      }),
      { numRuns: 200 },
    )
  })

  it('and finds the one bad value, wherever it is', () => {
    const places = anySize().chain(({ width, height }) =>
      fc.record({
        width: fc.constant(width),
        height: fc.constant(height),
        place: fc.nat(width * height - 1),
      }),
    )
    const level = fc.constantFrom(0, 0.5, -1, 1e39)
    fc.assert(
      fc.property(places, level, ({ width, height, place }, threshold) => {
        const ones = new Float32Array(width * height).fill(1)
        ones[place] = Number.NaN
        const values: (number | string)[] = new Array(width * height).fill(0)
        values[place] = '1'
        const x = place % width
        const message = `expected mask values to be numbers, got NaN at index`
        const pack = (mask: unknown) => () => BitMask.from(mask as MaskLike, { threshold })
        for (const data of [ones, Float64Array.from(ones), [...ones]]) {
          const error = new RangeError(`${message} ${place}`)
          expect(pack({ data, width, height })).toThrow(error)
          expect(pack({ dataSync: () => data, shape: [height, width] })).toThrow(error)
          expect(pack({ data, shape: [height, width], stride: [width, 1] })).toThrow(error)
          const backwards = { stride: [-width, -1], offset: width * height - 1 }
          expect(pack({ data, shape: [height, width], ...backwards })).toThrow(error)
        }
        expect(pack(toRows({ data: ones as unknown as Uint8Array, width, height }))).toThrow(
          new RangeError(`${message} ${x} of row ${(place - x) / width}`),
        )
        expect(pack({ data: values, width, height })).toThrow(
          new TypeError(
            `expected mask values to be numbers or booleans, got '1' at index ${place}`,
          ),
        )
      }),
      { numRuns: 60 },
    )
  })

  it('ndarrays of any strides and offset, negative ones and 0 too', () => {
    const layouts = anySize(66, 20).chain(({ width, height }) => {
      const steps = [0, 1, -1, 2, -3, width, -width, height, -height, width + 3, 2 * width]
      const any = fc.tuple(fc.constantFrom(...steps), fc.constantFrom(...steps))
      // Without gaps between the rows: one channel of several, say.
      const dense = fc.constantFrom(1, 2, 3, 4, -1).map((n): [number, number] => [n * width, n])
      return fc.record({
        width: fc.constant(width),
        height: fc.constant(height),
        stride: fc.oneof(any, dense),
        before: fc.nat(5),
        after: fc.nat(5),
        seed: fc.infiniteStream(fc.boolean()),
        container: anyContainer,
      })
    })
    fc.assert(
      fc.property(layouts, ({ width, height, stride, before, after, seed, container }) => {
        const [down, right] = stride
        const ends = [0, (height - 1) * down]
        const sides = [0, (width - 1) * right]
        const lowest = Math.min(...ends) + Math.min(...sides)
        const highest = Math.max(...ends) + Math.max(...sides)
        const offset = before - lowest
        const size = before + highest - lowest + 1 + after
        const values = Uint8Array.from(seed.take(size), Number)
        const expected = grid(width, height, (x, y) => values[offset + y * down + x * right] === 1)
        const data = CONTAINERS[container](values)
        check({ data, shape: [height, width], stride, offset }, expected)
      }),
      { numRuns: 300 },
    )
  })
})
