import * as tf from '@tensorflow/tfjs'
import { normal } from '../random.ts'
import { attention } from './attention.ts'
import { KernelMerges } from './kernel-merges.ts'
import type { ModelConfig } from './model-config.ts'
import { assertConfig, parameterShapes, tokenCount } from './model-config.ts'
import {
  activeAdapter,
  assertInputs,
  type ForwardOptions,
  type Module,
  type ModuleAdapter,
  PRIOR_LOGIT,
  type Segmenter,
} from './segmenter.ts'
import { tokenOrder, unfold } from './tokens.ts'
import { type Variables, variableOf } from './variable.ts'

/** Keeps the root mean square of a zero token away from a division by 0. */
const EPSILON = 1e-6

/**
 * A small vision transformer: overlapping windows in, one logit per pixel out.
 *
 * Linear embedding + learned positions → blocks of [RMSNorm, multi-head attention, RMSNorm, SwiGLU]
 * → RMSNorm → linear head. Matrix products, element-wise operations, softmax and transposes only:
 * every one of them has a kernel and a right gradient on all backends.
 *
 * Vaswani et al., Attention is all you need, 2017; Dosovitskiy et al., An image is worth 16×16 words,
 * 2021; Zhang & Sennrich, Root mean square layer normalization, 2019; Shazeer, GLU variants improve
 * transformer, 2020.
 */
export class Model implements Segmenter {
  readonly imageSize: number
  /** Tokens and the numbers of a token's window. */
  readonly inputShape: readonly [number, number]
  readonly order: Int32Array
  readonly modules: readonly Module[]
  readonly merges: KernelMerges

  /** @param weights - every parameter by its name, kernels as [in, out] */
  constructor(
    readonly config: Readonly<ModelConfig>,
    readonly weights: Variables,
  ) {
    assertConfig(config)
    for (const [name, shape] of parameterShapes(config)) {
      const found = weights.get(name)?.shape
      if (String(found) !== String(shape)) {
        throw new RangeError(`parameter ${name}: expected [${shape}], got ${found && `[${found}]`}`)
      }
    }
    this.imageSize = config.imageSize
    this.inputShape = [tokenCount(config), config.window ** 2]
    this.order = tokenOrder(config)
    this.modules = modulesOf(config)
    this.merges = new KernelMerges(weights)
  }

  /** The windows of all tokens. */
  inputOf(image: Float32Array): Float32Array {
    return unfold(image, this.config)
  }

  /** @returns logits in the order of tokens, [batch, pixels] */
  forward(windows: tf.Tensor, adapter?: ModuleAdapter, options: ForwardOptions = {}): tf.Tensor2D {
    return tf.tidy(() => {
      const { config } = this
      const batch = windows.shape[0]
      const tokens = tokenCount(config)
      assertInputs(windows, this.inputShape)
      const adapted = activeAdapter(this.merges, adapter)?.begin(batch, options)
      // Tokens of all images are rows of one matrix, so that every module is one matrix product.
      const linear = (module: string, input: tf.Tensor2D): tf.Tensor2D => {
        const output = tf.matMul<tf.Tensor2D>(input, this.weight(`${module}.weight`))
        return adapted ? adapted.linear(module, input, output) : output
      }
      const norm = (module: string, input: tf.Tensor2D): tf.Tensor2D =>
        tf.mul(normalize(input), this.weight(`${module}.weight`))

      const rowShape: [number, number] = [batch * tokens, config.width]
      const rows = windows.reshape<tf.Tensor2D>([batch * tokens, config.window ** 2])
      const places = tf.add(this.weight('positions'), this.weight('embed.bias'))
      const embedded = linear('embed', rows).reshape([batch, tokens, config.width])
      let stream = tf.add(embedded, places).reshape<tf.Tensor2D>(rowShape)

      for (let block = 0; block < config.blocks; block++) {
        const path = `blocks.${block}`
        const attended = norm(`${path}.attention_norm`, stream)
        const mixed = attention(
          linear(`${path}.attention.q`, attended),
          linear(`${path}.attention.k`, attended),
          linear(`${path}.attention.v`, attended),
          batch,
          config.heads,
        )
        stream = tf.add(stream, linear(`${path}.attention.o`, mixed))

        const fed = norm(`${path}.feed_forward_norm`, stream)
        const gated = swish(
          linear(`${path}.feed_forward.gate`, fed),
          linear(`${path}.feed_forward.up`, fed),
        )
        stream = tf.add(stream, linear(`${path}.feed_forward.down`, gated))
      }
      const logits = tf.add(linear('head', norm('norm', stream)), this.weight('head.bias'))
      return logits.reshape<tf.Tensor2D>([batch, config.imageSize ** 2])
    })
  }

  dispose(): void {
    this.merges.dispose()
    for (const weight of this.weights.values()) weight.dispose()
  }

  private weight(name: string): tf.Variable {
    return this.weights.get(name)!
  }
}

/** The linear modules, from embedding to head. */
function modulesOf(config: ModelConfig): Module[] {
  return [...parameterShapes(config)]
    .filter(([name, shape]) => shape.length === 2 && name.endsWith('.weight'))
    .map(([name, shape]) => ({ path: name.slice(0, -'.weight'.length), shape, kind: 'linear' }))
}

/**
 * A model with random weights that predicts about the prior everywhere.
 *
 * Kernels are normal with variance 1 / in, those that end a residual branch smaller (Radford et al.,
 * Language models are unsupervised multitask learners, 2019), gains 1.
 *
 * @param random - returns numbers in [0, 1); the same generator gives the same model on every backend
 */
export function createModel(config: ModelConfig, random: () => number): Model {
  assertConfig(config)
  const weights = new Map<string, tf.Variable>()
  for (const [name, shape] of parameterShapes(config)) {
    const values = new Float32Array(shape.reduce((product, size) => product * size, 1))
    if (name.endsWith('norm.weight')) values.fill(1)
    else if (name === 'head.bias') values.fill(PRIOR_LOGIT)
    else if (name !== 'embed.bias') {
      const deviation = initialDeviation(name, shape[0], config.blocks)
      for (let i = 0; i < values.length; i++) values[i] = deviation * normal(random)
    }
    weights.set(name, variableOf(values, shape))
  }
  return new Model({ ...config }, weights)
}

function initialDeviation(name: string, inputs: number, blocks: number): number {
  if (name === 'positions' || name === 'head.weight') return 0.02
  const endsBranch = /\.(o|down)\.weight$/.test(name)
  return Math.sqrt(1 / inputs) / (endsBranch ? Math.sqrt(2 * blocks) : 1)
}

/** Rows divided by their root mean square. Its own gradient: a third of the kernels of the taped one. */
const normalize = tf.customGrad((input, save) => {
  const rows = input as tf.Tensor2D
  const inverse = tf.rsqrt(tf.add(tf.mean(tf.square(rows), -1, true), EPSILON))
  const output = tf.mul(rows, inverse)
  const keep = save as tf.GradSaveFunc
  keep([output, inverse])
  const gradFunc = (upstream: tf.Tensor, [saved, scale]: tf.Tensor[]) => {
    const along = tf.mean(tf.mul(upstream, saved), -1, true)
    return tf.mul(tf.sub(upstream, tf.mul(saved, along)), scale)
  }
  return { value: output, gradFunc }
}) as (input: tf.Tensor2D) => tf.Tensor2D

/** gate · sigmoid(gate) · up, element by element. */
function swish(gate: tf.Tensor2D, up: tf.Tensor2D): tf.Tensor2D {
  return tf.mul(tf.mul(gate, tf.sigmoid(gate)), up)
}
