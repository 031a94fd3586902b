import * as tf from '@tensorflow/tfjs'
import type { Adapter } from './lora.ts'
import type { Segmenter } from './segmenter.ts'

/** Models that an adapter is about to be merged into. */
const merging = new WeakSet<Segmenter>()

/**
 * Adds the adapter's change to the model's kernels, so that a forward pass costs what the base's
 * costs. More than one adapter can be merged; the model keeps its own kernels and each change for
 * `unmergeAdapter`.
 *
 * @throws Error when it is merged already, is disabled, another one is being merged or the change is
 * not finite (nothing is changed then)
 */
export async function mergeAdapter(model: Segmenter, adapter: Adapter): Promise<void> {
  const { merges } = model
  if (merges.has(adapter)) throw new Error('the adapter is merged already')
  if (!adapter.enabled) throw new Error('the adapter is disabled: enable it before merging it')
  assertIdle(model)
  const changes = new Map<string, tf.Tensor>()
  merging.add(model)
  try {
    for (const module of adapter.modules) {
      const kernel = merges.kernel(module)
      const change = adapter.delta(module)
      changes.set(module, change)
      const sum = tf.add(kernel, change)
      const values = await sum.data()
      sum.dispose()
      if (!values.every(Number.isFinite)) {
        throw new Error(`merging refused: the change of ${module} is not finite`)
      }
    }
    merges.add(adapter, changes)
  } catch (error) {
    tf.dispose([...changes.values()])
    throw error
  } finally {
    merging.delete(model)
  }
}

/**
 * Takes the adapter's change out of the model's kernels. They are then, bit by bit, what merging the
 * other adapters alone would have made of them; after the last one, what they were before the first
 * `mergeAdapter`.
 *
 * @throws Error when it is not merged into this model, another one is being merged or something else
 * changed the kernels since
 */
export function unmergeAdapter(model: Segmenter, adapter: Adapter): void {
  assertIdle(model)
  model.merges.remove(adapter)
}

/** Sums that are being checked would be of other kernels by the time that they are used. */
function assertIdle(model: Segmenter): void {
  if (merging.has(model)) {
    throw new Error('another adapter is being merged into the model: wait for its mergeAdapter')
  }
}
