import * as tf from '@tensorflow/tfjs'

/**
 * A variable of these numbers. `tf.variable(tf.tensor(…))` leaves the tensor behind, which nobody
 * can dispose of then.
 */
export function variableOf(values: Float32Array, shape: readonly number[]): tf.Variable {
  const tensor = tf.tensor(values, [...shape])
  const variable = tf.variable(tensor)
  tensor.dispose()
  return variable
}
