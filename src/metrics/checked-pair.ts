import { gridOf, type RawMask } from '../mask/accepted-forms.ts'
import { BitMask, type MaskLike } from '../mask/bitmask.ts'
import type { OptionTable } from '../mask/options.ts'
import { finiteNumber } from '../mask/validate.ts'
import { restrict } from './remembered-facts.ts'

/**
 * What a metric returns where its formula is 0/0.
 *
 * - `'perfect'`: the perfect value if both masks are empty, and the worst finite value if exactly
 *   one is, so that an average over images keeps every image.
 * - `'nan'`: NaN.
 * - `'throw'`: a RangeError.
 */
export type EmptyPolicy = 'perfect' | 'nan' | 'throw'

/** Options of every metric of a pair of masks. */
export interface MetricOptions {
  /** Field of view: only pixels that are foreground in this mask count. Default: all pixels. */
  within?: MaskLike
  /**
   * Value of the truth that says "do not count this pixel", such as 255 for void. The truth must
   * hold values: a `BitMask` has none. Default: no value.
   */
  ignore?: number
  /** What to return where the formula is 0/0. Default: `'perfect'`. */
  empty?: EmptyPolicy
}

const EMPTY_POLICIES: readonly EmptyPolicy[] = ['perfect', 'nan', 'throw']

/** What the field of view and the ignored value are once they are checked. */
export interface FieldRead {
  within: BitMask | undefined
  ignore: number | undefined
}

/** The options that say which pixels count. */
export const FIELD_OPTIONS: OptionTable<Pick<MetricOptions, 'within' | 'ignore'>, FieldRead> = {
  within: {
    default: undefined,
    read: (value) => BitMask.pack(value as MaskLike, 'the field of view (within)'),
  },
  ignore: { default: undefined, read: (value, name) => finiteNumber(value as number, name) },
}

/** The options of every metric. */
export const metricOptions = (): OptionTable<MetricOptions, FieldRead> => ({
  ...FIELD_OPTIONS,
  empty: { default: 'perfect', among: EMPTY_POLICIES },
})

/** Checks that two masks, or what else has a size, have one size. */
export function checkSameSize(
  a: { readonly width: number; readonly height: number },
  b: { readonly width: number; readonly height: number },
  names: string,
): void {
  if (a.width !== b.width || a.height !== b.height) {
    throw new RangeError(
      `expected ${names} of equal size, got ${a.width} × ${a.height} and ${b.width} × ${b.height}`,
    )
  }
}

/** A checked pair of masks with its field of view and empty policy. */
export interface CheckedPair {
  pred: BitMask
  truth: BitMask
  within: BitMask | undefined
  empty: EmptyPolicy
}

/** What was measured of a pair of masks, as values under an empty policy. */
export type Scored<Values> = (empty: EmptyPolicy) => Values

/** Packs and checks a pair of masks, with options that are checked already. */
export function checkPair(
  pred: MaskLike,
  truth: MaskLike,
  { within, ignore, empty = 'perfect' }: FieldRead & { empty?: EmptyPolicy },
): CheckedPair {
  const predBits = BitMask.pack(pred, 'the prediction')
  const [truthBits, field] = packTruth(truth, within, ignore)
  checkSameSize(predBits, truthBits, 'a prediction and a truth')
  return { pred: predBits, truth: truthBits, within: field, empty }
}

/** The same with both masks cut to the field of view. */
export function checkInside(
  pred: MaskLike,
  truth: MaskLike,
  options: FieldRead & { empty?: EmptyPolicy },
): CheckedPair {
  const pair = checkPair(pred, truth, options)
  const { within } = pair
  return { ...pair, pred: restrict(pair.pred, within), truth: restrict(pair.truth, within) }
}

/** Packs a truth; returns it with the field of view that leaves out what it says to ignore. */
export function packTruth(
  truth: MaskLike,
  within: BitMask | undefined,
  ignore: number | undefined,
  what = 'the truth',
): [truth: BitMask, within: BitMask | undefined] {
  if (ignore === undefined) {
    const bits = BitMask.pack(truth, what)
    if (within !== undefined) checkSameSize(within, bits, 'a field of view and masks')
    return [bits, within]
  }
  const values = withValues(truth, what)
  const bits = BitMask.pack(values, what)
  const counted = otherThan(values, ignore, what)
  if (within === undefined) return [bits, counted]
  checkSameSize(within, bits, 'a field of view and masks')
  return [bits, counted.and(within)]
}

/**
 * `numerator / denominator`, or what the policy says where that is 0/0.
 *
 * @param perfect - whether a 0/0 here means agreement (1) or the worst value (0)
 */
export function ratioOr(
  empty: EmptyPolicy,
  perfect: boolean,
  name: string,
  numerator: number,
  denominator: number,
): number {
  if (denominator !== 0) return numerator / denominator
  if (empty === 'nan') return Number.NaN
  if (empty === 'throw') {
    throw new RangeError(`${name} is undefined for these masks: 0 divided by 0`)
  }
  return perfect ? 1 : 0
}

/** A mask whose values can be asked for twice: those of a tensor are fetched here, once. */
function withValues(mask: MaskLike, what: string): RawMask {
  if (BitMask.isMask(mask)) {
    throw new TypeError(
      `expected ${what} to hold values, of which ignore names one, got a BitMask: pass the values, or within`,
    )
  }
  if (typeof mask !== 'object' || mask === null || !('dataSync' in mask)) return mask
  const { shape } = mask
  return { data: mask.dataSync(), shape }
}

/**
 * The pixels of a mask that are not of the ignored value; those of several channels are ignored
 * if all of them are.
 *
 * @param mask - a mask that has been packed, so that its sizes and values are known to be valid
 */
function otherThan(mask: RawMask, ignored: number, what: string): BitMask {
  if (Array.isArray(mask)) {
    const rows: ArrayLike<number | boolean>[] = mask
    return BitMask.from(rows.map((row) => Array.from(row, (value) => Number(value) !== ignored)))
  }
  const grid = gridOf(mask, 0, what)
  const { data, width, height, offset, rowStride, columnStride, values } = grid
  const counted = new Uint8Array(width * height)
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const first = offset + y * rowStride + x * columnStride
      for (let i = first; i < first + values; i++) {
        if (Number(data[i]) !== ignored) counted[y * width + x] = 1
      }
    }
  }
  return BitMask.from({ data: counted, width, height })
}
