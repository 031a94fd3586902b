/**
 * Connected components as a forest, as src/topology/component-forest.ts builds it: strips of two
 * rows (8-connectivity) or one (4), whose runs take over the node of a run they touch above.
 */

const PIXEL_BITS: u32 = 0x7ffffffe

/** At most 15 runs fit into the 30 pixels of a word. */
const MAX_RUNS = 15

/** Runs of the strip above and of this one, as bits, and their nodes; the halves take turns. */
const RUNS = memory.data(2 * MAX_RUNS * 4, 16)
const NODES = memory.data(2 * MAX_RUNS * 4, 16)

/** What {@link componentForest} found. */
export let nodeCount: i32 = 0
export let componentCount: i32 = 0

/** Where the forest lies: parent and first pixel of each node, nodes of the strips. */
export let parentAt: usize = 0
export let firstPixelAt: usize = 0
export let stripNodesAt: usize = 0
export let manyNodesAt: usize = 0

// @ts-ignore: decorator
@inline
export function stripsOf(height: i32, diagonal: bool): i32 {
  return diagonal ? (height + 1) >> 1 : height
}

/** Bytes of work memory that {@link componentForest} needs. */
export function forestWork(columns: i32, height: i32, diagonal: bool, keep: bool): usize {
  const strips = <usize>stripsOf(height, diagonal)
  const runs = strips * columns * MAX_RUNS
  return ((keep ? 3 * runs + strips * columns : runs) + 2 * strips) << 2
}

/**
 * Builds the forest of a mask.
 *
 * @param diagonal - whether pixels that share a corner connect
 * @param keep - whether to fill the first pixels and the nodes of the strips
 * @param work - memory of {@link forestWork} bytes
 */
export function componentForest(
  words: usize, width: i32, columns: i32, pitch: i32, height: i32, diagonal: bool, keep: bool, work: usize,
): void {
  if (diagonal) {
    if (keep) build(true, true, words, width, columns, pitch, height, work)
    else build(true, false, words, width, columns, pitch, height, work)
  } else if (keep) build(false, true, words, width, columns, pitch, height, work)
  else build(false, false, words, width, columns, pitch, height, work)
}

// @ts-ignore: decorator
@inline
function build(
  diagonal: bool, keep: bool, words: usize, width: i32, columns: i32, pitch: i32, height: i32, work: usize,
): void {
  const rows = diagonal ? 2 : 1
  const rowBytes: usize = diagonal ? 8 : 4
  const stripsPerTile = diagonal ? 2 : 4
  const corners: u32 = diagonal ? -1 : 0
  const strips = stripsOf(height, diagonal)
  // The node of the last run of each strip, in the column to the left and in this one.
  let left = work
  let here = left + (<usize>strips << 2)
  const parent = here + (<usize>strips << 2)
  const runBytes = <usize>strips * columns * (MAX_RUNS << 2)
  const firstPixel = parent + runBytes
  const manyNodes = firstPixel + runBytes
  const stripNodes = manyNodes + runBytes
  let nodes = 0
  let many = 0
  let joins = 0

  for (let column = 0; column < columns; column++) {
    // The strip above: its last row, its number of runs, where they begin, the node of the first.
    let bottom: u32 = 0
    let runsAbove = 0
    let above = 0
    let nodeAbove = 0
    let joinedHere = -1
    let joinedLeft = -1
    let at = words + (<usize>(column * pitch + 1) << 2)
    const end = at + (<usize>height << 2)
    const stripNodesHere = stripNodes + (<usize>(column * strips) << 2)
    for (let strip = 0; strip < strips; strip++, at += rowBytes) {
      const top = load<u32>(at)
      const last = diagonal ? load<u32>(at, 4) : top
      const all = top | last
      const pixels = all & PIXEL_BITS
      if (diagonal && (top & 1 & (bottom >>> 1)) != 0) {
        joins += join(parent, load<i32>(left + (<usize>strip << 2)), nodeAbove)
      }
      if (pixels == 0) {
        bottom = last
        runsAbove = 0
        // Most of a mask is empty: on to the next tile that is not.
        if (all == 0) {
          while (at + 16 < end && !v128.any_true(v128.load(at + rowBytes))) {
            at += 16
            strip += stripsPerTile
          }
        }
        continue
      }
      const own = bottom & PIXEL_BITS
      let first = 0
      if ((pixels & (pixels + (pixels & -pixels))) == 0 && runsAbove <= 1) {
        const reach = own | (((own << 1) | (own >>> 1)) & corners)
        if ((reach & top & PIXEL_BITS) != 0) first = nodeAbove
        else {
          first = nodes++
          store<i32>(parent + (<usize>first << 2), first)
          if (keep) {
            store<i32>(
              firstPixel + (<usize>first << 2), rasterIndex(column, strip * rows, top, pixels, width),
            )
          }
        }
        runsAbove = 1
        store<u32>(RUNS + (<usize>above << 2), pixels)
        store<i32>(NODES + (<usize>above << 2), first)
        store<i32>(here + (<usize>strip << 2), first)
        if (keep) store<i32>(stripNodesHere + (<usize>strip << 2), first)
      } else {
        let count = 0
        const next = MAX_RUNS - above
        let r = RUNS + (<usize>above << 2)
        const endAbove = r + (<usize>runsAbove << 2)
        if (keep) store<i32>(stripNodesHere + (<usize>strip << 2), ~many)
        for (let rest = pixels; rest != 0; count++) {
          const run = rest & ~(rest + (rest & -rest))
          rest ^= run
          const part = run & top
          const touched = own & (part | (((part << 1) | (part >>> 1)) & corners))
          let node: i32
          if (touched != 0) {
            // Runs are in order: those to the left are done with, and those that begin beyond the
            // last pixel touched are for the next run, as is the last one touched.
            while ((load<u32>(r) & touched) == 0) r += 4
            node = load<i32>(r + (NODES - RUNS))
            while (r + 4 < endAbove && (load<u32>(r + 4) & -load<u32>(r + 4)) <= touched) {
              r += 4
              if ((load<u32>(r) & touched) != 0) {
                joins += join(parent, node, load<i32>(r + (NODES - RUNS)))
              }
            }
          } else {
            node = nodes++
            store<i32>(parent + (<usize>node << 2), node)
            if (keep) {
              store<i32>(
                firstPixel + (<usize>node << 2), rasterIndex(column, strip * rows, top, run, width),
              )
            }
          }
          store<u32>(RUNS + (<usize>(next + count) << 2), run)
          store<i32>(NODES + (<usize>(next + count) << 2), node)
          if (keep) {
            store<i32>(manyNodes + (<usize>many << 2), node)
            many++
          }
        }
        above = next
        runsAbove = count
        first = load<i32>(NODES + (<usize>above << 2))
        store<i32>(here + (<usize>strip << 2), load<i32>(NODES + (<usize>(above + count - 1) << 2)))
      }
      if ((all & 3) == 3) {
        const leftNode = load<i32>(left + (<usize>strip << 2))
        if (first != joinedHere || leftNode != joinedLeft) {
          // A vessel that crosses the border of two columns does so in many strips: join once.
          joinedHere = first
          joinedLeft = leftNode
          joins += join(parent, joinedLeft, joinedHere)
        }
      }
      if (diagonal && (bottom & 1 & (top >>> 1)) != 0) {
        joins += join(parent, load<i32>(left + (<usize>(strip - 1) << 2)), first)
      }
      bottom = last
      nodeAbove = first
    }
    const swap = left
    left = here
    here = swap
  }
  nodeCount = nodes
  componentCount = nodes - joins
  parentAt = parent
  firstPixelAt = firstPixel
  stripNodesAt = stripNodes
  manyNodesAt = manyNodes
}

/** Raster index of the first pixel of a run of a strip. */
// @ts-ignore: decorator
@inline
function rasterIndex(column: i32, y: i32, top: u32, run: u32, width: i32): i32 {
  const inTop = top & run
  const row = inTop != 0 ? y : y + 1
  return row * width + column * 30 - 1 + <i32>ctz(inTop != 0 ? inTop : run)
}

/** Joins the trees of two nodes; returns 1 if they were two trees, else 0. */
function join(parent: usize, a: i32, b: i32): i32 {
  const p = findRoot(parent, a)
  const q = findRoot(parent, b)
  if (p == q) return 0
  // The smaller root wins, so that a parent always has a smaller number.
  if (p < q) store<i32>(parent + (<usize>q << 2), p)
  else store<i32>(parent + (<usize>p << 2), q)
  return 1
}

/** The root of a node; shortens the way for the next time. */
function findRoot(parent: usize, node: i32): i32 {
  let at = node
  let up = load<i32>(parent + (<usize>at << 2))
  while (up != at) {
    const beyond = load<i32>(parent + (<usize>up << 2))
    store<i32>(parent + (<usize>at << 2), beyond)
    at = beyond
    up = load<i32>(parent + (<usize>at << 2))
  }
  return at
}
