import * as tf from '@tensorflow/tfjs'
import { multiplyViews, type WasmBackend } from './product-of-views.ts'

const INPUT = 'Conv2DBackpropInput'
const FILTER = 'Conv2DBackpropFilter'

type Shape4D = [number, number, number, number]
type Call = Parameters<tf.KernelFunc>[0]

/** What a convolution was told, as its gradients get to know it. */
interface Attributes {
  strides: number | [number, number]
  pad: Parameters<typeof tf.backend_util.computeConv2DInfo>[4]
  dataFormat: 'NHWC' | 'NCHW'
  dimRoundingMode?: 'floor' | 'round' | 'ceil'
  inputShape: Shape4D
  filterShape: Shape4D
}

let plainInput: tf.KernelFunc | undefined

/**
 * Gives the WASM backend a gradient for the kernels of convolutions, which TensorFlow.js has not, and
 * a faster one for their inputs; with false both are as before. The backend must be registered.
 */
export function addConvolutionGradients(on: boolean): void {
  plainInput ??= tf.getKernel(INPUT, 'wasm').kernelFunc
  const plain = plainInput
  tf.unregisterKernel(INPUT, 'wasm')
  const kernelFunc: tf.KernelFunc = on ? (call) => inputGradient(call) ?? plain(call) : plain
  tf.registerKernel({ kernelName: INPUT, backendName: 'wasm', kernelFunc })
  const isThere = tf.getKernel(FILTER, 'wasm') !== undefined
  if (isThere) tf.unregisterKernel(FILTER, 'wasm')
  if (on) tf.registerKernel({ kernelName: FILTER, backendName: 'wasm', kernelFunc: filterGradient })
}

/**
 * The gradient of the input of a convolution of stride 1 is one of the upstream gradient, by the kernel
 * turned half around with inputs and outputs exchanged: 5 to 25 times as fast as the backend's own,
 * which walks number by number.
 *
 * @returns undefined for other convolutions
 */
function inputGradient({ inputs, attrs, backend }: Call): tf.TensorInfo | undefined {
  const { dy, filter } = inputs as { dy: tf.TensorInfo; filter: tf.TensorInfo }
  const { inputShape } = attrs as unknown as Attributes
  const known = geometryOf(attrs, inputShape, filter.shape as Shape4D)
  if (known === undefined || known.strideHeight !== 1 || known.strideWidth !== 1) return undefined
  const { filterHeight, filterWidth, padInfo } = known
  const { top, bottom, left, right } = padInfo
  const run = runner(backend)
  const reversed = run('Reverse', { x: filter }, { dims: [0, 1] })
  const turned = run('Transpose', { x: reversed }, { perm: [0, 1, 3, 2] })
  const [height, width] = [filterHeight - 1, filterWidth - 1]
  const sides = [
    [0, 0],
    [height - top, height - bottom],
    [width - left, width - right],
    [0, 0],
  ]
  // Padding beyond the kernel would be negative here.
  const isPadded = sides.flat().every((side) => side >= 0)
  const output = isPadded
    ? run(
        'Conv2D',
        { x: dy, filter: turned },
        { strides: [1, 1], pad: sides, dataFormat: 'NHWC', dilations: [1, 1] },
      )
    : undefined
  for (const { dataId } of [reversed, turned]) (backend as tf.KernelBackend).disposeData(dataId)
  return output
}

/**
 * The gradient of the kernel: for each of its pixels, the product of the padded images, as one matrix
 * [in, pixels], and the upstream gradient on the same grid of pixels, moved by the place of the pixel.
 * A grid in memory is moved by reading it from another place, so that nothing is unfolded.
 *
 * @throws Error for images with the features first
 */
function filterGradient({ inputs, attrs, backend }: Call): tf.TensorInfo {
  const { x, dy } = inputs as { x: tf.TensorInfo; dy: tf.TensorInfo }
  const { filterShape } = attrs as unknown as Attributes
  const known = geometryOf(attrs, x.shape as Shape4D, filterShape)
  if (known === undefined) {
    throw new Error('expected images with the features last (NHWC): WASM knows no other gradient')
  }
  const { batchSize, filterHeight, filterWidth, inChannels, outChannels, padInfo } = known
  const { top, bottom, left, right } = padInfo
  const height = known.inHeight + top + bottom
  const width = known.inWidth + left + right
  const pixels = batchSize * height * width
  const run = runner(backend)
  const made: tf.TensorInfo[] = []
  const step = (...call: Parameters<typeof run>): tf.TensorInfo => {
    made.push(run(...call))
    return made[made.length - 1]
  }
  const pad = (x: tf.TensorInfo, ...paddings: [number, number][]) =>
    paddings.flat().every((side) => side === 0)
      ? x
      : step('PadV2', { x }, { paddings, constantValue: 0 })
  const none: [number, number] = [0, 0]

  const padded = pad(x, none, [top, bottom], [left, right], none)
  const rows = { ...padded, shape: [pixels, inChannels] }
  const images = step('Transpose', { x: rows }, { perm: [1, 0] })

  // On the grid of the padded images, an output lies where its kernel begins.
  const { strideHeight, strideWidth, outHeight, outWidth } = known
  let [rowsThere, columnsThere] = [outHeight, outWidth]
  let upstream: tf.TensorInfo = { ...dy, shape: [batchSize, outHeight, outWidth, outChannels] }
  if (strideHeight > 1 || strideWidth > 1) {
    const lines = batchSize * outHeight
    const wide = pad({ ...dy, shape: [lines * outWidth, outChannels] }, none, [
      0,
      (strideWidth - 1) * outChannels,
    ])
    columnsThere = outWidth * strideWidth
    const line = columnsThere * outChannels
    const high = pad({ ...wide, shape: [lines, line] }, none, [0, (strideHeight - 1) * line])
    rowsThere = outHeight * strideHeight
    const shape = [batchSize, rowsThere, columnsThere, outChannels]
    const [rowsKept, columnsKept] = [Math.min(rowsThere, height), Math.min(columnsThere, width)]
    upstream = step(
      'Slice',
      { x: { ...high, shape } },
      { begin: [0, 0, 0, 0], size: [batchSize, rowsKept, columnsKept, outChannels] },
    )
    ;[rowsThere, columnsThere] = [rowsKept, columnsKept]
  }
  const grid = pad(upstream, none, [0, height - rowsThere], [0, width - columnsThere], none)
  const lead = (filterHeight - 1) * width + filterWidth - 1
  const led = pad({ ...grid, shape: [pixels, outChannels] }, [lead, 0], none)

  const wasm = backend as unknown as WasmBackend
  const output = wasm.makeOutput([...filterShape], 'float32')
  const places = Array.from({ length: filterHeight * filterWidth }, (_, i) => {
    const moved = Math.floor(i / filterWidth) * width + (i % filterWidth)
    return { left: 0, right: (lead - moved) * outChannels, output: i * inChannels * outChannels }
  })
  const tensors = { left: images, right: led, output }
  multiplyViews(wasm, tensors, [inChannels, pixels, outChannels], places)
  for (const { dataId } of made) (backend as tf.KernelBackend).disposeData(dataId)
  return output
}

/** Sizes, strides and padding of a convolution; undefined where features come first. */
function geometryOf(attrs: Call['attrs'], inputShape: Shape4D, filterShape: Shape4D) {
  const { strides, pad, dataFormat, dimRoundingMode } = attrs as unknown as Attributes
  if (dataFormat !== 'NHWC') return undefined
  const { computeConv2DInfo } = tf.backend_util
  return computeConv2DInfo(inputShape, filterShape, strides, 1, pad, dimRoundingMode)
}

/** Runs other kernels of the backend. */
function runner(backend: Call['backend']) {
  return (name: string, inputs: object, attrs: object): tf.TensorInfo => {
    const { kernelFunc } = tf.getKernel(name, 'wasm')
    return kernelFunc({ inputs, attrs, backend } as unknown as Call) as tf.TensorInfo
  }
}
