/**
 * Synthetic vessel masks: seeded trees that branch, bend and taper, as a stand-in where no real
 * mask may be shipped. They resemble retinal vessels in density (8 to 13 % of the pixels), calibre
 * and junctions, and in nothing else: numbers measured on them are numbers on synthetic masks.
 */
import { BitMask } from 'vessel-reward'
import { mulberry32 } from './mulberry32.ts'

/** What {@link vesselMask} makes. */
export interface VesselMaskOptions {
  /** Width in pixels; trees need 64 or so to unfold. */
  width: number
  /** Height in pixels. */
  height: number
  /** Any integer; equal seeds and sizes give equal masks. */
  seed: number
}

/** The end of a vessel that still grows. */
interface Tip {
  x: number
  y: number
  /** Direction in radians. */
  angle: number
  /** Half of the vessel's width in pixels. */
  radius: number
}

/** The image that is being painted, and where its vessels run. */
interface Canvas {
  width: number
  height: number
  data: Uint8Array
  /** Foreground pixels so far. */
  count: number
  /** Size of the image against 1024²: vessels are as much longer and thicker. */
  scale: number
  /** Painted pixels per cell of a coarse grid, which tells where there is still room. */
  crowd: Uint32Array
  /** Places along the vessels, from which side branches may sprout. */
  trail: Tip[]
  random: () => number
}

/** Cells of the coarse grid in each direction. */
const GRID = 24
/** Half of a trunk's width in an image of 1024² pixels. */
const TRUNK_RADIUS = 7.2
/** Half of the thinnest vessel's width in any image: a single pixel. */
const TWIG_RADIUS = 0.5
/** Of Murray's law: the cubes of the radii of two branches sum to that of their parent. */
const MURRAY = 3

/**
 * A synthetic vessel mask. About 0.2 s for 2336 × 3504 pixels.
 */
export function vesselMask({ width, height, seed }: VesselMaskOptions): BitMask {
  const random = mulberry32(seed)
  const canvas: Canvas = {
    width,
    height,
    data: new Uint8Array(width * height),
    count: 0,
    scale: Math.sqrt(width * height) / 1024,
    crowd: new Uint32Array(GRID * GRID),
    trail: [],
    random,
  }
  const wanted = width * height * (0.088 + 0.035 * random())
  growTrees(canvas, trunks(canvas), wanted * 0.8)
  // A few twigs whose connection is too faint to be seen, as in every mask drawn by hand.
  for (let i = 2 + Math.floor(4 * random()); i > 0; i--) growTrees(canvas, [island(canvas)], wanted)
  // Thin side branches fill the rest; the limit matters only for images of a few pixels.
  for (let i = 0; i < 20_000 && canvas.count < wanted; i++) {
    growTrees(canvas, [sprout(canvas)], wanted)
  }
  return BitMask.from({ data: canvas.data, width, height })
}

/** One or two trunks that enter through the left or the right border. */
function trunks({ width, height, scale, random }: Canvas): Tip[] {
  const fromLeft = random() < 0.5
  const both = random() < 0.75
  const radius = Math.max(1.2, TRUNK_RADIUS * scale)
  return (both ? [0.42, 0.58] : [0.5]).map((share, i) => {
    const outward = both ? (i === 0 ? -0.55 : 0.55) : 0
    const tilt = outward + 0.3 * (random() - 0.5)
    return {
      x: fromLeft ? 0 : width - 1,
      y: height * (share + 0.1 * (random() - 0.5)),
      angle: fromLeft ? tilt : Math.PI - tilt,
      radius: radius * (0.8 + 0.2 * random()),
    }
  })
}

/** A short vessel on its own, in the emptiest of a few places. */
function island(canvas: Canvas): Tip {
  const { width, height, scale, random } = canvas
  return emptiest(canvas, 12, () => ({
    x: width * random(),
    y: height * random(),
    angle: 2 * Math.PI * random(),
    radius: Math.max(TWIG_RADIUS, 0.9 * scale),
  }))
}

/** A side branch of a vessel, towards the emptiest of a few places. */
function sprout(canvas: Canvas): Tip {
  const { trail, scale, random } = canvas
  return emptiest(canvas, 24, () => {
    const { x, y, angle, radius } = trail[Math.floor(random() * trail.length)]
    const turn = (0.6 + 0.7 * random()) * (random() < 0.5 ? -1 : 1)
    const thinner = Math.min(radius * (0.45 + 0.4 * random()), 4 * scale)
    return { x, y, angle: angle + turn, radius: Math.max(TWIG_RADIUS, 1.2 * scale, thinner) }
  })
}

/** The best of some random tips: the one that heads for the cell with the fewest vessels. */
function emptiest(canvas: Canvas, tries: number, make: () => Tip): Tip {
  let best = make()
  let least = Number.POSITIVE_INFINITY
  for (let i = 0; i < tries; i++) {
    const tip = i === 0 ? best : make()
    const ahead = 20 * canvas.scale + 12 * tip.radius
    const x = tip.x + ahead * Math.cos(tip.angle)
    const y = tip.y + ahead * Math.sin(tip.angle)
    const crowded = isInside(canvas, x, y) ? canvas.crowd[cellAt(canvas, x, y)] : 1e9
    if (crowded < least) {
      least = crowded
      best = tip
    }
  }
  return best
}

/** Grows vessels from the given tips, thickest first, until so many pixels are painted. */
function growTrees(canvas: Canvas, tips: Tip[], wanted: number): void {
  const growing = [...tips]
  while (growing.length > 0 && canvas.count < wanted) {
    let next = 0
    for (let i = 1; i < growing.length; i++) if (growing[i].radius > growing[next].radius) next = i
    const [tip] = growing.splice(next, 1)
    const end = growVessel(canvas, tip)
    if (end !== undefined) growing.push(...bifurcate(canvas, end))
  }
}

/** Paints one vessel up to its next bifurcation; returns its end, unless it ended for good. */
function growVessel(canvas: Canvas, from: Tip): Tip | undefined {
  const { scale, random, trail } = canvas
  const tip = { ...from }
  const thinnest = Math.max(TWIG_RADIUS, 0.5 * scale)
  // A thin vessel does not branch again: it tapers off to a single pixel.
  const isTwig = from.radius < 2.2 * scale || from.radius <= TWIG_RADIUS
  const length =
    scale * (isTwig ? 30 + 90 * random() : 40 + 14 * (from.radius / scale) + 80 * random())
  const endRadius = isTwig ? thinnest : from.radius * (0.9 + 0.1 * random())
  const step = Math.max(0.7, 0.5 * from.radius)
  // The bend drifts, so that vessels curve smoothly instead of trembling; thin ones bend more.
  let bend = 0
  const restless = (0.0035 + 0.004 / (0.5 + from.radius / scale)) / scale
  for (let done = 0; done < length; done += step) {
    paintDisc(canvas, tip)
    if (!isTwig) trail.push({ ...tip })
    bend = 0.97 * bend + restless * (random() - 0.5)
    tip.angle += bend * step
    tip.x += step * Math.cos(tip.angle)
    tip.y += step * Math.sin(tip.angle)
    tip.radius = from.radius + (endRadius - from.radius) * (done / length) ** 2
    if (!isInside(canvas, tip.x, tip.y)) return undefined
  }
  return isTwig ? undefined : tip
}

/** The two branches at the end of a vessel: the thinner one turns away further. */
function bifurcate({ random, scale }: Canvas, { x, y, angle, radius }: Tip): Tip[] {
  const thinnest = Math.max(TWIG_RADIUS, 0.5 * scale)
  const share = 0.7 + 0.25 * random()
  const side = random() < 0.5 ? -1 : 1
  const major = Math.max(thinnest, radius * share ** (1 / MURRAY))
  const minor = Math.max(thinnest, radius * (1 - share) ** (1 / MURRAY))
  const turn = 0.25 + 0.35 * random()
  return [
    { x, y, angle: angle + side * turn * (1 - share), radius: major },
    { x, y, angle: angle - side * (turn + 0.7 * share), radius: minor },
  ]
}

/** Paints a disc; one of radius ½ or less is a single pixel. */
function paintDisc(canvas: Canvas, { x, y, radius }: Tip): void {
  const { width, height, data } = canvas
  const before = canvas.count
  const top = Math.max(0, Math.ceil(y - radius))
  const bottom = Math.min(height - 1, Math.floor(y + radius))
  for (let row = top; row <= bottom; row++) {
    const half = Math.sqrt(radius * radius - (row - y) ** 2)
    const right = Math.min(width - 1, Math.floor(x + half))
    for (let column = Math.max(0, Math.ceil(x - half)); column <= right; column++) {
      const i = row * width + column
      canvas.count += 1 - data[i]
      data[i] = 1
    }
  }
  // A small disc between pixel centres covers none, and would leave a gap.
  const centre = Math.min(height - 1, Math.round(y)) * width + Math.min(width - 1, Math.round(x))
  canvas.count += 1 - data[centre]
  data[centre] = 1
  canvas.crowd[cellAt(canvas, x, y)] += canvas.count - before
}

function isInside({ width, height }: Canvas, x: number, y: number): boolean {
  return x >= 0 && y >= 0 && x < width && y < height
}

function cellAt({ width, height }: Canvas, x: number, y: number): number {
  return Math.floor((GRID * y) / height) * GRID + Math.floor((GRID * x) / width)
}
