import * as tf from '@tensorflow/tfjs'
import { normal } from '../random.ts'
import { convolve, doubled, halved } from './convolution.ts'
import { KernelMerges } from './kernel-merges.ts'
import {
  activeAdapter,
  assertInputs,
  type ForwardOptions,
  type Module,
  type ModuleAdapter,
  PRIOR_LOGIT,
  type Segmenter,
} from './segmenter.ts'
import { assertUNetConfig, type UNetConfig, unetShapes } from './unet-config.ts'
import { type Variables, variableOf } from './variable.ts'

/**
 * A small U-Net: two 3 × 3 convolutions at each size on the way down, one at the smallest size and one
 * at each size on the way up, which also reads what the way down left there.
 *
 * O. Ronneberger, P. Fischer, T. Brox, "U-Net: convolutional networks for biomedical image
 * segmentation", MICCAI 2015.
 */
export class UNet implements Segmenter {
  readonly imageSize: number
  readonly inputShape: readonly [number, number, number]
  readonly order: Int32Array
  readonly modules: readonly Module[]
  readonly merges: KernelMerges

  /** @param weights - every parameter by its name, kernels as [height, width, in, out] */
  constructor(
    readonly config: Readonly<UNetConfig>,
    readonly weights: Variables,
  ) {
    assertUNetConfig(config)
    const shapes = unetShapes(config)
    for (const [name, shape] of shapes) {
      const found = weights.get(name)?.shape
      if (String(found) !== String(shape)) {
        throw new RangeError(`parameter ${name}: expected [${shape}], got ${found && `[${found}]`}`)
      }
    }
    const { imageSize } = config
    this.imageSize = imageSize
    this.inputShape = [imageSize, imageSize, 1]
    this.order = Int32Array.from({ length: imageSize ** 2 }, (_, i) => i)
    this.modules = [...shapes]
      .filter(([name]) => name.endsWith('.weight'))
      .map(([name, shape]) => ({
        path: name.slice(0, -'.weight'.length),
        shape,
        kind: 'convolution',
      }))
    this.merges = new KernelMerges(weights)
  }

  /** The image itself. */
  inputOf(image: Float32Array): Float32Array {
    const { imageSize: size } = this
    if (image.length === size ** 2) return image
    throw new RangeError(`expected ${size}×${size} pixels, got ${image.length} numbers`)
  }

  forward(inputs: tf.Tensor, adapter?: ModuleAdapter, options: ForwardOptions = {}): tf.Tensor2D {
    return tf.tidy(() => {
      assertInputs(inputs, this.inputShape)
      const batch = inputs.shape[0]
      const adapted = activeAdapter(this.merges, adapter)?.begin(batch, options)
      const convolution = (module: string, images: tf.Tensor4D): tf.Tensor4D => {
        const kernel = this.weights.get(`${module}.weight`) as unknown as tf.Tensor4D
        const sums = adapted
          ? adapted.convolution(module, images, kernel, convolve)
          : convolve(images, kernel)
        return tf.add(sums, this.weights.get(`${module}.bias`) as tf.Variable)
      }
      const layer = (module: string, images: tf.Tensor4D): tf.Tensor4D =>
        tf.relu(convolution(module, images))

      let stream = inputs as tf.Tensor4D
      const left: tf.Tensor4D[] = []
      const deepest = this.config.widths.length - 1
      for (let level = 0; level < deepest; level++) {
        const seen = layer(`down.${level}.conv2`, layer(`down.${level}.conv1`, stream))
        left.push(seen)
        stream = halved(seen)
      }
      stream = layer('bottom.conv1', stream)
      for (let level = deepest - 1; level >= 0; level--) {
        stream = layer(`up.${level}.conv1`, tf.concat([doubled(stream), left[level]], 3))
      }
      return convolution('head', stream).reshape<tf.Tensor2D>([batch, this.imageSize ** 2])
    })
  }

  dispose(): void {
    this.merges.dispose()
    for (const weight of this.weights.values()) weight.dispose()
  }
}

/**
 * A U-Net with random weights that predicts about the prior everywhere.
 *
 * Kernels are normal with variance 2 / in, in of all pixels that an output reads (K. He et al.,
 * "Delving deep into rectifiers", ICCV 2015).
 *
 * @param random - returns numbers in [0, 1); the same generator gives the same model on every backend
 */
export function createUNet(config: UNetConfig, random: () => number): UNet {
  assertUNetConfig(config)
  const weights = new Map<string, tf.Variable>()
  for (const [name, shape] of unetShapes(config)) {
    const values = new Float32Array(shape.reduce((product, size) => product * size, 1))
    if (name === 'head.bias') values.fill(PRIOR_LOGIT)
    else if (name.endsWith('.weight')) {
      const inputs = values.length / shape[shape.length - 1]
      const deviation = name === 'head.weight' ? 0.02 : Math.sqrt(2 / inputs)
      for (let i = 0; i < values.length; i++) values[i] = deviation * normal(random)
    }
    weights.set(name, variableOf(values, shape))
  }
  return new UNet({ ...config }, weights)
}
