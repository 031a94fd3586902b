import { BitMask, type MaskLike } from '../mask/bitmask.ts'
import { MAX_PIXELS } from '../mask/layout.ts'
import { checkOptions, integer } from '../mask/validate.ts'
import { type FactOptions, KeptFacts } from '../metrics/mask-pair.ts'
import { checkSameSize } from '../metrics/metric-options.ts'
import { type TileGrid, tileGridOf } from './tile-grid.ts'

/** A truth that predictions are compared with tile by tile. */
export interface TiledTruth {
  /** Facts of the truth inside the field of view, kept with its mask. */
  readonly truth: KeptFacts
  readonly within: BitMask | undefined
  readonly grid: TileGrid
  readonly options: FactOptions
}

/** Checks that options were given, with these names only and a valid tile. */
export function checkTileOptions(options: { tile: number }, names: readonly string[]): void {
  if (options === undefined) throw new TypeError('expected options with a tile, got undefined')
  checkOptions(options, names)
  integer(options.tile, 'tile', 1, MAX_PIXELS)
}

/** Packs and checks a truth and its field of view. */
export function tiledTruthOf(
  truth: MaskLike,
  within: MaskLike | undefined,
  tile: number,
  options: FactOptions,
): TiledTruth {
  const bits = BitMask.from(truth)
  const field = within === undefined ? undefined : BitMask.from(within)
  if (field !== undefined) checkSameSize(field, bits, 'a field of view and masks')
  return {
    truth: new KeptFacts(bits, field, options),
    within: field,
    grid: tileGridOf(bits.layout, tile),
    options,
  }
}
