import type { BitMask } from '../../mask/bitmask.ts'
import { borrowedZeros, withRoom } from '../../mask/scratch-array.ts'
import { type HalfWidths, halfWidthsOf } from '../half-widths.ts'
import { factOf } from '../remembered-facts.ts'

/** A centreline cut into segments; see {@link segmentsOf}. */
export interface Segments extends HalfWidths {
  /** Segment of each pixel, 1 to `count`; 0: in none. */
  ids: Int32Array
  /** Pixels of each segment, the first of which is unused. */
  sizes: Int32Array
  /** Number of segments. */
  count: number
}

/** Paths with fewer pixels are left out of the comparison. */
const MIN_PIXELS = 4

/** Longer paths are cut into as many parts as fit in at this length. */
const PART_PIXELS = 15

/** A segment of so many pixels takes no crossing pixel in. */
const FULL_PIXELS = 100

// What a pixel is in the map while the skeleton is being cut; segments are greater than 0.
const OFF = 0
const PATH = -1
const CROSSING = -2
const SEEN = -3
const SHORT = -4

/**
 * Cuts the Guo–Hall centreline of a mask into short segments, as the authors of the skeletal
 * similarity do: pixels with more than two neighbours are taken out one after another, column by
 * column, each by what is left then; paths of fewer than 4 pixels are dropped and those of 30 or
 * more cut into parts of about 15; then each pixel taken out joins the last numbered segment that
 * touches it. Found once a mask.
 *
 * A closed path has no end to start from: it is cut from its first pixel, column by column.
 *
 * Source: Z. Yan, X. Yang and K.-T. Cheng, IEEE Transactions on Medical Imaging 37(4), 2018, and
 * their published implementation.
 */
export function segmentsOf(mask: BitMask): Segments {
  return factOf(mask, 'skeletal segments', () => cut(halfWidthsOf(mask, 'guo-hall'), mask.height))
}

function cut(centerline: HalfWidths, height: number): Segments {
  const { xs, ys } = centerline
  const pixels = xs.length
  if (pixels === 0) {
    return { ...centerline, ids: new Int32Array(0), sizes: Int32Array.of(0), count: 0 }
  }
  // The map is stored column by column, so that the order of the places is the order of visits.
  const pitch = height + 2
  const width = xs[pixels - 1] + 1
  const map = borrowedZeros((width + 2) * pitch)
  const places = new Int32Array(pixels)
  for (let i = 0; i < pixels; i++) {
    places[i] = (xs[i] + 1) * pitch + ys[i] + 1
    map[places[i]] = PATH
  }
  const around = [-pitch - 1, -pitch, -pitch + 1, -1, 1, pitch - 1, pitch, pitch + 1]
  const countAround = (place: number, kind: number) => {
    let found = 0
    for (let k = 0; k < 8; k++) if (map[place + around[k]] === kind) found++
    return found
  }
  for (const place of places) if (countAround(place, PATH) > 2) map[place] = CROSSING

  // Every pixel left has at most two neighbours: what is left are open and closed paths.
  const starts: number[] = []
  const lengths: number[] = []
  const path = new Int32Array(pixels)
  for (const place of places) {
    if (map[place] !== PATH) continue
    const length = collect(map, place, around, path)
    let start = -1
    for (let i = 0; i < length; i++) {
      const isEnd = countAround(path[i], SEEN) < 2
      if (isEnd && (start < 0 || path[i] < start)) start = path[i]
    }
    if (length < MIN_PIXELS) {
      for (let i = 0; i < length; i++) map[path[i]] = SHORT
    } else {
      starts.push(start < 0 ? place : start)
      lengths.push(length)
    }
  }

  const sizes = [0, ...lengths]
  for (let i = 0; i < starts.length; i++) {
    const parts = Math.max(1, Math.floor(lengths[i] / PART_PIXELS))
    const partLength = parts === 1 ? lengths[i] : Math.round(lengths[i] / parts)
    let place = starts[i]
    for (let done = 0; done < lengths[i]; done++) {
      const part = Math.floor(done / partLength)
      // The last part keeps the number of the path; the others get new ones.
      if (part >= parts - 1) map[place] = i + 1
      else {
        if (done % partLength === 0) sizes.push(partLength)
        map[place] = sizes.length - 1
        sizes[i + 1]--
      }
      place += around.find((step) => map[place + step] === SEEN) ?? 0
    }
  }

  for (const place of places) {
    if (map[place] !== CROSSING) continue
    let id = 0
    for (let k = 0; k < 8; k++) {
      const other = map[place + around[k]]
      if (other > id && sizes[other] < FULL_PIXELS) id = other
    }
    if (id === 0) continue
    map[place] = id
    sizes[id]++
  }
  const ids = new Int32Array(pixels)
  for (let i = 0; i < pixels; i++) {
    ids[i] = Math.max(OFF, map[places[i]])
    map[places[i]] = 0
  }
  return { ...centerline, ids, sizes: Int32Array.from(sizes), count: sizes.length - 1 }
}

/** Collects the path that a place is on, marks its pixels as seen, and returns their number. */
function collect(map: Int32Array, place: number, around: number[], path: Int32Array): number {
  let length = 1
  path[0] = place
  map[place] = SEEN
  for (let i = 0; i < length; i++) {
    for (let k = 0; k < 8; k++) {
      const other = path[i] + around[k]
      if (map[other] !== PATH) continue
      map[other] = SEEN
      path[length++] = other
    }
  }
  return length
}

/** Pixels by segment: those of segment `id` are `pixels[from[id]]` to before `pixels[from[id+1]]`. */
export interface Grouped {
  from: Int32Array
  pixels: Int32Array
}

/** Sorts pixels by segment, keeping their order; `pixelOf` names them where they repeat. */
export function bySegment(ids: Int32Array, count: number, pixelOf?: Int32Array): Grouped {
  const from = new Int32Array(count + 2)
  for (let i = 0; i < ids.length; i++) from[ids[i] + 1]++
  for (let id = 0; id <= count; id++) from[id + 1] += from[id]
  const next = from.slice()
  const pixels = new Int32Array(ids.length)
  for (let i = 0; i < ids.length; i++) {
    pixels[next[ids[i]]++] = pixelOf === undefined ? i : pixelOf[i]
  }
  return { from, pixels }
}

/**
 * The predicted pixels of each segment: those in its range to which no other pixel of the true
 * centreline is nearer. A pixel may belong to several that are equally near, and one that is on the
 * true centreline to its segment only, or to none.
 */
export function membersOf(
  drawn: Pick<Segments, 'xs' | 'ys'>,
  { xs, ys, ids, count }: Segments,
  radii: Int32Array,
  range: number,
  { width, height }: BitMask,
): Grouped {
  // The map holds i + 1 for pixel i of the true centreline.
  const map = borrowedZeros(width * height)
  for (let i = 0; i < xs.length; i++) map[xs[i] * height + ys[i]] = i + 1
  const steps = stepsWithin(range)
  const at = (x: number, y: number) =>
    x >= 0 && x < width && y >= 0 && y < height ? map[x * height + y] - 1 : -1
  let foundIds = new Int32Array(drawn.xs.length)
  let foundPixels = new Int32Array(drawn.xs.length)
  let found = 0
  for (let i = 0; i < drawn.xs.length; i++) {
    foundIds = withRoom(foundIds, found + steps.length)
    foundPixels = withRoom(foundPixels, found + steps.length)
    const x = drawn.xs[i]
    const y = drawn.ys[i]
    const here = at(x, y)
    if (here >= 0) {
      if (ids[here] === 0) continue
      foundIds[found] = ids[here]
      foundPixels[found++] = i
      continue
    }
    const first = found
    let nearest = -1
    for (const { dx, dy, squared } of steps) {
      if (nearest >= 0 && squared > nearest) break
      const other = at(x + dx, y + dy)
      if (other < 0) continue
      nearest = squared
      const id = ids[other]
      if (id === 0 || isAmong(foundIds, first, found, id)) continue
      const reaches = steps.some((step) => {
        const one = at(x + step.dx, y + step.dy)
        return one >= 0 && ids[one] === id && step.squared < (radii[one] + 1) ** 2
      })
      if (!reaches) continue
      foundIds[found] = id
      foundPixels[found++] = i
    }
  }
  for (let i = 0; i < xs.length; i++) map[xs[i] * height + ys[i]] = 0
  return bySegment(foundIds.subarray(0, found), count, foundPixels)
}

function isAmong(values: Int32Array, first: number, end: number, value: number): boolean {
  for (let i = first; i < end; i++) if (values[i] === value) return true
  return false
}

interface Step {
  dx: number
  dy: number
  squared: number
}

/** The steps to all other pixels within the range, nearest first. */
function stepsWithin(range: number): Step[] {
  const steps: Step[] = []
  for (let dx = -range; dx <= range; dx++) {
    for (let dy = -range; dy <= range; dy++) {
      const squared = dx * dx + dy * dy
      if (squared > 0 && squared < (range + 1) ** 2) steps.push({ dx, dy, squared })
    }
  }
  return steps.sort((a, b) => a.squared - b.squared)
}
