import { type Layout, WORD_PIXELS } from '../../mask/layout.ts'

/**
 * Square tiles over a mask in the word-column layout. A word column is cut where a tile ends, so
 * that a tile's share of a word is a few bits of it, the same in every row.
 */
export interface TileGrid {
  readonly layout: Layout
  /** Side of a tile in pixels. */
  readonly tile: number
  readonly rows: number
  readonly columns: number
  /** The parts of word column c are `partStart[c]` to `partStart[c + 1]`, from left to right. */
  readonly partStart: Int32Array
  /** The bits of a word that belong to a part. */
  readonly partBits: Int32Array
  /** The tile column of a part. */
  readonly partTile: Int32Array
}

/** The grid of the last call: a trainer asks for the same one again and again. */
let last: TileGrid | undefined

/** The grid of tiles of `tile` × `tile` pixels; tiles on the right and lower edge may be smaller. */
export function tileGridOf(layout: Layout, tile: number): TileGrid {
  const { width, height } = layout
  if (last?.tile === tile && last.layout.width === width && last.layout.height === height) {
    return last
  }
  const partStart = new Int32Array(layout.columns + 1)
  const bits: number[] = []
  const tiles: number[] = []
  for (let column = 0; column < layout.columns; column++) {
    const left = column * WORD_PIXELS
    const right = Math.min(left + WORD_PIXELS, width)
    for (let x = left; x < right; ) {
      const tileColumn = Math.floor(x / tile)
      const end = Math.min((tileColumn + 1) * tile, right)
      // Bit 1 is the first pixel of the word column.
      bits.push((((1 << (end - x)) - 1) << (x - left + 1)) | 0)
      tiles.push(tileColumn)
      x = end
    }
    partStart[column + 1] = bits.length
  }
  last = {
    layout,
    tile,
    rows: Math.ceil(height / tile),
    columns: Math.ceil(width / tile),
    partStart,
    partBits: Int32Array.from(bits),
    partTile: Int32Array.from(tiles),
  }
  return last
}
