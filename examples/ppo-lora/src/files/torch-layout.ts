import type { FloatTensor } from './safetensors.ts'

/** Axes of a convolution's kernel. */
const TO_TORCH = [3, 2, 0, 1]
const FROM_TORCH = [2, 3, 1, 0]

/**
 * A kernel as PyTorch lays it out: [in, out] becomes [out, in], and a convolution's [height, width, in,
 * out] becomes [out, in, height, width].
 *
 * @throws RangeError for other numbers of axes
 */
export function toTorch(kernel: FloatTensor): FloatTensor {
  return permuted(kernel, axesOf(kernel.shape, TO_TORCH))
}

/** The shape that {@link toTorch} gives a kernel of a shape. */
export function torchShape(shape: readonly number[]): number[] {
  return axesOf(shape, TO_TORCH).map((axis) => shape[axis])
}

/** The way back of {@link toTorch}. */
export function fromTorch(kernel: FloatTensor): FloatTensor {
  return permuted(kernel, axesOf(kernel.shape, FROM_TORCH))
}

function axesOf(shape: readonly number[], ofConvolution: readonly number[]): readonly number[] {
  if (shape.length === 2) return [1, 0]
  if (shape.length === 4) return ofConvolution
  throw new RangeError(`expected a kernel of 2 or 4 axes, got [${shape}]`)
}

/** A tensor whose axis i is axis `axes[i]` of another one. */
function permuted({ shape, data }: FloatTensor, axes: readonly number[]): FloatTensor {
  const outShape = axes.map((axis) => shape[axis])
  const steps = shape.map((_, axis) => shape.slice(axis + 1).reduce((all, side) => all * side, 1))
  const strides = axes.map((axis) => steps[axis])
  const out = new Float32Array(data.length)
  const place = outShape.map(() => 0)
  let from = 0
  for (let to = 0; to < out.length; to++) {
    out[to] = data[from]
    // The next place, the last axis first; `from` follows by strides.
    for (let axis = place.length - 1; axis >= 0; axis--) {
      from += strides[axis]
      if (++place[axis] < outShape[axis]) break
      from -= strides[axis] * outShape[axis]
      place[axis] = 0
    }
  }
  return { shape: outShape, data: out }
}
