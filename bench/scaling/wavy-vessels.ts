import { mulberry32 } from '../../examples/mulberry32.ts'

export interface WavyVesselsOptions {
  /** Width and height of the image in pixels. */
  side: number
  /** Width of every vessel in pixels. */
  width: number
  /** Share of the image that is foreground, roughly. */
  share: number
  seed: number
}

/** Vessels of one width that wind across the image from left to right, without branches. */
export function wavyVessels({ side, width, share, seed }: WavyVesselsOptions): {
  data: Uint8Array
  width: number
  height: number
} {
  const random = mulberry32(seed)
  const data = new Uint8Array(side * side)
  const vessels = Math.max(1, Math.round((share * side) / width))
  for (let vessel = 0; vessel < vessels; vessel++) {
    const middle = ((vessel + 0.5) * side) / vessels
    const swing = (0.35 * side) / vessels
    const phase = 2 * Math.PI * random()
    const period = side / (2 + 4 * random())
    for (let x = 0; x < side; x++) {
      const centre = middle + swing * Math.sin(phase + (2 * Math.PI * x) / period)
      const top = Math.round(centre - width / 2)
      for (let y = Math.max(0, top); y < Math.min(side, top + width); y++) data[y * side + x] = 1
    }
  }
  return { data, width: side, height: side }
}
