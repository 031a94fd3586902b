import { withRoom } from '../../mask/scratch-array.ts'
import { findRoot, join } from '../../topology/union-find.ts'

/** Writes the neighbours of a pixel (raster index), up to eight, and returns how many there are. */
export function neighboursOf(
  pixel: number,
  width: number,
  height: number,
  neighbours: Int32Array,
): number {
  const x = pixel % width
  const y = (pixel - x) / width
  let count = 0
  for (let row = Math.max(0, y - 1); row <= y + 1 && row < height; row++) {
    for (let column = Math.max(0, x - 1); column <= x + 1 && column < width; column++) {
      const neighbour = row * width + column
      if (neighbour !== pixel) neighbours[count++] = neighbour
    }
  }
  return count
}

/**
 * The parts of the other mask near one piece of a centreline after another: those 8-connected parts
 * that it has inside the window of the piece. Each window is visited once, and only the parts that
 * are asked for, so time is in proportion to the windows.
 */
export class NearParts {
  readonly #own: Uint8Array
  readonly #other: Uint8Array
  readonly #width: number
  readonly #height: number
  /** Twice the number of the last piece whose window holds the pixel, plus 1 for its own vessel. */
  readonly #window: Int32Array
  /** The last part that the pixel was found to be in; parts of earlier windows do not count. */
  readonly #part: Int32Array
  readonly #neighbours = new Int32Array(8)
  #stack = new Int32Array(1024)
  #piece = 0
  #before = 0
  /** Parents of the parts of this piece, of which 0 stands for the parts of other vessels. */
  #parents = new Int32Array(64)
  #parts = 1

  /**
   * @param own - the mask that the centreline is of, one byte per pixel
   * @param other - the other mask
   */
  constructor(own: Uint8Array, other: Uint8Array, width: number, height: number) {
    this.#own = own
    this.#other = other
    this.#width = width
    this.#height = height
    this.#window = new Int32Array(own.length)
    this.#part = new Int32Array(own.length)
  }

  /** Goes on to the next piece; its window is the union of discs round its pixels. */
  enter(pixels: Int32Array, radiusOf: (index: number) => number): void {
    const window = this.#window
    const width = this.#width
    this.#piece++
    this.#before += this.#parts - 1
    this.#parts = 1
    const mark = 2 * this.#piece
    for (let i = 0; i < pixels.length; i++) {
      const radius = radiusOf(i)
      const x = pixels[i] % width
      const y = (pixels[i] - x) / width
      const bottom = Math.min(this.#height - 1, Math.floor(y + radius))
      for (let row = Math.max(0, Math.ceil(y - radius)); row <= bottom; row++) {
        const half = Math.floor(Math.sqrt(radius * radius - (row - y) ** 2))
        const start = row * width
        window.fill(mark, start + Math.max(0, x - half), start + Math.min(width, x + half + 1))
      }
    }
    // A piece is connected, so that one of its pixels leads to all of its vessel in the window.
    window[pixels[0]] = mark + 1
    this.#flood(pixels[0], (pixel) => {
      if (this.#own[pixel] === 0 || window[pixel] !== mark) return false
      window[pixel] = mark + 1
      return true
    })
  }

  /**
   * The part that a pixel of the other mask is in, at least 1; 0 for a pixel that is background or
   * outside the window, and for the part of another vessel: one that shares pixels with the own
   * mask, but none with the vessel that the piece is of.
   */
  partAt(pixel: number): number {
    if (this.#other[pixel] === 0 || this.#window[pixel] >> 1 !== this.#piece) return 0
    const part = this.#part
    if (part[pixel] <= this.#before) this.#findPart(pixel)
    return this.rootOf(part[pixel] - this.#before)
  }

  /** The part that a part has been joined with. */
  rootOf(part: number): number {
    return findRoot(this.#parents, part)
  }

  /** Joins two parts; returns whether they were apart. */
  join(a: number, b: number): boolean {
    return join(this.#parents, a, b) === 1
  }

  #findPart(start: number): void {
    const window = this.#window
    const part = this.#part
    const own = this.#own
    const other = this.#other
    const mark = 2 * this.#piece
    const found = this.#parts++
    const name = this.#before + found
    let isOwn = false
    let isAnothers = false
    const visit = (pixel: number) => {
      if (other[pixel] === 0 || window[pixel] >> 1 !== mark >> 1 || part[pixel] === name) {
        return false
      }
      part[pixel] = name
      if (window[pixel] === mark + 1) isOwn = true
      else if (own[pixel] === 1) isAnothers = true
      return true
    }
    visit(start)
    this.#flood(start, visit)
    this.#parents = withRoom(this.#parents, this.#parts)
    this.#parents[found] = isOwn || !isAnothers ? found : 0
  }

  /** Visits what is reached from a pixel by neighbours for which `visit` returns true. */
  #flood(start: number, visit: (pixel: number) => boolean): void {
    const neighbours = this.#neighbours
    this.#stack[0] = start
    for (let size = 1; size > 0; ) {
      const count = neighboursOf(this.#stack[--size], this.#width, this.#height, neighbours)
      this.#stack = withRoom(this.#stack, size + count)
      for (let i = 0; i < count; i++) if (visit(neighbours[i])) this.#stack[size++] = neighbours[i]
    }
  }
}
