import type { BitMask } from '../mask/bitmask.ts'
import { type ComponentForest, inUse } from '../mask/kernel.ts'
import { PIXEL_BITS, WORD_PIXELS } from '../mask/layout.ts'
import { withRoom } from '../mask/scratch-array.ts'
import { join } from './union-find.ts'

/** Rows that are skipped at once. */
const TILE = 4

/** At most 15 runs fit into the 30 pixels of a word. */
const MAX_RUNS = 15

/** Memory that is reused, and grows; read into locals before any loop. */
let scratchParent = /* @__PURE__ */ new Int32Array(0)
let scratchFirstPixel = /* @__PURE__ */ new Int32Array(0)
let scratchStripNodes = /* @__PURE__ */ new Int32Array(0)
let scratchManyNodes = /* @__PURE__ */ new Int32Array(0)
let scratchLeft = /* @__PURE__ */ new Int32Array(0)
let scratchHere = /* @__PURE__ */ new Int32Array(0)
/** Runs of the strip above and of this one, as bits, and their nodes; the halves take turns. */
const scratchRuns = /* @__PURE__ */ new Int32Array(2 * MAX_RUNS)
const scratchNodes = /* @__PURE__ */ new Int32Array(2 * MAX_RUNS)

/**
 * Connected components as a forest. The mask is read in strips: two rows for 8-connectivity, where
 * the or of the rows has exactly the components of the strip as its runs, and one row for 4. Going
 * down a word column, a run takes the node of a run it touches in the strip above and makes a new
 * node only where there is none; nodes that turn out to be one component are joined.
 *
 * After L. He, Y. Chao and K. Suzuki, "A run-based two-scan labeling algorithm", IEEE Transactions
 * on Image Processing 17(5), 2008, with words in place of rows.
 *
 * The arrays are reused by the next call.
 *
 * @param diagonal - whether pixels that share a corner connect
 * @param keep - whether to fill `firstPixel`, `stripNodes` and `manyNodes`
 */
export function componentForest(mask: BitMask, diagonal: boolean, keep: boolean): ComponentForest {
  const { width, layout, words } = mask
  const fast = inUse.kernel?.forest(layout, words, diagonal, keep)
  if (fast !== undefined) return fast
  // Not the height of the mask, which may be any where there is no column.
  const { rows: height, columns, pitch } = layout
  const rows = diagonal ? 2 : 1
  const corners = diagonal ? -1 : 0
  const stripsPerTile = diagonal ? 2 : 4
  const strips = diagonal ? (height + 1) >> 1 : height
  const stripNodes = keep ? withRoom(scratchStripNodes, columns * strips) : scratchStripNodes
  scratchStripNodes = stripNodes
  const runs = scratchRuns
  const runNodes = scratchNodes
  let parent = scratchParent
  let firstPixel = scratchFirstPixel
  let manyNodes = scratchManyNodes
  // The node of the last run of each strip, in the column to the left and in this one.
  let left = withRoom(scratchLeft, strips)
  let here = withRoom(scratchHere, strips)
  scratchLeft = left
  scratchHere = here
  let nodes = 0
  let many = 0
  let joins = 0

  for (let column = 0; column < columns; column++) {
    const most = MAX_RUNS * strips
    parent = scratchParent = withRoom(parent, nodes + most)
    if (keep) {
      firstPixel = scratchFirstPixel = withRoom(firstPixel, nodes + most)
      manyNodes = scratchManyNodes = withRoom(manyNodes, many + most)
    }
    // The strip above: its last row, its number of runs, where they begin, the node of the first.
    let bottom = 0
    let runsAbove = 0
    let above = 0
    let nodeAbove = 0
    let joinedHere = -1
    let joinedLeft = -1
    let i = column * pitch + 1
    const end = i + height
    for (let strip = 0; strip < strips; strip++, i += rows) {
      const top = words[i]
      const last = words[i + rows - 1]
      const all = top | last
      const pixels = all & PIXEL_BITS
      if ((top & 1 & (bottom >>> 1) & corners) !== 0) {
        joins += join(parent, left[strip], nodeAbove)
      }
      if (pixels === 0) {
        bottom = last
        runsAbove = 0
        // Most of a mask is empty: on to the next tile that is not.
        if (all === 0) {
          while (
            i + TILE < end &&
            (words[i + rows] | words[i + 1 + rows] | words[i + 2 + rows] | words[i + 3 + rows]) ===
              0
          ) {
            i += TILE
            strip += stripsPerTile
          }
        }
        continue
      }
      const own = bottom & PIXEL_BITS
      let first = 0
      if ((pixels & (pixels + (pixels & -pixels))) === 0 && runsAbove <= 1) {
        const reach = own | (((own << 1) | (own >>> 1)) & corners)
        if ((reach & top & PIXEL_BITS) !== 0) first = nodeAbove
        else {
          first = nodes++
          parent[first] = first
          if (keep) firstPixel[first] = rasterIndex(column, strip * rows, top, pixels, width)
        }
        runsAbove = 1
        runs[above] = pixels
        runNodes[above] = first
        here[strip] = first
        if (keep) stripNodes[column * strips + strip] = first
      } else {
        let count = 0
        const next = MAX_RUNS - above
        let r = above
        const endAbove = above + runsAbove
        if (keep) stripNodes[column * strips + strip] = ~many
        for (let rest = pixels; rest !== 0; count++) {
          const run = rest & ~(rest + (rest & -rest))
          rest ^= run
          const part = run & top
          const touched = own & (part | (((part << 1) | (part >>> 1)) & corners))
          let node = -1
          if (touched !== 0) {
            // Runs are in order: those to the left are done with, and those that begin beyond the
            // last pixel touched are for the next run, as is the last one touched.
            while ((runs[r] & touched) === 0) r++
            node = runNodes[r]
            while (r + 1 < endAbove && (runs[r + 1] & -runs[r + 1]) <= touched) {
              r++
              if ((runs[r] & touched) !== 0) joins += join(parent, node, runNodes[r])
            }
          } else {
            node = nodes++
            parent[node] = node
            if (keep) firstPixel[node] = rasterIndex(column, strip * rows, top, run, width)
          }
          runs[next + count] = run
          runNodes[next + count] = node
          if (keep) manyNodes[many++] = node
        }
        above = next
        runsAbove = count
        first = runNodes[above]
        here[strip] = runNodes[above + count - 1]
      }
      if ((all & 3) === 3 && (first !== joinedHere || left[strip] !== joinedLeft)) {
        // A vessel that crosses the border of two columns does so in many strips: join once.
        joinedHere = first
        joinedLeft = left[strip]
        joins += join(parent, joinedLeft, joinedHere)
      }
      if ((bottom & 1 & (top >>> 1) & corners) !== 0) joins += join(parent, left[strip - 1], first)
      bottom = last
      nodeAbove = first
    }
    const swap = left
    left = here
    here = swap
  }
  return { nodes, components: nodes - joins, parent, firstPixel, stripNodes, manyNodes }
}

/** Raster index of the first pixel of a run of a strip. */
function rasterIndex(column: number, y: number, top: number, run: number, width: number): number {
  const inTop = top & run
  const row = inTop !== 0 ? y : y + 1
  const bits = inTop !== 0 ? inTop : run
  return row * width + column * WORD_PIXELS + 30 - Math.clz32(bits & -bits)
}
