import { runInNewContext } from 'node:vm'
import fc from 'fast-check'
import { BitMask, clDice, dice, MultiObjectiveReward, tileFacts } from 'vessel-reward'
import { describe, expect, it } from 'vitest'

// biome-ignore lint/suspicious/noExplicitAny: what users pass
const from = (mask: any, options?: any) => BitMask.from(mask, options)
// biome-ignore lint/suspicious/noExplicitAny: what users pass
const pixels = (mask: any, options?: any) => [...from(mask, options).toUint8Array()]

describe('probabilities without a threshold', () => {
  const values = [0, 0.25, 0.5, 1]
  const forms: [string, unknown][] = [
    ['Float32Array', { data: Float32Array.from(values), width: 2, height: 2 }],
    ['Float64Array', { data: Float64Array.from(values), width: 2, height: 2 }],
    ['array', { data: values, width: 2, height: 2 }],
    ['colours', { data: [0, 0, 0, 0, 0.5, 0], width: 2, height: 1, channels: 3 }],
    ['ndarray', { data: Float32Array.from(values), shape: [2, 2], stride: [1, 2] }],
    ['tensor', { shape: [2, 2], dataSync: () => Float32Array.from(values) }],
    ['rows', [[0, 0.25], Float32Array.of(0.5, 1)]],
  ]

  it.each(forms)('are refused: %s', (_, mask) => {
    expect(() => from(mask)).toThrow(RangeError)
    expect(() => from(mask)).toThrow(
      /^expected the mask to hold 0 and 1, or a threshold, got numbers between 0 and 1 such as 0\.\d+: make masks of probabilities with BitMask\.from\(mask, \{ threshold: 0\.5 \}\)/,
    )
    expect(from(mask, { threshold: 0.4 }).count).toBeGreaterThan(0)
    expect(from(mask, { threshold: 0 }).count).toBeGreaterThan(0)
  })

  it('are named by the argument that they are', () => {
    const data = { data: Float32Array.of(0.1, 0.9), width: 2, height: 1 }
    const truth = [[0, 1]]
    const reward = new MultiObjectiveReward()
    expect(() => dice(data, truth)).toThrow('expected the prediction to hold 0 and 1')
    expect(() => dice(truth, data)).toThrow('expected the truth to hold 0 and 1')
    expect(() => dice(truth, truth, { within: data })).toThrow(
      'expected the field of view (within) to hold 0 and 1',
    )
    expect(() => reward.score(data, truth)).toThrow('expected the prediction to hold')
    expect(() => reward.scoreBatch([truth, data], truth)).toThrow('expected preds[1] to hold')
    expect(() => reward.scoreBatch([truth, truth], [truth, data])).toThrow(
      'expected truths[1] to hold',
    )
    expect(() => tileFacts(data, truth, { tile: 1 })).toThrow('expected the prediction to hold')
  })

  it('are told from logits and from other numbers by their range', () => {
    fc.assert(
      fc.property(
        fc.array(fc.double({ min: -3, max: 3, noNaN: true }), { minLength: 1, maxLength: 90 }),
        (data) => {
          const inUnit = data.every((value) => value >= 0 && value <= 1)
          const some = data.some((value) => value > 0 && value < 1)
          for (const mask of [
            { data, width: data.length, height: 1 },
            { data: Float64Array.from(data), width: 1, height: data.length },
            [data],
          ]) {
            if (inUnit && some) expect(() => from(mask)).toThrow(RangeError)
            else expect(pixels(mask)).toEqual(data.map((value) => (value > 0 ? 1 : 0)))
          }
        },
      ),
    )
    expect(pixels({ data: Float32Array.of(-4, 0.5, 2), width: 3, height: 1 })).toEqual([0, 1, 1])
    expect(pixels({ data: Float32Array.of(0, 1, 1), width: 3, height: 1 })).toEqual([0, 1, 1])
    expect(pixels({ data: Uint8Array.of(0, 7, 255), width: 3, height: 1 })).toEqual([0, 1, 1])
  })

  it('are found wherever in a large mask they are', () => {
    const width = 70
    const data = new Float32Array(width * 9)
    for (let at = 0; at < data.length; at++) {
      data.fill(0)
      data[0] = 1
      data[at] = 0.5
      expect(() => from({ data, width, height: 9 })).toThrow('such as 0.5')
    }
  })
})

describe('shapes', () => {
  const data = [1, 0, 0, 1, 1, 0]
  it.each([[[2, 3]], [[2, 3, 1]], [[1, 2, 3]], [[1, 2, 3, 1]]])(
    'of %j are one mask of 2 rows',
    (shape) => {
      const mask = from({ data, shape })
      expect([mask.width, mask.height, ...mask.toUint8Array()]).toEqual([3, 2, ...data])
      const tensor = from({ shape, dataSync: () => Float32Array.from(data) })
      expect(tensor.equals(mask)).toBe(true)
    },
  )

  it('take a stride for each dimension', () => {
    const spread = [1, 9, 0, 9, 0, 9, 1, 9, 1, 9, 0, 9]
    const mask = from({ data: spread, shape: [1, 2, 3, 1], stride: [12, 6, 2, 1] })
    expect([...mask.toUint8Array()]).toEqual(data)
    expect(() => from({ data, shape: [2, 3, 1], stride: [3, 1] })).toThrow(
      'expected the stride of the mask to be 3 integers, got an array of length 2',
    )
  })

  it.each([[[1]], [[2, 3, 2]], [[2, 2, 3]], [[2, 2, 3, 1]], [[1, 1, 2, 3, 1]], [[]]])(
    'of %j are refused',
    (shape) => {
      const values = new Uint8Array(shape.reduce((a: number, b: number) => a * b, 1))
      expect(() => from({ data: values, shape })).toThrow(RangeError)
      expect(() => from({ data: values, shape })).toThrow(/^expected the shape of the mask to be/)
    },
  )

  it('of a batch are masks in turn', () => {
    const reward = new MultiObjectiveReward()
    const truth = [
      [1, 1, 1],
      [0, 0, 1],
    ]
    const one = [1, 1, 1, 0, 0, 1]
    const values = [...one, ...data, ...new Array(6).fill(0)]
    const each = [one, data, new Array(6).fill(0)].map((d) =>
      reward.score({ data: d, width: 3, height: 2 }, truth),
    )
    for (const shape of [
      [3, 2, 3],
      [3, 2, 3, 1],
    ]) {
      expect([...reward.scoreBatch({ data: values, shape }, truth)]).toEqual(each)
      const tensor = { shape, dataSync: () => Uint8Array.from(values) }
      expect([...reward.scoreBatch(tensor, truth)]).toEqual(each)
      expect([...reward.scoreBatch(tensor, { data: one, shape: [1, 2, 3] })]).toEqual(each)
      expect([...reward.scoreBatch(tensor, { data: one, shape: [2, 3] })]).toEqual(each)
      expect([...reward.scoreBatch(tensor, tensor)]).toEqual([6, 6, 6])
    }
    const strided = { data: values, shape: [2, 2, 3], stride: [12, 3, 1] }
    expect([...reward.scoreBatch(strided, truth)]).toEqual([each[0], each[2]])
    const back = { data: values, shape: [3, 2, 3], stride: [-6, 3, 1], offset: 12 }
    expect([...reward.scoreBatch(back, truth)]).toEqual([...each].reverse())
    expect(() => reward.scoreBatch({ data: values, shape: [2, 2, 3] }, truth)).toThrow(
      'expected 12 values of the predictions (2 × 2 rows × 3 columns), got 18',
    )
    expect(() =>
      reward.scoreBatch({ data: values, shape: [3, 2, 3] }, { data: values, shape: [2, 3, 3] }),
    ).toThrow('got 2 truths for 3 predictions')
    expect(() => reward.scoreBatch({ data: values, shape: [3, 2, 3, 3] }, truth)).toThrow(
      'expected the shape of the predictions to be [masks, rows, columns]',
    )
    expect(() => reward.scoreBatch({ data: one, shape: [2, 3] }, truth)).toThrow(
      'expected an array of predictions, or a tensor of [masks, rows, columns]',
    )
    expect(() => reward.scoreBatch(truth as never, truth)).toThrow(
      'got the rows of one: pass [prediction]',
    )
    // Its iterator would run until memory ends.
    expect(() => reward.scoreBatch(new Array(2 ** 32 - 1), truth)).toThrow(
      'expected the number of predictions to be an integer from 0 to 1048576, got 4294967295',
    )
  })
})

describe('what only looks like rows', () => {
  it('is refused: bands of an image', () => {
    const bands = Object.assign([new Uint8Array(6)], { width: 3, height: 2 })
    expect(() => from(bands)).toThrow(TypeError)
    expect(() => from(bands, { threshold: 0.5 })).toThrow(
      'with a width and a height of its own, which are bands: pass one of them as { data: bands[0], width, height }',
    )
    for (const count of [1, 3, 4]) {
      const plain = Array.from({ length: count }, () => new Float32Array(2e5))
      expect(() => from(plain)).toThrow(/of 200000 values, which look like bands/)
    }
  })

  it('is refused: polygons', () => {
    expect(() => from([[0, 0, 4, 0, 4, 4]])).toThrow(TypeError)
    expect(() => dice([[0, 0, 4, 0, 4, 4]], [[0, 1]])).toThrow(
      'expected the prediction to be an array of rows, got what looks like polygons',
    )
    const two = [
      [0, 0, 4, 0, 4, 4],
      [5, 5, 9.5, 5, 9, 9],
    ]
    expect(() => from(two)).toThrow('polygons')
    expect(from(two, { threshold: 4 }).count).toBe(6)
  })

  it('is not refused: rows of two values, labels, odd lengths, many rows, wide masks', () => {
    expect(from([[0, 255, 0, 255, 255, 0]]).count).toBe(3)
    expect(from([[0, 1, 2, 1, 0, 2]]).count).toBe(4)
    expect(from([[0, 9, 4, 1, 0]]).count).toBe(3)
    expect(from([[0, 9, 4, 1, 0, 9, 4]]).count).toBe(5)
    expect(from([[0, 9, 4, 1]]).count).toBe(3)
    expect(from([[-1, 9, 4, 1, 0, 2]]).count).toBe(4)
    expect(from(Array.from({ length: 5 }, () => [0, 0, 4, 0, 4, 7])).count).toBe(15)
    expect(from([new Uint8Array(1e5)]).width).toBe(1e5)
  })
})

describe('what is no mask', () => {
  it.each<[string, unknown, string]>([
    ['a path', 'truth.png', "read files with readMask of 'vessel-reward/node'"],
    ['a promise', Promise.resolve([[1]]), 'got a Promise: await it'],
    [
      'data that come later',
      { data: () => Promise.resolve([1]), shape: [1, 1] },
      'use await BitMask.fromAsync(tensor)',
    ],
    [
      'a promise of data',
      { data: Promise.resolve([1]), width: 1, height: 1 },
      'got a Promise: await it',
    ],
    [
      'sharp',
      { data: Uint8Array.of(1), info: { width: 1, height: 1, channels: 1 } },
      '{ data, ...info }',
    ],
    [
      'jimp',
      { bitmap: { data: Uint8Array.of(1), width: 1, height: 1 } },
      '{ ...image.bitmap, channels: 4 }',
    ],
    ['four channels', { data: new Uint8Array(24), width: 3, height: 2 }, 'which channels: 4 says'],
    ['three channels', { data: new Uint8Array(18), width: 3, height: 2 }, 'which channels: 3 says'],
    [
      'a buffer',
      new ArrayBuffer(4),
      "decode the bytes of a file with decodeMask of 'vessel-reward/node'",
    ],
    ['numbers', Uint8Array.of(1), 'pass { data, width, height }'],
    [
      'a canvas',
      { [Symbol.toStringTag]: 'HTMLCanvasElement' },
      'getImageData(0, 0, width, height)',
    ],
    ['an image', { [Symbol.toStringTag]: 'HTMLImageElement' }, 'draw it on a canvas'],
  ])('is refused with what to do: %s', (_, value, advice) => {
    expect(() => from(value)).toThrow(advice)
    // biome-ignore lint/suspicious/noExplicitAny: what users pass
    expect(() => dice([[1]], value as any)).toThrow(/the truth/)
  })

  it('is named: prediction, truth, field of view', () => {
    // biome-ignore lint/suspicious/noExplicitAny: what users pass
    const anything = undefined as any
    expect(() => dice(anything, [[1]])).toThrow('expected the prediction to be a mask')
    expect(() => dice([[1]], anything)).toThrow('expected the truth to be a mask')
    expect(() => clDice([[1]], [[1]], { within: 'fov.png' as never })).toThrow(
      'expected the field of view (within) to be a mask',
    )
  })

  it('is a proxy of a BitMask', () => {
    const proxy = new Proxy(from([[1]]), {})
    expect(() => dice(proxy, [[1]])).toThrow(TypeError)
    expect(() => new MultiObjectiveReward().score([[1]], proxy)).toThrow(
      'expected the truth to be a mask',
    )
  })
})

describe('arrays of another realm', () => {
  it('are taken for what they are', () => {
    const image = runInNewContext(
      '({ data: new Uint8ClampedArray([0, 0, 0, 255, 1, 0, 0, 255]), width: 2, height: 1 })',
    )
    expect(pixels(image)).toEqual([0, 1])
    const big = runInNewContext('({ data: new BigInt64Array(1), width: 1, height: 1 })')
    expect(() => from(big)).toThrow('got a BigInt64Array')
    const rows = runInNewContext('[[0, 1], new Uint8Array([1, 0])]')
    expect(pixels(rows)).toEqual([0, 1, 1, 0])
    const shape = runInNewContext('({ data: [0, 1], shape: new Int32Array([1, 2]) })')
    expect(pixels(shape)).toEqual([0, 1])
  })
})

describe('BitMask.fromAsync', () => {
  it('waits for the values of a tensor, and for a promise of a mask', async () => {
    const tensor = { shape: [1, 2, 2, 1], data: async () => Float32Array.of(0.9, 0.1, 0.2, 0.7) }
    const mask = await BitMask.fromAsync(tensor, { threshold: 0.5 })
    expect([...mask.toUint8Array()]).toEqual([1, 0, 0, 1])
    expect((await BitMask.fromAsync(Promise.resolve(tensor), { threshold: 0 })).count).toBe(4)
    expect((await BitMask.fromAsync([[1, 0]])).count).toBe(1)
    expect(await BitMask.fromAsync(mask)).toBe(mask)
  })

  it('rejects what BitMask.from refuses', async () => {
    const tensor = { shape: [1, 2], data: async () => Float32Array.of(0.9, 0.1) }
    await expect(BitMask.fromAsync(tensor)).rejects.toThrow(RangeError)
    await expect(BitMask.fromAsync(tensor, { treshold: 1 } as object)).rejects.toThrow(
      "unknown option 'treshold' of BitMask.fromAsync: did you mean 'threshold'?",
    )
    const failed = { shape: [1, 2], data: () => Promise.reject(new Error('lost')) }
    await expect(BitMask.fromAsync(failed)).rejects.toThrow('lost')
  })
})

describe('ignore', () => {
  const truth = [
    [255, 1, 0],
    [0, 1, 255],
  ]
  const pred = [
    [1, 1, 0],
    [1, 1, 1],
  ]
  const within = truth.map((row) => row.map((value) => (value === 255 ? 0 : 1)))

  it('leaves out the pixels of the truth that have the value', () => {
    for (const mask of [
      truth,
      { data: Uint8Array.from(truth.flat()), width: 3, height: 2 },
      { data: truth.flat(), shape: [2, 3] },
      { shape: [2, 3], dataSync: () => Float32Array.from(truth.flat()) },
      {
        data: truth.flat().flatMap((value) => [value, value, value]),
        width: 3,
        height: 2,
        channels: 3 as const,
      },
    ]) {
      expect(dice(pred, mask, { ignore: 255 })).toBe(dice(pred, truth, { within }))
      expect(clDice(pred, mask, { ignore: 255 })).toBe(clDice(pred, truth, { within }))
      const reward = new MultiObjectiveReward({ ignore: 255 })
      const inField = new MultiObjectiveReward({ within })
      expect(reward.score(pred, mask)).toBe(inField.score(pred, truth))
      expect(reward.explain(pred, mask)).toEqual(inField.explain(pred, truth))
      expect([...reward.scoreBatch([pred, pred], mask)]).toEqual([
        ...inField.scoreBatch([pred, pred], truth),
      ])
    }
  })

  it('goes together with a field of view, and asks for values', () => {
    const left = [
      [1, 1, 0],
      [1, 1, 0],
    ]
    const both = within.map((row, y) => row.map((value, x) => value & left[y][x]))
    expect(dice(pred, truth, { ignore: 255, within: left })).toBe(
      dice(pred, truth, { within: both }),
    )
    expect(() => dice(pred, from(truth), { ignore: 255 })).toThrow(
      'expected the truth to hold values, of which ignore names one, got a BitMask',
    )
    expect(() => dice(pred, truth, { ignore: '255' as never })).toThrow(
      "expected ignore to be a number, got '255'",
    )
    expect(dice(pred, truth, { ignore: 7 })).toBe(dice(pred, truth))
  })
})
