import { BitMask, type MaskLike } from '../mask/bitmask.ts'
import { checkOptions, oneOf } from '../mask/validate.ts'

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
  /** What to return where the formula is 0/0. Default: `'perfect'`. */
  empty?: EmptyPolicy
}

const EMPTY_POLICIES: readonly EmptyPolicy[] = ['perfect', 'nan', 'throw']

/** Checks that two masks have one size. */
export function checkSameSize(a: BitMask, b: BitMask, names: string): void {
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

/** Packs and checks a pair of masks and the options of a metric. */
export function checkPair(
  pred: MaskLike,
  truth: MaskLike,
  options: MetricOptions | undefined,
): CheckedPair {
  checkOptions(options)
  const empty = oneOf(options?.empty ?? 'perfect', EMPTY_POLICIES, 'empty')
  const predBits = BitMask.from(pred)
  const truthBits = BitMask.from(truth)
  checkSameSize(predBits, truthBits, 'a prediction and a truth')
  const within = options?.within === undefined ? undefined : BitMask.from(options.within)
  if (within !== undefined) checkSameSize(within, truthBits, 'a field of view and masks')
  return { pred: predBits, truth: truthBits, within, empty }
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
