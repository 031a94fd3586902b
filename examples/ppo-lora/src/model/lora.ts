import * as tf from '@tensorflow/tfjs'
import { fillDropout } from './dropout-mask.ts'
import { matchingInTime } from './matching-in-time.ts'
import type { AdaptLinear, ForwardOptions, LinearAdapter, Model } from './model.ts'
import { variableOf } from './variable.ts'

/** Names of the modules that an adapter changes by default, in every block. */
export const defaultTargets: readonly string[] = ['q', 'k', 'v', 'o', 'gate', 'up', 'down']

export interface AdapterSettings {
  /** Rank of the change: columns of A. */
  r: number
  /** The change is scaled by alpha / r. */
  alpha: number
  /** Share of the adapter's input that is dropped in training, in [0, 1). */
  dropout: number
  /** Last parts of module paths (or whole paths), or an expression that whole paths must match. */
  targetModules: readonly string[] | RegExp
}

/** 17,408 parameters on the default model. */
export const defaultAdapterSettings: Readonly<AdapterSettings> = {
  r: 8,
  alpha: 16,
  dropout: 0.05,
  targetModules: defaultTargets,
}

/**
 * Low-rank adaptation: y = x W + alpha / r · dropout(x) A B, with W frozen, as Hugging Face PEFT does
 * it. The one difference: modules that read the same tensor (q, k, v; gate, up) share its dropout.
 *
 * Source: E. Hu et al., "LoRA: low-rank adaptation of large language models", ICLR 2022.
 */
export class Adapter implements LinearAdapter {
  enabled = true

  /**
   * @param modules - paths of the changed modules
   * @param weights - `<path>.lora_A` [in, r] and `<path>.lora_B` [r, out] of every module
   */
  constructor(
    readonly settings: Readonly<AdapterSettings>,
    readonly modules: readonly string[],
    readonly weights: ReadonlyMap<string, tf.Variable>,
  ) {}

  /** What A B is multiplied by: alpha / r. */
  get scale(): number {
    return this.settings.alpha / this.settings.r
  }

  get parameterCount(): number {
    let count = 0
    for (const weight of this.weights.values()) count += weight.size
    return count
  }

  /** scale · A B of a module, [in, out]. */
  delta(module: string): tf.Tensor2D {
    return tf.tidy(() => {
      const { A, B } = this.factors(module)
      return tf.mul(tf.matMul(A, B), this.scale)
    })
  }

  begin(batch: number, options: ForwardOptions): AdaptLinear {
    const drop = this.dropper(batch, options)
    return (module, input, output) => {
      if (!this.weights.has(`${module}.lora_A`)) return output
      const { A, B } = this.factors(module)
      // The scale goes to B, the smallest operand.
      const change = tf.matMul(tf.matMul(drop(input), A), tf.mul(B, this.scale)) as tf.Tensor2D
      return tf.add(output, change)
    }
  }

  /** A model that it is merged into keeps its change, and can still unmerge it. */
  dispose(): void {
    for (const weight of this.weights.values()) weight.dispose()
  }

  private factors(module: string): { A: tf.Tensor2D; B: tf.Tensor2D } {
    const at = (factor: string) => this.weights.get(`${module}.${factor}`) as unknown as tf.Tensor2D
    return { A: at('lora_A'), B: at('lora_B') }
  }

  private dropper(batch: number, options: ForwardOptions): (input: tf.Tensor2D) => tf.Tensor2D {
    const rate = this.settings.dropout
    if (!options.training || rate === 0) return (input) => input
    const seeds = imageSeeds(batch, options.dropoutSeed)
    const dropped = new Map<tf.Tensor2D, tf.Tensor2D>()
    return (input) => {
      const known = dropped.get(input)
      if (known) return known
      const factors = new Float32Array(input.size)
      const size = input.size / batch
      // Every tensor that the adapter reads has its own stream: the number of those before it.
      for (let i = 0; i < batch; i++) {
        const seed = Math.imul(seeds[i], 0x85ebca6b) + dropped.size
        fillDropout(factors.subarray(i * size, (i + 1) * size), rate, seed)
      }
      const result: tf.Tensor2D = tf.mul(input, tf.tensor2d(factors, input.shape))
      dropped.set(input, result)
      return result
    }
  }
}

function imageSeeds(batch: number, seed: ForwardOptions['dropoutSeed']): readonly number[] {
  if (seed === undefined) throw new TypeError('training with dropout needs a dropoutSeed')
  if (typeof seed === 'number') {
    return Array.from({ length: batch }, (_, image) => Math.imul(seed, 0xc2b2ae35) + image)
  }
  if (seed.length !== batch) {
    throw new RangeError(`expected ${batch} dropout seeds, one for each image, got ${seed.length}`)
  }
  return seed
}

/**
 * A fresh adapter, which changes nothing yet: A is Kaiming uniform with a = √5 (uniform within
 * ± 1 / √in), B is 0.
 *
 * @param options - settings that differ from the default ones, and `random`, which returns numbers in
 * [0, 1)
 * @throws RangeError when a setting is out of range or the targets name no linear module
 */
export function createAdapter(
  model: Model,
  options: Partial<AdapterSettings> & { random: () => number },
): Adapter {
  const { random, ...given } = options
  const settings = { ...defaultAdapterSettings, ...given }
  assertSettings(settings)
  const modules = matchModules(model.linearModules, settings.targetModules)
  const weights = new Map<string, tf.Variable>()
  for (const module of modules) {
    const [inputs, outputs] = model.weights.get(`${module}.weight`)!.shape
    const bound = 1 / Math.sqrt(inputs)
    const A = Float32Array.from({ length: inputs * settings.r }, () => bound * (2 * random() - 1))
    const B = new Float32Array(settings.r * outputs)
    weights.set(`${module}.lora_A`, variableOf(A, [inputs, settings.r]))
    weights.set(`${module}.lora_B`, variableOf(B, [settings.r, outputs]))
  }
  return new Adapter(settings, modules, weights)
}

/** @throws RangeError when a setting is out of range */
export function assertSettings({ r, alpha, dropout }: AdapterSettings): void {
  if (!Number.isInteger(r) || r < 1) throw new RangeError(`r: expected an integer ≥ 1, got ${r}`)
  if (!Number.isFinite(alpha)) throw new RangeError(`alpha: expected a finite number, got ${alpha}`)
  if (!(dropout >= 0 && dropout < 1)) {
    throw new RangeError(`dropout: expected a number in [0, 1), got ${dropout}`)
  }
}

/**
 * The modules that targets name. A name matches a whole path or its last parts; an expression must
 * match a whole path.
 *
 * @throws RangeError when a name or the expression matches none, Error when the expression takes
 * longer than a second
 */
export function matchModules(
  paths: readonly string[],
  targets: readonly string[] | RegExp,
): string[] {
  const matches = (path: string, target: string) => path === target || path.endsWith(`.${target}`)
  let found: string[]
  let idle: string[]
  if (targets instanceof RegExp) {
    found = matchingInTime(paths, targets)
    idle = found.length === 0 ? [String(targets)] : []
  } else {
    found = paths.filter((path) => targets.some((target) => matches(path, target)))
    idle = targets.filter((target) => !paths.some((path) => matches(path, target)))
    if (targets.length === 0) idle = ['[]']
  }
  if (idle.length > 0) {
    throw new RangeError(
      `no linear module matches ${idle.join(', ')}; there are ${paths.join(', ')}`,
    )
  }
  return found
}
