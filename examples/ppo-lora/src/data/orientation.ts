import type { Sample } from './prepare.ts'

/** Images in raster order that are cut alike. */
export type Layers = Pick<Sample, 'image' | 'truth' | 'within'>

/**
 * Cuts a square out of an image, in one of the eight orientations of a square: bit 0 mirrors it, bit
 * 1 turns it upside down, bit 2 swaps rows and columns.
 *
 * @param width - of the image
 * @param start - index of the square's first pixel
 */
export function cutOriented(
  { image, truth, within }: Layers,
  width: number,
  start: number,
  size: number,
  orientation: number,
): Sample {
  const sample: Sample = {
    size,
    image: new Float32Array(size * size),
    truth: new Uint8Array(size * size),
    within: new Uint8Array(size * size),
  }
  const last = size - 1
  for (let y = 0; y < size; y++) {
    for (let x = 0; x < size; x++) {
      let u = orientation & 1 ? last - x : x
      let v = orientation & 2 ? last - y : y
      if (orientation & 4) [u, v] = [v, u]
      const from = start + v * width + u
      const to = y * size + x
      sample.image[to] = image[from]
      sample.truth[to] = truth[from]
      sample.within[to] = within[from]
    }
  }
  return sample
}
