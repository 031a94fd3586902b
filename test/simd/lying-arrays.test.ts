import { runInNewContext } from 'node:vm'
import fc from 'fast-check'
import { BitMask, type MaskLike } from 'vessel-reward'
import { disableSimd, enableSimd } from 'vessel-reward/simd'
import { afterEach, describe, expect, it } from 'vitest'

afterEach(() => disableSimd())

/** Float64Array stands for all of them: they are alike but for their elements. */
type Typed = Float64Array
type Kind = new (from: Iterable<number> | ArrayBufferLike | number, start?: number) => Typed

const KINDS = [
  Int8Array,
  Uint8Array,
  Uint8ClampedArray,
  Int16Array,
  Uint16Array,
  Int32Array,
  Uint32Array,
  Float32Array,
  Float64Array,
] as readonly unknown[] as readonly Kind[]

const [width, height] = [35, 5]
const PIXELS = Array.from({ length: width * height }, (_, i) => Number((i * i) % 7 < 2))

/** What comes of a mask: its pixels, or an error in words. */
function outcome(mask: () => unknown, threshold = 0): string {
  try {
    return BitMask.from(mask() as MaskLike, { threshold })
      .toUint8Array()
      .join('')
  } catch (error) {
    if (!(error instanceof TypeError || error instanceof RangeError)) throw error
    return `${error.name}: ${error.message}`
  }
}

/** The same with the portable code and with the kernel, after a mask that is full. */
function outcomes(mask: () => unknown, threshold?: number): [portable: string, simd: string] {
  disableSimd()
  const portable = outcome(mask, threshold)
  if (!enableSimd()) throw new Error('no WebAssembly SIMD')
  // What the kernel's memory still holds must not come out again.
  BitMask.from({ data: new Uint8Array(64 * 64).fill(1), width: 64, height: 64 })
  return [portable, outcome(mask, threshold)]
}

function expectBoth(mask: () => unknown, expected: string | RegExp, threshold?: number): void {
  for (const one of outcomes(mask, threshold)) {
    if (typeof expected === 'string') expect(one).toBe(expected)
    else expect(one).toMatch(expected)
  }
}

const ROUND: readonly (string | symbol)[] = ['length', 'buffer', 'byteOffset', 'byteLength']

/** Arrays that say something else about themselves than what they are, but in their elements. */
const LIES: Record<string, (kind: Kind, values: readonly number[]) => Typed> = {
  'a species of one byte': (Kind, values) => {
    class Liar extends Kind {
      static get [Symbol.species]() {
        return Uint8Array
      }
    }
    return new Liar(values)
  },
  'a species of eight bytes': (Kind, values) => {
    class Liar extends Kind {
      static get [Symbol.species]() {
        return Float64Array
      }
    }
    return new Liar(values)
  },
  'a constructor of its own': (Kind, values) =>
    Object.assign(new Kind(values), { constructor: { [Symbol.species]: Float64Array } }) as Typed,
  'methods of its own': (Kind, values) =>
    Object.assign(new Kind(values), {
      subarray: () => new Kind(values.map((value) => 1 - value)),
      set: () => undefined,
      slice: () => undefined,
      [Symbol.iterator]: function* () {},
    }),
  'another tag': (Kind, values) =>
    Object.defineProperty(new Kind(values), Symbol.toStringTag, { value: 'Float32Array' }),
  'the prototype of floats': (Kind, values) =>
    Object.setPrototypeOf(new Kind(values), Float32Array.prototype),
  'the prototype of bytes': (Kind, values) =>
    Object.setPrototypeOf(new Kind(values), Uint8Array.prototype),
  'another place in another buffer': (Kind, values) => {
    class Liar extends Kind {
      override get buffer() {
        return new ArrayBuffer(8) as never
      }
      override get byteOffset() {
        return 4
      }
      override get byteLength() {
        return 1
      }
    }
    return new Liar(values)
  },
  'frozen getters': (Kind, values) => {
    const array = new Kind(values)
    for (const name of ROUND.slice(1)) Object.defineProperty(array, name, { value: undefined })
    return array
  },
}

/** A mask of the values in every form that data may have. */
const FORMS: Record<string, (data: ArrayLike<number>) => unknown> = {
  image: (data) => ({ data, width, height }),
  array: (data) => ({ data, shape: [height, width] }),
  'array upside down': (data) => ({
    data,
    shape: [height, width],
    stride: [-width, 1],
    offset: (height - 1) * width,
  }),
  'array on its side': (data) => ({ data, shape: [width, height], stride: [1, width] }),
  tensor: (data) => ({ shape: [height, width], dataSync: () => data }),
  'one row': (data) => [data],
}

describe.each(Object.keys(LIES))('a typed array with %s', (lie) => {
  it.each(KINDS.map((kind) => [kind.name, kind] as const))(
    'is read as what it is: %s',
    (_, kind) => {
      const make = LIES[lie]
      for (const [name, form] of Object.entries(FORMS)) {
        const expected = outcome(() => form(PIXELS))
        expect(expected, name).toMatch(/^[01]{175}$/)
        expectBoth(() => form(make(kind, PIXELS)), expected)
      }
    },
  )

  it('and as colours', () => {
    const colours = Array.from({ length: 4 * width * height }, (_, i) => Number(i % 9 === 0) * 200)
    for (const Kind of KINDS.slice(1, 5)) {
      for (const channels of [4, 3] as const) {
        const values = colours.slice(0, channels * width * height)
        const mask = (data: ArrayLike<number>) => ({ data, width, height, channels })
        const expected = outcome(() => mask(values), 127)
        expectBoth(() => mask(LIES[lie](Kind, values)), expected, 127)
      }
    }
  })
})

describe.each(KINDS.map((kind) => [kind.name, kind] as const))('%s', (_, Kind) => {
  const withLength = (length: number) => {
    const array = new Kind(PIXELS)
    return Object.defineProperty(array, 'length', { value: length })
  }

  it('that says to be longer than it is is refused', () => {
    const missing =
      /^TypeError: expected mask values to be numbers or booleans, got undefined at index 175/
    expectBoth(() => ({ data: withLength(64 * 64), width: 64, height: 64 }), missing)
    expectBoth(() => ({ data: withLength(64 * 64), shape: [64, 64] }), missing)
    expectBoth(() => ({ shape: [64, 64], dataSync: () => withLength(64 * 64) }), missing)
    expectBoth(() => [withLength(64 * 64)], missing)
    expectBoth(
      () => ({ data: withLength(176), shape: [88], stride: [2] }),
      /^RangeError: expected the shape of the mask to be/,
    )
    expectBoth(
      () => ({ data: withLength(176), shape: [88, 1], stride: [2, 1], offset: 1 }),
      missing,
    )
    // The last pixel of four channels lacks its alpha only, which is not looked at.
    const gray = { data: withLength(176), width: 44, height: 1, channels: 4 }
    expectBoth(() => gray, /^[01]{44}$/)
    expectBoth(() => ({ data: withLength(177), width: 59, height: 1, channels: 3 }), missing)
  })

  it('that says to be shorter than it is is read as far as it says', () => {
    expectBoth(() => ({ data: withLength(4), width: 2, height: 2 }), PIXELS.slice(0, 4).join(''))
  })

  it('that says to be of no length is refused', () => {
    for (const length of [Number.NaN, -1, 174.5, 'long']) {
      expectBoth(
        () => ({ data: withLength(length as number), width, height }),
        /^(RangeError: expected 175 values of the mask|TypeError: expected the data of the mask)/,
      )
    }
  })

  it('of another realm is read like one of this realm', () => {
    const make = (values: readonly number[]) =>
      runInNewContext(`new ${Kind.name}(${JSON.stringify(values)})`) as ArrayLike<number>
    expect(make([1])).not.toBeInstanceOf(Kind)
    for (const form of Object.values(FORMS)) {
      expectBoth(
        () => form(make(PIXELS)),
        outcome(() => form(PIXELS)),
      )
    }
    const shared = runInNewContext(`new ${Kind.name}(new SharedArrayBuffer(8))`) as Typed
    shared[0] = 1
    expectBoth(() => [shared], `1${'0'.repeat(shared.length - 1)}`)
  })

  it('that a proxy stands for is refused', () => {
    expectBoth(() => ({ data: new Proxy(new Kind(PIXELS), {}), width, height }), /^TypeError: /)
  })

  it('of a resizable buffer is read with the length that it has now', () => {
    const size = Kind === (Uint8Array as never) ? 1 : new Kind(0).BYTES_PER_ELEMENT
    const Resizable = ArrayBuffer as unknown as new (
      length: number,
      options: object,
    ) => ArrayBuffer & { resize(length: number): void }
    const make = (elements: number, start: number) => {
      const buffer = new Resizable(size * 175, { maxByteLength: size * 400 })
      const array = new Kind(buffer, start * size)
      buffer.resize(size * elements)
      for (let i = 0; i < array.length; i++) array[i] = PIXELS[i]
      return array
    }
    expectBoth(() => ({ data: make(175, 0), width, height }), PIXELS.join(''))
    expectBoth(() => ({ data: make(177, 2), width, height }), PIXELS.join(''))
    expectBoth(() => ({ data: make(174, 0), width, height }), /^RangeError: .*got 174/)
    expectBoth(() => ({ data: make(1, 2), width, height }), /^RangeError: .*got 0/)
    expectBoth(() => ({ data: make(1, 2), width: 0, height }), '')
  })

  it('of a shared buffer that grew is read with the length that it has now', () => {
    const size = new Kind(0).BYTES_PER_ELEMENT
    const Growable = SharedArrayBuffer as unknown as new (
      length: number,
      options: object,
    ) => SharedArrayBuffer & { grow(length: number): void }
    const buffer = new Growable(size, { maxByteLength: 175 * size })
    const array = new Kind(buffer)
    buffer.grow(175 * size)
    array.set(PIXELS)
    expectBoth(() => ({ data: array, width, height }), PIXELS.join(''))
  })

  it('that is detached, or will be when its length is asked, is refused', () => {
    const detach = (array: Typed) =>
      structuredClone(array.buffer, { transfer: [array.buffer as ArrayBuffer] })
    const detached = new Kind(PIXELS)
    detach(detached)
    expectBoth(() => ({ data: detached, width, height }), /^RangeError: .*got 0/)
    const later = () => {
      const array = new Kind(PIXELS)
      return Object.defineProperty(array, 'length', {
        get: () => {
          if (array.byteLength > 0) detach(array)
          return 175
        },
      })
    }
    expectBoth(() => ({ data: later(), width, height }), /^TypeError: .*got undefined at index 0/)
  })
})

describe('an array that is no typed array', () => {
  it('is read value by value, whatever stands before it', () => {
    const mask = (data: ArrayLike<number>) => ({ data, width, height })
    const expected = PIXELS.join('')
    expectBoth(() => mask(new Proxy([...PIXELS], {})), expected)
    expectBoth(() => mask(Object.setPrototypeOf([...PIXELS], Float32Array.prototype)), expected)
    expectBoth(() => mask(Object.setPrototypeOf([...PIXELS], null)), expected)
    expectBoth(() => mask(runInNewContext(JSON.stringify(PIXELS))), expected)
    expectBoth(() => mask(Object.assign({ length: 175 }, PIXELS)), expected)
    expectBoth(() => mask(Buffer.from(PIXELS)), expected)
  })

  it('is refused where it has holes, and where a prototype is no array', () => {
    const holes = [...PIXELS]
    delete holes[9]
    expectBoth(() => ({ data: holes, width, height }), /got undefined at index 9$/)
    expectBoth(() => ({ data: new Array(175), width, height }), /got undefined at index 0$/)
    expectBoth(() => ({ data: Object.create(Uint8Array.prototype), width, height }), /^TypeError/)
    expectBoth(() => ({ data: new DataView(new ArrayBuffer(175)), width, height }), /^TypeError/)
    for (const text of ['new BigInt64Array(175)', 'new DataView(new ArrayBuffer(175))']) {
      expectBoth(() => ({ data: runInNewContext(text), width, height }), /^TypeError/)
    }
  })

  it('may change its length, and be another after each look, but not go wrong silently', () => {
    let looks = 0
    const fickle = new Proxy([...PIXELS], {
      get: (target, name) => {
        if (name !== 'length' && looks++ > 300) return undefined
        return Reflect.get(target, name)
      },
    })
    for (const one of outcomes(() => ({ data: fickle, width, height }))) {
      expect(one).toMatch(/^([01]{175}|TypeError: .*)$/)
    }
  })
})

it('both kernels agree whatever lies are told, in whatever form, above whatever threshold', () => {
  let pixels = 0
  fc.assert(
    fc.property(
      fc.constantFrom(...KINDS),
      fc.constantFrom(...Object.values(LIES)),
      fc.constantFrom(...Object.values(FORMS)),
      fc.constantFrom(-1, 0, 0.5, 1, 127, 254.5, 255),
      fc.array(fc.constantFrom(0, 1, 2, 127, 128, 255), { minLength: 175, maxLength: 175 }),
      fc.constantFrom(undefined, undefined, 174, 175, 1000),
      (kind, lie, form, threshold, values, length) => {
        const mask = () => {
          const array = lie(kind, values)
          if (length !== undefined) Object.defineProperty(array, 'length', { value: length })
          return form(array)
        }
        const [portable, simd] = outcomes(mask, threshold)
        expect(simd).toBe(portable)
        if (/^[01]+$/.test(portable)) pixels++
      },
    ),
    { numRuns: 400 },
  )
  expect(pixels).toBeGreaterThan(100)
})
