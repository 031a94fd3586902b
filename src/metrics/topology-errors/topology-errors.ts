import type { BitMask, MaskLike } from '../../mask/bitmask.ts'
import { checkCount, type OptionTable, readOptions } from '../../mask/options.ts'
import { THINNING_RULE } from '../../morphology/skeletonize.ts'
import type { ThinningMethod } from '../../morphology/thinning-table.ts'
import { checkInside, FIELD_OPTIONS, type FieldRead, type MetricOptions } from '../checked-pair.ts'
import { missedParts } from './uncovered-pieces.ts'

/** What is wrong at a place; see {@link topologyErrors}. */
export type TopologyErrorKind =
  | 'broken connection'
  | 'spurious connection'
  | 'missing branch'
  | 'extra branch'

/** The kinds of errors, those of the truth's vessels before those of the prediction's. */
export const TOPOLOGY_ERROR_KINDS: readonly TopologyErrorKind[] = [
  'broken connection',
  'missing branch',
  'spurious connection',
  'extra branch',
]

/** An error and its place; see {@link topologyErrors}. */
export interface TopologyError {
  /** What is wrong. */
  kind: TopologyErrorKind
  /** Column of the middle of the error, a pixel of the centreline that the other mask misses. */
  x: number
  /** Row, likewise. */
  y: number
  /** Pixels of that centreline which the error takes up: about the length of a gap or a branch. */
  size: number
}

/** Options of {@link topologyErrors}. */
export interface TopologyErrorOptions extends Pick<MetricOptions, 'within' | 'ignore'> {
  /**
   * How far in pixels a vessel may lie beside the other mask's and still be the same, 0 to 32.
   * Default: 3.
   */
  tolerance?: number
  /** Missing and extra branches of a smaller size are left out; at least 0. Default: 0. */
  minSize?: number
  /** The thinning variant that makes the centrelines. Default: `'skimage'`. */
  thinning?: ThinningMethod
}

/** The greatest tolerance: time grows with its square. */
const MAX_TOLERANCE = 32

/** @internal */
export const topologyErrorOptions = (): OptionTable<TopologyErrorOptions, FieldRead> => ({
  ...FIELD_OPTIONS,
  tolerance: { default: 3, min: 0, max: MAX_TOLERANCE },
  minSize: { default: 0, min: 0 },
  thinning: THINNING_RULE,
})

/**
 * Where the vessels of a prediction are connected in another way than the true ones, as a list:
 *
 * - `'broken connection'`: a true vessel runs on where the prediction is interrupted, by one pixel
 *   or by the whole way between two junctions;
 * - `'spurious connection'`: the prediction joins what the truth does not;
 * - `'missing branch'`: a true vessel that ends freely (or touches no other) is not predicted;
 * - `'extra branch'`: the prediction has one that is not true.
 *
 * The centreline of each mask is laid over the other mask. A piece of it that lies outside is an
 * error only if the other mask has no connection there: where its parts within `tolerance` plus the
 * vessel's own half-width of the piece hang together, its border or its course are a little
 * different. If they do not, it is one connection for each two of them that the piece joins. Of what
 * is farther from the other mask than `tolerance` and than the half-width, a piece that returns to
 * that mask is a connection too (a loop is open), and any other one is a branch, one for the whole
 * piece however it is forked. Half-widths count up to 16 pixels.
 *
 * Exchanging the masks exchanges broken with spurious and missing with extra, in unchanged places.
 * Equal masks have no errors, and so have two empty ones: the list is empty. If one mask is empty,
 * each component of the other is a branch, if it is long enough. A hole inside a vessel is not one of
 * the four kinds. Time is in proportion to the pixels. With the default thinning a missing half of an
 * exact two-pixel diagonal may not be found; `thinning: 'guo-hall'` keeps the extent of such vessels.
 *
 * @param pred - the prediction; see {@link MaskLike}
 * @param truth - the truth, of the same size
 * @returns the errors by row, and by column in a row
 * @throws TypeError or RangeError if a mask or an option is not valid or sizes differ
 *
 * Source: the four kinds of "Topo-R1", arXiv 2603.13054; how they are found is this library's own.
 *
 * @example
 * ```ts
 * import { topologyErrors } from 'vessel-reward'
 *
 * const truth = [
 *   [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0],
 *   [1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1],
 *   [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0],
 * ]
 * const cut = truth.map((row) => row.map((value, x) => (x === 6 ? 0 : value)))
 * topologyErrors(cut, truth) // => [{ kind: 'broken connection', x: 6, y: 1, size: 1 }]
 * const short = truth.map((row) => row.map((value, x) => (x > 6 ? 0 : value)))
 * topologyErrors(short, truth) // => [{ kind: 'missing branch', x: 10, y: 1, size: 7 }]
 * ```
 */
export function topologyErrors(
  pred: MaskLike,
  truth: MaskLike,
  options?: TopologyErrorOptions,
): TopologyError[] {
  checkCount(arguments.length, 3, 'topologyErrors')
  const read = readOptions(options, topologyErrorOptions, 'topologyErrors')
  const { tolerance, minSize, thinning, ...common } = read
  const pair = checkInside(pred, truth, common)
  return topologyErrorsOf(pair.pred, pair.truth, tolerance, minSize, thinning)
}

/** The same of masks cut to the field of view, with checked options. */
function topologyErrorsOf(
  pred: BitMask,
  truth: BitMask,
  tolerance: number,
  minSize: number,
  method: ThinningMethod,
): TopologyError[] {
  const errors: TopologyError[] = []
  const add = (
    [mask, other]: readonly [BitMask, BitMask],
    connection: TopologyErrorKind,
    branch: TopologyErrorKind,
  ) => {
    for (const { isConnection, x, y, size } of missedParts(mask, other, tolerance, method)) {
      if (isConnection) errors.push({ kind: connection, x, y, size })
      else if (size >= minSize) errors.push({ kind: branch, x, y, size })
    }
  }
  add([truth, pred], 'broken connection', 'missing branch')
  add([pred, truth], 'spurious connection', 'extra branch')
  // No pixel is that of two errors: each is on one centreline, and outside the other mask.
  return errors.sort((a, b) => a.y - b.y || a.x - b.x)
}
