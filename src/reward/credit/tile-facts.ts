import type { MaskLike } from '../../mask/bitmask.ts'
import { checkCount, readOptions } from '../../mask/options.ts'
import { factOptions, type RewardOptions } from '../reward-options.ts'
import { addSample, newTileSums } from './tile-sums.ts'
import { TILE_RULE, tiledTruthOf, tileOf } from './tiled-truth.ts'

/** Options of {@link tileFacts}. */
export interface TileFactsOptions
  extends Pick<
    RewardOptions,
    'thinning' | 'connectivity' | 'junctions' | 'length' | 'within' | 'ignore'
  > {
  /** Side of a tile in pixels; at least 1. Tiles on the right and lower edge may be smaller. */
  tile: number
}

const tileFactsOptions = () => ({ tile: TILE_RULE, ...factOptions() })

/** Facts of a prediction by tile; see {@link tileFacts}. Every array is row by row. */
export interface TileFacts {
  /** Side of a tile in pixels. */
  tile: number
  /** Rows of tiles. */
  rows: number
  /** Columns of tiles. */
  columns: number
  /** True positives of each tile, in pixels. */
  tp: Float64Array
  /** False positives of each tile, in pixels. */
  fp: Float64Array
  /** False negatives of each tile, in pixels. */
  fn: Float64Array
  /** Length of the prediction's skeleton in each tile, in pixels. */
  length: Float64Array
  /** Junctions of the prediction's skeleton in each tile, in parts. */
  junctions: Float64Array
  /** Connected components of the prediction's skeleton in each tile, in parts. */
  components: Float64Array
}

/**
 * Splits the facts that a {@link MultiObjectiveReward} depends on over square tiles, such that
 * the tiles add up to the facts of the whole image: the pixel counts exactly, the others but for
 * rounding. The prediction is thinned once, as a whole.
 *
 * A link between two skeleton pixels gives half its length to each; a junction is shared equally
 * by the pixels that were merged into it, and a component by its skeleton pixels.
 *
 * @param pred - the prediction; see {@link MaskLike}
 * @param truth - the truth, of the same size; it decides about `tp`, `fp` and `fn` only
 * @throws TypeError or RangeError if a mask or an option is not valid or sizes differ
 *
 * @example
 * ```ts
 * import { tileFacts } from 'vessel-reward'
 *
 * const facts = tileFacts([[1, 1, 1, 1, 0]], [[0, 1, 1, 1, 1]], { tile: 2 })
 * facts.columns // => 3
 * facts.tp // => Float64Array [1, 2, 0]
 * facts.fn // => Float64Array [0, 0, 1]
 * facts.length // => Float64Array [1.5, 1.5, 0]
 * facts.components // => Float64Array [0.5, 0.5, 0]
 * ```
 */
export function tileFacts(pred: MaskLike, truth: MaskLike, options: TileFactsOptions): TileFacts {
  checkCount(arguments.length, 3, 'tileFacts')
  const read = readOptions(options, tileFactsOptions, 'tileFacts')
  const { tile: side, within, ignore, ...facts } = read
  const tiled = tiledTruthOf(truth, { within, ignore }, tileOf(side, 'tileFacts'), facts)
  const { tile, rows, columns } = tiled.grid
  const sums = newTileSums(rows * columns)
  addSample(sums, 0, pred, 'the prediction', tiled)
  return { tile, rows, columns, ...sums }
}
