import type { Adapter } from './lora.ts'

/**
 * Gives an adapter the weights of another one, which stay its own.
 *
 * @throws RangeError if they differ in rank, scale or modules: it names the first difference
 */
export function copyWeights(from: Adapter, to: Adapter): void {
  for (const name of ['r', 'alpha'] as const) {
    const [given, expected] = [from.settings[name], to.settings[name]]
    if (given !== expected) {
      throw new RangeError(
        `expected an adapter to start from with lora.${name} ${expected}, as the settings say, got ${given}: ` +
          `--settings '{"lora":{"r":${from.settings.r},"alpha":${from.settings.alpha}}}' fits it`,
      )
    }
  }
  const differs = [...to.weights, ...from.weights].find(
    ([name]) => String(from.weights.get(name)?.shape) !== String(to.weights.get(name)?.shape),
  )
  if (differs !== undefined) {
    const shapeIn = ({ weights }: Adapter) => {
      const shape = weights.get(differs[0])?.shape
      return shape === undefined ? 'none' : `[${shape}]`
    }
    throw new RangeError(
      `expected an adapter to start from with the modules of lora.targetModules: ` +
        `${differs[0]} is ${shapeIn(to)} by the settings, and ${shapeIn(from)} in the adapter`,
    )
  }
  for (const [name, weight] of to.weights) weight.assign(from.weights.get(name)!)
}
