/** Ways to spoil a mask: one that a decent model might err in, and some that only fool a metric. */
import { BitMask, label, skeletonize } from 'vessel-reward'
import { mulberry32 } from './mulberry32.ts'

const CROSS = [
  [0, -1],
  [-1, 0],
  [1, 0],
  [0, 1],
]
const SQUARE = [...CROSS, [-1, -1], [1, -1], [-1, 1], [1, 1]]

/** Gives every pixel the value that one of its neighbours has; pixels outside have none. */
function spread(mask: BitMask, value: 0 | 1, neighbours: readonly number[][]): Uint8Array {
  const { width, height } = mask
  const from = mask.toUint8Array()
  const to = from.slice()
  for (const [dx, dy] of neighbours) {
    for (let y = Math.max(0, -dy); y < Math.min(height, height - dy); y++) {
      for (let x = Math.max(0, -dx); x < Math.min(width, width - dx); x++) {
        if (from[(y + dy) * width + x + dx] === value) to[y * width + x] = value
      }
    }
  }
  return to
}

function withPixels({ width, height }: BitMask, data: Uint8Array): BitMask {
  return BitMask.from({ data, width, height })
}

/** No vessel anywhere. */
export function empty(mask: BitMask): BitMask {
  return withPixels(mask, new Uint8Array(mask.width * mask.height))
}

/** Vessels everywhere. */
export function full(mask: BitMask): BitMask {
  return withPixels(mask, new Uint8Array(mask.width * mask.height).fill(1))
}

/** Every vessel thicker by a pixel on each side, so many times. */
export function dilate(mask: BitMask, times: number): BitMask {
  let grown = mask
  for (let i = 0; i < times; i++) grown = withPixels(mask, spread(grown, 1, SQUARE))
  return grown
}

/** The mask and a share of all pixels at random. */
export function speckle(mask: BitMask, share: number, seed: number): BitMask {
  const random = mulberry32(seed)
  return withPixels(
    mask,
    mask.toUint8Array().map((value) => (random() < share ? 1 : value)),
  )
}

/** The mask moved to the right and down; background moves in. */
export function shift(mask: BitMask, dx: number, dy: number): BitMask {
  const { width, height } = mask
  const from = mask.toUint8Array()
  const to = new Uint8Array(width * height)
  for (let y = Math.max(0, dy); y < Math.min(height, height + dy); y++) {
    for (let x = Math.max(0, dx); x < Math.min(width, width + dx); x++) {
      to[y * width + x] = from[(y - dy) * width + x - dx]
    }
  }
  return withPixels(mask, to)
}

/** The mask with its vessels cut through, on average once per `every` pixels of their length. */
export function gaps(mask: BitMask, every: number, seed: number): BitMask {
  const random = mulberry32(seed)
  const data = mask.toUint8Array()
  for (const place of pixelsOf(skeletonize(mask))) {
    if (random() < 1 / every) clearAround(data, mask, place, 5)
  }
  return withPixels(mask, data)
}

/**
 * What a decent model makes of the mask: here and there the borders are a pixel off, and many
 * of the thinnest twigs end early. No vessel is interrupted and none invented.
 */
export function plausible(mask: BitMask, seed: number): BitMask {
  const random = mulberry32(seed)
  return jitterBorders(shortenTwigs(mask, random), random)
}

/** Moves the borders by a pixel outwards or inwards, in some blocks of 8 × 8 pixels. */
function jitterBorders(mask: BitMask, random: () => number): BitMask {
  const { width } = mask
  const wider = spread(mask, 1, CROSS)
  const narrower = spread(mask, 0, CROSS)
  const skeleton = skeletonize(mask).toUint8Array()
  // The skeleton stays, so that no vessel is interrupted.
  const blocksPerRow = Math.ceil(width / 8)
  const blocks = new Map<number, number>()
  const data = mask.toUint8Array().map((value, i) => {
    const block = Math.floor(i / width / 8) * blocksPerRow + Math.floor((i % width) / 8)
    const side = blocks.get(block) ?? random()
    blocks.set(block, side)
    return side < 0.2 ? wider[i] : side < 0.4 ? narrower[i] | skeleton[i] : value
  })
  return withoutCrumbs(withPixels(mask, data), skeleton)
}

/** Takes the last 5 to 20 pixels off half of the vessels that are at most 2 pixels wide. */
function shortenTwigs(mask: BitMask, random: () => number): BitMask {
  const data = mask.toUint8Array()
  const skeleton = skeletonize(mask)
  const left = skeleton.toUint8Array()
  const thick = spread(mask, 0, SQUARE)
  const removed: number[] = []
  for (const end of pixelsOf(skeleton)) {
    if (neighboursOf(left, mask, end).length !== 1 || random() < 0.5) continue
    let at = end
    for (let steps = 5 + 15 * random(); steps > 0; steps--) {
      const next = neighboursOf(left, mask, at)
      if (next.length !== 1 || thick[at] === 1) break
      left[at] = 0
      removed.push(at)
      at = next[0]
    }
  }
  for (const place of removed) clearAround(data, mask, place, 2)
  // What stays of the vessels may have been close by.
  const stays = dilate(withPixels(mask, left), 2).toUint8Array()
  const before = mask.toUint8Array()
  const shortened = data.map((value, i) => value | (before[i] & stays[i]))
  return withoutCrumbs(withPixels(mask, shortened), left)
}

/** The components in which there is a pixel of the skeleton. */
function withoutCrumbs(mask: BitMask, skeleton: Uint8Array): BitMask {
  const { labels, count } = label(mask)
  const keep = new Uint8Array(count + 1)
  for (let i = 0; i < labels.length; i++) keep[labels[i]] |= skeleton[i]
  keep[0] = 0
  return withPixels(
    mask,
    mask.toUint8Array().map((_, i) => keep[labels[i]]),
  )
}

function pixelsOf(mask: BitMask): number[] {
  const pixels: number[] = []
  mask.toUint8Array().forEach((value, i) => {
    if (value === 1) pixels.push(i)
  })
  return pixels
}

function neighboursOf(data: Uint8Array, { width, height }: BitMask, pixel: number): number[] {
  const x = pixel % width
  const y = Math.floor(pixel / width)
  return SQUARE.filter(
    ([dx, dy]) => x + dx >= 0 && x + dx < width && y + dy >= 0 && y + dy < height,
  )
    .map(([dx, dy]) => pixel + dy * width + dx)
    .filter((i) => data[i] === 1)
}

function clearAround(
  data: Uint8Array,
  { width, height }: BitMask,
  pixel: number,
  radius: number,
): void {
  const x = pixel % width
  const y = Math.floor(pixel / width)
  for (let row = Math.max(0, y - radius); row <= Math.min(height - 1, y + radius); row++) {
    const left = Math.max(0, x - radius)
    const right = Math.min(width - 1, x + radius)
    data.fill(0, row * width + left, row * width + right + 1)
  }
}
