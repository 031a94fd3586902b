/**
 * Synthetic fundus images with their true vessels, as training data that may be shipped: the
 * thinner a vessel, the lower its contrast, which is why a segmenter misses the thin ones.
 */
import { mulberry32 } from '../../../../mulberry32.ts'
import { normal } from '../../random.ts'
import { smoothField } from '../smooth-field.ts'
import { growVesselTrees, type Vessel } from './vessel-tree.ts'

/** Side of every synthetic image in pixels. */
export const FUNDUS_SIZE = 64

/** One image with everything that is known about it; all arrays in raster order. */
export interface SyntheticFundus {
  size: number
  /** Brightness, mean 0 and standard deviation 1 inside the field of view, 0 outside. */
  image: Float32Array
  /** 1 at the pixels of vessels inside the field of view, else 0. */
  truth: Uint8Array
  /** 1 inside the circular field of view, else 0. */
  within: Uint8Array
  /** Half-width in pixels of the nearest vessel at the pixels of truth, else 0. */
  radius: Float32Array
}

/** Vessels of a smaller half-width are drawn one pixel wide. */
export const CAPILLARY_RADIUS = 0.7

/** How much darker the middle of a thick vessel is than its surroundings. */
const VESSEL_CONTRAST = 0.36
/** Standard deviations of the noise: per pixel, and with a texture of about a vessel's width. */
const WHITE_NOISE = 0.022
const TEXTURE_NOISE = 0.018

/**
 * The image of a seed: equal seeds give equal images. About 2 ms.
 *
 * @param seed any integer
 */
export function syntheticFundus(seed: number): SyntheticFundus {
  const size = FUNDUS_SIZE
  const random = mulberry32(Math.imul(seed + 1, 0x9e3779b1))
  const between = (low: number, high: number) => low + (high - low) * random()
  const center = { x: size / 2 - 0.5 + between(-1, 1), y: size / 2 - 0.5 + between(-1, 1) }
  const fieldRadius = between(31, 36)
  const isInside = (x: number, y: number) =>
    (x - center.x) ** 2 + (y - center.y) ** 2 <= fieldRadius ** 2 &&
    x >= 0 &&
    y >= 0 &&
    x <= size - 1 &&
    y <= size - 1

  const side = random() < 0.5 ? -1 : 1
  const disc = { x: center.x + side * between(17, 24), y: center.y + between(-6, 6) }
  const vessels = growVesselTrees({ size, disc, isInside, random })

  const within = new Uint8Array(size * size)
  for (let i = 0; i < within.length; i++) {
    within[i] = isInside(i % size, Math.floor(i / size)) ? 1 : 0
  }
  const { truth, radius, darkness } = drawVessels(vessels, size, within)

  // Distances are in pixels, brightness runs from about 0 to 1.
  const macula = { x: disc.x - side * between(22, 28), y: disc.y + between(-3, 5) }
  const spots: Spot[] = [
    { ...disc, sigma: between(3.5, 5), amplitude: between(0.2, 0.4), power: 4 },
    { ...macula, sigma: between(4, 6.5), amplitude: -between(0.06, 0.16), power: 2 },
  ]
  for (let i = Math.floor(random() * 4); i > 0; i--) {
    const amplitude = between(0.08, 0.22) * (random() < 0.5 ? -1 : 1)
    const place = { x: between(4, size - 5), y: between(4, size - 5) }
    spots.push({ ...place, sigma: between(1.2, 3.2), amplitude, power: 2 })
  }
  const direction = between(0, 2 * Math.PI)
  const slope = between(0, 0.16) / size
  const vignetting = between(0.08, 0.25)
  const illumination = smoothField(size, 10, random)
  const texture = smoothField(size, 1, random)

  const image = new Float32Array(size * size)
  for (let i = 0; i < image.length; i++) {
    const x = (i % size) - center.x
    const y = Math.floor(i / size) - center.y
    let brightness = 0.6 + 0.05 * illumination[i]
    brightness += slope * (x * Math.cos(direction) + y * Math.sin(direction))
    brightness -= vignetting * ((x * x + y * y) / fieldRadius ** 2)
    for (const spot of spots) brightness += brightnessOf(spot, x + center.x, y + center.y)
    brightness -= VESSEL_CONTRAST * darkness[i]
    image[i] = brightness + WHITE_NOISE * normal(random) + TEXTURE_NOISE * texture[i]
  }
  standardize(image, within)
  return { size, image, truth, within, radius }
}

/** A round bright (amplitude > 0) or dark spot; a higher power has a sharper edge. */
interface Spot {
  x: number
  y: number
  sigma: number
  amplitude: number
  power: 2 | 4
}

function brightnessOf({ x, y, sigma, amplitude, power }: Spot, atX: number, atY: number): number {
  const squared = ((atX - x) * (atX - x) + (atY - y) * (atY - y)) / (sigma * sigma)
  return amplitude * Math.exp(-0.5 * (power === 2 ? squared : squared * squared))
}

/** The mask of the vessels, their half-widths, and how dark they make each pixel (0 to 1). */
function drawVessels(vessels: Vessel[], size: number, within: Uint8Array) {
  const truth = new Uint8Array(size * size)
  const darkness = new Float32Array(size * size)
  const nearest = new Float32Array(size * size).fill(Number.POSITIVE_INFINITY)
  const nearestRadius = new Float32Array(size * size)

  for (const vessel of vessels) {
    for (const { x, y, radius } of vessel) {
      const contrast = Math.min(1, 0.3 + 0.42 * radius)
      const fall = 0.69 / (radius + 0.15) ** 4
      const reach = Math.ceil(2 * (radius + 0.15))
      const right = Math.min(size - 1, Math.round(x) + reach)
      const bottom = Math.min(size - 1, Math.round(y) + reach)
      for (let row = Math.max(0, Math.round(y) - reach); row <= bottom; row++) {
        for (let column = Math.max(0, Math.round(x) - reach); column <= right; column++) {
          const i = row * size + column
          // Math.hypot and ** are several times slower than this.
          const squared = (column - x) * (column - x) + (row - y) * (row - y)
          const distance = Math.sqrt(squared)
          const dark = contrast * Math.exp(-fall * squared * squared)
          if (dark > darkness[i]) darkness[i] = dark
          if (distance < nearest[i]) {
            nearest[i] = distance
            nearestRadius[i] = radius
          }
          if (radius >= CAPILLARY_RADIUS && distance <= radius) truth[i] = 1
        }
      }
    }
    drawThinParts(vessel, truth, size)
  }

  const radius = new Float32Array(size * size)
  for (let i = 0; i < truth.length; i++) {
    truth[i] &= within[i]
    if (truth[i] === 1) radius[i] = nearestRadius[i]
  }
  return { truth, radius, darkness }
}

/** Draws the parts of a vessel below {@link CAPILLARY_RADIUS} one pixel wide, 8-connected. */
function drawThinParts(vessel: Vessel, truth: Uint8Array, size: number): void {
  const path: { column: number; row: number }[] = []
  const finish = () => {
    for (const { column, row } of path) truth[row * size + column] = 1
    path.length = 0
  }
  for (const { x, y, radius } of vessel) {
    if (radius >= CAPILLARY_RADIUS) {
      finish()
      continue
    }
    const pixel = { column: Math.round(x), row: Math.round(y) }
    const last = path.at(-1)
    if (last?.column === pixel.column && last.row === pixel.row) continue
    // A step aside followed by a step down is one diagonal step: leave the corner out.
    const before = path.at(-2)
    if (
      before !== undefined &&
      Math.abs(before.column - pixel.column) <= 1 &&
      Math.abs(before.row - pixel.row) <= 1
    ) {
      path.pop()
    }
    path.push(pixel)
  }
  finish()
}

/** Brings the pixels inside to mean 0 and standard deviation 1, and sets the others to 0. */
function standardize(image: Float32Array, within: Uint8Array): void {
  let count = 0
  let sum = 0
  let squares = 0
  for (let i = 0; i < image.length; i++) {
    if (within[i] === 0) continue
    count++
    sum += image[i]
    squares += image[i] * image[i]
  }
  const mean = sum / count
  const deviation = Math.sqrt(squares / count - mean * mean)
  for (let i = 0; i < image.length; i++) {
    image[i] = within[i] === 1 ? (image[i] - mean) / deviation : 0
  }
}
