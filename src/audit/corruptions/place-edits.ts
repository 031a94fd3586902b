import { BitMask } from '../../mask/bitmask.ts'
import { bettiNumbers } from '../../topology/betti.ts'

/** What each edit does to the numbers of components and of holes. */
export interface TopologyChange {
  b0: number
  b1: number
}

/** A mask after its edits. */
export interface EditedMask {
  mask: BitMask
  /** How many edits were made: fewer than asked for where there was no room for more. */
  count: number
  /** Which ones of those offered. */
  chosen: number[]
}

/** Edits keep at least this many pixels away from each other. */
const CELL = 8
/** So many edits are verified at once; fixed, so that more edits contain those of fewer. */
const CHUNK = 5

/**
 * Makes edits in the order in which they are offered, until there are `count`: each sets its pixels
 * (raster indices) to `value`. One that is near an earlier one, or that does not change the topology
 * of the mask by exactly `change`, is left out. The Euler number is checked round each edit, the
 * Betti numbers on the whole mask.
 */
export function placeEdits(
  mask: BitMask,
  edits: Iterable<readonly number[]>,
  value: 0 | 1,
  count: number,
  change: TopologyChange,
): EditedMask {
  const { width, height } = mask
  if (width * height === 0) return { mask, count: 0, chosen: [] }
  const data = mask.toUint8Array()
  const room = new Room(width, height)
  const chosen: number[] = []
  let before = bettiNumbers(mask)
  let waiting: { index: number; pixels: number[] }[] = []

  const set = (pixels: readonly number[], to: number) => {
    for (const pixel of pixels) data[pixel] = to
  }
  const isRight = (edited: number) => {
    const after = bettiNumbers({ data, width, height })
    const right =
      after.b0 === before.b0 + edited * change.b0 && after.b1 === before.b1 + edited * change.b1
    if (right) before = after
    return right
  }
  const verify = () => {
    if (!isRight(waiting.length)) {
      for (const { pixels } of waiting) set(pixels, 1 - value)
      waiting = waiting.filter(({ pixels }) => {
        set(pixels, value)
        const right = isRight(1)
        if (!right) set(pixels, 1 - value)
        return right
      })
    }
    for (const { index } of waiting) chosen.push(index)
    waiting = []
  }

  let index = -1
  if (count > 0) {
    for (const edit of edits) {
      index++
      const pixels = edit.filter((pixel) => data[pixel] !== value)
      if (pixels.length === 0 || !room.isFree(pixels)) continue
      const euler = eulerRound(data, width, height, pixels)
      set(pixels, value)
      if (eulerRound(data, width, height, pixels) - euler !== change.b0 - change.b1) {
        set(pixels, 1 - value)
        continue
      }
      room.take(pixels)
      waiting.push({ index, pixels })
      if (waiting.length === CHUNK || chosen.length + waiting.length === count) verify()
      if (chosen.length === count) break
    }
  }
  if (waiting.length > 0) verify()
  return {
    mask: chosen.length === 0 ? mask : BitMask.from({ data, width, height }),
    count: chosen.length,
    chosen,
  }
}

/** Which parts of the image have been edited, in cells. */
class Room {
  readonly #width: number
  readonly #columns: number
  readonly #taken: Uint8Array

  constructor(width: number, height: number) {
    this.#width = width
    // One ring of cells round the image.
    this.#columns = Math.ceil(width / CELL) + 2
    this.#taken = new Uint8Array(this.#columns * (Math.ceil(height / CELL) + 2))
  }

  #cellOf(pixel: number): number {
    const x = pixel % this.#width
    const y = (pixel - x) / this.#width
    return (Math.floor(y / CELL) + 1) * this.#columns + Math.floor(x / CELL) + 1
  }

  isFree(pixels: readonly number[]): boolean {
    return pixels.every((pixel) => this.#taken[this.#cellOf(pixel)] === 0)
  }

  take(pixels: readonly number[]): void {
    const columns = this.#columns
    for (const pixel of pixels) {
      const cell = this.#cellOf(pixel)
      for (const row of [cell - columns, cell, cell + columns]) {
        this.#taken.fill(1, row - 1, row + 2)
      }
    }
  }
}

/**
 * The share of the Euler number of the foreground (8-connected) that is decided by the 2×2
 * neighbourhoods which some of the pixels are in (S. B. Gray, IEEE Transactions on Computers
 * C-20(5), 1971).
 */
function eulerRound(
  data: Uint8Array,
  width: number,
  height: number,
  pixels: readonly number[],
): number {
  const at = (x: number, y: number) =>
    x >= 0 && y >= 0 && x < width && y < height ? data[y * width + x] : 0
  const seen = new Set<number>()
  let sum = 0
  for (const pixel of pixels) {
    const x = pixel % width
    const y = (pixel - x) / width
    for (let top = y - 1; top <= y; top++) {
      for (let left = x - 1; left <= x; left++) {
        // A neighbourhood is named by its upper left pixel, which may lie outside.
        const name = (top + 1) * (width + 1) + left + 1
        if (seen.has(name)) continue
        seen.add(name)
        const a = at(left, top)
        const b = at(left + 1, top)
        const c = at(left, top + 1)
        const d = at(left + 1, top + 1)
        const set = a + b + c + d
        if (set === 1) sum++
        else if (set === 3) sum--
        else if (set === 2 && a === d) sum -= 2
      }
    }
  }
  return sum / 4
}
