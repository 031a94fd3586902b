import * as tf from '@tensorflow/tfjs'

/**
 * A convolution of stride 1 that keeps the size of its images, borders filled with zeros.
 *
 * The gradient of its input is a convolution as well, by the kernel turned half around with inputs and
 * outputs exchanged: on the processor that takes half the time of the libraries' own kernels for it.
 *
 * @param images - [batch, height, width, in]
 * @param kernel - [side, side, in, out], of an odd side
 */
export const convolve = tf.customGrad((...parameters) => {
  const [images, kernel] = parameters as [tf.Tensor4D, tf.Tensor4D]
  const save = parameters[2] as unknown as tf.GradSaveFunc
  const value = tf.conv2d(images, kernel, 1, 'same')
  save([images, kernel])
  const gradFunc = (upstream: tf.Tensor, saved: tf.Tensor[]) => {
    const [images, kernel] = saved as [tf.Tensor4D, tf.Tensor4D]
    const turned = tf.transpose(tf.reverse(kernel, [0, 1]), [0, 1, 3, 2]) as tf.Tensor4D
    return [
      tf.conv2d(upstream as tf.Tensor4D, turned, 1, 'same'),
      filterGradient(images, upstream as tf.Tensor4D, kernel.shape),
    ]
  }
  return { value, gradFunc }
}) as unknown as (images: tf.Tensor4D, kernel: tf.Tensor4D) => tf.Tensor4D

/** The gradient of the kernel: TensorFlow.js's own. */
function filterGradient(
  images: tf.Tensor4D,
  upstream: tf.Tensor4D,
  shape: [number, number, number, number],
): tf.Tensor {
  const inputs = { x: images, dy: upstream }
  const attributes = {
    strides: [1, 1],
    pad: 'same',
    dataFormat: 'NHWC',
    dimRoundingMode: null,
    filterShape: shape,
  }
  return tf.engine().runKernel('Conv2DBackpropFilter', inputs, attributes as never) as tf.Tensor
}

/** Means over squares of 2 × 2 pixels. */
export function halved(images: tf.Tensor4D): tf.Tensor4D {
  return tf.avgPool(images, 2, 2, 'valid')
}

/**
 * Every pixel as a square of 2 × 2. Copies beside each other, since the kernels that resize have no
 * gradient on some backends.
 */
export function doubled(images: tf.Tensor4D): tf.Tensor4D {
  const [batch, height, width, features] = images.shape
  const wide = tf.concat([images, images], 3).reshape([batch, height, 2 * width * features])
  return tf.concat([wide, wide], 2).reshape([batch, 2 * height, 2 * width, features])
}
