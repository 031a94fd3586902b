import * as tf from '@tensorflow/tfjs'
import { BitMask } from 'vessel-reward'
import { cutSquare } from '../data/patches.ts'
import { inputsTensor } from '../data/prepare.ts'
import type { RealImage } from '../data/real/real-images.ts'
import type { Adapter } from '../model/lora.ts'
import type { Segmenter } from '../model/segmenter.ts'
import type { ImageReward, Reference } from '../ppo/image-reward.ts'

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
  model: Segmenter,
  adapter: Adapter | undefined,
  {
    name,
    width,
    height,
    image,
    within,
  }: Pick<RealImage, 'name' | 'width' | 'height' | 'image' | 'within'>,
): Promise<Float32Array> {
  const { imageSize: size, order } = model
  if (width < size || height < size) {
    throw new RangeError(
      `expected ${name} to be at least ${size} × ${size}, got ${width} × ${height}`,
    )
  }
  const tiles = tileStarts(height, size).flatMap((top) =>
    tileStarts(width, size)
      .map((left) => top * width + left)
      .filter((start) => cutSquare(within, width, start, size).includes(1)),
  )
  const sums = new Float64Array(width * height)
  const weights = new Float64Array(width * height)
  for (let begin = 0; begin < tiles.length; begin += BATCH) {
    const part = tiles.slice(begin, begin + BATCH)
    const inputs = part.map((start) => ({
      input: model.inputOf(cutSquare(image, width, start, size)),
    }))
    const logits = tf.tidy(() => model.forward(inputsTensor(inputs, model), adapter))
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

/**
 * The reward of a whole image as the mean over its patches: on the whole, the topology term is at its
 * bound for nearly every mask.
 *
 * @param reward - of a patch
 * @param size - side of a patch; those of a grid count that are in the field of view for nine tenths
 */
export function patchReward(reward: ImageReward, size: number): ImageReward {
  const known = new WeakMap<Reference, Patch[]>()
  return (mask, reference) => {
    let patches = known.get(reference)
    if (patches === undefined) {
      patches = patchesOf(reference, size)
      known.set(reference, patches)
    }
    const { width } = reference.truth
    const bytes = BitMask.from(mask).toUint8Array()
    const rewards = patches.map(({ start, ...patch }) =>
      reward(cutMask(bytes, width, start, size), patch),
    )
    return rewards.reduce((a, b) => a + b, 0) / rewards.length
  }
}

interface Patch extends Reference {
  /** Index of its first pixel. */
  start: number
}

function patchesOf({ truth, within }: Reference, size: number): Patch[] {
  const { width, height } = truth
  const [truthBytes, withinBytes] = [truth.toUint8Array(), within.toUint8Array()]
  const patches: Patch[] = []
  for (let top = 0; top + size <= height; top += size) {
    for (let left = 0; left + size <= width; left += size) {
      const start = top * width + left
      const inside = cutMask(withinBytes, width, start, size)
      if (inside.count < 0.9 * size * size) continue
      const vessel = cutMask(truthBytes, width, start, size)
      patches.push({ start, truth: vessel, within: inside })
    }
  }
  return patches
}

function cutMask(bytes: Uint8Array, width: number, start: number, size: number): BitMask {
  return BitMask.from({ data: cutSquare(bytes, width, start, size), width: size, height: size })
}
