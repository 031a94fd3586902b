import * as tf from '@tensorflow/tfjs'
import '@tensorflow/tfjs-backend-wasm'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { mulberry32 } from '../../../../mulberry32.ts'
import { addConvolutionGradients } from '../../../src/backends/wasm/convolution-gradients.ts'
import { expectClose } from '../../support/tiny-model.ts'

beforeAll(async () => {
  await tf.setBackend('wasm')
  await tf.ready()
  addConvolutionGradients(true)
})
afterAll(() => addConvolutionGradients(false))

type Pad = 'same' | 'valid' | number

interface Case {
  size: [height: number, width: number]
  kernel: [height: number, width: number]
  strides: [number, number]
  pad: Pad
}

const CASES: Case[] = [
  { size: [8, 8], kernel: [3, 3], strides: [1, 1], pad: 'same' },
  { size: [7, 9], kernel: [3, 5], strides: [1, 1], pad: 'same' },
  { size: [6, 5], kernel: [2, 4], strides: [1, 1], pad: 'same' },
  { size: [7, 6], kernel: [3, 2], strides: [1, 1], pad: 'valid' },
  { size: [5, 5], kernel: [1, 1], strides: [1, 1], pad: 'same' },
  { size: [8, 8], kernel: [3, 3], strides: [2, 2], pad: 'same' },
  { size: [9, 8], kernel: [3, 3], strides: [2, 1], pad: 'valid' },
  { size: [9, 10], kernel: [2, 2], strides: [3, 4], pad: 'valid' },
  { size: [6, 7], kernel: [5, 5], strides: [2, 2], pad: 2 },
  // More padding than the kernel reaches.
  { size: [4, 4], kernel: [1, 1], strides: [1, 1], pad: 1 },
]

/** The same numbers on every backend. */
function numbers(shape: [number, number, number, number], seed: number): tf.Tensor4D {
  const random = mulberry32(seed)
  const values = Float32Array.from({ length: tf.util.sizeFromShape(shape) }, () => 2 * random() - 1)
  return tf.tensor4d(values, shape)
}

/** Gradients of images and kernel, on the current backend. */
async function gradients({ size, kernel, strides, pad }: Case): Promise<Float32Array[]> {
  const rounding = typeof pad === 'number' ? 'floor' : undefined
  const convolve = (x: tf.Tensor, filter: tf.Tensor) =>
    tf.conv2d(x as tf.Tensor4D, filter as tf.Tensor4D, strides, pad, 'NHWC', 1, rounding)
  const [x, filter] = [numbers([2, ...size, 3], 1), numbers([...kernel, 3, 4], 2)]
  const { shape } = convolve(x, filter)
  const all = tf.grads(convolve)([x, filter], numbers(shape as [number, number, number, number], 3))
  return Promise.all(all.map((gradient) => gradient.data() as Promise<Float32Array>))
}

describe('gradients of convolutions', () => {
  it.each(CASES)('are those of the cpu backend: $size by $kernel, $strides, $pad', async (one) => {
    await tf.setBackend('cpu')
    const expected = await gradients(one)
    await tf.setBackend('wasm')
    const values = await gradients(one)
    for (const [i, gradient] of values.entries()) expectClose(gradient, expected[i], 1e-5)
  })

  it('of a fused layer are there as well', async () => {
    const [x, filter] = [numbers([1, 6, 6, 3], 1), numbers([3, 3, 3, 4], 2)]
    const fused = (f: tf.Tensor) =>
      tf.fused.conv2d({
        x,
        filter: f as tf.Tensor4D,
        strides: 1,
        pad: 'same',
        activation: 'linear',
      })
    const plain = (f: tf.Tensor) => tf.conv2d(x, f as tf.Tensor4D, 1, 'same')
    const upstream = numbers([1, 6, 6, 4], 3)
    const [one, other] = [fused, plain].map((each) => tf.grad(each)(filter, upstream))
    expect(await one.data()).toEqual(await other.data())
  })

  it('leave nothing in memory', async () => {
    for (const one of CASES) {
      const before = tf.memory()
      tf.engine().startScope()
      await gradients(one)
      tf.engine().endScope()
      expect(tf.memory().numTensors).toBe(before.numTensors)
      expect(tf.memory().numDataBuffers).toBe(before.numDataBuffers)
    }
  })

  it('are as before when they are switched off', async () => {
    addConvolutionGradients(false)
    await expect(gradients(CASES[0])).rejects.toThrow('Conv2DBackpropFilter')
    addConvolutionGradients(true)
    await gradients(CASES[0])
  })

  it('refuse images with the features first', () => {
    const call = () =>
      tf
        .engine()
        .runKernel(
          'Conv2DBackpropFilter',
          { x: numbers([1, 3, 4, 4], 1), dy: numbers([1, 3, 4, 4], 1) },
          { strides: [1, 1], pad: 'same', dataFormat: 'NCHW', filterShape: [1, 1, 3, 3] },
        )
    expect(call).toThrow('features last (NHWC)')
  })
})
