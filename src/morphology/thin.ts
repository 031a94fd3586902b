import { inUse } from '../mask/kernel.ts'
import { type Layout, PIXEL_BITS } from '../mask/layout.ts'
import { withRoom } from '../mask/scratch-array.ts'
import { CHANGED, DOWN, LEFT, LIVE, PASSES, RIGHT, UP } from './thinning-passes.generated.ts'
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
let touchedLast = /* @__PURE__ */ new Int32Array(0)
let touchedBefore = /* @__PURE__ */ new Int32Array(0)
let touchedNow = /* @__PURE__ */ new Int32Array(0)
/** Tiles that hold a pixel. */
let live = /* @__PURE__ */ new Int32Array(0)
/** Tiles of the last column whose rightmost pixels changed, and of this one. */
let rightLast = /* @__PURE__ */ new Int32Array(0)
let rightNow = /* @__PURE__ */ new Int32Array(0)
const result = /* @__PURE__ */ new Int32Array(6)

/** Thins packed words in place. */
export function thinWords(layout: Layout, words: Int32Array, method: ThinningMethod): void {
  if (inUse.kernel?.thin(layout, words, method)) return
  const groups = Math.ceil(layout.rows / GROUP_ROWS)
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
  touchedNow = withRoom(touchedNow, length).fill(0, 0, length)
  live = withRoom(live, length)
  rightLast = withRoom(rightLast, groups)
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
  const alive = live
  const changes = result
  let right = rightNow
  let rightOfLast = rightLast
  let anything = 0
  let anythingRightOfLast = 0
  for (let column = 0; column < columns; column++) {
    let anythingRight = 0
    // The row above a group as it was before the pass; only a visit to the group above changes it.
    let above = 0
    let isAboveKept = false
    let start = (column * pitch + 1) | 0
    let at = (column + 1) * groups + 1
    for (let group = 0; group < groups; group++, at++, start = (start + GROUP_ROWS) | 0) {
      const active = (last[at] | before[at]) & alive[at]
      // These are the bits of the next pass but one: what it reads must be clear by then.
      before[at] = 0
      right[group] = 0
      if (active === 0) {
        isAboveKept = false
        continue
      }
      const old = isAboveKept ? above : words[start - 1]
      isAboveKept = group + 1 < groups
      if (isAboveKept) above = words[start + GROUP_ROWS - 1]
      visit(words, start, active, old, changes)
      alive[at] = (alive[at] & ~active) | changes[LIVE]
      if (changes[CHANGED] === 0) continue
      anything = 1
      touch(now, at, groups, changes)
      right[group] = changes[RIGHT]
      anythingRight |= changes[RIGHT]
      // The column to the left has been visited: its halo can follow at once.
      if (changes[LEFT] !== 0 && column > 0) repairRightHalos(words, start, pitch, changes[LEFT])
    }
    if (anythingRightOfLast !== 0) {
      start = (column * pitch + 1) | 0
      for (let group = 0; group < groups; group++, start = (start + GROUP_ROWS) | 0) {
        repairLeftHalos(words, start, pitch, rightOfLast[group])
      }
    }
    anythingRightOfLast = anythingRight
    const free = rightOfLast
    rightOfLast = right
    right = free
  }
  return anything !== 0
}

/** Marks the tiles that the changes of one group reach: itself and its eight neighbours. */
function touch(now: Int32Array, at: number, groups: number, changes: Int32Array): void {
  const up = changes[UP]
  const down = changes[DOWN]
  touchColumn(now, at, changes[CHANGED], up, down)
  touchColumn(now, at - groups, changes[LEFT], up, down)
  touchColumn(now, at + groups, changes[RIGHT], up, down)
}

/** Marks tiles of one column, and those above and below that changes in them reach. */
function touchColumn(now: Int32Array, at: number, tiles: number, up: number, down: number): void {
  now[at] |= tiles | ((tiles & up) >>> 1) | ((tiles & down) << 1)
  now[at - 1] |= (tiles & up) << 31
  now[at + 1] |= (tiles & down) >>> 31
}

/** Copies the first pixels of changed tiles into the right halos of the column to the left. */
function repairRightHalos(words: Int32Array, start: number, pitch: number, tiles: number): void {
  for (let rest = tiles | 0; rest !== 0; rest &= rest - 1) {
    const i = (start + 4 * (31 - Math.clz32(rest & -rest))) | 0
    const j = (i - pitch) | 0
    words[j] &= (words[i] << 30) | 0x7fffffff
    words[j + 1] &= (words[i + 1] << 30) | 0x7fffffff
    words[j + 2] &= (words[i + 2] << 30) | 0x7fffffff
    words[j + 3] &= (words[i + 3] << 30) | 0x7fffffff
  }
}

/** Copies the last pixels of changed tiles of the column to the left into this one's left halos. */
function repairLeftHalos(words: Int32Array, start: number, pitch: number, tiles: number): void {
  for (let rest = tiles | 0; rest !== 0; rest &= rest - 1) {
    const i = (start + 4 * (31 - Math.clz32(rest & -rest))) | 0
    const j = (i - pitch) | 0
    words[i] &= (words[j] >> 30) | -2
    words[i + 1] &= (words[j + 1] >> 30) | -2
    words[i + 2] &= (words[j + 2] >> 30) | -2
    words[i + 3] &= (words[j + 3] >> 30) | -2
  }
}
