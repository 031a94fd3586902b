import type { BitMask, MaskLike } from '../../mask/bitmask.ts'
import { type Layout, MAX_PIXELS, WORD_PIXELS } from '../../mask/layout.ts'
import type { OptionRule } from '../../mask/options.ts'
import { integer } from '../../mask/validate.ts'
import { type FieldRead, packTruth } from '../../metrics/checked-pair.ts'
import { type FactOptions, KeptFacts } from '../mask-pair.ts'

/** A truth that predictions are compared with tile by tile. */
export interface TiledTruth {
  /** Facts of the truth inside the field of view, kept with its mask. */
  readonly truth: KeptFacts
  readonly within: BitMask | undefined
  readonly grid: TileGrid
  readonly options: FactOptions
}

/** The rule of the option `tile`, which has no default. */
export const TILE_RULE: OptionRule<number | undefined> = {
  default: undefined,
  read: (value, name) => integer(value as number, name, 1, MAX_PIXELS),
}

/** The tile that was given. */
export function tileOf(tile: number | undefined, of: string): number {
  if (tile !== undefined) return tile
  throw new TypeError(`expected the option tile of ${of}, the side of a tile in pixels`)
}

/** Packs and checks a truth and its field of view. */
export function tiledTruthOf(
  truth: MaskLike,
  { within, ignore }: FieldRead,
  tile: number,
  options: FactOptions,
): TiledTruth {
  const [bits, field] = packTruth(truth, within, ignore)
  return {
    truth: new KeptFacts(bits, field, options),
    within: field,
    grid: tileGridOf(bits.layout, tile),
    options,
  }
}

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
function tileGridOf(layout: Layout, tile: number): TileGrid {
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
