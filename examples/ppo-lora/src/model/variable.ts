import * as tf from '@tensorflow/tfjs'

/** Variables by name: the parameters of a model or of an adapter. */
export type Variables = ReadonlyMap<string, tf.Variable>

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

/** A copy of the numbers of each tensor, by its name; tensors are found by those of the variables. */
export async function valuesOf(
  variables: Variables,
  tensorOf: (variable: tf.Variable) => tf.Tensor = (variable) => variable,
): Promise<Map<string, Float32Array>> {
  const values = new Map<string, Float32Array>()
  for (const [name, variable] of variables) {
    values.set(name, (await tensorOf(variable).data()).slice() as Float32Array)
  }
  return values
}

/** Gives each variable the numbers of its name. */
export function assignValues(
  variables: Variables,
  values: ReadonlyMap<string, Float32Array>,
): void {
  for (const [name, variable] of variables) {
    const tensor = tf.tensor(values.get(name) as Float32Array, variable.shape)
    variable.assign(tensor)
    tensor.dispose()
  }
}
