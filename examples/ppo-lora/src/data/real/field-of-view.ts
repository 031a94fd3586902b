import { BitMask, distanceTransform, label } from 'vessel-reward'

/** Share of the bright pixels' value below which a pixel is taken for the dark border. */
const DARK = 0.2

/**
 * The field of view of an image that comes without one: the largest part that is not dark, filled
 * between its first and its last pixel of each row.
 *
 * @param grey - brightness in any unit, row by row
 * @returns 1 inside
 */
export function estimatedFieldOfView(
  grey: Float32Array,
  width: number,
  height: number,
): Uint8Array {
  const sorted = grey.slice().sort()
  const limit = DARK * sorted[Math.floor(0.95 * (sorted.length - 1))]
  const bright = Uint8Array.from(grey, (value) => (value > limit ? 1 : 0))
  const { labels, count } = label({ data: bright, width, height })
  const sizes = new Uint32Array(count + 1)
  for (const one of labels) if (one > 0) sizes[one]++
  const largest = sizes.indexOf(sizes.reduce((a, b) => Math.max(a, b), 0))
  const within = new Uint8Array(grey.length)
  if (largest === 0) return within
  for (let y = 0; y < height; y++) {
    const row = labels.subarray(y * width, (y + 1) * width)
    const first = row.indexOf(largest)
    if (first >= 0) within.fill(1, y * width + first, y * width + row.lastIndexOf(largest) + 1)
  }
  return within
}

/**
 * Pixels along the rim of a field of view that are not read. Photographs fade out there, over one to
 * three pixels at the size that images are reduced to: the mean local contrast of the outermost pixel
 * was −1.2 on CHASE_DB1 and −1.6 on HRF, that of a thin vessel, and models drew one along the rim.
 */
const RIM = 3

/**
 * The field of view without its rim. The border of the image itself has none: nothing fades there.
 *
 * @param within - 1 inside the field of view
 * @returns 1 inside, farther than the rim from the nearest pixel outside
 */
export function withoutRim(within: Uint8Array, width: number, height: number): Uint8Array {
  const { distances } = distanceTransform(BitMask.from({ data: within, width, height }))
  return Uint8Array.from(distances, (distance) => (distance > RIM ? 1 : 0))
}
