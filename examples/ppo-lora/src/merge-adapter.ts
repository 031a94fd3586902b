import * as tf from '@tensorflow/tfjs'
import type { Adapter } from './lora.ts'
import type { Model } from './model.ts'

/**
 * Adds the adapter's change to the model's kernels, so that a forward pass costs what the base's
 * costs. The model's own kernels are kept for `unmergeAdapter`.
 *
 * @throws Error when it is merged already or the change is not finite (nothing is changed then)
 */
export async function mergeAdapter(model: Model, adapter: Adapter): Promise<void> {
  if (adapter.merged) throw new Error('the adapter is merged already')
  if (!adapter.enabled) throw new Error('the adapter is disabled: enable it before merging it')
  const changed = new Map<string, tf.Tensor>()
  try {
    for (const module of adapter.modules) {
      const sum = tf.tidy(() => tf.add(kernel(model, module), adapter.delta(module)))
      changed.set(module, sum)
      const values = await sum.data()
      if (!values.every(Number.isFinite)) {
        throw new Error(`merging refused: the change of ${module} is not finite`)
      }
    }
    const own = new Map<string, tf.Tensor>()
    for (const [module, sum] of changed) {
      const variable = kernel(model, module)
      own.set(module, tf.keep(tf.clone(variable)))
      variable.assign(sum)
    }
    adapter.merged = own
  } finally {
    for (const sum of changed.values()) sum.dispose()
  }
}

/**
 * Gives the model the kernels back that it had before `mergeAdapter`, bit by bit.
 *
 * @throws Error when it is not merged
 */
export function unmergeAdapter(model: Model, adapter: Adapter): void {
  if (!adapter.merged) throw new Error('the adapter is not merged')
  for (const [module, own] of adapter.merged) {
    kernel(model, module).assign(own)
    own.dispose()
  }
  adapter.merged = undefined
}

function kernel(model: Model, module: string): tf.Variable {
  const found = model.weights.get(`${module}.weight`)
  if (!found) throw new Error(`the model has no module ${module}: the adapter is another model's`)
  return found
}
