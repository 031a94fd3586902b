import * as tf from '@tensorflow/tfjs'
import { matchModules, parseTargets } from './match-modules.ts'
import {
  type AdaptedModules,
  type ForwardOptions,
  type Module,
  type ModuleAdapter,
  parameterCount,
  type Segmenter,
} from './segmenter.ts'
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
 * it; of a convolution, A is one to r features by a kernel of the same sides and B one of 1 × 1. The
 * one difference: modules that read the same tensor (q, k, v; gate, up) share its dropout.
 *
 * Source: E. Hu et al., "LoRA: low-rank adaptation of large language models", ICLR 2022.
 */
export class Adapter implements ModuleAdapter {
  enabled = true

  /**
   * @param modules - paths of the changed modules
   * @param weights - `<path>.lora_A` and `<path>.lora_B` of every module; see `factorShapes`
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
    return parameterCount(this)
  }

  /** scale · A B of a module, in the shape of its kernel. */
  delta(module: string): tf.Tensor {
    return tf.tidy(() => {
      const { A, B } = this.factors(module)
      const [r, outputs] = B.shape.slice(-2)
      const product = tf.matMul(rows(A, r), rows(B, outputs))
      return tf.mul(product, this.scale).reshape([...A.shape.slice(0, -1), outputs])
    })
  }

  begin(batch: number, options: ForwardOptions): AdaptedModules {
    const drop = this.dropper(batch, options)
    return {
      linear: (module, input, output) => {
        if (!this.weights.has(`${module}.lora_A`)) return output
        const { A, B } = this.factors(module)
        // The scale goes to B, the smallest operand.
        const change = tf.matMul(tf.matMul(drop(input), A), tf.mul(B, this.scale)) as tf.Tensor2D
        return tf.add(output, change)
      },
      convolution: (module, images, kernel, convolve) => {
        if (!this.weights.has(`${module}.lora_A`)) return convolve(images, kernel)
        const dropped = drop(images)
        // Without dropout one convolution by the sum of both kernels is the same, in less time.
        if (dropped === images) {
          return convolve(images, tf.add(kernel, this.delta(module)) as tf.Tensor4D)
        }
        const { A, B } = this.factors(module)
        const low = convolve(dropped, A as tf.Tensor4D)
        const change = convolve(low, tf.mul(B as tf.Tensor4D, this.scale))
        return tf.add(convolve(images, kernel), change)
      },
      kernel: (module, kernel) => {
        if (!this.weights.has(`${module}.lora_A`)) return undefined
        const { dropout } = this.settings
        if (options.training && dropout > 0) {
          throw new RangeError(
            `expected adapters without dropout for this model, whose layers read a kernel only, got ${dropout}`,
          )
        }
        return tf.add(kernel, this.delta(module))
      },
    }
  }

  /** A model that it is merged into keeps its change, and can still unmerge it. */
  dispose(): void {
    for (const weight of this.weights.values()) weight.dispose()
  }

  private factors(module: string): { A: tf.Tensor; B: tf.Tensor } {
    const at = (factor: string) => this.weights.get(`${module}.${factor}`) as tf.Tensor
    return { A: at('lora_A'), B: at('lora_B') }
  }

  private dropper(batch: number, options: ForwardOptions): <T extends tf.Tensor>(input: T) => T {
    const rate = this.settings.dropout
    if (!options.training || rate === 0) return (input) => input
    const seeds = imageSeeds(batch, options.dropoutSeed)
    const dropped = new Map<tf.Tensor, tf.Tensor>()
    return <T extends tf.Tensor>(input: T) => {
      const known = dropped.get(input)
      if (known) return known as T
      const factors = new Float32Array(input.size)
      const size = input.size / batch
      // Every tensor that the adapter reads has its own stream: the number of those before it.
      for (let i = 0; i < batch; i++) {
        const seed = Math.imul(seeds[i], 0x85ebca6b) + dropped.size
        fillDropout(factors.subarray(i * size, (i + 1) * size), rate, seed)
      }
      const result: T = tf.mul(input, tf.tensor(factors, input.shape))
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
 * Shapes of the factors for a kernel: A [in, r] and B [r, out], for a convolution A [height, width, in,
 * r] and B [1, 1, r, out].
 */
export function factorShapes(
  kernel: readonly number[],
  r: number,
): { lora_A: number[]; lora_B: number[] } {
  const sides = kernel.slice(0, -2)
  const [inputs, outputs] = kernel.slice(-2)
  return { lora_A: [...sides, inputs, r], lora_B: [...sides.map(() => 1), r, outputs] }
}

/** A tensor as rows of so many numbers. */
function rows(tensor: tf.Tensor, length: number): tf.Tensor2D {
  return tensor.rank === 2 ? (tensor as tf.Tensor2D) : tensor.reshape([-1, length])
}

/**
 * A fresh adapter, which changes nothing yet: A is Kaiming uniform with a = √5 (uniform within
 * ± 1 / √in, in of a convolution counting every pixel that its kernel reads), B is 0.
 *
 * @param options - settings that differ from the default ones, and `random`, which returns numbers in
 * [0, 1)
 * @throws RangeError when a setting is out of range or the targets name no module
 */
export function createAdapter(
  model: Segmenter,
  options: Partial<Omit<AdapterSettings, 'targetModules'>> & {
    /** An expression may also be text between slashes. */
    targetModules?: AdapterSettings['targetModules'] | string
    random: () => number
  },
): Adapter {
  const { random, ...given } = options
  const chosen = { ...defaultAdapterSettings, ...given }
  const settings = { ...chosen, targetModules: parseTargets(chosen.targetModules) }
  assertSettings(settings)
  const modules = targetsOf(model, settings.targetModules)
  const weights = new Map<string, tf.Variable>()
  for (const { path: module, shape } of modules) {
    const { lora_A: shapeA, lora_B: shapeB } = factorShapes(shape, settings.r)
    const [sizeA, sizeB] = [shapeA, shapeB].map(tf.util.sizeFromShape)
    const bound = 1 / Math.sqrt(sizeA / settings.r)
    const A = Float32Array.from({ length: sizeA }, () => bound * (2 * random() - 1))
    const B = new Float32Array(sizeB)
    weights.set(`${module}.lora_A`, variableOf(A, shapeA))
    weights.set(`${module}.lora_B`, variableOf(B, shapeB))
  }
  const paths = modules.map(({ path }) => path)
  return new Adapter(settings, paths, weights)
}

/**
 * The modules of a model that targets name.
 *
 * @throws RangeError when a name or the expression matches none
 */
export function targetsOf(
  { modules }: Segmenter,
  targets: AdapterSettings['targetModules'],
): Module[] {
  const paths = matchModules(
    modules.map(({ path }) => path),
    targets,
  )
  return modules.filter(({ path }) => paths.includes(path))
}

/** @throws RangeError when a setting is out of range */
export function assertSettings({ r, alpha, dropout }: AdapterSettings): void {
  if (!Number.isInteger(r) || r < 1) throw new RangeError(`r: expected an integer ≥ 1, got ${r}`)
  if (!Number.isFinite(alpha)) throw new RangeError(`alpha: expected a finite number, got ${alpha}`)
  if (!(dropout >= 0 && dropout < 1)) {
    throw new RangeError(`dropout: expected a number in [0, 1), got ${dropout}`)
  }
}

export interface ParameterReport {
  /** The adapter's numbers. */
  trainable: number
  /** The adapter's and the model's. */
  total: number
  /** For example `trainable 17,408 of 126,352 (13.8 %)`. */
  text: string
}

/** How many numbers training changes. */
export function trainableParameters(model: Segmenter, adapter: Adapter): ParameterReport {
  const trainable = adapter.parameterCount
  const total = parameterCount(model) + trainable
  const grouped = (count: number) => count.toLocaleString('en-US')
  const share = ((100 * trainable) / total).toFixed(1)
  return {
    trainable,
    total,
    text: `trainable ${grouped(trainable)} of ${grouped(total)} (${share} %)`,
  }
}

/**
 * The factors of inverted dropout for one image: 0 with probability `rate`, else 1 / (1 − rate).
 * Made in JavaScript from integers, so that a seed drops the same elements on every backend.
 *
 * @param out - the factors are written here
 * @param rate - in [0, 1), rounded to a 65,536th
 * @param seed - an integer
 *
 * Source of the hash: mulberry32 by Tommy Ettinger, public domain. One 32-bit number decides on two
 * elements.
 */
export function fillDropout(out: Float32Array, rate: number, seed: number): void {
  const threshold = Math.round(rate * 65536)
  const kept = 65536 / (65536 - threshold)
  let state = Math.imul(seed ^ 0x5bf03635, 0x9e3779b1)
  for (let i = 0; i < out.length; i += 2) {
    state = (state + 0x6d2b79f5) | 0
    let bits = Math.imul(state ^ (state >>> 15), 1 | state)
    bits = (bits + Math.imul(bits ^ (bits >>> 7), 61 | bits)) ^ bits
    bits ^= bits >>> 14
    out[i] = (bits & 0xffff) < threshold ? 0 : kept
    // A write past the end of an odd length is ignored by typed arrays.
    out[i + 1] = bits >>> 16 < threshold ? 0 : kept
  }
}
