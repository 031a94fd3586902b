import { mulberry32 } from '../examples/mulberry32.ts'

/** One byte per pixel, 0 or 1. */
interface Picture {
  data: Uint8Array
  width: number
  height: number
}

/**
 * A prediction as a network makes it of a truth: ragged edges, gaps in the vessels and a few short
 * false ones.
 */
export function degrade(truth: Picture, seed: number): Uint8Array {
  const { width, height } = truth
  const random = mulberry32(seed)
  const data = roughEdges(truth, random)
  const pred = { data, width, height }
  const scale = Math.max(0.5, Math.sqrt(width * height) / 1024)
  const gaps = Math.round((width * height) / scale ** 2 / 6000)
  for (let n = 0; n < gaps; n++) {
    paintDisc(pred, width * random(), height * random(), scale * (1 + 5 * random()), 0)
  }
  for (let n = 0; n < gaps / 4; n++) {
    const [x, y, angle] = [width * random(), height * random(), 2 * Math.PI * random()]
    const length = scale * (4 + 16 * random())
    for (let at = 0; at < length; at++) {
      paintDisc(pred, x + at * Math.cos(angle), y + at * Math.sin(angle), 1, 1)
    }
  }
  return data
}

/** Flips one in seven of the pixels that differ from their left or upper neighbour. */
function roughEdges({ data, width, height }: Picture, random: () => number): Uint8Array {
  const rough = Uint8Array.from(data)
  for (let y = 1; y < height; y++) {
    for (let i = y * width + 1; i < (y + 1) * width; i++) {
      const isEdge = data[i] !== data[i - 1] || data[i] !== data[i - width]
      if (isEdge && random() < 1 / 7) rough[i] = 1 - rough[i]
    }
  }
  return rough
}

function paintDisc(picture: Picture, x: number, y: number, radius: number, value: 0 | 1): void {
  const { data, width, height } = picture
  const [right, bottom] = [Math.min(width - 1, x + radius), Math.min(height - 1, y + radius)]
  for (let v = Math.max(0, Math.ceil(y - radius)); v <= bottom; v++) {
    for (let u = Math.max(0, Math.ceil(x - radius)); u <= right; u++) {
      if ((u - x) ** 2 + (v - y) ** 2 <= radius ** 2) data[v * width + u] = value
    }
  }
}
