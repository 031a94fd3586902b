import { type NearParts, neighboursOf } from './nearby-components.ts'

/** A connection or a branch of a mask that another mask does not have. */
export interface MissedPart {
  /** Whether it joins parts of the other mask; else it is a branch that ends freely. */
  isConnection: boolean
  /** A pixel of the centreline in its middle. */
  x: number
  y: number
  /** Pixels of the centreline. */
  size: number
}

/** What all pieces of a centreline share. */
export interface PieceContext {
  /** The other mask's parts near this piece. */
  near: NearParts
  /** The centreline, one byte per pixel. */
  line: Uint8Array
  /** The mask that the centreline is of. */
  own: Uint8Array
  /** The other mask. */
  other: Uint8Array
  /** Room for the numbers of pixels; all 0, and left so. */
  memberAt: Int32Array
  /** Columns and rows to the pixels of a disc, the nearest first. */
  offsets: Int32Array
  width: number
  height: number
}

/** Instead of a part: the other mask is near, but where another vessel is. */
const ANOTHERS = -1

/** One place of an error, before its size is known. */
interface Place {
  isConnection: boolean
  members: number[]
}

/**
 * A connected piece of a centreline outside the other mask, with some pixels inside it at the ends,
 * and what of it the other mask misses.
 */
export class MissedPiece {
  readonly #pixels: Int32Array
  readonly #reachOf: (member: number) => number
  readonly #context: PieceContext
  /**
   * For each pixel the near part of the other mask that stands for it; 0: it is far from all, and
   * ANOTHERS: what is near stands for another vessel.
   */
  readonly #part: Int32Array
  /** Regions of pixels that are all far, or all near; counted from 1. */
  readonly #region: Int32Array
  /** Whether a region touches centreline that lies inside the other mask. */
  readonly #isAttached: boolean[] = [false]
  readonly #neighbours = new Int32Array(8)

  constructor(pixels: Int32Array, reachOf: (member: number) => number, context: PieceContext) {
    this.#pixels = pixels
    this.#reachOf = reachOf
    this.#context = context
    this.#part = new Int32Array(pixels.length)
    this.#region = new Int32Array(pixels.length)
  }

  find(): MissedPart[] {
    const { memberAt, other } = this.#context
    const pixels = this.#pixels
    for (let i = 0; i < pixels.length; i++) {
      memberAt[pixels[i]] = i + 1
      this.#part[i] = this.#nearestPart(i)
    }
    const far = this.#findRegions()
    const places: Place[] = []
    for (const members of far) {
      const isConnection = this.#joins(members)
      if (isConnection || this.#isBranch(members)) places.push({ isConnection, members })
    }
    for (let i = 0; i < pixels.length; i++) {
      if (other[pixels[i]] === 0 && this.#part[i] > 0 && this.#changesPart(i)) {
        places.push({ isConnection: true, members: [i] })
      }
    }
    const missed = places.length === 0 ? [] : this.#measure(places)
    for (let i = 0; i < pixels.length; i++) memberAt[pixels[i]] = 0
    return missed
  }

  #nearestPart(member: number): number {
    const { near, offsets, other, width, height } = this.#context
    const pixel = this.#pixels[member]
    const x = pixel % width
    const y = (pixel - x) / width
    const reach = this.#reachOf(member)
    let none = 0
    for (let i = 0; i < offsets.length; i += 2) {
      const dx = offsets[i]
      const dy = offsets[i + 1]
      if (dx * dx + dy * dy > reach * reach) break
      const column = x + dx
      const row = y + dy
      if (column < 0 || column >= width || row < 0 || row >= height) continue
      if (other[row * width + column] === 0) continue
      none = ANOTHERS
      if (!this.#isBeside(x, y, dx, dy)) continue
      const part = near.partAt(row * width + column)
      if (part !== 0) return part
    }
    return none
  }

  /**
   * Whether the way from a pixel of the centreline to another one does not enter the own mask again
   * once it has left it: what lies beyond is another vessel, or another bend of this one.
   */
  #isBeside(x: number, y: number, dx: number, dy: number): boolean {
    const { own, width } = this.#context
    const steps = Math.max(Math.abs(dx), Math.abs(dy))
    let isOutside = false
    for (let step = 1; step <= steps; step++) {
      const column = x + Math.round((dx * step) / steps)
      const row = y + Math.round((dy * step) / steps)
      if (own[row * width + column] === 0) isOutside = true
      else if (isOutside) return false
    }
    return true
  }

  /** Finds the regions; returns the pixels of each one that is far. */
  #findRegions(): number[][] {
    const { memberAt, line, other, width, height } = this.#context
    const pixels = this.#pixels
    const far: number[][] = []
    for (let i = 0; i < pixels.length; i++) {
      if (this.#region[i] !== 0) continue
      const isFar = this.#part[i] <= 0
      const region = this.#isAttached.push(false) - 1
      const members = [i]
      this.#region[i] = region
      for (let next = 0; next < members.length; next++) {
        const pixel = pixels[members[next]]
        const count = neighboursOf(pixel, width, height, this.#neighbours)
        for (let k = 0; k < count; k++) {
          const neighbour = this.#neighbours[k]
          if (line[neighbour] === 1 && other[neighbour] === 1) this.#isAttached[region] = true
          const member = memberAt[neighbour] - 1
          if (member < 0 || this.#region[member] !== 0) continue
          if (isFar ? this.#part[member] > 0 : this.#part[member] <= 0) continue
          this.#region[member] = region
          members.push(member)
        }
      }
      if (isFar) far.push(members)
    }
    return far
  }

  /** Whether a far region joins what is apart, or returns to where it came from. */
  #joins(members: readonly number[]): boolean {
    const { near, memberAt, width, height } = this.#context
    const regions = new Set<number>()
    let first = 0
    let joins = false
    for (const member of members) {
      const count = neighboursOf(this.#pixels[member], width, height, this.#neighbours)
      for (let k = 0; k < count; k++) {
        const neighbour = memberAt[this.#neighbours[k]] - 1
        if (neighbour < 0 || this.#part[neighbour] <= 0) continue
        const part = this.#part[neighbour]
        if (this.#isAttached[this.#region[neighbour]]) regions.add(this.#region[neighbour])
        if (first === 0) first = part
        else if (near.join(first, part)) joins = true
      }
    }
    return joins || regions.size > 1
  }

  /**
   * Whether a region is more than the fork that a centreline makes at a bump of the border: it is
   * far from all of the other mask somewhere, or runs along another vessel for longer than that.
   */
  #isBranch(members: readonly number[]): boolean {
    return (
      members.some((member) => this.#part[member] === 0) ||
      members.length > 2 * this.#reachOf(members[0])
    )
  }

  /** Whether the centreline goes over to a part here that has not been joined before. */
  #changesPart(member: number): boolean {
    const { near, memberAt, line, other, width, height } = this.#context
    const count = neighboursOf(this.#pixels[member], width, height, this.#neighbours)
    let changes = false
    for (let k = 0; k < count; k++) {
      const pixel = this.#neighbours[k]
      const neighbour = memberAt[pixel] - 1
      let part = 0
      if (neighbour >= 0) part = this.#part[neighbour]
      else if (line[pixel] === 1 && other[pixel] === 1) part = near.partAt(pixel)
      if (part > 0 && near.join(this.#part[member], part)) changes = true
    }
    return changes
  }

  /** Adds to each place the pixels of the centreline round it that are outside the other mask. */
  #measure(places: readonly Place[]): MissedPart[] {
    const { memberAt, other, width, height } = this.#context
    const owner = new Int32Array(this.#pixels.length).fill(-1)
    const steps = new Float64Array(this.#pixels.length)
    const queue: number[] = []
    places.forEach(({ members }, place) => {
      for (const member of members) {
        if (owner[member] >= 0) continue
        owner[member] = place
        queue.push(member)
      }
    })
    for (let next = 0; next < queue.length; next++) {
      const member = queue[next]
      if (steps[member] >= this.#reachOf(member)) continue
      const count = neighboursOf(this.#pixels[member], width, height, this.#neighbours)
      for (let k = 0; k < count; k++) {
        const neighbour = memberAt[this.#neighbours[k]] - 1
        if (neighbour < 0 || owner[neighbour] >= 0) continue
        owner[neighbour] = owner[member]
        steps[neighbour] = steps[member] + 1
        queue.push(neighbour)
      }
    }
    const owned: number[][] = places.map(() => [])
    for (const member of queue) {
      const pixel = this.#pixels[member]
      if (other[pixel] === 0) owned[owner[member]].push(pixel)
    }
    return places.map(({ isConnection }, place) => ({
      isConnection,
      ...middleOf(owned[place], width),
      size: owned[place].length,
    }))
  }
}

/** The pixel that is nearest to the mean of all, the first of several in the raster. */
function middleOf(pixels: readonly number[], width: number): { x: number; y: number } {
  let sumX = 0
  let sumY = 0
  for (const pixel of pixels) {
    sumX += pixel % width
    sumY += Math.floor(pixel / width)
  }
  const meanX = sumX / pixels.length
  const meanY = sumY / pixels.length
  let best = -1
  let least = Number.POSITIVE_INFINITY
  for (const pixel of pixels) {
    const away = (pixel % width) - meanX
    const down = Math.floor(pixel / width) - meanY
    const squared = away * away + down * down
    if (squared < least || (squared === least && pixel < best)) {
      least = squared
      best = pixel
    }
  }
  const x = best % width
  return { x, y: (best - x) / width }
}
