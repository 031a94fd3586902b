import * as tf from '@tensorflow/tfjs'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { mulberry32 } from '../../../mulberry32.ts'
import { startBackend } from '../../src/backends/start-backend.ts'
import { crossEntropy } from '../../src/losses/cross-entropy.ts'
import { permuteColumns } from '../../src/losses/permute-columns.ts'
import { softClDice } from '../../src/losses/soft-cl-dice.ts'
import { softDice } from '../../src/losses/soft-dice.ts'
import { softSkeleton } from '../../src/losses/soft-skeleton.ts'
import { LOSSES, supervisedLoss } from '../../src/losses/supervised-loss.ts'
import { tokenOrder } from '../../src/model/tokens.ts'
import { expectClose } from '../support/tiny-model.ts'

beforeAll(async () => {
  await startBackend('cpu')
})

const SIZE = 8
const PIXELS = SIZE * SIZE
const ORDER = tokenOrder({
  imageSize: SIZE,
  patch: 4,
  window: 4,
  width: 8,
  blocks: 1,
  heads: 1,
  feedForward: 8,
})

/** Two images of vessels, in a field of view without a corner. */
function example() {
  const random = mulberry32(5)
  const labels = Float32Array.from({ length: 2 * PIXELS }, (_, i) => {
    const [y, x] = [Math.floor(i / SIZE) % SIZE, i % SIZE]
    return y === 3 || (i >= PIXELS && x === 5) ? 1 : 0
  })
  const weights = Float32Array.from({ length: 2 * PIXELS }, (_, i) => (i % PIXELS < 3 ? 0 : 1))
  const logits = Float32Array.from({ length: 2 * PIXELS }, () => 6 * random() - 3)
  return { logits, labels, weights }
}

const sigmoid = (z: number) => 1 / (1 + Math.exp(-z))
const rows = (values: Float32Array) => tf.tensor2d(values, [2, PIXELS])
const maps = (values: Float32Array) => tf.tensor3d(values, [2, SIZE, SIZE])

describe('cross-entropy', () => {
  it('is the mean over the field of view of each image, then over images', async () => {
    const { logits, labels, weights } = example()
    let expected = 0
    for (const image of [0, 1]) {
      let sum = 0
      let count = 0
      for (let i = image * PIXELS; i < (image + 1) * PIXELS; i++) {
        const p = sigmoid(logits[i])
        sum -= weights[i] * (labels[i] * Math.log(p) + (1 - labels[i]) * Math.log(1 - p))
        count += weights[i]
      }
      expected += sum / count / 2
    }
    const loss = crossEntropy(rows(logits), rows(labels), rows(weights))
    expectClose(await loss.data(), [expected], 1e-5)
  })
})

describe('soft Dice', () => {
  const of = async (p: number[], t: number[], w = p.map(() => 1)) => {
    const [a, b, c] = [p, t, w].map((one) => tf.tensor2d([one]))
    return (await softDice(a, b, c).data())[0]
  }

  it('is that of masks where probabilities are 0 or 1, smoothed by one pixel', async () => {
    // 1 − (2 · 1 + 1) / (2 + 1 + 1)
    expect(await of([1, 1, 0, 0], [1, 0, 0, 0])).toBeCloseTo(1 / 4, 6)
    expect(await of([1, 1, 0, 0], [1, 1, 0, 0])).toBeCloseTo(0, 6)
    // 1 − 1 / (2 + 2 + 1)
    expect(await of([1, 1, 0, 0], [0, 0, 1, 1])).toBeCloseTo(4 / 5, 6)
    // 1 − (2 · .75 + 1) / (1 + 1 + 1)
    expect(await of([0.75, 0.25], [1, 0])).toBeCloseTo(1 / 6, 6)
  })

  it('has a value without vessels, and does not see beyond the field of view', async () => {
    expect(await of([0, 0], [0, 0])).toBe(0)
    expect(await of([1, 1, 1], [1, 1, 0], [1, 1, 0])).toBeCloseTo(0, 6)
  })
})

describe('the soft skeleton', () => {
  /** By loops, as the paper's algorithm says. */
  function plainSkeleton(image: number[][], erosions: number): number[][] {
    const size = image.length
    const at = (m: number[][], y: number, x: number, beyond: number) => m[y]?.[x] ?? beyond
    const each = (of: (y: number, x: number) => number) =>
      Array.from({ length: size }, (_, y) => Array.from({ length: size }, (_, x) => of(y, x)))
    const cross = [
      [0, 0],
      [0, 1],
      [0, -1],
      [1, 0],
      [-1, 0],
    ]
    const erode = (m: number[][]) =>
      each((y, x) => Math.min(...cross.map(([j, i]) => at(m, y + j, x + i, 1))))
    const block = [-1, 0, 1].flatMap((j) => [-1, 0, 1].map((i) => [j, i]))
    const dilate = (m: number[][]) =>
      each((y, x) => Math.max(...block.map(([j, i]) => at(m, y + j, x + i, 0))))
    const ridges = (m: number[][]) => {
      const opened = dilate(erode(m))
      return each((y, x) => Math.max(0, m[y][x] - opened[y][x]))
    }
    let eroded = image
    let skeleton = ridges(eroded)
    for (let i = 0; i < erosions; i++) {
      eroded = erode(eroded)
      const delta = ridges(eroded)
      const before = skeleton
      skeleton = each((y, x) => before[y][x] + Math.max(0, delta[y][x] * (1 - before[y][x])))
    }
    return skeleton
  }

  it('of a bar is its middle line, and of a line the line', async () => {
    const bar = tf.tidy(() => {
      const data = Array.from({ length: 81 }, (_, i) => {
        const [y, x] = [Math.floor(i / 9), i % 9]
        return y >= 3 && y <= 5 && x >= 1 && x <= 7 ? 1 : 0
      })
      return softSkeleton(tf.tensor3d(data, [1, 9, 9]), 3)
    })
    const found = [...(await bar.data())].flatMap((value, i) => (value > 0 ? [i] : []))
    expect(found).toEqual([2, 3, 4, 5, 6].map((x) => 4 * 9 + x))
    const line = Array.from({ length: 81 }, (_, i) => (i % 9 === 4 ? 1 : 0))
    const same = softSkeleton(tf.tensor3d(line, [1, 9, 9]), 3)
    expect([...(await same.data())]).toEqual(line)
  })

  it('of grey maps is that of plain loops', async () => {
    const random = mulberry32(3)
    const images = [0, 1].map(() =>
      Array.from({ length: 7 }, () => Array.from({ length: 7 }, () => random())),
    )
    for (const erosions of [0, 1, 3]) {
      const skeletons = softSkeleton(tf.tensor3d(images), erosions)
      const expected = images.map((image) => plainSkeleton(image, erosions))
      expectClose(await skeletons.data(), expected.flat(2), 1e-6)
    }
  })
})

describe('soft clDice', () => {
  it('of a line with a gap counts the gap', async () => {
    const line = (skip: number) =>
      Float32Array.from({ length: 2 * PIXELS }, (_, i) =>
        Math.floor(i / SIZE) % SIZE === 3 && i % SIZE < SIZE - skip ? 1 : 0,
      )
    const all = maps(new Float32Array(2 * PIXELS).fill(1))
    const equal = softClDice(maps(line(0)), maps(line(0)), all, 3)
    expect((await equal.data())[0]).toBeCloseTo(0, 6)
    // All 6 pixels of the prediction are true, and 6 of the 8 true ones are found.
    const short = softClDice(maps(line(2)), maps(line(0)), all, 3)
    const sensitivity = 7 / 9
    expect((await short.data())[0]).toBeCloseTo(1 - (2 * sensitivity) / (1 + sensitivity), 6)
  })

  it('has a value without vessels', async () => {
    const none = maps(new Float32Array(2 * PIXELS))
    expect((await softClDice(none, none, none, 3).data())[0]).toBe(0)
  })
})

describe('columns', () => {
  it('go where the order says, and so do gradients', async () => {
    const order = Int32Array.of(2, 0, 1)
    const x = tf.tensor2d([[1, 2, 3]])
    expect([...(await permuteColumns(x, order).data())]).toEqual([2, 3, 1])
    const weighted = (rows: tf.Tensor) =>
      tf.sum(tf.mul(permuteColumns(rows as tf.Tensor2D, order), [[10, 20, 30]])) as tf.Scalar
    expect([...(await tf.grad(weighted)(x).data())]).toEqual([30, 10, 20])
  })
})

describe('gradients', () => {
  /** Loss and gradient by the logits on the current backend; input in raster order. */
  async function gradientOf(name: (typeof LOSSES)[number], logits: Float32Array) {
    const inOrder = (values: Float32Array) =>
      rows(values.map((_, i) => values[Math.floor(i / PIXELS) * PIXELS + ORDER[i % PIXELS]]))
    const { labels, weights } = example()
    const rest = { labels: inOrder(labels), weights: inOrder(weights), order: ORDER }
    const { value, grad } = tf.valueAndGrad((x: tf.Tensor) =>
      supervisedLoss(name, { logits: x as tf.Tensor2D, ...rest }),
    )(inOrder(logits))
    const gradient = new Float32Array(2 * PIXELS)
    const values = await grad.data()
    for (let i = 0; i < gradient.length; i++) {
      gradient[Math.floor(i / PIXELS) * PIXELS + ORDER[i % PIXELS]] = values[i]
    }
    return { value: (await value.data())[0], gradient }
  }

  it.each(LOSSES)('of %s are those of finite differences', async (name) => {
    const { logits, weights } = example()
    const { gradient } = await gradientOf(name, logits)
    // Small: minima and maxima have kinks.
    const step = 3e-3
    for (let i = 0; i < 2 * PIXELS; i += 11) {
      const [above, below] = [logits.slice(), logits.slice()]
      above[i] += step
      below[i] -= step
      const [high, low] = [await gradientOf(name, above), await gradientOf(name, below)]
      expect(Math.abs((high.value - low.value) / (2 * step) - gradient[i])).toBeLessThan(2e-4)
      if (weights[i] === 0) expect(gradient[i]).toBeCloseTo(0, 7)
    }
    expect(Math.max(...gradient.map(Math.abs))).toBeGreaterThan(1e-3)
  })

  it.each(LOSSES)('of %s are the same on WASM, where pooling has none', async (name) => {
    const { logits } = example()
    const expected = await gradientOf(name, logits)
    await startBackend('wasm')
    const found = await gradientOf(name, logits)
    await startBackend('cpu')
    expect(found.value).toBeCloseTo(expected.value, 5)
    expectClose(found.gradient, expected.gradient, 1e-6)
  })

  it('are finite where logits are large', async () => {
    for (const name of LOSSES) {
      const logits = example().logits.map((z) => (z > 0 ? 50 : -50))
      const { value, gradient } = await gradientOf(name, logits)
      expect(Number.isFinite(value)).toBe(true)
      expect(gradient.every(Number.isFinite)).toBe(true)
    }
  })
})

afterAll(() => tf.disposeVariables())
