import {
  BitMask,
  countComponents,
  findJunctions,
  label,
  skeletonize,
  skeletonLength,
} from 'vessel-reward'
import { disableSimd, enableSimd } from 'vessel-reward/simd'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { inUse, type Kernel } from '../../src/mask/kernel.ts'
import { layoutOf } from '../../src/mask/layout.ts'
import { countBoth } from '../../src/mask/popcount.ts'
import { KERNEL_BYTES } from '../../src/simd/kernel-bytes.generated.ts'
import { SimdKernel } from '../../src/simd/simd-kernel.ts'
import { type KernelExports, WorkArea } from '../../src/simd/work-area.ts'
import { componentForest } from '../../src/topology/component-forest.ts'

afterEach(() => {
  disableSimd()
  vi.unstubAllGlobals()
})

interface WebAssemblyParts {
  Module: new (bytes: Uint8Array) => object
  Instance: new (module: object) => { exports: object }
}
const { WebAssembly } = globalThis as unknown as { WebAssembly: WebAssemblyParts }
const compiled = new WebAssembly.Module(Buffer.from(KERNEL_BYTES, 'base64'))

/** A kernel in memory of its own, which must do what it is asked for. */
function freshKernel(): Kernel {
  const kernel = new SimdKernel(new WebAssembly.Instance(compiled).exports as KernelExports)
  return new Proxy(kernel, {
    get: (_, name: keyof Kernel) => {
      const method = kernel[name] as (...args: unknown[]) => unknown
      return (...args: unknown[]) => {
        const result = method.apply(kernel, args)
        const isFalse = result === false && name !== 'pack'
        if (result === undefined || isFalse) throw new Error(`${name} declined`)
        return result
      }
    },
  })
}

/** Masks of a few blobs and lines, different for each seed. */
function drawing(width: number, height: number, seed: number): Uint8Array {
  let state = seed
  const random = () => {
    state = Math.imul(state, 48271) & 0x7fffffff
    return state / 0x7fffffff
  }
  const data = new Uint8Array(width * height)
  for (let line = 0; line < 12; line++) {
    let x = random() * width
    let y = random() * height
    const angle = 7 * random()
    for (let step = 0; step < 60; step++, x += Math.cos(angle), y += Math.sin(angle)) {
      for (const [dx, dy] of [
        [0, 0],
        [1, 0],
        [0, 1],
        [1, 1],
      ]) {
        const [column, row] = [Math.floor(x) + dx, Math.floor(y) + dy]
        if (column >= 0 && row >= 0 && column < width && row < height) {
          data[row * width + column] = 1
        }
      }
    }
  }
  return data
}

const [A, B] = [1, 2].map((seed) => ({ data: drawing(70, 41, seed), width: 70, height: 41 }))
/** Its words take the place of what lies behind those of the others, and need more memory. */
const LARGE = { data: drawing(200, 170, 3), width: 200, height: 170 }

/** A mask of which nothing is known yet, with the very same words. */
const fresh = (mask: BitMask) => BitMask.fromWords(mask.layout, mask.words)

/** A number that is another for nearly every other array. */
function digest(values: ArrayLike<number>): number {
  let hash = values.length
  for (let i = 0; i < values.length; i++) hash = (Math.imul(hash, 31) + values[i]) | 0
  return hash
}

/** What is asked of a mask, as a number; each is work for one function of the kernel. */
const READINGS: Record<string, (mask: BitMask) => number> = {
  pixels: (mask) => countBoth(mask.words, mask.words),
  junctions: (mask) => digest(findJunctions(fresh(mask), { mergeRadius: 0 })),
  length: (mask) => skeletonLength(fresh(mask)),
  components: (mask) => countComponents(fresh(mask)),
  'components by edges': (mask) => countComponents(fresh(mask), { connectivity: 4 }),
  labels: (mask) => digest(label(fresh(mask)).labels),
  'labels by edges': (mask) => digest(label(fresh(mask), { connectivity: 4 }).labels),
}

interface Given {
  /** The skeleton that was thinned. */
  own: BitMask
  /** Another packed mask of the same size, and a larger one. */
  other: BitMask
  large: BitMask
}

/** What may happen in between; each is a call of one function of the kernel. */
const CALLS: Record<string, (given: Given) => number> = {
  nothing: () => 0,
  'packing bytes': () => digest(BitMask.from(B).words),
  'packing floats': () => digest(BitMask.from({ ...B, data: Float32Array.from(B.data) }).words),
  'packing a larger mask': () => digest(BitMask.from(LARGE).words),
  'counting another with it': ({ own, other }) => countBoth(other.words, own.words),
  'counting it with another': ({ own, other }) => countBoth(own.words, other.words),
  'thinning another': ({ other }) => digest(skeletonize(other).words),
  'thinning a larger mask': ({ large }) => digest(skeletonize(large, { method: 'guo-hall' }).words),
  'thinning it again': ({ own }) => digest(skeletonize(own, { method: 'zhang-suen' }).words),
}
CALLS['labels of a larger mask'] = ({ large }) => READINGS.labels(large)
for (const [name, read] of Object.entries(READINGS)) {
  CALLS[`${name} of it`] = ({ own }) => read(own)
  CALLS[`${name} of another`] = ({ other }) => read(other)
}

describe('a skeleton that was thinned by the kernel', () => {
  const skeleton = skeletonize(BitMask.from(A))
  const expected = Object.values(READINGS).map((read) => read(skeleton))
  const others = { other: BitMask.from(B), large: BitMask.from(LARGE) }
  const portable = Object.values(CALLS).map((call) => call({ own: skeleton, ...others }))

  it('is one of which there is something to say', () => {
    expect(skeleton.count).toBeGreaterThan(150)
    expect(findJunctions(skeleton).length).toBeGreaterThan(10)
    expect(countComponents(skeleton)).toBeGreaterThan(1)
    expect(new Set(expected).size).toBeGreaterThan(5)
  })

  it.each(Object.keys(CALLS))('is still the same after %s, then anything', (first) => {
    for (const [i, second] of Object.values(CALLS).entries()) {
      inUse.kernel = freshKernel()
      const own = skeletonize(BitMask.from(A))
      const given = { own, ...others }
      CALLS[first](given)
      const name = Object.keys(CALLS)[i]
      expect(second(given), name).toBe(portable[i])
      expect(
        Object.values(READINGS).map((read) => read(own)),
        name,
      ).toEqual(expected)
      expect(digest(own.words), name).toBe(digest(skeleton.words))
      disableSimd()
    }
  })

  it.each(Object.keys(CALLS))('is read rightly by each after %s', (between) => {
    for (const [i, read] of Object.values(READINGS).entries()) {
      inUse.kernel = freshKernel()
      const own = skeletonize(BitMask.from(A))
      CALLS[between]({ own, ...others })
      expect(read(own), Object.keys(READINGS)[i]).toEqual(expected[i])
      disableSimd()
    }
  })

  it('may have its words changed by the next thinning in the same array', () => {
    const kernel = freshKernel()
    const { layout } = skeleton
    const words = BitMask.from(A).words.slice()
    kernel.thin(layout, words, 'skimage')
    const length = kernel.chainLength(layout, words)
    words.set(others.other.words)
    kernel.thin(layout, words, 'skimage')
    expect(kernel.chainLength(layout, words)).not.toBe(length)
    expect(kernel.chainLength(layout, words)).toBe(skeletonLength(skeletonize(others.other)))
  })
})

describe('the kernel', () => {
  /** How often each function of the WebAssembly module was called. */
  function countingCalls(): Record<string, number> {
    const calls: Record<string, number> = {}
    class Instance {
      readonly exports: Record<string, unknown> = {}

      constructor(module: object) {
        const { exports } = new WebAssembly.Instance(module)
        for (const [name, value] of Object.entries(exports)) {
          this.exports[name] =
            typeof value !== 'function'
              ? value
              : (...args: unknown[]) => {
                  calls[name] = (calls[name] ?? 0) + 1
                  return value(...args)
                }
        }
      }
    }
    vi.stubGlobal('WebAssembly', { Module: WebAssembly.Module, Instance })
    expect(enableSimd()).toBe(true)
    return calls
  }

  /** What was called by a function, in place of what was called before. */
  function callsOf(calls: Record<string, number>, work: () => unknown): Record<string, number> {
    for (const name of Object.keys(calls)) delete calls[name]
    work()
    return { ...calls }
  }

  it('does the work of every function that has a part in it', () => {
    const calls = countingCalls()
    const mask = BitMask.from(A)
    expect(callsOf(calls, () => BitMask.from(A))).toEqual({ packBytes: 1 })
    const clamped = { ...A, data: new Uint8ClampedArray(A.data) }
    expect(callsOf(calls, () => BitMask.from(clamped, { threshold: 254 }))).toEqual({
      packBytes: 1,
    })
    const floats = { ...A, data: Float32Array.from(A.data) }
    expect(callsOf(calls, () => BitMask.from(floats, { threshold: 1e9 }))).toEqual({
      packFloats: 1,
    })
    expect(callsOf(calls, () => mask.count)).toEqual({ countBoth: 1 })
    expect(callsOf(calls, () => mask.count)).toEqual({})
    for (const method of ['skimage', 'zhang-suen', 'guo-hall'] as const) {
      const work = { thin: 1, thinWork: 1 }
      expect(callsOf(calls, () => skeletonize(mask, { method }))).toEqual(work)
    }
    const [junctions, length, components] = [findJunctions, skeletonLength, countComponents]
    expect(callsOf(calls, () => junctions(mask))).toEqual({ scanSkeleton: 1 })
    expect(callsOf(calls, () => length(mask))).toEqual({ scanSkeleton: 1 })
    const forest = { componentForest: 1, forestWork: 1 }
    for (const connectivity of [4, 8] as const) {
      expect(callsOf(calls, () => components(mask, { connectivity }))).toEqual(forest)
      expect(callsOf(calls, () => label(mask, { connectivity }))).toEqual(forest)
    }
  })

  it('scans the skeleton that it has just thinned once for its junctions and its length', () => {
    const calls = countingCalls()
    const skeleton = skeletonize(BitMask.from(A))
    expect(callsOf(calls, () => findJunctions(skeleton))).toEqual({ scanSkeleton: 1 })
    expect(callsOf(calls, () => skeletonLength(skeleton))).toEqual({})
    expect(callsOf(calls, () => skeletonLength(fresh(skeleton)))).toEqual({})
    countComponents(skeleton)
    expect(callsOf(calls, () => skeletonLength(fresh(skeleton)))).toEqual({})
    const line = skeletonize([[1, 1, 1]])
    expect(callsOf(calls, () => findJunctions(line))).toEqual({ scanSkeleton: 1 })
    expect(callsOf(calls, () => skeletonLength(line))).toEqual({})
    skeletonize(BitMask.from(A))
    const other = skeletonize(BitMask.from(B))
    expect(callsOf(calls, () => skeletonLength(skeleton))).toEqual({ scanSkeleton: 1 })
    expect(callsOf(calls, () => skeletonLength(other))).toEqual({ scanSkeleton: 1 })
  })

  it('leaves to the portable code what it has no function for', () => {
    const calls = countingCalls()
    const { data, width, height } = A
    const left: [mask: unknown, threshold?: number][] = [
      [A, 255],
      [A, -0.5],
      [{ ...A, data: Float32Array.from(data) }, -1],
      [{ ...A, data: Int8Array.from(data) }],
      [{ ...A, data: Float64Array.from(data) }],
      [{ ...A, data: Array.from(data) }],
      [{ data, shape: [width, height], stride: [1, width] }],
      [{ data, shape: [height, 9], stride: [width, 1] }],
      [{ data: new Uint8Array(400), width: 10, height: 10, channels: 4 }],
      [{ data: new Uint8Array(200), width: 10, height: 10, channels: 2 }],
    ]
    for (const [mask, threshold] of left) {
      expect(callsOf(calls, () => BitMask.from(mask as BitMask, { threshold }))).toEqual({})
    }
    const nan = { data: Float32Array.of(0, Number.NaN), width: 2, height: 1 }
    expect(callsOf(calls, () => expect(() => BitMask.from(nan)).toThrow(RangeError))).toEqual({
      packFloats: 1,
    })
  })

  it('takes masks of up to 2²² words', () => {
    const kernel = new SimdKernel(new WebAssembly.Instance(compiled).exports as KernelExports)
    expect(kernel.countBoth(new Int32Array(2 ** 22), new Int32Array(2 ** 22))).toBe(0)
    const height = 2 ** 22 - 4
    for (const [rows, takes] of [
      [height, true],
      [height + 1, false],
    ] as const) {
      const layout = layoutOf(1, rows)
      expect(layout.length <= 2 ** 22).toBe(takes)
      const words = new Int32Array(layout.length)
      const data = new Uint8Array(rows)
      const grid = { width: 1, height: rows, offset: 0, rowStride: 1, columnStride: 1, values: 1 }
      expect(kernel.pack({ ...grid, data }, 0, layout, words)).toBe(takes ? false : undefined)
      expect(kernel.thin(layout, words, 'skimage')).toBe(takes)
      expect(kernel.countBoth(words, words) !== undefined).toBe(takes)
      expect(kernel.crossings(layout, words) !== undefined).toBe(takes)
      expect(kernel.chainLength(layout, words) !== undefined).toBe(takes)
      expect(kernel.forest(layout, words, true, false) !== undefined).toBe(takes)
    }
  })

  it('asks for the memory that each of its functions needs', () => {
    // Crossings in every eighth column and fourth row: nearly as many as words.
    const [width, height] = [2000, 1990]
    const data = new Uint8Array(width * height).map((_, i) =>
      Number((i % width) % 8 === 3 || Math.floor(i / width) % 4 === 3),
    )
    const mask = BitMask.from({ data, width, height })
    const floats = { data: Float32Array.from(data), width, height }
    const words = mask.words.slice()
    const works: (() => number)[] = [
      () => digest(BitMask.from({ data, width, height }).words),
      () => digest(BitMask.from(floats).words),
      () => countBoth(mask.words, words),
      () => countBoth(words, words),
      () => digest(skeletonize(mask).words),
      ...Object.values(READINGS).map((read) => () => read(mask)),
    ]
    const expected = works.map((work) => work())
    for (const [i, work] of works.entries()) {
      inUse.kernel = freshKernel()
      expect(work(), `${i}`).toBe(expected[i])
    }
  })

  it('leaves masks to the portable code for which there is no memory', () => {
    const { exports } = new WebAssembly.Instance(compiled)
    const { memory } = exports as KernelExports
    const asked: number[] = []
    const scarce = {
      get buffer() {
        return memory.buffer
      },
      grow(pages: number) {
        asked.push(pages)
        throw new RangeError('out of memory')
      },
    }
    const kernel = new SimdKernel({ ...(exports as KernelExports), memory: scarce })
    const [width, height] = [2000, 1000]
    const layout = layoutOf(width, height)
    const words = new Int32Array(layout.length).fill(-1)
    const grid = { width, height, offset: 0, rowStride: width, columnStride: 1, values: 1 }
    for (const Kind of [Uint8Array, Float32Array]) {
      expect(kernel.pack({ ...grid, data: new Kind(width * height) }, 0, layout, words)).toBe(
        undefined,
      )
    }
    expect(kernel.thin(layout, words, 'skimage')).toBe(false)
    expect(kernel.countBoth(words, words)).toBeUndefined()
    expect(kernel.crossings(layout, words)).toBeUndefined()
    expect(kernel.chainLength(layout, words)).toBeUndefined()
    expect(kernel.forest(layout, words, true, true)).toBeUndefined()
    expect(kernel.forest(layout, words, false, false)).toBeUndefined()
    expect(asked).toHaveLength(8)
    // Neither did it write over them, nor over what it holds.
    expect(words.every((word) => word === -1)).toBe(true)
    const large = BitMask.from({ data: new Uint8Array(width * height).fill(1), width, height })
    const facts = () => {
      const skeleton = skeletonize(BitMask.from(A))
      const thinned = skeletonize(large)
      return [skeleton, thinned, skeleton].map((mask) => skeletonLength(fresh(mask)))
    }
    const expected = facts()
    inUse.kernel = kernel
    expect(facts()).toEqual(expected)
  })

  it('takes masks of one pixel, and none without', () => {
    const kernel = freshKernel()
    const layout = layoutOf(1, 1)
    expect(kernel.countBoth(new Int32Array(2), new Int32Array(2))).toBe(0)
    expect(kernel.thin(layout, new Int32Array(layout.length), 'skimage')).toBe(true)
    const empty = layoutOf(0, 9)
    expect(() => kernel.countBoth(new Int32Array(1), new Int32Array(1))).toThrow('declined')
    expect(() => kernel.thin(empty, new Int32Array(1), 'skimage')).toThrow('declined')
    expect(() => kernel.crossings(empty, new Int32Array(1))).toThrow('declined')
    expect(() => kernel.forest(empty, new Int32Array(1), true, true)).toThrow('declined')
  })

  it('reads bytes and floats that end where its memory does', () => {
    const exports = new WebAssembly.Instance(compiled).exports as KernelExports
    const area = new WorkArea(exports)
    let tried = 0
    for (const [Kind, width] of [
      [Uint8Array, 31],
      [Uint8Array, 61],
      [Float32Array, 31],
      [Float32Array, 61],
    ] as const) {
      for (let height = 1; height < 3000; height++) {
        const bytes = width * height * Kind.BYTES_PER_ELEMENT
        const end = area.behind(layoutOf(width, height).length) + bytes
        if (bytes > 2 ** 16 || end % 2 ** 16 < 2 ** 16 - 64) continue
        tried++
        inUse.kernel = freshKernel()
        const data = new Kind(width * height).map((_: number, i: number) => i % 3)
        const packed = BitMask.from({ data, width, height })
        disableSimd()
        expect(packed.words).toEqual(BitMask.from({ data, width, height }).words)
      }
    }
    expect(tried).toBeGreaterThan(1)
  })

  it('returns a forest that is that of the portable code', () => {
    const mask = BitMask.from(LARGE)
    for (const diagonal of [true, false]) {
      const part = (forest: ReturnType<typeof componentForest>) => ({
        nodes: forest.nodes,
        components: forest.components,
        firstPixel: forest.firstPixel.slice(0, forest.nodes),
      })
      const expected = part(componentForest(mask, diagonal, true))
      inUse.kernel = freshKernel()
      const forest = componentForest(mask, diagonal, true)
      expect(part(forest)).toEqual(expected)
      const strips = 7 * (diagonal ? 85 : 170)
      expect(forest.stripNodes).toHaveLength(strips)
      expect(forest.manyNodes).toHaveLength(15 * strips)
      expect(forest.parent).toHaveLength(forest.nodes)
      const counted = componentForest(mask, diagonal, false)
      expect(counted).toMatchObject({ nodes: expected.nodes, components: expected.components })
      for (const name of ['parent', 'firstPixel', 'stripNodes', 'manyNodes'] as const) {
        expect(counted[name]).toHaveLength(0)
      }
      disableSimd()
    }
  })
})

describe('the work area', () => {
  function areaOf(heapBase: number) {
    const grown: number[] = []
    const memory = {
      buffer: new ArrayBuffer(2 * 65536),
      grow(pages: number) {
        grown.push(pages)
        this.buffer = new ArrayBuffer(this.buffer.byteLength + pages * 65536)
        return 0
      },
    }
    return { area: new WorkArea({ memory, heapBase: () => heapBase } as never), grown, memory }
  }

  it('has its first tile and what lies behind the words at whole addresses', () => {
    for (const [base, words] of [
      [1000, 1036],
      [1024, 1036],
      [1025, 1100],
    ]) {
      const { area } = areaOf(base)
      expect(area.words).toBe(words)
      // The first word is a guard.
      expect((area.words + 4) % 16).toBe(0)
      for (const length of [2, 5, 13, 14, 1000]) {
        const behind = area.behind(length)
        expect(behind % 64).toBe(0)
        expect(behind).toBeGreaterThanOrEqual(area.words + 4 * length + 64)
        expect(behind).toBeLessThan(area.words + 4 * length + 128)
      }
    }
  })

  it('grows by whole pages, as far as is needed, and sees what it has grown to', () => {
    const { area, grown, memory } = areaOf(1000)
    expect(area.reserve(2 * 65536)).toBe(true)
    expect(grown).toEqual([])
    expect(area.reserve(2 * 65536 + 1)).toBe(true)
    expect(area.reserve(6 * 65536)).toBe(true)
    expect(area.reserve(5)).toBe(true)
    expect(grown).toEqual([1, 3])
    for (const view of [area.bytes, area.ints]) {
      expect(view.buffer).toBe(memory.buffer)
      expect(view.byteLength).toBe(6 * 65536)
    }
  })
})
