import { getEventListeners } from 'node:events'
import { runInNewContext } from 'node:vm'
import ndarray from 'ndarray'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import {
  BitMask,
  type MaskLike,
  MultiObjectiveReward,
  type RewardOptions,
} from '../../../src/index.ts'
import { createRewardPool, type RewardPool } from '../../../src/node/index.ts'
import type { ChunkMessage, SentBits } from '../../../src/node/pool/messages.ts'
import { openRewardPool, spawnWorker } from '../../../src/node/pool/reward-pool.ts'
import { Slab, sendMask } from '../../../src/node/pool/shared-masks.ts'
import { type Grid, toRows } from '../../oracle/grid.ts'
import { largeMask } from '../../property/masks.ts'
import { expectSame, failureOf, masks } from './pool-helpers.ts'

const spread = (values: Uint8Array, step: number, first: number, rest: number) => {
  const data = new Uint8Array(values.length * step).fill(rest)
  values.forEach((value, i) => {
    data[i * step + first] = value
  })
  return data
}

/** The pixels on every second place from 5 on, backwards. */
const backwards = ({ width, height, data }: Grid) => ({
  data: Float64Array.from(spread(Uint8Array.from([1, 1, ...data.toReversed()]), 2, 1, 1)),
  shape: [height, width],
  stride: [-2 * width, -2],
  offset: 2 * width * height + 3,
})

/** A typed array that does not say what it is. */
class Lying extends Uint8Array {
  static get [Symbol.species]() {
    return Float64Array as unknown as Uint8ArrayConstructor
  }
}

/** Every way to pass a mask: arrays that are sent as they are, and arrays that are not. */
const FORMS: Record<string, (mask: Grid) => MaskLike> = {
  bytes: (mask) => mask,
  'bytes of 0 and 255': (mask) => ({ ...mask, data: mask.data.map((value) => 255 * value) }),
  'a Buffer': (mask) => ({ ...mask, data: Buffer.from(mask.data) }),
  'bytes at an odd address': (mask) => ({ ...mask, data: spread(mask.data, 1, 0, 0).subarray(0) }),
  logits: (mask) => ({ ...mask, data: Float32Array.from(mask.data, (v) => v * 2.7 - 0.1) }),
  doubles: (mask) => ({ ...mask, data: Float64Array.from(mask.data) }),
  'signed integers': (mask) => ({ ...mask, data: Int16Array.from(mask.data, (v) => 2 * v - 1) }),
  booleans: (mask) => ({ ...mask, data: Array.from(mask.data, Boolean) }),
  numbers: (mask) => ({ ...mask, data: Array.from(mask.data) }),
  ImageData: (mask) => ({ ...mask, data: Uint8ClampedArray.from(spread(mask.data, 4, 1, 0)) }),
  'grey and alpha': (mask) => ({ ...mask, data: spread(mask.data, 2, 0, 9), channels: 2 }),
  colours: (mask) => ({ ...mask, data: spread(mask.data, 3, 2, 0), channels: 3 }),
  rows: (mask) => toRows(mask),
  BitMask: (mask) => BitMask.from(mask),
  ndarray: ({ width, height, data }) => ndarray(data, [height, width]),
  'a transposed ndarray': ({ width, height, data }) =>
    ndarray(
      data.map((_, i) => data[(i % height) * width + Math.floor(i / height)]),
      [width, height],
    ).transpose(1, 0),
  'an ndarray without stride': ({ width, height, data }) => ({
    data: Uint8Array.of(1, 1, 1, ...data, 1),
    shape: [height, width],
    offset: 3,
  }),
  'negative strides': backwards,
  'one of many interleaved masks': ({ width, height, data }) => ({
    data: spread(data, 9, 4, 1),
    shape: [height, width],
    stride: [9 * width, 9],
    offset: 4,
  }),
  'a tensor': ({ width, height, data }) => ({
    shape: [height, width],
    dataSync: () => Float32Array.from(data),
  }),
  'a tensor of numbers': ({ width, height, data }) => ({
    shape: [height, width],
    dataSync: () => Array.from(data),
  }),
  'strides over a subclass with another species': ({ width, height, data }) => ({
    data: new Lying(spread(data, 3, 2, 0)),
    shape: [height, width],
    stride: [3 * width, 3],
    offset: 2,
  }),
  'bytes of another realm': ({ width, height, data }) => ({
    width,
    height,
    data: runInNewContext('Uint8Array.from(data)', { data: Array.from(data) }),
  }),
  'shared bytes': (mask) => ({ ...mask, data: shared(mask.data) }),
  'shared strides': (mask) => ({ ...backwards(mask), data: shared(backwards(mask).data) }),
}

function shared<T extends Uint8Array | Float64Array>(data: T): T {
  const Kind = data.constructor as new (buffer: SharedArrayBuffer) => T
  const copy = new Kind(new SharedArrayBuffer(data.byteLength))
  copy.set(data)
  return copy
}

let pool: RewardPool
beforeAll(async () => {
  pool = await createRewardPool({}, { threads: 2 })
})
afterAll(() => pool.close())

describe('a pool scores exactly like scoreBatch', () => {
  test.each(Object.entries(FORMS))('%s', async (_, form) => {
    for (const [width, height] of [
      [1, 1],
      [3, 5],
      [31, 30],
      [64, 4],
      [91, 67],
    ] as const) {
      const [truth, ...preds] = masks(5, width, height).map(form)
      await expectSame(pool, preds, truth)
      await expectSame(pool, preds, [truth, ...preds.slice(1)])
    }
  })

  test('all forms in one batch, with one truth or many', async () => {
    const forms = Object.values(FORMS)
    const [truth, ...preds] = masks(3 * forms.length + 1, 75, 60)
    const mixed = preds.map((mask, i) => forms[i % forms.length](mask))
    await expectSame(pool, mixed, BitMask.from(truth))
    await expectSame(pool, mixed, toRows(truth))
    await expectSame(pool, mixed, mixed.toReversed())
  })

  test('truths that return, within a batch and in later ones', async () => {
    const grids = masks(3, 40, 40)
    const truths = [BitMask.from(grids[0]), grids[1], toRows(grids[2])]
    const preds = masks(60, 40, 40, 100)
    const many = preds.map((_, i) => truths[(i * i) % 3])
    await expectSame(pool, preds, many)
    grids[1].data.fill(1)
    await expectSame(pool, preds, many)
  })

  test('masks of many sizes, small next to large', async () => {
    const preds = Array.from({ length: 80 }, (_, i) => {
      const size = i % 11 === 0 ? 700 : 1 + ((i * 37) % 90)
      return largeMask(size, size, i)
    })
    await expectSame(
      pool,
      preds,
      preds.map((mask) => ({ ...mask, data: mask.data.map((v) => 1 - v) })),
    )
  })

  test('masks without pixels, and batches without masks', async () => {
    const none = { data: new Uint8Array(0), width: 0, height: 0 }
    await expectSame(pool, [none, [], BitMask.from(none)], none)
    await expectSame(pool, [], [])
    await expectSame(pool, [], none)
  })

  test('many masks, in order', async () => {
    const preds = masks(500, 24, 20)
    const truth = BitMask.from(largeMask(24, 20, 999))
    await expectSame(pool, preds, truth)
  })

  test('batches that are under way at once', async () => {
    const batches = [400, 1, 30, 90].map((count, i) => masks(count, 50 + i, 40, 1000 * i))
    await Promise.all(batches.map((preds) => expectSame(pool, preds, preds.toReversed())))
  })

  test('a small batch before a large one that was there first', async () => {
    // Some tenths of a second of work: a busy machine may wake a worker late.
    const few = masks(100, 64, 64)
    const preds = Array.from({ length: 20_000 }, (_, i) => few[i % few.length])
    const order: string[] = []
    await Promise.all([
      pool.scoreBatch(preds, preds).then(() => order.push('large')),
      pool.scoreBatch([preds[0]], preds[0]).then(() => order.push('small')),
    ])
    expect(order).toEqual(['small', 'large'])
  })

  test('with every option of the reward', async () => {
    const grids = masks(20, 80, 70)
    const options: RewardOptions = {
      bounded: false,
      weights: new Proxy({ dice: 0.25, length: 2, precision: 0.7 }, {}),
      recallTarget: 0.99,
      precisionTarget: 0.4,
      thinning: 'guo-hall',
      connectivity: 4,
      junctions: { method: 'clusters', mergeRadius: 1.5 },
      length: { method: 'pixels' },
      within: largeMask(80, 70, 77),
      terms: {},
    }
    for (const refused of [Object.create(options), { weights: Object.create({ dice: 1 }) }]) {
      expect(String(await failureOf(createRewardPool(refused, { threads: 1 })))).toMatch(
        'to be a plain object, got an object of a class',
      )
    }
    await using own = await createRewardPool(options, { threads: 1 })
    await expectSame(own, grids, BitMask.from(grids[3]), options)
    await expectSame(own, grids, grids.toReversed(), options)
    const small = masks(1, 8, 8)
    const error = await failureOf(own.scoreBatch(small, small))
    expect(() => new MultiObjectiveReward(options).scoreBatch(small, small)).toThrow(error.message)
  })
})

describe('invalid input', () => {
  const good = largeMask(20, 10, 1)
  const wrong = (mask: unknown) => mask as MaskLike
  const nan = { ...good, data: Float32Array.from(good.data).fill(Number.NaN, 17, 18) }
  const INVALID: Record<string, [preds: MaskLike[], truths: MaskLike | MaskLike[]]> = {
    'a proxy of a BitMask': [[good, new Proxy(BitMask.from(good), {})], good],
    'a proxy of a BitMask as one of the truths': [
      [good, good],
      [good, new Proxy(BitMask.from(good), {})],
    ],
    'a proxy of a BitMask as the truth': [[good], new Proxy(BitMask.from(good), {})],
    'no array of predictions': [wrong(good) as never, good],
    'another number of truths': [[good], [good, good]],
    'no mask': [[good, wrong(undefined)], good],
    'a hole': [Object.assign(new Array<MaskLike>(3), { 0: good, 2: good }), good],
    'a number': [
      [good, wrong(5)],
      [good, good],
    ],
    'no truth': [[good], wrong(null)],
    'NaN among floats': [[good, nan], good],
    'NaN among strided floats': [
      [good, { data: Float32Array.of(0, 0, 1, Number.NaN, 0), shape: [1, 3], offset: 2 }],
      [good, [[1, 1, 1]]],
    ],
    'NaN in a truth': [
      [good, good],
      [good, nan],
    ],
    'a string in rows': [
      [
        [
          [1, 0],
          [0, 'a'],
        ] as never,
      ],
      [
        [
          [1, 1],
          [1, 1],
        ],
      ],
    ],
    'rows of unequal length': [
      [[[1, 0], [1]]],
      [
        [
          [1, 1],
          [1, 1],
        ],
      ],
    ],
    bigints: [[{ ...good, data: wrong(new BigInt64Array(200)) as never }], good],
    'too few values': [[{ ...good, data: new Uint8Array(199) }], good],
    'a fraction as width': [[{ ...good, width: 19.5 }], good],
    'a string as width': [[{ ...good, width: '20' as never }], good],
    'five channels': [[{ ...good, channels: 5 as never }], good],
    'channels that cannot be sent': [[{ ...good, channels: wrong(() => 1) as never }], good],
    'three dimensions': [[{ data: new Uint8Array(8), shape: [2, 2, 2] }], good],
    'strides out of bounds': [[{ data: new Uint8Array(9), shape: [3, 3], stride: [4, 1] }], good],
    'a stride that is no integer': [
      [{ data: new Uint8Array(9), shape: [3, 3], stride: [3, 0.5] }],
      good,
    ],
    'three strides': [[{ data: new Uint8Array(9), shape: [3, 3], stride: [3, 1, 1] }], good],
    'a shape that is no array': [
      [{ data: new Uint8Array(9), shape: new Set([3, 3]) as never, stride: [3, 1] }],
      good,
    ],
    'an array with data': [[Object.assign([], good)], good],
    'a tensor of another length': [[{ shape: [2, 2], dataSync: () => new Float32Array(3) }], good],
    'a tensor that was disposed': [
      [
        {
          shape: [2, 2],
          dataSync: () => {
            throw new EvalError('disposed')
          },
        },
      ],
      good,
    ],
    'sizes that differ': [[good, [[1, 0]]], good],
    'sizes of packed masks that differ': [[BitMask.from([[1]])], BitMask.from(good)],
    'the first of several, found by a worker': [
      [good, nan, [[1, 0]], wrong(7)],
      [good, good, good, good],
    ],
    'the first of several, found before sending': [[wrong('x'), nan], good],
    'the truth before the prediction': [[wrong(1)], [nan]],
    'one late in a long batch': [[...masks(3000, 20, 10), nan, wrong(0)], good],
  }

  test.each(Object.entries(INVALID))('%s gives the error of scoreBatch', async (_, arguments_) => {
    const error = await failureOf(pool.scoreBatch(...arguments_))
    let expected: unknown
    try {
      new MultiObjectiveReward().scoreBatch(...arguments_)
    } catch (thrown) {
      expected = thrown
    }
    expect(expected).toBeInstanceOf(Error)
    expect(error.constructor).toBe((expected as Error).constructor)
    expect(error.message).toBe((expected as Error).message)
    await expectSame(pool, [good, good], good)
  })

  test.each([0, -1, 1.5, 1025, Number.NaN, '2'])('%s threads', async (threads) => {
    const error = await failureOf(createRewardPool({}, { threads: threads as number }))
    expect(error).toBeInstanceOf(typeof threads === 'number' ? RangeError : TypeError)
    expect(error.message).toMatch(/expected threads to be an? integer from 1 to 1024|a number/)
  })

  test('options that are none', async () => {
    const make = createRewardPool as (...options: unknown[]) => Promise<RewardPool>
    expect(await failureOf(make({}, 2))).toBeInstanceOf(TypeError)
    expect((await failureOf(make({}, { thread: 2 }))).message).toBe(
      "unknown option 'thread' of createRewardPool: did you mean 'threads'? Known: threads",
    )
    const misplaced = await failureOf(make({ threads: 2 }))
    expect(misplaced).toBeInstanceOf(RangeError)
    expect(misplaced.message).toMatch(/^threads belongs in the second argument: createRewardPool\(/)
    expect(await failureOf(make({}, { threads: 1 }, 2))).toBeInstanceOf(RangeError)
    expect(await failureOf(make(null))).toBeInstanceOf(TypeError)
    expect((await failureOf(make({ recallTarget: 2 }))).message).toMatch('recallTarget')
    const score = pool.scoreBatch as (...values: unknown[]) => Promise<unknown>
    for (const signal of [{}, null, true, { aborted: false }]) {
      expect(await failureOf(score([good], good, { signal }))).toBeInstanceOf(TypeError)
    }
    expect(await failureOf(score([good], good, { abort: 1 }))).toBeInstanceOf(RangeError)
    expect(await failureOf(score([good], good, {}, 1))).toBeInstanceOf(RangeError)
  })

  test('each option of the reward is read once: workers have what was checked', async () => {
    let reads = 0
    const weights = {
      get dice() {
        return [0.5, Number.NaN][reads++]
      },
    }
    await using own = await createRewardPool({ weights }, { threads: 1 })
    expect(await own.scoreBatch([good], good)).toEqual(Float64Array.of(6))
    expect(reads).toBe(1)
  })

  test('custom terms', async () => {
    const terms = { own: { weight: 1, value: () => 1 } }
    const error = await failureOf(createRewardPool({ terms }))
    expect(error).toBeInstanceOf(TypeError)
    expect(error.message).toMatch('custom terms')
  })
})

describe('an AbortSignal', () => {
  const preds = masks(2000, 64, 64)

  test('rejects with its reason before anything begins', async () => {
    const reason = { any: 'value' }
    const signal = AbortSignal.abort(reason)
    await expect(pool.scoreBatch(preds, preds, { signal })).rejects.toBe(reason)
  })

  test('rejects with its reason while a batch is under way; others go on', async () => {
    const controller = new AbortController()
    const { signal } = controller
    const given = pool.scoreBatch(preds, preds, { signal })
    const other = expectSame(pool, preds.slice(0, 200), preds.slice(200, 400))
    const reason = new Error('enough')
    setImmediate(() => controller.abort(reason))
    await expect(given).rejects.toBe(reason)
    await other
    expect(getEventListeners(signal, 'abort')).toEqual([])
    await expectSame(pool, preds.slice(0, 50), preds[0])
  })

  test('is forgotten with its batch', async () => {
    const { signal } = new AbortController()
    await pool.scoreBatch([preds[0]], preds[0], { signal })
    await failureOf(pool.scoreBatch([preds[0]], [[1]], { signal }))
    expect(getEventListeners(signal, 'abort')).toEqual([])
  })
})

describe('what is sent', () => {
  test('masks in shared memory are not copied', () => {
    const slab = new Slab()
    const mask = { data: shared(new Uint8Array(12)), width: 4, height: 3 }
    expect(sendMask(mask, slab)).toHaveProperty('data', mask.data)
    const strided = { data: mask.data, shape: [2, 2], stride: [6, 3], offset: 1 }
    expect((sendMask(strided, slab) as typeof strided).data.buffer).toBe(mask.data.buffer)
  })

  test('typed arrays are what they are, not what they say', () => {
    const data = Object.defineProperty(new Lying(8).fill(1), 'length', { value: 64 })
    for (const mask of [
      { data, width: 8, height: 8 },
      { data, shape: [8, 8] },
    ]) {
      const sent = sendMask(mask, new Slab()) as typeof mask
      expect(sent.data.constructor).toBe(Uint8Array)
      expect(Array.from(sent.data)).toEqual([1, 1, 1, 1, 1, 1, 1, 1])
    }
  })

  test('other masks are copied into memory that is used again', () => {
    const slab = new Slab()
    const copies = [1, 2].map((value) => {
      slab.clear()
      const mask = { data: new Uint8Array(200).fill(value), width: 20, height: 10 }
      const { data } = sendMask(mask, slab) as typeof mask
      expect(data).toEqual(mask.data)
      return data
    })
    expect(copies[0].buffer).toBeInstanceOf(SharedArrayBuffer)
    expect(copies[0].buffer).toBe(copies[1].buffer)
  })

  test('memory for a huge mask is given back', () => {
    const slab = new Slab()
    const huge = slab.place(new Uint8Array(2 ** 26))
    slab.clear()
    expect(slab.place(new Uint8Array(1)).buffer).not.toBe(huge.buffer)
  })

  test('a BitMask truth is one shared array in all batches', async () => {
    const messages: ChunkMessage[] = []
    await using own = await openRewardPool({}, { threads: 1 }, (setup) => {
      const worker = spawnWorker(setup)
      const { postMessage } = worker
      vi.spyOn(worker, 'postMessage').mockImplementation((message) => {
        messages.push(message)
        postMessage.call(worker, message)
      })
      return worker
    })
    const [grid, ...preds] = masks(9, 30, 30)
    const truth = BitMask.from(grid)
    await own.scoreBatch(preds, truth)
    await own.scoreBatch(
      preds,
      preds.map(() => truth),
    )
    await own.scoreBatch(
      preds,
      preds.map(() => grid),
    )
    const sent = messages.flatMap(({ truths }) => truths as SentBits[])
    const keys = [...new Set(sent.map(({ key }) => key))]
    expect(keys).toHaveLength(2)
    expect(new Set(sent.map(({ words }) => words.buffer)).size).toBe(2)
  })
})
