import { BitMask, distanceTransform, skeletonize } from 'vessel-reward'

/**
 * Half-width of the vessel that each pixel belongs to: the distance to the background at the nearest
 * pixel of the centreline, in pixels; a line of one pixel has half-width 1.
 *
 * @param truth - not 0 at vessels, row by row
 * @returns one number per pixel, 0 for background
 */
export function caliberOf(truth: Uint8Array, width: number, height: number): Float32Array {
  const mask = BitMask.from({ data: truth, width, height })
  const { distances } = distanceTransform(mask)
  const centerline = skeletonize(mask).toUint8Array()
  const caliber = new Float32Array(truth.length)
  const nearest = new Float32Array(truth.length).fill(Number.POSITIVE_INFINITY)
  for (let i = 0; i < truth.length; i++) {
    if (centerline[i] === 0) continue
    const radius = distances[i]
    // Corners of a vessel lie a little farther from its centreline than its half-width.
    const reach = Math.ceil(1.5 * Math.min(radius, Math.max(width, height))) + 1
    const x = i % width
    const y = (i - x) / width
    for (let v = Math.max(0, y - reach); v <= Math.min(height - 1, y + reach); v++) {
      for (let u = Math.max(0, x - reach); u <= Math.min(width - 1, x + reach); u++) {
        const at = v * width + u
        const distance = (u - x) ** 2 + (v - y) ** 2
        if (truth[at] === 0 || distance >= nearest[at]) continue
        nearest[at] = distance
        caliber[at] = radius
      }
    }
  }
  // What no centreline reaches: the far end of a blob.
  for (let i = 0; i < truth.length; i++) {
    if (truth[i] !== 0 && caliber[i] === 0) caliber[i] = distances[i]
  }
  return caliber
}
