import * as tf from '@tensorflow/tfjs'

/** Shorter sums are left alone: their rounding errors stay below 1e-5 of the sum. */
const SHORT = 128

const KERNELS = ['Sum', 'Mean'] as const

interface Reduction {
  axis: number | number[]
  keepDims: boolean
}

/** The backend's own kernels, by name, once the backend is registered. */
const plain = new Map<string, tf.KernelFunc>()

/**
 * Makes `sum` and `mean` of the WASM backend exact enough, by sums of sums; with false they are
 * TensorFlow.js's own again. The backend must be registered.
 *
 * Its kernels add one number after another in single precision: the mean of 65,536 times .693147 comes
 * out as .692794. Sums of about √n numbers, added up in a second pass, lose no more than 2 √n roundings.
 */
export function usePairwiseSums(on: boolean): void {
  for (const kernelName of KERNELS) {
    const kernel = plain.get(kernelName) ?? tf.getKernel(kernelName, 'wasm').kernelFunc
    plain.set(kernelName, kernel)
    tf.unregisterKernel(kernelName, 'wasm')
    const kernelFunc = on ? pairwise(kernel) : kernel
    tf.registerKernel({ kernelName, backendName: 'wasm', kernelFunc })
  }
}

function pairwise(kernel: tf.KernelFunc): tf.KernelFunc {
  return ({ inputs, attrs, backend }) => {
    const x = inputs.x as tf.TensorInfo
    const { axis, keepDims } = attrs as unknown as Reduction
    const block = x.dtype === 'float32' ? contiguousBlock(x.shape, axis) : undefined
    if (block === undefined || divisorNearRoot(block.size) === 1) {
      return kernel({ inputs, attrs, backend })
    }
    const reduce = (part: tf.TensorInfo, shape: number[], along: number) => {
      const attributes = { axis: [along], keepDims: false }
      const input = { ...part, shape }
      const result = kernel({ inputs: { x: input }, attrs: attributes, backend }) as tf.TensorInfo
      if (part !== x) (backend as tf.KernelBackend).disposeData(part.dataId)
      return result
    }
    let part = x
    let { size } = block
    for (let run = divisorNearRoot(size); run > 1; run = divisorNearRoot(size)) {
      size /= run
      part = reduce(part, [block.before, size, run, block.after], 2)
    }
    const total = reduce(part, [block.before, size, block.after], 1)
    return { ...total, shape: keepDims ? block.keptShape : block.outShape }
  }
}

/** The reduced axes as one axis between others, or undefined when other axes lie between them. */
function contiguousBlock(shape: readonly number[], axis: number | number[]) {
  const axes = tf.util.parseAxisParam(axis, [...shape]).sort((a, b) => a - b)
  const [first] = axes
  const last = axes.at(-1) as number
  if (axes.length === 0 || last - first !== axes.length - 1) return undefined
  const product = (sizes: readonly number[]) => sizes.reduce((all, size) => all * size, 1)
  return {
    before: product(shape.slice(0, first)),
    size: product(shape.slice(first, last + 1)),
    after: product(shape.slice(last + 1)),
    outShape: [...shape.slice(0, first), ...shape.slice(last + 1)],
    keptShape: shape.map((size, i) => (i >= first && i <= last ? 1 : size)),
  }
}

/** The largest divisor up to √size; 1 when the sum is short or has no divisor worth a pass. */
function divisorNearRoot(size: number): number {
  if (size <= SHORT) return 1
  for (let divisor = Math.floor(Math.sqrt(size)); divisor >= 4; divisor--) {
    if (size % divisor === 0) return divisor
  }
  return 1
}
