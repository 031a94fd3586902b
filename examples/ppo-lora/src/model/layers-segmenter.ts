import * as tf from '@tensorflow/tfjs'
import { KernelMerges } from './kernel-merges.ts'
import {
  activeAdapter,
  assertInputs,
  type ForwardOptions,
  type Module,
  type ModuleAdapter,
  type Segmenter,
} from './segmenter.ts'

type Layer = tf.layers.Layer

/** A variable of a layer: TensorFlow.js shows what it reads, not where that is kept. */
interface LayerVariable {
  originalName: string
  read: () => tf.Tensor
  val: tf.Variable
}

/** What is asked of layers whose classes have no types of their own. */
interface LayerParts {
  kernel?: LayerVariable
  layers?: Layer[]
  activation?: { getClassName: () => string }
  weights: LayerVariable[]
  inboundNodes: { inboundLayers: Layer[] }[]
}

const KINDS: Readonly<Record<string, Module['kind']>> = { Dense: 'linear', Conv2D: 'convolution' }

/** Layers that change where numbers lie, not what they are. */
const MOVING = ['Reshape', 'Permute', 'Flatten', 'Cropping2D', 'Dropout', 'SpatialDropout2D']

/** Layers that are an activation. */
const ACTIVATIONS = [
  'Activation',
  'ReLU',
  'LeakyReLU',
  'PReLU',
  'ELU',
  'ThresholdedReLU',
  'Softmax',
]

/** Side of the images of a model that takes any size. */
const DEFAULT_SIZE = 64

/**
 * Any LayersModel of TensorFlow.js that takes one square image, [batch, side, side, 1], and gives one
 * logit per pixel. With three channels it gets the image three times.
 *
 * Adapters change the kernels of its layers Dense and Conv2D; the other layers stay what they are, batch
 * normalisation as after training.
 */
export class LayersSegmenter implements Segmenter {
  readonly imageSize: number
  readonly inputShape: readonly [number, number, number]
  readonly order: Int32Array
  readonly weights: ReadonlyMap<string, tf.Variable>
  readonly modules: readonly Module[]
  readonly merges: KernelMerges
  readonly #model: tf.LayersModel
  /** Of the modules, by their paths. */
  readonly #kernels = new Map<string, LayerVariable>()

  /**
   * @param model - belongs to this object from now on
   * @throws RangeError when it has more than one input or output, is not square, has another number of
   * channels or logits, ends in an activation or has no layer that an adapter can change
   */
  constructor(model: tf.LayersModel) {
    this.#model = model
    this.inputShape = inputShapeOf(model)
    const [size] = this.inputShape
    this.imageSize = size
    assertOutput(model, size)
    this.order = Int32Array.from({ length: size ** 2 }, (_, i) => i)
    const weights = new Map<string, tf.Variable>()
    const modules: Module[] = []
    for (const [path, layer] of layersOf(model)) {
      const { kernel, weights: variables } = layer as unknown as LayerParts
      const kind = KINDS[layer.getClassName()]
      for (const variable of variables) {
        const isKernel = kind !== undefined && variable === kernel
        const name = isKernel ? 'weight' : variable.originalName.split('/').at(-1)
        weights.set(`${path}.${name}`, variable.val)
      }
      if (kind === undefined || kernel === undefined) continue
      modules.push({ path, shape: kernel.val.shape, kind })
      this.#kernels.set(path, kernel)
    }
    if (modules.length === 0) {
      throw new RangeError('expected a model with Dense or Conv2D layers, which adapters change')
    }
    this.weights = weights
    this.modules = modules
    this.merges = new KernelMerges(weights)
  }

  /** The image, once for each channel. */
  inputOf(image: Float32Array): Float32Array {
    const [size, , channels] = this.inputShape
    if (image.length !== size ** 2) {
      throw new RangeError(`expected ${size}×${size} pixels, got ${image.length} numbers`)
    }
    if (channels === 1) return image
    const input = new Float32Array(image.length * channels)
    for (let i = 0; i < input.length; i++) input[i] = image[Math.floor(i / channels)]
    return input
  }

  /** @throws RangeError also for an adapter with dropout in training: layers have no place for it */
  forward(inputs: tf.Tensor, adapter?: ModuleAdapter, options: ForwardOptions = {}): tf.Tensor2D {
    return tf.tidy(() => {
      assertInputs(inputs, this.inputShape)
      const [batch] = inputs.shape
      const adapted = activeAdapter(this.merges, adapter)?.begin(batch, options)
      try {
        for (const [path, kernel] of this.#kernels) {
          const changed = adapted?.kernel(path, kernel.val)
          // Shadows the method of its class until it is deleted.
          if (changed !== undefined) kernel.read = () => changed
        }
        const logits = this.#model.apply(inputs, { training: false }) as tf.Tensor
        return logits.reshape<tf.Tensor2D>([batch, this.imageSize ** 2])
      } finally {
        for (const kernel of this.#kernels.values()) Reflect.deleteProperty(kernel, 'read')
      }
    })
  }

  dispose(): void {
    this.merges.dispose()
    this.#model.dispose()
  }
}

/** The layers of a model by their paths, those of models in it as well. */
function layersOf(model: { layers: Layer[] }, prefix = ''): [path: string, layer: Layer][] {
  return model.layers.flatMap((layer): [string, Layer][] => {
    const path = `${prefix}${layer.name}`
    const { layers } = layer as unknown as LayerParts
    return layers ? layersOf({ layers }, `${path}.`) : [[path, layer]]
  })
}

function inputShapeOf({ inputs }: tf.LayersModel): [number, number, number] {
  if (inputs.length !== 1)
    throw new RangeError(`expected a model of one input, got ${inputs.length}`)
  const { shape } = inputs[0]
  const [, height, width, channels] = shape
  const [rows, columns] = [height ?? width ?? DEFAULT_SIZE, width ?? height ?? DEFAULT_SIZE]
  const isKnown = shape.length === 4 && (channels === 1 || channels === 3)
  if (isKnown && rows === columns) return [rows, rows, channels]
  throw new RangeError(
    `expected a model of square images [batch, side, side, 1 or 3], got [${textOf(shape)}]`,
  )
}

function assertOutput({ outputs }: tf.LayersModel, size: number): void {
  if (outputs.length !== 1) {
    throw new RangeError(`expected a model of one output, got ${outputs.length}`)
  }
  const [{ shape, sourceLayer }] = outputs
  const [, height, width, features = 1] = shape
  // A size that is not fixed shows when the model runs.
  const isSize = (side: number | null) => side === null || side === undefined || side === size
  const isMap = shape.length === 3 || shape.length === 4
  if (!isMap || !isSize(height) || !isSize(width) || features !== 1) {
    throw new RangeError(
      `expected a model of one logit per pixel, [batch, ${size}, ${size}, 1], got [${textOf(shape)}]`,
    )
  }
  const activation = activationOf(lastComputing(sourceLayer))
  if (activation === 'linear') return
  throw new RangeError(
    `expected a model that ends in logits, got the activation ${activation}: take it off the last layer`,
  )
}

/** The layer that the numbers of a layer's output come from. */
function lastComputing(layer: Layer): Layer {
  const { layers, inboundNodes } = layer as unknown as LayerParts
  if (layers) return lastComputing(layers.at(-1) as Layer)
  const [before] = inboundNodes[0]?.inboundLayers ?? []
  return MOVING.includes(layer.getClassName()) && before ? lastComputing(before) : layer
}

function activationOf(layer: Layer): string {
  const name = layer.getClassName()
  const { activation } = layer as unknown as LayerParts
  if (activation) return activation.getClassName()
  return ACTIVATIONS.includes(name) ? name : 'linear'
}

function textOf(shape: readonly (number | null)[]): string {
  return shape.map((side) => side ?? 'any').join(', ')
}
