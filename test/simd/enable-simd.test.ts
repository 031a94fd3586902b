import fc from 'fast-check'
import {
  BitMask,
  confusion,
  countComponents,
  findJunctions,
  label,
  MultiObjectiveReward,
  skeletonize,
  skeletonLength,
} from 'vessel-reward'
import { disableSimd, enableSimd } from 'vessel-reward/simd'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { inUse } from '../../src/mask/kernel.ts'
import { WorkArea } from '../../src/simd/work-area.ts'
import { anyMask } from '../property/masks.ts'

afterEach(() => {
  disableSimd()
  vi.unstubAllGlobals()
})

/** What a function gives with the portable code and with the kernel. */
function both<T>(compute: () => T): [portable: T, simd: T] {
  disableSimd()
  const portable = compute()
  expect(enableSimd()).toBe(true)
  return [portable, compute()]
}

function expectSame<T>(compute: () => T): void {
  const [portable, simd] = both(compute)
  expect(simd).toEqual(portable)
}

/** A mask of which nothing is known yet. */
function fresh(mask: BitMask): BitMask {
  return BitMask.fromWords(mask.layout, mask.words)
}

function noise(width: number, height: number, share: number): BitMask {
  let state = 1
  const data = new Uint8Array(width * height).map(() => {
    state = Math.imul(state, 48271) & 0x7fffffff
    return state % 1000 < 1000 * share ? 1 : 0
  })
  return BitMask.from({ data, width, height })
}

describe('enableSimd', () => {
  it('can be called again, and taken back', () => {
    expect(enableSimd()).toBe(true)
    const { kernel } = inUse
    expect(kernel).toBeDefined()
    expect(enableSimd()).toBe(true)
    expect(inUse.kernel).toBe(kernel)
    disableSimd()
    expect(inUse.kernel).toBeUndefined()
    disableSimd()
  })

  it.each([
    ['there is no WebAssembly', undefined],
    [
      'a policy forbids it',
      {
        Module: class {
          constructor() {
            throw new Error('unsafe-eval')
          }
        },
      },
    ],
  ])('returns false where %s, and all works as before', (_, webAssembly) => {
    vi.stubGlobal('WebAssembly', webAssembly)
    expect(enableSimd()).toBe(false)
    expect(new MultiObjectiveReward().score([[1, 1, 1]], [[1, 1, 1]])).toBe(6)
  })

  it('does not change what a user holds: labels and masks outlive the next call', () => {
    enableSimd()
    const a = noise(200, 100, 0.3)
    const b = noise(150, 170, 0.5)
    const skeleton = skeletonize(a)
    const labels = label(a)
    const copies = [skeleton.words.slice(), labels.labels.slice(), a.words.slice()]
    skeletonize(b)
    label(b)
    findJunctions(b)
    expect([skeleton.words, labels.labels, a.words]).toEqual(copies)
  })

  it('forgets a skeleton when another takes its memory', () => {
    enableSimd()
    const truth = noise(100, 100, 0.4)
    const masks = [noise(100, 100, 0.2), noise(100, 100, 0.5), noise(90, 110, 0.5)]
    const skeletons = masks.map((mask) => skeletonize(mask))
    const facts = (skeleton: BitMask) => [
      countComponents(fresh(skeleton)),
      skeletonLength(skeleton),
      findJunctions(skeleton),
      confusion(skeleton, skeleton),
      skeletonLength(skeleton),
      countComponents(skeleton),
    ]
    const interleaved = skeletons.map((skeleton) => {
      confusion(truth, truth)
      return facts(skeleton)
    })
    disableSimd()
    expect(interleaved).toEqual(skeletons.map(facts))
  })
})

describe('the kernel packs as the portable code does', () => {
  const [width, height] = [67, 41]
  const bytes = Uint8Array.from({ length: width * height }, (_, i) => (i * i * 7 + i) & 255)
  const values = [0, -0, -1, 0.1, 0.5, Math.fround(0.1), 1e-45, 1, 3e38, Infinity, -Infinity]
  const floats = Float32Array.from(bytes, (byte) => values[byte % values.length])

  it.each([0, 0.5, 1, 127, 127.5, 128, 254, 254.9])('bytes above %d', (threshold) => {
    expectSame(() => BitMask.from({ data: bytes, width, height }, { threshold }).words)
  })

  it.each([0, 1e-46, 0.1, 0.5, 0.30000001, 1, 1e39])('floats above %d', (threshold) => {
    expectSame(() => BitMask.from({ data: floats, width, height }, { threshold }).words)
  })

  it.each([255, 300, -1, -0.5])('whatever the threshold: %d', (threshold) => {
    expectSame(() => BitMask.from({ data: bytes, width, height }, { threshold }).words)
    expectSame(() => BitMask.from({ data: floats, width, height }, { threshold }).words)
  })

  it('other forms', () => {
    const shape = [height, width]
    const colours = new Uint8ClampedArray(4 * width * height).map((_, i) => bytes[i >> 2] * (i & 1))
    expectSame(() => BitMask.from({ data: new Uint8ClampedArray(bytes), width, height }).words)
    expectSame(() => BitMask.from({ data: colours, width, height }).words)
    expectSame(() => BitMask.from({ data: new Uint16Array(bytes), width, height }).words)
    expectSame(() => BitMask.from({ data: Array.from(floats), width, height }).words)
    const part = { shape: [height - 3, width], offset: 2 * width }
    expectSame(() => BitMask.from({ data: bytes, ...part }).words)
    expectSame(() => BitMask.from({ data: floats, ...part }).words)
    expectSame(
      () =>
        BitMask.from({ data: bytes, shape, stride: [-width, 1], offset: (height - 1) * width })
          .words,
    )
    const shared = new Uint8Array(new SharedArrayBuffer(bytes.length))
    shared.set(bytes)
    expectSame(() => BitMask.from({ data: shared, width, height }).words)
    expectSame(() => BitMask.from({ data: new Uint8Array(0), width: 0, height: 5 }).words)
  })

  it('blocks of rows, and rows longer than a block', () => {
    for (const [w, h] of [
      [70001, 3],
      [1, 70001],
      [29, 5000],
      [1000, 200],
    ]) {
      const data = new Uint8Array(w * h).map((_, i) => Number(i % 7 === 0 || i % 11 === 0))
      expectSame(() => BitMask.from({ data, width: w, height: h }).words)
      const probabilities = Float32Array.from(data, (value) => 0.3 + 0.4 * value)
      const options = { threshold: 0.5 }
      expectSame(() => BitMask.from({ data: probabilities, width: w, height: h }, options).words)
    }
  })

  it('and refuses NaN, wherever it is', () => {
    for (const i of [0, 31, 32, 999, floats.length - 1]) {
      const data = floats.slice()
      data[i] = Number.NaN
      const [portable, simd] = both(() => {
        try {
          return BitMask.from({ data, width, height })
        } catch (error) {
          return (error as Error).message
        }
      })
      expect(portable).toContain(`${i}`)
      expect(simd).toBe(portable)
    }
  })
})

describe('the kernel leaves to the portable code what it cannot do', () => {
  it('a list of junction pixels longer than its memory', () => {
    // Plus signs side by side: a fifth of all pixels has a crossing number of four.
    const width = 300
    const data = new Uint8Array(width * 300).map((_, i) => {
      const [x, y] = [i % width, Math.floor(i / width)]
      return Number(x % 2 === 0 || y % 2 === 0)
    })
    const lattice = BitMask.from({ data, width, height: 300 })
    expectSame(() => [findJunctions(lattice, { mergeRadius: 0 }), skeletonLength(lattice)])
  })

  it('a mask of very many words', () => {
    const height = 2 ** 22 + 5
    const data = new Uint8Array(height).map((_, i) => Number(i % 1000 < 500))
    const mask = BitMask.from({ data, width: 1, height })
    expectSame(() => [
      countComponents(fresh(mask)),
      skeletonize(mask).count,
      confusion(fresh(mask), mask),
      skeletonLength(fresh(mask)),
    ])
  })

  it('masks for which there is no memory', () => {
    const memory = {
      buffer: new ArrayBuffer(65536),
      grow(): number {
        throw new RangeError('no memory')
      },
    }
    const area = new WorkArea({ memory, heapBase: () => 1000 } as never)
    expect(area.words).toBe(1036)
    expect(area.reserve(65536)).toBe(true)
    expect(area.reserve(65537)).toBe(false)
  })
})

describe('a reward', () => {
  it('is the same with the kernel, with a field of view and for every option', () => {
    const options = fc.record({
      thinning: fc.constantFrom('skimage', 'zhang-suen', 'guo-hall'),
      connectivity: fc.constantFrom(4, 8),
      length: fc.constantFrom('chain', 'pixels'),
      bounded: fc.boolean(),
    })
    fc.assert(
      fc.property(anyMask(), options, fc.boolean(), (truth, rest, isCut) => {
        const { width, height } = truth
        const within = { data: truth.data.map((_, i) => Number(i % 13 !== 0)), width, height }
        const reward = { ...rest, ...(isCut ? { within } : {}) } as object
        const pred = { data: truth.data.map((v, i) => Number(i % 3 === 0 ? 0 : v)), width, height }
        const [portable, simd] = both(() => {
          const { explain, score } = new MultiObjectiveReward(reward)
          return [explain(pred, truth), score(pred, truth), score(BitMask.from(pred), truth)]
        })
        expect(simd).toEqual(portable)
      }),
      { numRuns: 60 },
    )
  })
})
