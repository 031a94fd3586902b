import * as tf from '@tensorflow/tfjs'
import { mulberry32 } from '../../../mulberry32.ts'

/** Builds its tensors itself, on the current backend. */
type Operation = () => tf.Tensor

/** Operations and gradients that a transformer and its loss are made of. */
const OPERATIONS: Readonly<Record<string, Operation>> = {
  matMul: () => tf.matMul(normal([33, 20], 1), normal([20, 17], 2)),
  'matMul of transposed operands': () =>
    tf.matMul(normal([4, 20, 33], 1), normal([4, 17, 20], 2), true, true),
  'gradient of matMul': () =>
    gradientOf((x) => tf.square(tf.matMul(x, normal([4, 20, 17], 2))), [4, 33, 20]),
  'gradient of matMul by its transpose': () =>
    gradientOf((x) => tf.square(tf.matMul(normal([4, 33, 20], 2), x, false, true)), [4, 17, 20]),
  softmax: () => tf.softmax(normal([3, 5, 40], 3)),
  'gradient of softmax': () =>
    gradientOf((x) => tf.mul(tf.softmax(x), normal([3, 5, 40], 4)), [3, 5, 40]),
  'gradient of a root mean square norm': () =>
    gradientOf(
      (x) => {
        const inverse = tf.rsqrt(tf.add(tf.mean(tf.square(x), -1, true), 1e-6))
        return tf.mul(tf.mul(x, inverse), normal([30, 64], 5))
      },
      [30, 64],
    ),
  'gradient of swish': () => gradientOf((x) => tf.mul(x, tf.sigmoid(x)), [30, 64]),
  'gradient of the log-probability': () =>
    gradientOf((x) => tf.neg(tf.log1p(tf.exp(tf.neg(tf.abs(x))))), [30, 64]),
  'gradient of a clipped ratio': () =>
    gradientOf((x) => tf.minimum(tf.exp(x), tf.mul(1.2, tf.onesLike(x))), [30, 64]),
  'transpose of four axes': () => tf.transpose(normal([2, 16, 4, 8], 6), [0, 2, 3, 1]),
  'mean of 65,536 numbers': () => tf.mean(tf.fill([65_536], Math.LN2)),
}

export interface Comparison {
  operation: string
  /** Largest absolute difference over the largest absolute value (at least 1). */
  difference: number
}

/**
 * Computes operations on two backends that are registered; the current one is current again after it.
 *
 * @param reference - the backend to compare with, by TensorFlow.js's name
 */
export async function compareOperations(reference = 'cpu'): Promise<Comparison[]> {
  const current = tf.getBackend()
  const results: Comparison[] = []
  for (const [operation, compute] of Object.entries(OPERATIONS)) {
    const actual = await valuesOn(current, compute)
    const expected = await valuesOn(reference, compute)
    results.push({ operation, difference: largestDifference(actual, expected) })
  }
  await tf.setBackend(current)
  return results
}

/** Largest absolute difference, over the largest absolute expected value where that exceeds 1. */
export function largestDifference(actual: Float32Array, expected: Float32Array): number {
  let difference = actual.length === expected.length ? 0 : Number.POSITIVE_INFINITY
  let scale = 1
  for (let i = 0; i < expected.length; i++) {
    scale = Math.max(scale, Math.abs(expected[i]))
    const distance = Math.abs(actual[i] - expected[i])
    if (!(distance <= difference)) difference = distance
  }
  return difference / scale
}

async function valuesOn(backend: string, compute: Operation): Promise<Float32Array> {
  await tf.setBackend(backend)
  const result = tf.tidy(compute)
  const values = (await result.data()) as Float32Array
  result.dispose()
  return values
}

function gradientOf(f: (x: tf.Tensor) => tf.Tensor, shape: number[]): tf.Tensor {
  return tf.grad((x) => tf.sum(f(x)))(normal(shape, 7))
}

/** About normal: the sum of twelve uniform numbers, less 6. */
function normal(shape: number[], seed: number): tf.Tensor {
  const random = mulberry32(seed)
  const values = new Float32Array(tf.util.sizeFromShape(shape))
  for (let i = 0; i < values.length; i++) {
    let sum = -6
    for (let k = 0; k < 12; k++) sum += random()
    values[i] = sum
  }
  return tf.tensor(values, shape)
}
