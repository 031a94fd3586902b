import * as tf from '@tensorflow/tfjs'
import type { RealImage } from '../data/real/real-images.ts'
import type { Adapter } from '../model/lora.ts'
import type { Model } from '../model/model.ts'
import { tokenOrder, unfold } from '../model/tokens.ts'

/** From a tile to the next, as a share of its side; tiles overlap by the rest. */
const STRIDE = 0.75
/** A tile counts fully that far from its border, where it has not seen the surroundings. */
const FULL_WEIGHT = 0.25
const BATCH = 8

/**
 * The logits of a whole image: means over the overlapping tiles that the model reads.
 *
 * @returns one logit per pixel, row by row; those that no tile with a field of view covers are −∞
 * @throws RangeError if the image is smaller than a tile
 */
export async function wholeImageLogits(
  model: Model,
  adapter: Adapter | undefined,
  {
    name,
    width,
    height,
    image,
    within,
  }: Pick<RealImage, 'name' | 'width' | 'height' | 'image' | 'within'>,
): Promise<Float32Array> {
  const { imageSize: size, window, patch } = model.config
  if (width < size || height < size) {
    throw new RangeError(
      `expected ${name} to be at least ${size} × ${size}, got ${width} × ${height}`,
    )
  }
  const order = tokenOrder(model.config)
  const tiles = tileStarts(height, size).flatMap((top) =>
    tileStarts(width, size)
      .map((left) => top * width + left)
      .filter((start) => cut(within, start, width, size).includes(1)),
  )
  const sums = new Float64Array(width * height)
  const weights = new Float64Array(width * height)
  for (let begin = 0; begin < tiles.length; begin += BATCH) {
    const part = tiles.slice(begin, begin + BATCH)
    const windows = part.map((start) => unfold(cut(image, start, width, size), model.config))
    const input = new Float32Array(part.length * windows[0].length)
    for (const [i, one] of windows.entries()) input.set(one, i * one.length)
    const logits = tf.tidy(() => {
      const shape: [number, number, number] = [part.length, (size / patch) ** 2, window ** 2]
      return model.forward(tf.tensor3d(input, shape), adapter)
    })
    const values = await logits.data()
    logits.dispose()
    for (const [i, start] of part.entries()) {
      for (let position = 0; position < order.length; position++) {
        const at = order[position]
        const x = at % size
        const y = (at - x) / size
        const edge = Math.min(x + 1, size - x, y + 1, size - y)
        const weight = Math.min(edge, FULL_WEIGHT * size)
        const pixel = start + y * width + x
        sums[pixel] += weight * values[i * order.length + position]
        weights[pixel] += weight
      }
    }
  }
  return Float32Array.from(sums, (sum, i) =>
    weights[i] > 0 ? sum / weights[i] : Number.NEGATIVE_INFINITY,
  )
}

/** Starts of the tiles along one side; the last tile ends where the image does. */
function tileStarts(length: number, size: number): number[] {
  const starts: number[] = []
  for (let start = 0; start < length - size; start += STRIDE * size) starts.push(start)
  return [...starts, length - size]
}

/** A square of an image, row by row. */
function cut<T extends Float32Array | Uint8Array>(
  values: T,
  start: number,
  width: number,
  size: number,
): T {
  const square = values.slice(0, size * size) as T
  for (let y = 0; y < size; y++) {
    square.set(values.subarray(start + y * width, start + y * width + size), y * size)
  }
  return square
}
