/**
 * The vessels of a synthetic fundus: trees that start at the optic disc, bend, taper and branch.
 */

/** A point of a vessel's centreline; neighbours on one vessel are {@link STEP} pixels apart. */
export interface CenterlinePoint {
  x: number
  y: number
  /** Half of the vessel's width in pixels. */
  radius: number
}

/** One vessel from its root to its end. */
export type Vessel = CenterlinePoint[]

/** What {@link growVesselTrees} needs to know. */
export interface VesselTreeOptions {
  /** Side of the image in pixels. */
  size: number
  /** Where the trunks start, in pixels. */
  disc: { x: number; y: number }
  /** Whether a vessel may go on at this place. */
  isInside: (x: number, y: number) => boolean
  random: () => number
}

/** Pixels between two points of a centreline. */
const STEP = 0.5
/** Per step, the share of the radius that remains. */
const TAPER = 0.9965
/** Half-widths of the trunks. */
const TRUNK_RADIUS = [1.15, 1.75] as const
/** Half-width of a side branch as a share of its parent's. */
const BRANCH_SHARE = [0.5, 0.85] as const
/** Pixels that a trunk and a side branch grow unless something stops them. */
const TRUNK_LENGTH = [20, 43] as const
const BRANCH_LENGTH = [11, 38] as const
/** No vessel is thinner: it would not be seen. */
const THINNEST = 0.34
/** Trunks have depth 0, and branches of this depth have none. */
const DEEPEST = 3
/** Chance per step that a side branch starts. */
const BRANCH_CHANCE = 0.067
/** Some side branches below this half-width cannot be seen where they leave their parent, */
const THIN = 0.7
/** with this chance, */
const FAINT_CHANCE = 0.045
/** for this many pixels from the parent's edge. */
const FAINT_LENGTH = 2.5
/** A vessel ends within this many pixels of another. */
const CLEARANCE = 2

interface Sprout extends CenterlinePoint {
  angle: number
  depth: number
  /** The number of the vessel that it leaves, and that vessel's half-width there. */
  parent: number
  parentRadius: number
}

/**
 * Grows the vessels: four trunks, then their branches, then the branches of those, so that a
 * thin vessel ends at a thick one and never the other way round.
 */
export function growVesselTrees({ size, disc, isInside, random }: VesselTreeOptions): Vessel[] {
  const between = (low: number, high: number) => low + (high - low) * random()
  const vessels: Vessel[] = []
  // 1 + the number of the vessel whose centreline crosses a pixel.
  const owner = new Int16Array(size * size)
  // Points from the disc towards the middle of the image: most of the vessels lie there.
  const ahead = Math.atan2(size / 2 - disc.y, size / 2 - disc.x)
  let sprouts: Sprout[] = [-1.9, -0.7, 0.7, 1.9].map((turn) => ({
    ...disc,
    angle: ahead + turn + between(-0.28, 0.28),
    radius: between(...TRUNK_RADIUS),
    depth: 0,
    parent: -1,
    parentRadius: 0,
  }))

  while (sprouts.length > 0) {
    const next: Sprout[] = []
    for (const sprout of sprouts) {
      const number = vessels.length
      const vessel = growVessel(sprout, number)
      vessels.push(vessel)
      if (sprout.depth < DEEPEST) next.push(...branchesOf(vessel, sprout, number))
    }
    sprouts = next
  }
  return vessels

  function growVessel(sprout: Sprout, number: number): Vessel {
    const vessel: Vessel = []
    const [shortest, longest] = sprout.depth === 0 ? TRUNK_LENGTH : BRANCH_LENGTH
    const length = between(shortest, longest)
    let { x, y, angle, radius } = sprout
    const isFaint = radius < THIN && random() < FAINT_CHANCE
    const faint = isFaint ? sprout.parentRadius + FAINT_LENGTH : 0
    // The bend drifts, so that a vessel curves instead of trembling.
    let bend = between(-0.06, 0.06)
    for (let i = 0; i * STEP < length && radius >= THINNEST && isInside(x, y); i++) {
      if (i * STEP > 2 && meetsAnother(x, y, angle, radius, number, sprout, i * STEP)) break
      if (i * STEP >= faint) vessel.push({ x, y, radius })
      const pixel = Math.round(y) * size + Math.round(x)
      if (owner[pixel] === 0) owner[pixel] = number + 1
      bend = 0.94 * bend + 0.022 * (random() - 0.5) * 2
      angle += bend * STEP
      x += STEP * Math.cos(angle)
      y += STEP * Math.sin(angle)
      radius *= TAPER
    }
    return vessel
  }

  /** Whether another vessel lies just ahead; the own parent does not count near the root. */
  function meetsAnother(
    x: number,
    y: number,
    angle: number,
    radius: number,
    number: number,
    { depth, parent, parentRadius }: Sprout,
    grown: number,
  ): boolean {
    // All trunks share their root.
    if (depth === 0 && grown < 9) return false
    const parentCounts = grown > 4 + 2 * parentRadius
    const far = radius + CLEARANCE
    for (const turn of [-0.7, 0, 0.7]) {
      for (let reach = 1; reach <= far; reach += 0.75) {
        const column = Math.round(x + reach * Math.cos(angle + turn))
        const row = Math.round(y + reach * Math.sin(angle + turn))
        if (column < 0 || row < 0 || column >= size || row >= size) continue
        const found = owner[row * size + column] - 1
        if (found >= 0 && found !== number && (parentCounts || found !== parent)) return true
      }
    }
    return false
  }

  function branchesOf(vessel: Vessel, { depth }: Sprout, parent: number): Sprout[] {
    const sprouts: Sprout[] = []
    // Not at the disc itself, and with some room between two branches of one vessel.
    let rest = depth === 0 ? 10 : 6
    let side = random() < 0.5 ? -1 : 1
    for (let i = 1; i < vessel.length; i++) {
      if (rest-- > 0 || random() >= BRANCH_CHANCE) continue
      const { x, y, radius } = vessel[i]
      const [low, high] = BRANCH_SHARE
      const thinner = radius * (low + (high - low) * random() ** 2)
      const angle = Math.atan2(y - vessel[i - 1].y, x - vessel[i - 1].x)
      sprouts.push({
        x,
        y,
        angle: angle + side * between(0.55, 1.15),
        radius: Math.max(THINNEST + 0.04, thinner),
        depth: depth + 1,
        parent,
        parentRadius: radius,
      })
      side = random() < 0.75 ? -side : side
      rest = 7
    }
    return sprouts
  }
}
