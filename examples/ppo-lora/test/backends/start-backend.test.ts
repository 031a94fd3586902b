import * as tf from '@tensorflow/tfjs'
import { afterEach, describe, expect, it } from 'vitest'
import { compareOperations, largestDifference } from '../../src/backends/compare-operations.ts'
import { describeBackend, startBackend } from '../../src/backends/start-backend.ts'
import { splitBatchedProducts } from '../../src/backends/wasm/batched-products.ts'
import { materializeTransposes } from '../../src/backends/wasm/materialized-transposes.ts'
import { usePairwiseSums } from '../../src/backends/wasm/pairwise-sums.ts'

describe('startBackend', () => {
  it('refuses an unknown name', async () => {
    await expect(startBackend('gpu')).rejects.toThrow(RangeError)
  })

  it('says what computes', async () => {
    const backend = await startBackend('wasm')
    expect(tf.getBackend()).toBe('wasm')
    expect(describeBackend(backend)).toMatch(
      /^backend wasm, (no )?SIMD on one thread, TensorFlow\.js 4\./,
    )
  })

  it('finds a backend that works, and says why not a faster one', async () => {
    const backend = await startBackend('auto')
    const order = ['node-gpu', 'node', 'webgpu', 'wasm', 'cpu']
    expect(backend.reasons.map((reason) => reason.split(':')[0])).toEqual(
      order.slice(0, order.indexOf(backend.name)),
    )
    expect((await tf.add(1, 2).data())[0]).toBe(3)
    backend.stop()
  })

  it('names the line that installs an absent backend', async () => {
    // Works where it is installed, too.
    const error = await startBackend('node').then(
      (backend) => backend.stop(),
      (reason: Error) => reason,
    )
    if (error) expect(error.message).toContain('npm install --save-dev @tensorflow/tfjs-node@')
  })

  it('gives the same numbers on wasm as on cpu', async () => {
    await startBackend('wasm')
    for (const { operation, difference } of await compareOperations()) {
      expect(difference, operation).toBeLessThanOrEqual(1e-5)
    }
  })
})

describe('materializeTransposes', () => {
  afterEach(() => materializeTransposes(false))

  const shapes = { a: [3, 4, 5], b: [3, 5, 6] }
  const swapped = ([batch, rows, columns]: number[]) => [batch, columns, rows]

  for (const transposeA of [false, true]) {
    for (const transposeB of [false, true]) {
      it(`has TensorFlow.js's gradient for transposes ${transposeA}, ${transposeB}`, async () => {
        await startBackend('cpu')
        const a = tf.randomNormal(transposeA ? swapped(shapes.a) : shapes.a)
        const b = tf.randomNormal(transposeB ? swapped(shapes.b) : shapes.b)
        const gradients = () =>
          tf.grads((x: tf.Tensor, y: tf.Tensor) =>
            tf.sum(tf.square(tf.matMul(x, y, transposeA, transposeB))),
          )([a, b])
        const expected = gradients()
        materializeTransposes(true)
        const actual = gradients()
        for (const [i, gradient] of actual.entries()) {
          expect(gradient.shape).toEqual(expected[i].shape)
          const [values, wanted] = [gradient.dataSync(), expected[i].dataSync()]
          expect(
            largestDifference(values as Float32Array, wanted as Float32Array),
          ).toBeLessThanOrEqual(1e-6)
        }
      })
    }
  }
})

describe('usePairwiseSums', () => {
  const VALUE = Math.LN2
  const mean = () => tf.mean(tf.fill([65_536], VALUE)).dataSync()[0]

  it('repairs the mean of many numbers, and can be undone', async () => {
    await startBackend('wasm')
    usePairwiseSums(false)
    expect(Math.abs(mean() - VALUE)).toBeGreaterThan(1e-4)
    usePairwiseSums(true)
    expect(Math.abs(mean() - VALUE)).toBeLessThan(5e-6)
  })

  const cases: [number[], number | number[] | undefined][] = [
    [[1000], undefined],
    [[40, 50], 0],
    [[400, 5], 0],
    [[3, 400, 5], 1],
    [
      [3, 400, 5],
      [0, 1],
    ],
    [
      [3, 400, 5],
      [2, 1],
    ],
    [
      [20, 30, 40],
      [0, 2],
    ],
    [[2, 257], -1],
    [[0, 4], 0],
    [[], undefined],
  ]
  for (const keepDims of [false, true]) {
    it.each(cases)(`sums %j along %j, keepDims ${keepDims}`, async (shape, axis) => {
      await startBackend('wasm')
      const x = tf.randomUniform(shape)
      const results = [true, false].map((on) => {
        usePairwiseSums(on)
        return [tf.sum(x, axis, keepDims), tf.mean(x, axis, keepDims)]
      })
      usePairwiseSums(true)
      for (const i of [0, 1]) {
        const [actual, expected] = [results[0][i], results[1][i]]
        expect(actual.shape).toEqual(expected.shape)
        const [values, wanted] = [actual.dataSync(), expected.dataSync()]
        if (x.size === 0) continue
        expect(
          largestDifference(values as Float32Array, wanted as Float32Array),
        ).toBeLessThanOrEqual(1e-5)
      }
    })
  }

  it('leaves no tensor behind', async () => {
    await startBackend('wasm')
    const x = tf.randomUniform([64, 1024])
    const { numDataBuffers, numTensors } = tf.memory()
    for (let i = 0; i < 3; i++) tf.tidy(() => void tf.sum(x).dataSync())
    expect(tf.memory()).toMatchObject({ numDataBuffers, numTensors })
  })
})

describe('splitBatchedProducts', () => {
  const product = (a: number[], b: number[]) => {
    const [x, y] = [tf.randomNormal(a), tf.randomNormal(b)]
    const results = [true, false].map((on) => {
      splitBatchedProducts(on)
      return tf.matMul(x, y)
    })
    splitBatchedProducts(true)
    return results
  }

  it.each([
    [
      [2, 3, 5, 7],
      [2, 3, 7, 11],
    ],
    [
      [32, 64, 16],
      [32, 16, 64],
    ],
    [
      [1, 5, 7],
      [4, 7, 3],
    ],
    [
      [4, 5, 1],
      [4, 1, 3],
    ],
    [
      [5, 7],
      [7, 3],
    ],
  ])('multiplies %j by %j', async (a, b) => {
    await startBackend('wasm')
    const [actual, expected] = product(a, b)
    expect(actual.shape).toEqual(expected.shape)
    const [values, wanted] = [actual.dataSync(), expected.dataSync()]
    expect(largestDifference(values as Float32Array, wanted as Float32Array)).toBeLessThanOrEqual(
      1e-5,
    )
  })

  it('sees changed operands in the same place, and leaves no tensor behind', async () => {
    await startBackend('wasm')
    const { numDataBuffers, numTensors } = tf.memory()
    for (const factor of [1, 2, 3]) {
      const sum = tf.tidy(() => {
        const ones = tf.fill([4, 8, 8], factor)
        return tf.sum(tf.matMul(ones, ones)).dataSync()[0]
      })
      expect(sum).toBe(4 * 8 * 8 * 8 * factor ** 2)
    }
    expect(tf.memory()).toMatchObject({ numDataBuffers, numTensors })
  })
})
