import { type Layout, PIXEL_BITS } from '../mask/layout.ts'
import { withRoom } from '../mask/with-room.ts'
import { CHANGED, DOWN, LEFT, LIVE, PASSES, RIGHT, UP } from './thinning-passes.ts'
import type { ThinningMethod } from './thinning-table.ts'

/**
 * Thinning on packed words. A pass computes the deletions of 30 pixels at once with a boolean
 * circuit, and visits only tiles of 4 rows × 30 pixels in which something can change: those that
 * touch a pixel deleted in one of the last two passes. One bit a tile says so.
 *
 * A pass is parallel: it must see the state before itself. Going down a column, the old row above
 * is carried in a variable; across columns, the halo bits are only repaired when both columns have
 * been visited.
 */

/** Tiles a word of tile bits stands for, and the rows of those tiles. */
const GROUP_TILES = 32
const GROUP_ROWS = 4 * GROUP_TILES

/** One bit for each tile, by word column and group of 32 tiles, with a guard column each side. */
let touchedLast = new Int32Array(0)
let touchedBefore = new Int32Array(0)
let touchedNow = new Int32Array(0)
/** Tiles that hold a pixel. */
let live = new Int32Array(0)
/** Tiles of the last column whose rightmost pixels changed, and of this one. */
let rightLast = new Int32Array(0)
let rightNow = new Int32Array(0)
const result = new Int32Array(6)
/** The column seen from a changed tile, and which changes concern it. */
const SIDES = [
  [0, CHANGED],
  [-1, LEFT],
  [1, RIGHT],
] as const

/** Thins packed words in place. */
export function thinWords(layout: Layout, words: Int32Array, method: ThinningMethod): void {
  const groups = Math.ceil(layout.height / GROUP_ROWS)
  prepare(layout, words, groups)
  const passes = PASSES[method]
  // Two idle passes in a row, one of each kind: nothing can change any more.
  for (let pass = 0, idle = 0; idle < 2; pass = 1 - pass) {
    idle = runPass(layout, words, groups, passes[pass]) ? 0 : idle + 1
    const free = touchedBefore
    touchedBefore = touchedLast
    touchedLast = touchedNow
    touchedNow = free
  }
}

/** Marks every tile that holds a pixel as live and touched. */
function prepare({ columns, pitch, height }: Layout, words: Int32Array, groups: number): void {
  const length = (columns + 2) * groups + 2
  touchedLast = withRoom(touchedLast, length)
  touchedBefore = withRoom(touchedBefore, length).fill(0, 0, length)
  touchedNow = withRoom(touchedNow, length)
  live = withRoom(live, length)
  rightLast = withRoom(rightLast, groups).fill(0)
  rightNow = withRoom(rightNow, groups)
  for (let column = 0; column < columns; column++) {
    let i = column * pitch + 1
    for (let group = 0; group < groups; group++) {
      const tiles = Math.min(GROUP_TILES, Math.ceil((height - group * GROUP_ROWS) / 4))
      let bits = 0
      for (let tile = 0; tile < tiles; tile++, i += 4) {
        const pixels = (words[i] | words[i + 1] | words[i + 2] | words[i + 3]) & PIXEL_BITS
        bits |= (-pixels >>> 31) << tile
      }
      live[(column + 1) * groups + group + 1] = bits
      touchedLast[(column + 1) * groups + group + 1] = bits
    }
  }
}

/** Runs one pass over all active tiles; returns whether it deleted anything. */
function runPass(
  { columns, pitch }: Layout,
  words: Int32Array,
  groups: number,
  visit: (typeof PASSES)[ThinningMethod][number],
): boolean {
  const before = touchedBefore
  const last = touchedLast
  const now = touchedNow
  now.fill(0, 0, (columns + 2) * groups + 2)
  let anything = 0
  for (let column = 0; column < columns; column++) {
    let above = 0
    for (let group = 0; group < groups; group++) {
      const at = (column + 1) * groups + group + 1
      const active = (last[at] | before[at]) & live[at]
      const start = column * pitch + 1 + group * GROUP_ROWS
      rightNow[group] = 0
      const aboveNext = group + 1 < groups ? words[start + GROUP_ROWS - 1] : 0
      if (active !== 0) {
        visit(words, start, active, above, result)
        live[at] = (live[at] & ~active) | result[LIVE]
        if (result[CHANGED] !== 0) {
          anything = 1
          touch(now, at, groups)
          rightNow[group] = result[RIGHT]
          // The column to the left has been visited: its halo can follow at once.
          if (column > 0) repairRightHalos(words, start, pitch, result[LEFT])
        }
      }
      above = aboveNext
    }
    for (let group = 0; group < groups; group++) {
      const right = rightLast[group]
      rightLast[group] = rightNow[group]
      if (right !== 0) repairLeftHalos(words, column * pitch + 1 + group * GROUP_ROWS, pitch, right)
    }
  }
  rightLast.fill(0)
  return anything !== 0
}

/** Marks the tiles that the changes of one group reach: itself and its eight neighbours. */
function touch(now: Int32Array, at: number, groups: number): void {
  for (const [column, side] of SIDES) {
    const tiles = result[side]
    if (tiles === 0) continue
    const place = at + column * groups
    const up = tiles & result[UP]
    const down = tiles & result[DOWN]
    now[place] |= tiles | (up >>> 1) | (down << 1)
    now[place - 1] |= up << 31
    now[place + 1] |= down >>> 31
  }
}

/** Copies the first pixels of changed tiles into the right halos of the column to the left. */
function repairRightHalos(words: Int32Array, start: number, pitch: number, tiles: number): void {
  for (let rest = tiles; rest !== 0; rest &= rest - 1) {
    const i = start + 4 * (31 - Math.clz32(rest & -rest))
    for (let j = i; j < i + 4; j++) {
      words[j - pitch] = (words[j - pitch] & 0x7fffffff) | ((words[j] & 2) << 30)
    }
  }
}

/** Copies the last pixels of changed tiles of the column to the left into this one's left halos. */
function repairLeftHalos(words: Int32Array, start: number, pitch: number, tiles: number): void {
  for (let rest = tiles; rest !== 0; rest &= rest - 1) {
    const i = start + 4 * (31 - Math.clz32(rest & -rest))
    for (let j = i; j < i + 4; j++) {
      words[j] = (words[j] & -2) | ((words[j - pitch] >>> 30) & 1)
    }
  }
}
