import { runInNewContext } from 'node:vm'
import { BitMask, type MaskLike } from 'vessel-reward'
import { disableSimd, enableSimd } from 'vessel-reward/simd'
import { describe, expect, it } from 'vitest'
import { inUse } from '../../src/mask/kernel.ts'

/** Something of which one part is another each time it is looked at; the last one stays. */
function fickle<T extends object>(target: T, name: string, ...values: unknown[]): T {
  let looks = 0
  return new Proxy(target, {
    get: (own, key) => {
      if (key !== name) return Reflect.get(own, key)
      return values[Math.min(looks++, values.length - 1)]
    },
  })
}

/** The mask as its rows, or what is wrong with it. */
function outcome(mask: unknown): string {
  try {
    const { width, height, layout, words } = BitMask.from(mask as MaskLike)
    expect(words).toHaveLength(layout.length)
    const pixels = BitMask.fromWords(layout, words).toUint8Array()
    return `${width} × ${height}: ${pixels.join('')}`
  } catch (error) {
    if (!(error instanceof TypeError || error instanceof RangeError)) throw error
    return `${error.name}: ${error.message}`
  }
}

const four = () => new Uint8Array([1, 0, 1, 1])
const one = () => new Float32Array([1])

describe('a mask that is another each time it is looked at is looked at once', () => {
  it.each<[string, () => unknown]>([
    ['data', () => fickle({ data: four(), width: 2, height: 2 }, 'data', four(), [])],
    ['width', () => fickle({ data: four(), width: 2, height: 2 }, 'width', 2, 1e9)],
    ['height', () => fickle({ data: four(), width: 2, height: 2 }, 'height', 2, -1)],
    ['channels', () => fickle({ data: four(), width: 2, height: 2 }, 'channels', 1, 4)],
    ['shape', () => fickle({ data: four(), shape: [2, 2] }, 'shape', [2, 2], [9, 9])],
    ['rows of the shape', () => ({ data: four(), shape: fickle([2, 2], '0', 2, 0.5) })],
    ['columns of the shape', () => ({ data: four(), shape: fickle([2, 2], '1', 2, 2 ** 20) })],
    [
      'stride',
      () => fickle({ data: four(), shape: [2, 2], stride: [2, 1] }, 'stride', [2, 1], [9, 9]),
    ],
    [
      'a row stride',
      () => ({ data: four(), shape: [2, 2], stride: fickle([2, 1], '0', 2, 2 ** 40) }),
    ],
    [
      'a column stride',
      () => ({ data: four(), shape: [2, 2], stride: fickle([2, 1], '1', 1, Number.NaN) }),
    ],
    ['offset', () => fickle({ data: four(), shape: [2, 2], offset: 0 }, 'offset', 0, -9)],
    [
      'the data of a tensor',
      () => fickle({ shape: [2, 2], dataSync: four }, 'shape', [2, 2], [9, 9]),
    ],
  ])('%s', (_, make) => {
    expect(outcome(make())).toBe('2 × 2: 1011')
  })

  it('and its size is checked, not that of the look before', () => {
    const shape = (rows: number) => fickle(fickle([1, 1], '0', 1, rows), '1', 1, rows)
    for (const rows of [2 ** 20, 0.5, -1, Number.NaN]) {
      expect(outcome({ data: one(), shape: shape(rows), stride: [0, 0] })).toBe('1 × 1: 1')
    }
  })

  it('and a threshold, too', () => {
    const options = fickle({ threshold: 0 }, 'threshold', 0.5, Number.NaN)
    expect(BitMask.from([[0.4, 0.6]], options).toUint8Array()).toEqual(Uint8Array.of(0, 1))
  })
})

describe('a mask that does something while it is read', () => {
  const acting = (act: () => void) =>
    new Proxy([1, 0, 1, 1], {
      get: (own, key) => {
        act()
        return Reflect.get(own, key)
      },
    })

  it.each<[string, () => void]>([
    ['packs another', () => BitMask.from([[1, 1, 1, 1, 1, 1]])],
    [
      'packs a larger one of bytes',
      () => BitMask.from({ data: four(), shape: [50, 70], stride: [0, 0] }),
    ],
    ['turns the kernel off', disableSimd],
    ['turns the kernel on', enableSimd],
  ])('and %s', (_, act) => {
    const before = inUse.kernel
    expect(outcome({ data: acting(act), width: 2, height: 2 })).toBe('2 × 2: 1011')
    expect(outcome([acting(act)])).toBe('4 × 1: 1011')
    inUse.kernel = before
  })

  it('or throws, leaves nothing behind', () => {
    const data = acting(() => undefined)
    Object.defineProperty(data, '2', { get: () => fail() })
    const fail = () => {
      throw new RangeError('mine')
    }
    expect(outcome({ data, width: 2, height: 2 })).toBe('RangeError: mine')
    expect(outcome({ data: [1, 0, 1, 1], width: 2, height: 2 })).toBe('2 × 2: 1011')
  })
})

describe('what only looks like a mask', () => {
  it.each<[string, unknown, RegExp]>([
    [
      'a width with valueOf',
      { data: four(), width: { valueOf: () => 2 }, height: 2 },
      /^TypeError/,
    ],
    ['a boxed width', { data: four(), width: Object(2), height: 2 }, /^TypeError/],
    ['a width in words', { data: four(), width: '2', height: 2 }, /^TypeError/],
    ['sizes that are big integers', { data: four(), shape: [2n, 2n] }, /^TypeError/],
    ['no size', { data: four(), shape: [Number.NaN, 2] }, /^RangeError/],
    ['half a row', { data: one(), shape: [0.5, 2] }, /^RangeError/],
    [
      'a stride that leads nowhere',
      { data: four(), shape: [2, 2], stride: [2 ** 32, 1] },
      /^RangeE/,
    ],
    [
      'a stride that is no number',
      { data: four(), shape: [2, 2], stride: [1e300, 1] },
      /^RangeErr/,
    ],
    ['a row with holes', [new Array(3)], /^TypeError: .*undefined at index 0 of row 0/],
    ['a missing row', Object.assign([[1, 0]], { length: 2 }), /^TypeError/],
    ['boxed numbers', [[Object(1), 0]], /^TypeError: .*index 0 of row 0/],
    ['text', { data: Object('1011'), width: 2, height: 2 }, /^TypeError/],
    ['rows of text', ['10', '11'], /^TypeError/],
    ['a length without values', { data: { length: 4 }, width: 2, height: 2 }, /^TypeError/],
    ['a length in words', { data: { length: '1', 0: 1 }, width: 1, height: 1 }, /^TypeError/],
  ])('%s is refused', (_, mask, expected) => {
    expect(outcome(mask)).toMatch(expected)
  })

  it.each<[string, unknown, string]>([
    ['a width of −0', { data: [], width: -0, height: 3 }, '0 × 3: '],
    [
      'an offset and strides of −0',
      { data: four(), shape: [2, 2], offset: -0, stride: [-0, 1] },
      '2 × 2: 1010',
    ],
    ['one value for all pixels', { data: one(), shape: [2, 2], stride: [0, 0] }, '2 × 2: 1111'],
    [
      'a length beyond all memory',
      {
        data: new Proxy({ length: 2 ** 60 }, { get: (_, key) => (key === 'length' ? 2 ** 60 : 1) }),
        shape: [2, 2],
        stride: [2 ** 32, 1],
      },
      '2 × 2: 1111',
    ],
    ['rows of another realm', runInNewContext('[[1, 0], new Uint8Array([1, 1])]'), '2 × 2: 1011'],
    [
      'an object of another realm',
      runInNewContext('({ data: new Float32Array([1, 0, 1, 1]), shape: [2, 2] })'),
      '2 × 2: 1011',
    ],
  ])('%s is read', (_, mask, expected) => {
    expect(outcome(mask)).toBe(expected)
    expect(Object.is(BitMask.from(mask as MaskLike).width, -0)).toBe(false)
  })
})

describe('a mask with a value that is wrong only at the first look', () => {
  it.each<[string, unknown]>([
    ['NaN', Number.NaN],
    ['text', '1'],
  ])('%s', (_, wrong) => {
    const data = fickle([1, 0, 1, 1], '2', wrong, 1)
    expect(outcome({ data, width: 2, height: 2 })).toBe(
      'RangeError: expected mask values that do not change while they are read',
    )
  })
})
