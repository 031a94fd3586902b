import type { Adapter } from './lora.ts'
import type { Model } from './model.ts'

export interface ParameterReport {
  /** The adapter's numbers. */
  trainable: number
  /** The adapter's and the model's. */
  total: number
  /** For example `trainable 17,408 of 126,352 (13.8 %)`. */
  text: string
}

/** How many numbers training changes. */
export function trainableParameters(model: Model, adapter: Adapter): ParameterReport {
  const trainable = adapter.parameterCount
  const total = model.parameterCount + trainable
  const grouped = (count: number) => count.toLocaleString('en-US')
  const share = ((100 * trainable) / total).toFixed(1)
  return {
    trainable,
    total,
    text: `trainable ${grouped(trainable)} of ${grouped(total)} (${share} %)`,
  }
}
