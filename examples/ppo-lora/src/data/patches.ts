import type { Sample } from './prepare.ts'
import type { RealImage } from './real/real-images.ts'

/** Where a patch may lie. */
export interface PatchRules {
  /** Side of the square in pixels. */
  size: number
  /** Columns and rows from a possible patch to the next. */
  stride: number
  /** Least share of the patch in the field of view, and least share of it that is vessel. */
  within: number
  vessel: number
}

/** All possible patches of some images. */
export interface Patches {
  images: readonly RealImage[]
  size: number
  /** Number of its image, left and top of each patch. */
  places: Int32Array
  /** Number of patches. */
  count: number
}

/**
 * Finds the patches of images that follow the rules.
 *
 * @throws RangeError if there are none
 */
export function findPatches(images: readonly RealImage[], rules: PatchRules): Patches {
  const { size, stride } = rules
  const area = size * size
  const places: number[] = []
  images.forEach(({ width, height, within, truth }, i) => {
    const inside = sumTable(within, width, height)
    const vessel = sumTable(truth, width, height)
    for (let top = 0; top + size <= height; top += stride) {
      for (let left = 0; left + size <= width; left += stride) {
        const share = (table: Int32Array) => sumOf(table, width, left, top, size) / area
        if (share(inside) >= rules.within && share(vessel) >= rules.vessel) {
          places.push(i, left, top)
        }
      }
    }
  })
  if (places.length === 0) {
    throw new RangeError(
      `there is no patch of ${size} × ${size} pixels with ${100 * rules.within} % in the field of ` +
        `view and ${100 * rules.vessel} % vessel in ${images.length} images`,
    )
  }
  return { images, size, places: Int32Array.from(places), count: places.length / 3 }
}

/** Cuts out a random patch, in one of the eight orientations of a square. */
export function drawPatch({ images, size, places, count }: Patches, random: () => number): Sample {
  const at = 3 * Math.floor(random() * count)
  const image = images[places[at]]
  const start = places[at + 2] * image.width + places[at + 1]
  return cutOriented(image, image.width, start, size, Math.floor(random() * 8))
}

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

/** A square of an image, row by row. */
export function cutSquare<T extends Float32Array | Uint8Array>(
  values: T,
  width: number,
  start: number,
  size: number,
): T {
  const square = values.slice(0, size * size) as T
  for (let y = 0; y < size; y++) {
    square.set(values.subarray(start + y * width, start + y * width + size), y * size)
  }
  return square
}

/** Sums of all rectangles from the origin, with a row and a column of zeros before. */
function sumTable(values: Uint8Array, width: number, height: number): Int32Array {
  const table = new Int32Array((width + 1) * (height + 1))
  for (let y = 0; y < height; y++) {
    let row = 0
    for (let x = 0; x < width; x++) {
      row += values[y * width + x]
      table[(y + 1) * (width + 1) + x + 1] = table[y * (width + 1) + x + 1] + row
    }
  }
  return table
}

function sumOf(table: Int32Array, width: number, left: number, top: number, size: number): number {
  const above = top * (width + 1) + left
  const below = above + size * (width + 1)
  return table[below + size] - table[below] - table[above + size] + table[above]
}
