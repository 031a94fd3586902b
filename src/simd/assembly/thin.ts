import { keep } from './circuits'
import { HALO, PIXELS, ZERO } from './vectors'

/**
 * Thinning, as src/morphology/thin.ts does it, with the four rows of a tile in one vector.
 */

/** Tiles a word of tile bits stands for, and the bytes of those tiles. */
const GROUP_TILES = 32
const GROUP_BYTES: usize = 16 * GROUP_TILES

/** What a visit to a group finds: one bit for each of its tiles. */
let changed: u32 = 0
let changedTop: u32 = 0
let changedBottom: u32 = 0
let changedLeft: u32 = 0
let changedRight: u32 = 0
let live: u32 = 0

/** Bytes of work memory that {@link thin} needs. */
export function thinWork(columns: i32, height: i32): usize {
  const groups = groupsOf(height)
  return (4 * ((columns + 2) * groups + 2) + 2 * groups) << 2
}

// @ts-ignore: decorator
@inline
function groupsOf(height: i32): i32 {
  return (height + 4 * GROUP_TILES - 1) / (4 * GROUP_TILES)
}

/**
 * Thins packed words in place.
 *
 * @param method - the variant, by its place in METHODS of the circuits
 * @param work - memory of {@link thinWork} bytes
 */
export function thin(
  words: usize,
  columns: i32,
  pitch: i32,
  height: i32,
  method: i32,
  work: usize,
): void {
  const groups = groupsOf(height)
  const size: usize = (<usize>((columns + 2) * groups + 2)) << 2
  let last = work
  let before = last + size
  let now = before + size
  const alive = now + size
  memory.fill(before, 0, 2 * size)
  // Guards of the others are never set where they are read.
  memory.fill(last, 0, size)
  markLive(words, columns, pitch, height, groups, last, alive)
  let idle = 0
  for (let pass = 0; idle < 2; pass = 1 - pass) {
    const any = runPass(
      words, columns, pitch, groups, 2 * method + pass, last, before, now, alive, alive + size,
    )
    idle = any ? 0 : idle + 1
    const free = before
    before = last
    last = now
    now = free
  }
}

/** Marks every tile that holds a pixel as live and touched. */
function markLive(
  words: usize, columns: i32, pitch: i32, height: i32, groups: i32, touched: usize, alive: usize,
): void {
  for (let column = 0; column < columns; column++) {
    let at = words + (<usize>(column * pitch + 1) << 2)
    for (let group = 0; group < groups; group++) {
      const tiles = min(GROUP_TILES, (height - group * 4 * GROUP_TILES + 3) >> 2)
      let bits: u32 = 0
      for (let tile = 0; tile < tiles; tile++, at += 16) {
        bits |= u32(v128.any_true(v128.and(v128.load(at), PIXELS()))) << tile
      }
      const place = (<usize>((column + 1) * groups + group + 1)) << 2
      store<u32>(touched + place, bits)
      store<u32>(alive + place, bits)
    }
  }
}

/** Runs one pass over all active tiles; returns whether it deleted anything. */
function runPass(
  words: usize,
  columns: i32,
  pitch: i32,
  groups: i32,
  pass: i32,
  last: usize,
  before: usize,
  now: usize,
  alive: usize,
  rights: usize,
): bool {
  const columnBytes: usize = <usize>pitch << 2
  const groupsBytes: usize = <usize>groups << 2
  let right = rights
  let rightOfLast = rights + groupsBytes
  let anything = false
  let anythingRightOfLast: u32 = 0
  let top = words + 4
  let place: usize = <usize>(groups + 1) << 2
  for (let column = 0; column < columns; column++, top += columnBytes) {
    let anythingRight: u32 = 0
    // The row above a group as it was before the pass; only a visit to the group above changes it.
    let above = 0
    let isAboveKept = false
    let start = top
    for (let group = 0; group < groups; group++, place += 4, start += GROUP_BYTES) {
      const active = (load<u32>(last + place) | load<u32>(before + place)) & load<u32>(alive + place)
      // These are the bits of the next pass but one: what it reads must be clear by then.
      store<u32>(before + place, 0)
      store<u32>(right + (<usize>group << 2), 0)
      if (active == 0) {
        isAboveKept = false
        continue
      }
      const old = isAboveKept ? above : load<i32>(start - 4)
      isAboveKept = group + 1 < groups
      if (isAboveKept) above = load<i32>(start + GROUP_BYTES - 4)
      visit(pass, start, active, old)
      store<u32>(alive + place, (load<u32>(alive + place) & ~active) | live)
      if (changed == 0) continue
      anything = true
      touch(now + place, changed)
      if (changedLeft) {
        touch(now + place - groupsBytes, changedLeft)
        // The column to the left has been visited: its halo can follow at once.
        if (column > 0) repairRightHalos(start, columnBytes, changedLeft)
      }
      if (changedRight) {
        touch(now + place + groupsBytes, changedRight)
        store<u32>(right + (<usize>group << 2), changedRight)
        anythingRight |= changedRight
      }
    }
    if (anythingRightOfLast) {
      start = top
      for (let group = 0; group < groups; group++, start += GROUP_BYTES) {
        repairLeftHalos(start, columnBytes, load<u32>(rightOfLast + (<usize>group << 2)))
      }
    }
    anythingRightOfLast = anythingRight
    const free = rightOfLast
    rightOfLast = right
    right = free
  }
  return anything
}

/** Marks tiles of one column, and those above and below that changes in them reach. */
// @ts-ignore: decorator
@inline
function touch(at: usize, tiles: u32): void {
  const up = tiles & changedTop
  const down = tiles & changedBottom
  store<u32>(at, load<u32>(at) | tiles | (up >>> 1) | (down << 1))
  store<u32>(at - 4, load<u32>(at - 4) | (up << 31))
  store<u32>(at + 4, load<u32>(at + 4) | (down >>> 31))
}

/** Copies the first pixels of changed tiles into the right halos of the column to the left. */
function repairRightHalos(start: usize, columnBytes: usize, tiles: u32): void {
  for (let rest = tiles; rest != 0; rest &= rest - 1) {
    const at = start + (<usize>ctz(rest) << 4)
    const left = at - columnBytes
    const first = v128.or(i32x4.shl(v128.load(at), 30), i32x4.splat(0x7fffffff))
    v128.store(left, v128.and(v128.load(left), first))
  }
}

/** Copies the last pixels of changed tiles of the column to the left into this one's left halos. */
function repairLeftHalos(start: usize, columnBytes: usize, tiles: u32): void {
  for (let rest = tiles; rest != 0; rest &= rest - 1) {
    const at = start + (<usize>ctz(rest) << 4)
    const last = v128.or(i32x4.shr_s(v128.load(at - columnBytes), 30), i32x4.splat(-2))
    v128.store(at, v128.and(v128.load(at), last))
  }
}

/** Runs a pass over the active ones of 32 tiles, given the row above the first as it was before. */
// @ts-ignore: decorator
@inline
function visit(pass: i32, start: usize, active: u32, above: i32): void {
  switch (pass) {
    case 0: return visit0(start, active, above)
    case 1: return visit1(start, active, above)
    case 2: return visit2(start, active, above)
    case 3: return visit3(start, active, above)
    case 4: return visit4(start, active, above)
    default: return visit5(start, active, above)
  }
}

function visit0(start: usize, active: u32, above: i32): void { visitTiles(0, start, active, above) }
function visit1(start: usize, active: u32, above: i32): void { visitTiles(1, start, active, above) }
function visit2(start: usize, active: u32, above: i32): void { visitTiles(2, start, active, above) }
function visit3(start: usize, active: u32, above: i32): void { visitTiles(3, start, active, above) }
function visit4(start: usize, active: u32, above: i32): void { visitTiles(4, start, active, above) }
function visit5(start: usize, active: u32, above: i32): void { visitTiles(5, start, active, above) }

/** Squares of 2 × 2 pixels, three of which or all are set, by their right columns. */
// @ts-ignore: decorator
@inline
function corners(a: v128, b: v128, c: v128): v128 {
  const aL = i32x4.shl(a, 1)
  const bL = i32x4.shl(b, 1)
  const cL = i32x4.shl(c, 1)
  const bothB = v128.and(b, bL)
  const anyB = v128.or(b, bL)
  return v128.or(
    v128.and(bothB, v128.or(v128.or(a, aL), v128.or(c, cL))),
    v128.and(anyB, v128.or(v128.and(a, aL), v128.and(c, cL))),
  )
}

// @ts-ignore: decorator
@inline
function visitTiles(pass: i32, start: usize, active: u32, above: i32): void {
  let any: u32 = 0
  let top: u32 = 0
  let bottom: u32 = 0
  let left: u32 = 0
  let right: u32 = 0
  let alive: u32 = 0
  let next: u32 = 0
  let carried = i32x4.splat(above)
  for (let rest = active; rest != 0; rest &= rest - 1) {
    const tile = ctz(rest)
    const at = start + (<usize>tile << 4)
    if (tile != next) carried = v128.load32_splat(at - 4)
    const b = v128.load(at)
    const c = v128.load(at + 4)
    const a = v128.shuffle<i32>(carried, b, 3, 4, 5, 6)
    const kept = v128.and(b, v128.or(HALO(), keep(
      pass,
      i32x4.shl(a, 1), a, i32x4.shr_u(a, 1),
      i32x4.shr_u(b, 1),
      i32x4.shr_u(c, 1), c, i32x4.shl(c, 1),
      i32x4.shl(b, 1),
    )))
    v128.store(at, kept)
    const deleted = v128.xor(b, kept)
    const rows = i32x4.bitmask(i32x4.ne(deleted, ZERO()))
    any |= u32(rows != 0) << tile
    top |= u32(rows & 1) << tile
    bottom |= u32(rows >>> 3) << tile
    left |= u32(i32x4.bitmask(i32x4.shl(deleted, 30)) != 0) << tile
    right |= u32(i32x4.bitmask(i32x4.shl(deleted, 1)) != 0) << tile
    alive |= u32(v128.any_true(corners(a, kept, c))) << tile
    next = tile + 1
    carried = b
  }
  changed = any
  changedTop = top
  changedBottom = bottom
  changedLeft = left
  changedRight = right
  live = alive
}
