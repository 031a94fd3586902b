import type { ModelConfig } from './model-config.ts'
import { tokenCount } from './model-config.ts'

/**
 * What every token reads: the overlapping windows of an image, unfolded once outside the graph.
 *
 * @param image - `imageSize²` numbers in raster order
 * @returns `tokens · window²` numbers: token by token (patches row by row), each window row by row,
 * 0 outside the image
 * @throws RangeError when the image has another size
 */
export function unfold(image: Float32Array, config: ModelConfig): Float32Array {
  const { imageSize, patch, window } = config
  if (image.length !== imageSize ** 2) {
    throw new RangeError(`expected ${imageSize}×${imageSize} pixels, got ${image.length} numbers`)
  }
  const margin = (window - patch) / 2
  const out = new Float32Array(tokenCount(config) * window ** 2)
  let to = 0
  for (let top = -margin; top < imageSize - margin; top += patch) {
    for (let left = -margin; left < imageSize - margin; left += patch) {
      const from = Math.max(left, 0)
      const end = Math.min(left + window, imageSize)
      for (let y = top; y < top + window; y++, to += window) {
        if (y < 0 || y >= imageSize) continue
        out.set(image.subarray(y * imageSize + from, y * imageSize + end), to + from - left)
      }
    }
  }
  return out
}

/**
 * Where the pixels of the model's output lie in the image.
 *
 * @returns for each position in token order (patches row by row, each patch row by row) its index in
 * raster order: a permutation of `imageSize²` indices
 */
export function tokenOrder({ imageSize, patch }: ModelConfig): Int32Array {
  const order = new Int32Array(imageSize ** 2)
  let position = 0
  for (let top = 0; top < imageSize; top += patch) {
    for (let left = 0; left < imageSize; left += patch) {
      for (let y = top; y < top + patch; y++) {
        for (let x = left; x < left + patch; x++) order[position++] = y * imageSize + x
      }
    }
  }
  return order
}
