import type { BitMask, MaskLike } from '../../mask/bitmask.ts'
import { MAX_PIXELS } from '../../mask/layout.ts'
import type { OptionRule } from '../../mask/options.ts'
import { integer } from '../../mask/validate.ts'
import { type FieldRead, packTruth } from '../../metrics/checked-pair.ts'
import { type FactOptions, KeptFacts } from '../mask-pair.ts'
import { type TileGrid, tileGridOf } from './tile-grid.ts'

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
