import type { Random } from './random.ts'

/** The pixels of a mask: 0 or 1, row by row. */
export interface Picture {
  readonly width: number
  readonly height: number
  readonly data: Uint8Array
}

type Paint = (x: number, y: number) => boolean

/** Sizes of all kinds: often small, often at the end of a word or a tile, now and then none. */
export function anySize(random: Random, maxSide: number): { width: number; height: number } {
  const side = () => {
    const kind = random.next()
    if (kind < 0.03) return 0
    if (kind < 0.13) return random.integer(1, 3)
    if (kind < 0.3) return random.pick([29, 30, 31, 59, 60, 61, 63, 64, 65, 120, 127, 128, 129])
    if (kind < 0.9) return random.integer(1, 70)
    return random.integer(1, 300)
  }
  return { width: Math.min(side(), maxSide), height: Math.min(side(), maxSide) }
}

/** Noise, strokes, rings, blocks, stripes, or all of one kind. */
export function anyPicture(random: Random, width: number, height: number): Picture {
  const paint = random.pick(PAINTS)(random, width, height)
  const data = new Uint8Array(width * height)
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) if (paint(x, y)) data[y * width + x] = 1
  }
  return { width, height, data }
}

/** The picture with some of its pixels changed, so that two of them have something in common. */
export function nearPicture(random: Random, picture: Picture): Picture {
  const { width, height } = picture
  const data = Uint8Array.from(picture.data)
  const edits = random.integer(0, 6)
  for (let edit = 0; edit < edits && data.length > 0; edit++) {
    const left = random.integer(0, width - 1)
    const top = random.integer(0, height - 1)
    const right = Math.min(width, left + random.integer(1, 8))
    const bottom = Math.min(height, top + random.integer(1, 8))
    const value = random.integer(0, 1)
    for (let y = top; y < bottom; y++) data.fill(value, y * width + left, y * width + right)
  }
  return { width, height, data }
}

const PAINTS: ((random: Random, width: number, height: number) => Paint)[] = [
  strokes,
  strokes,
  strokes,
  rings,
  blocks,
  (random) => {
    const share = random.next()
    return () => random.chance(share)
  },
  (random) => {
    const [a, b, size] = [random.integer(-1, 2), random.integer(-1, 2), random.integer(1, 5)]
    return (x, y) => Math.floor((a * x + b * y) / size) % 2 === 0
  },
  (random) => {
    const value = random.chance(0.5)
    return () => value
  },
  (random, width, height) => {
    const inside = strokes(random, width, height)
    return (x, y) => !inside(x, y)
  },
]

/** Thick lines from anywhere to anywhere, as vessels are. */
function strokes(random: Random, width: number, height: number): Paint {
  const lines = Array.from({ length: random.integer(1, 7) }, () => ({
    x: random.integer(-3, width + 2),
    y: random.integer(-3, height + 2),
    dx: random.integer(-width, width),
    dy: random.integer(-height, height),
    radius: 0.4 + 3 * random.next() ** 2,
  }))
  return (px, py) =>
    lines.some(({ x, y, dx, dy, radius }) => {
      const along = ((px - x) * dx + (py - y) * dy) / (dx * dx + dy * dy || 1)
      const t = Math.max(0, Math.min(1, along))
      return Math.hypot(px - x - t * dx, py - y - t * dy) <= radius
    })
}

function rings(random: Random, width: number, height: number): Paint {
  const circles = Array.from({ length: random.integer(1, 4) }, () => ({
    x: random.integer(0, width),
    y: random.integer(0, height),
    inner: random.integer(1, 12),
    outer: random.integer(0, 4),
  }))
  return (px, py) =>
    circles.some(({ x, y, inner, outer }) => {
      const distance = Math.hypot(px - x, py - y)
      return distance >= inner && distance <= inner + outer
    })
}

function blocks(random: Random, width: number, height: number): Paint {
  const parts = Array.from({ length: random.integer(1, 9) }, () => {
    const left = random.integer(-2, width)
    const top = random.integer(-2, height)
    const right = left + random.integer(1, 1 + (width >> 1))
    const bottom = top + random.integer(1, 1 + (height >> 1))
    return { left, top, right, bottom, value: random.chance(0.75) }
  })
  return (x, y) => {
    let set = false
    for (const { left, top, right, bottom, value } of parts) {
      if (x >= left && x < right && y >= top && y < bottom) set = value
    }
    return set
  }
}
