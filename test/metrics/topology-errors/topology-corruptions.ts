import { mulberry32 } from '../../../examples/mulberry32.ts'
import { BitMask, bettiNumbers, skeletonGraph, skeletonize } from '../../../src/index.ts'
import type { TopologyErrorKind } from '../../../src/metrics/topology-errors/topology-errors.ts'
import { distanceTransform } from '../../../src/morphology/distance-transform.ts'
import { nearestFeatureOf } from '../../../src/morphology/nearest-feature.ts'

/** A network with what is needed to place errors on it. */
export interface Network {
  mask: BitMask
  data: Uint8Array
  skeleton: Uint8Array
  /** Distance to background inside. */
  depths: Float64Array
  /** Distance to the vessels outside. */
  heights: Float64Array
  nearest: Int32Array
  graph: ReturnType<typeof skeletonGraph>
}

/** One error: the pixels that change, and the only kind that may be reported for them. */
export interface Corruption {
  kind: TopologyErrorKind
  pixels: number[]
}

export function networkOf(mask: BitMask): Network {
  const skeleton = skeletonize(mask)
  const data = mask.toUint8Array()
  const { width, height } = mask
  return {
    mask,
    data,
    skeleton: skeleton.toUint8Array(),
    depths: distanceTransform(mask).distances,
    heights: distanceTransform({ data: data.map((value) => 1 - value), width, height }).distances,
    nearest: nearestFeatureOf(skeleton),
    graph: skeletonGraph(skeleton),
  }
}

/** The least distance of two corruptions, and of the pixels of a mask's border. */
const APART = 28
const MARGIN = 6

type Random = () => number
const pick = (random: Random, count: number) => Math.floor(random() * count)

/**
 * Makes up to `count` errors, far apart, of kinds drawn from `kinds`; each one is verified by the
 * Betti numbers of the masks before and after it.
 */
export function corrupt(
  network: Network,
  kinds: readonly TopologyErrorKind[],
  count: number,
  seed: number,
): { pred: BitMask; errors: Corruption[] } {
  const random = mulberry32(seed)
  const { width, height } = network.mask
  const data = network.data.slice()
  const errors: Corruption[] = []
  let current = network.mask
  for (let tries = 0; tries < 400 && errors.length < count; tries++) {
    const kind = kinds[errors.length % kinds.length]
    const pixels = PROPOSALS[kind](network, random)
    if (pixels === undefined || pixels.length === 0) continue
    if (!errors.every((error) => areApart(error.pixels, pixels, width))) continue
    if (!pixels.every((pixel) => isInside(pixel, width, height))) continue
    for (const pixel of pixels) data[pixel] ^= 1
    const next = BitMask.from({ data: data.slice(), width, height })
    if (isValid(kind, current, next)) {
      errors.push({ kind, pixels })
      current = next
    } else for (const pixel of pixels) data[pixel] ^= 1
  }
  return { pred: current, errors }
}

/** A connection more or less changes components or holes by one, a branch changes neither. */
function isValid(kind: TopologyErrorKind, before: BitMask, after: BitMask): boolean {
  const from = bettiNumbers(before)
  const to = bettiNumbers(after)
  const components = to.b0 - from.b0
  const holes = to.b1 - from.b1
  if (kind === 'broken connection') {
    return (components === 1 && holes === 0) || (components === 0 && holes === -1)
  }
  if (kind === 'spurious connection') {
    return (components === -1 && holes === 0) || (components === 0 && holes === 1)
  }
  return components === 0 && holes === 0
}

function isInside(pixel: number, width: number, height: number): boolean {
  const x = pixel % width
  const y = (pixel - x) / width
  return x >= MARGIN && y >= MARGIN && x < width - MARGIN && y < height - MARGIN
}

/** Distance of two sets of pixels, from the boxes round them. */
function areApart(a: readonly number[], b: readonly number[], width: number): boolean {
  const box = (pixels: readonly number[]) => {
    const xs = pixels.map((pixel) => pixel % width)
    const ys = pixels.map((pixel) => Math.floor(pixel / width))
    return [Math.min(...xs), Math.max(...xs), Math.min(...ys), Math.max(...ys)]
  }
  const [left, right, top, bottom] = box(a)
  const [otherLeft, otherRight, otherTop, otherBottom] = box(b)
  const dx = Math.max(left - otherRight, otherLeft - right)
  const dy = Math.max(top - otherBottom, otherTop - bottom)
  return Math.max(dx, dy) >= APART
}

const PROPOSALS: Record<
  TopologyErrorKind,
  (network: Network, random: Random) => number[] | undefined
> = {
  'broken connection': proposeGap,
  'missing branch': proposeBranch,
  'spurious connection': proposeBridge,
  'extra branch': proposeSpur,
}

/** The foreground whose nearest centreline pixel is one of these. */
function owned({ nearest, data }: Network, path: Iterable<number>): number[] {
  const along = new Set(path)
  const pixels: number[] = []
  for (let i = 0; i < data.length; i++) if (data[i] === 1 && along.has(nearest[i])) pixels.push(i)
  return pixels
}

/** A gap of 1 to 12 pixels along a branch, a few pixels away from its ends. */
function proposeGap(network: Network, random: Random): number[] | undefined {
  const { branches } = network.graph
  const branch = pick(random, branches.count)
  const path = branches.path.subarray(branches.pathStart[branch], branches.pathStart[branch + 1])
  const length = 1 + pick(random, 12)
  const widest = path.reduce((most, pixel) => Math.max(most, network.depths[pixel]), 0)
  const stump = 6 + Math.ceil(widest)
  if (path.length < length + 2 * stump) return undefined
  const first = stump + pick(random, path.length - length - 2 * stump + 1)
  return owned(network, path.subarray(first, first + length))
}

/** A branch that ends freely, from the border of the vessel it leaves. */
function proposeBranch(network: Network, random: Random): number[] | undefined {
  const { branches, nodes } = network.graph
  const branch = pick(random, branches.count)
  if (branches.type[branch] !== 1) return undefined
  const path = branches.path.slice(branches.pathStart[branch], branches.pathStart[branch + 1])
  if (nodes.kind[branches.from[branch]] !== 2) path.reverse()
  const outside = path.subarray(Math.ceil(network.depths[path[0]]))
  const widest = outside.reduce((most, pixel) => Math.max(most, network.depths[pixel]), 0)
  return outside.length < 10 + 2 * widest ? undefined : owned(network, outside)
}

/** A straight bar of 1 to 3 pixels' width; only its background pixels. */
function bar(network: Network, from: number, to: number, thickness: number): number[] {
  const { width } = network.mask
  const [x, y] = [from % width, Math.floor(from / width)]
  const [dx, dy] = [(to % width) - x, Math.floor(to / width) - y]
  const length = Math.hypot(dx, dy)
  const pixels = new Set<number>()
  for (let step = 0; step <= 2 * length; step++) {
    for (let side = 0; side < thickness; side++) {
      const aside = side - (thickness - 1) / 2
      const column = Math.round(x + (dx * step) / (2 * length) - (aside * dy) / length)
      const row = Math.round(y + (dy * step) / (2 * length) + (aside * dx) / length)
      const pixel = row * width + column
      if (network.data[pixel] === 0) pixels.add(pixel)
    }
  }
  return [...pixels]
}

/** A random place on the centreline, not near the border, and one some pixels away in a direction. */
function place({ mask, graph }: Network, random: Random): number | undefined {
  const { path } = graph.branches
  const pixel = path[pick(random, path.length)]
  const x = pixel % mask.width
  const y = Math.floor(pixel / mask.width)
  const margin = 30
  const isFree = x > margin && y > margin && x < mask.width - margin && y < mask.height - margin
  return isFree ? pixel : undefined
}

/** A false bridge of 2 to 16 pixels between two vessels that are not joined near it. */
function proposeBridge(network: Network, random: Random): number[] | undefined {
  const { width } = network.mask
  const start = place(network, random)
  if (start === undefined) return undefined
  const angle = 2 * Math.PI * random()
  const at = (step: number) =>
    start + Math.round(step * Math.cos(angle)) + width * Math.round(step * Math.sin(angle))
  let leaves = 0
  while (leaves < 16 && network.data[at(leaves)] === 1) leaves++
  let arrives = leaves
  while (arrives < 28 && network.data[at(arrives)] === 0) arrives++
  const gap = arrives - leaves
  if (leaves === 16 || arrives === 28 || gap < 2 || gap > 16) return undefined
  const pixels = bar(network, at(leaves), at(arrives), 1 + pick(random, 3))
  // Not where the two join anyway a few pixels farther on.
  return joinsNear(network, at(leaves - 1), at(arrives), gap + 8) ? undefined : pixels
}

function joinsNear(network: Network, from: number, to: number, radius: number): boolean {
  const { data, mask } = network
  const { width } = mask
  const [x, y] = [(from % width) + (to % width), Math.floor(from / width) + Math.floor(to / width)]
  const seen = new Set([from])
  for (const pixel of seen) {
    for (const step of [-width - 1, -width, -width + 1, -1, 1, width - 1, width, width + 1]) {
      const next = pixel + step
      if (data[next] !== 1) continue
      const away = Math.hypot((next % width) - x / 2, Math.floor(next / width) - y / 2)
      if (away <= radius) seen.add(next)
    }
  }
  return seen.has(to)
}

/** A false twig of 9 to 20 pixels beyond the border, which keeps away from all vessels. */
function proposeSpur(network: Network, random: Random): number[] | undefined {
  const { width } = network.mask
  const start = place(network, random)
  if (start === undefined) return undefined
  const angle = 2 * Math.PI * random()
  const at = (step: number) =>
    start + Math.round(step * Math.cos(angle)) + width * Math.round(step * Math.sin(angle))
  let leaves = 0
  while (leaves < 12 && network.data[at(leaves)] === 1) leaves++
  if (leaves === 12) return undefined
  const length = 9 + pick(random, 12)
  const tip = leaves + length
  if (tip > 29) return undefined
  // It leaves the vessel steeply and comes near no other one.
  for (let step = 2; step <= length; step++) {
    if (network.heights[at(leaves + step)] < Math.min(0.6 * step, 6)) return undefined
  }
  return bar(network, at(leaves), at(tip), 1 + pick(random, 3))
}
