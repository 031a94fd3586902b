import type { BitMask } from '../../mask/bitmask.ts'
import { withRoom } from '../../mask/scratch-array.ts'
import type { Segments } from './segments.ts'

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
  const map = new Int32Array(width * height)
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
      if (id === 0 || foundIds.subarray(first, found).includes(id)) continue
      const reaches = steps.some((step) => {
        const one = at(x + step.dx, y + step.dy)
        return one >= 0 && ids[one] === id && step.squared < (radii[one] + 1) ** 2
      })
      if (!reaches) continue
      foundIds[found] = id
      foundPixels[found++] = i
    }
  }
  return bySegment(foundIds.subarray(0, found), count, foundPixels)
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
