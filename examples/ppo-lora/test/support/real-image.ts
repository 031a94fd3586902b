import { mulberry32 } from '../../../mulberry32.ts'
import { caliberOf } from '../../src/data/real/caliber.ts'
import type { RealImage } from '../../src/data/real/real-images.ts'

/** An image of noise with a thick and a thin vessel, and a field of view that leaves out a border. */
export function realImage(width: number, height: number, seed = 1): RealImage {
  const random = mulberry32(seed)
  const at = (value: (x: number, y: number) => number) =>
    Uint8Array.from({ length: width * height }, (_, i) => value(i % width, Math.floor(i / width)))
  const within = at((x, y) => (x >= 2 && y >= 2 && x < width - 2 && y < height - 2 ? 1 : 0))
  const truth = at((_, y) => ((y >= 6 && y < 11) || y === 15 ? 1 : 0))
  for (let i = 0; i < truth.length; i++) truth[i] &= within[i]
  return {
    name: `image ${seed}`,
    patient: String(seed),
    width,
    height,
    green: new Float32Array(width * height),
    image: Float32Array.from(within, (w) => (w === 0 ? 0 : 2 * random() - 1)),
    truth,
    within,
    caliber: caliberOf(truth, width, height),
  }
}
