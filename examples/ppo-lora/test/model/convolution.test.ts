import * as tf from '@tensorflow/tfjs'
import { beforeAll, describe, expect, it } from 'vitest'
import { convolve, doubled, halved } from '../../src/model/convolution.ts'
import { expectClose } from '../support/tiny-model.ts'

beforeAll(async () => {
  await tf.setBackend('cpu')
})

const normal = (shape: [number, number, number, number], seed: number) =>
  tf.randomNormal<tf.Rank.R4>(shape, 0, 1, 'float32', seed)

describe('a convolution', () => {
  it.each([1, 3, 5])('of side %i has the values and gradients of tf.conv2d', async (side) => {
    const [images, kernel] = [normal([2, 6, 7, 3], 1), normal([side, side, 3, 4], 2)]
    const upstream = normal([2, 6, 7, 4], 3)
    const plain = (x: tf.Tensor, filter: tf.Tensor) =>
      tf.conv2d(x as tf.Tensor4D, filter as tf.Tensor4D, 1, 'same')
    const ours = (x: tf.Tensor, filter: tf.Tensor) =>
      convolve(x as tf.Tensor4D, filter as tf.Tensor4D)
    expectClose(await ours(images, kernel).data(), await plain(images, kernel).data(), 1e-5)
    const expected = tf.grads(plain)([images, kernel], upstream)
    for (const [i, gradient] of tf.grads(ours)([images, kernel], upstream).entries()) {
      expect(gradient.shape).toEqual(expected[i].shape)
      expectClose(await gradient.data(), await expected[i].data(), 1e-4)
    }
  })
})

describe('sizes', () => {
  it('are doubled by squares of equal pixels, and halved by means', async () => {
    const images = normal([2, 3, 4, 5], 4)
    const large = doubled(images)
    const expected = tf.image.resizeNearestNeighbor(images, [6, 8])
    expect(await large.data()).toEqual(await expected.data())
    expectClose(await halved(large).data(), await images.data(), 1e-6)
  })

  it('pass gradients on', async () => {
    const images = normal([1, 2, 2, 3], 5)
    const upstream = normal([1, 4, 4, 3], 6)
    const gradient = tf.grad((x) => doubled(x as tf.Tensor4D))(images, upstream)
    // Of a pixel that stands four times, the sum.
    expectClose(await gradient.data(), await tf.mul(halved(upstream), 4).data(), 1e-5)
  })
})
