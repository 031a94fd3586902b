import type * as tf from '@tensorflow/tfjs'
import type { KernelMerges } from './kernel-merges.ts'
import type { Variables } from './variable.ts'

/** Logit of the share of vessel pixels (an eighth) that an untrained model predicts everywhere. */
export const PRIOR_LOGIT = -2

/** A module of a model that an adapter can change. */
export interface Module {
  /** Its kernel is the parameter `<path>.weight`. */
  path: string
  /** Of its kernel: [in, out], or [height, width, in, out] of a convolution. */
  shape: readonly number[]
  kind: 'linear' | 'convolution'
}

/** What a forward pass can be told. */
export interface ForwardOptions {
  /** With true, the adapter drops parts of its input. Default: false. */
  training?: boolean
  /** Integers that choose what is dropped: one for the batch, or one for each image of it. */
  dropoutSeed?: number | readonly number[]
}

/** What an adapter makes of the modules of a model during one forward pass. */
export interface AdaptedModules {
  /** The output of a linear module, given its input and the output without the adapter. */
  linear(module: string, input: tf.Tensor2D, output: tf.Tensor2D): tf.Tensor2D

  /**
   * The output of a convolution, given its input and its kernel without the adapter.
   *
   * @param convolve - the convolution as the model makes it, by any kernel of these sides
   */
  convolution(
    module: string,
    images: tf.Tensor4D,
    kernel: tf.Tensor4D,
    convolve: (images: tf.Tensor4D, kernel: tf.Tensor4D) => tf.Tensor4D,
  ): tf.Tensor4D

  /**
   * The kernel of a module, for models that cannot say more of it; undefined when it stays as it is.
   *
   * @throws RangeError when dropout is on, which has no place in a kernel
   */
  kernel(module: string, kernel: tf.Tensor): tf.Tensor | undefined
}

/** What a model asks of an adapter. */
export interface ModuleAdapter {
  /** With false, a forward pass is the base model's. */
  enabled: boolean
  /** @param batch - images in the batch */
  begin(batch: number, options: ForwardOptions): AdaptedModules
}

/**
 * What the trainer asks of a model that segments: square images of one channel in, one logit per
 * pixel out. Files, adapters, PPO and supervision know no more of a model than this.
 */
export interface Segmenter {
  /** Side of its images, in pixels. */
  readonly imageSize: number
  /** Shape of what it reads of one image. */
  readonly inputShape: readonly number[]
  /** Where its outputs lie: for each logit of an image the index of its pixel, row by row. */
  readonly order: Int32Array
  /** Every parameter by its name. */
  readonly weights: Variables
  /** Those that an adapter can change, in the order of the forward pass. */
  readonly modules: readonly Module[]
  /** The adapters whose changes are in the kernels; see `mergeAdapter`. */
  readonly merges: KernelMerges

  /**
   * What it reads of an image, made once outside the graph.
   *
   * @param image - `imageSize²` numbers, row by row
   * @throws RangeError when the image has another size
   */
  inputOf(image: Float32Array): Float32Array

  /**
   * @param inputs - of some images: [batch, …`inputShape`]
   * @param adapter - changes the modules; without it the model is its bare weights
   * @returns logits [batch, pixels], in the model's own order
   * @throws RangeError when inputs have another shape
   */
  forward(inputs: tf.Tensor, adapter?: ModuleAdapter, options?: ForwardOptions): tf.Tensor2D

  dispose(): void
}

/** How many numbers a model or an adapter has, without any other's. */
export function parameterCount({ weights }: { weights: Variables }): number {
  let count = 0
  for (const weight of weights.values()) count += weight.size
  return count
}

/**
 * The adapter, if it has something to add to the kernels as they are.
 *
 * @throws Error when it is merged and disabled: its change is in the kernels
 */
export function activeAdapter(
  merges: KernelMerges,
  adapter: ModuleAdapter | undefined,
): ModuleAdapter | undefined {
  if (adapter === undefined) return undefined
  const isMerged = merges.has(adapter)
  if (isMerged && !adapter.enabled) {
    throw new Error('the adapter is merged into the model: unmerge it before disabling it')
  }
  return adapter.enabled && !isMerged ? adapter : undefined
}

/** @throws RangeError when inputs are not those of a batch of images */
export function assertInputs(inputs: tf.Tensor, inputShape: readonly number[]): void {
  if (String(inputs.shape.slice(1)) === String(inputShape)) return
  throw new RangeError(`expected inputs [batch, ${inputShape.join(', ')}], got [${inputs.shape}]`)
}
