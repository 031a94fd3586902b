import type { BitMask } from '../mask/bitmask.ts'
import { checkOptions, finiteNumber } from '../mask/validate.ts'
import { bettiOf } from '../metrics/betti-errors.ts'
import { clDiceOf } from '../metrics/centerline.ts'
import { nsdOf } from '../metrics/distance.ts'
import { junctionPlacesOf, matchOf } from '../metrics/junction-match.ts'
import type { MaskPair } from '../metrics/mask-pair.ts'
import { junctionOptionsOf } from '../topology/junctions.ts'
import { hinge, type RewardTerm } from './terms.ts'

/** Options of every factory of a reward term. */
export interface QualityTermOptions {
  /** What the value is multiplied by. Default: 1. */
  weight?: number
  /** The value of a perfect prediction; greater than 0, at most 10⁹. Default: 10. */
  scale?: number
}

/** Options of {@link junctionTerm}. */
export interface JunctionTermOptions extends QualityTermOptions {
  /** Greatest distance of junctions that are matched, in pixels; 0 to 100. Default: 5. */
  radius?: number
}

/** Options of {@link surfaceTerm}. */
export interface SurfaceTermOptions extends QualityTermOptions {
  /** Greatest distance of boundaries that agree, in pixels; 0 to 100. Default: 1. */
  tolerance?: number
}

/** Options of {@link precisionHinge}. */
export interface PrecisionHingeOptions {
  /** What the value is multiplied by. Default: 1. */
  weight?: number
  /** Precision below which the term punishes, 0 to 1. Default: .80. */
  target?: number
}

const MAX_SCALE = 1e9
const MAX_DISTANCE = 100
const DEFAULT_JUNCTIONS = junctionOptionsOf()

/** @internal A term whose value is `scale` times a quality that is 0 at worst and 1 at best. */
export function qualityTerm<T extends QualityTermOptions>(
  options: T | undefined,
  names: readonly (keyof T & string)[],
  quality: (pair: MaskPair) => number,
): RewardTerm {
  checkOptions(options, ['weight', 'scale', ...names])
  const { weight = 1, scale = 10 } = options ?? {}
  finiteNumber(weight, 'weight', -MAX_SCALE, MAX_SCALE)
  finiteNumber(scale, 'scale', Number.MIN_VALUE, MAX_SCALE)
  return { weight, range: [0, scale], value: (pair) => scale * quality(pair) }
}

/**
 * The precision term of the design formula: nothing from the target on, and `20 · (precision −
 * target)` below it; from `−20 · target` to 0. The same as the option `weights.precision`.
 *
 * @throws TypeError or RangeError if an option is not valid
 *
 * @example
 * ```ts
 * import { MultiObjectiveReward } from 'vessel-reward'
 * import { precisionHinge } from 'vessel-reward'
 *
 * const reward = new MultiObjectiveReward({ terms: { exact: precisionHinge({ target: 0.9 }) } })
 * reward.explain([[1, 1, 0, 0]], [[1, 0, 0, 0]]).terms.exact.value // => -8
 * ```
 */
export function precisionHinge(options?: PrecisionHingeOptions): RewardTerm {
  checkOptions(options, ['weight', 'target'])
  const { weight = 1, target = 0.8 } = options ?? {}
  finiteNumber(weight, 'weight', -MAX_SCALE, MAX_SCALE)
  finiteNumber(target, 'target', 0, 1)
  return { weight, range: [hinge(0, target), 0], value: (pair) => hinge(pair.precision, target) }
}

/**
 * The lesser of precision and recall, times the scale: what a mask gains by being thicker or
 * thinner than the truth it loses here.
 *
 * @throws TypeError or RangeError if an option is not valid
 *
 * @example
 * ```ts
 * import { MultiObjectiveReward } from 'vessel-reward'
 * import { balanceTerm } from 'vessel-reward'
 *
 * const reward = new MultiObjectiveReward({ terms: { balance: balanceTerm() } })
 * reward.explain([[1, 1, 0, 0]], [[1, 0, 0, 0]]).terms.balance.value // => 5
 * ```
 */
export function balanceTerm(options?: QualityTermOptions): RewardTerm {
  return qualityTerm(options, [], ({ precision, recall }) => Math.min(precision, recall))
}

/**
 * Centreline Dice of the pair, times the scale, with the thinning of the reward.
 *
 * @throws TypeError or RangeError if an option is not valid
 *
 * Source: S. Shit et al., "clDice – a novel topology-preserving loss function for tubular
 * structure segmentation", CVPR 2021.
 *
 * @example
 * ```ts
 * import { MultiObjectiveReward } from 'vessel-reward'
 * import { clDiceTerm } from 'vessel-reward'
 *
 * const reward = new MultiObjectiveReward({ terms: { centreline: clDiceTerm({ scale: 1 }) } })
 * reward.explain([[1, 1, 1, 1]], [[1, 1, 0, 0]]).terms.centreline.value // => 0.6666666666666666
 * ```
 */
export function clDiceTerm(options?: QualityTermOptions): RewardTerm {
  return qualityTerm(options, [], ({ pred, truth }) =>
    clDiceOf(pred.mask, pred.skeleton, truth.mask, truth.skeleton),
  )
}

/**
 * F1 of junctions that are matched one to one within a radius, times the scale: unlike a count it
 * asks where a junction is, and extra ones cost as much as missing ones. With the thinning of
 * the reward, and junctions by crossing number, merged within 3 px. No junctions in either mask: the scale.
 *
 * @throws TypeError or RangeError if an option is not valid
 *
 * @example
 * ```ts
 * import { MultiObjectiveReward } from 'vessel-reward'
 * import { junctionTerm } from 'vessel-reward'
 *
 * const fork = [
 *   [1, 0, 0, 0, 1],
 *   [0, 1, 0, 1, 0],
 *   [0, 0, 1, 0, 0],
 *   [0, 0, 1, 0, 0],
 *   [0, 0, 1, 0, 0],
 * ]
 * const reward = new MultiObjectiveReward({ terms: { junctions: junctionTerm({ radius: 3 }) } })
 * reward.explain(fork, fork).terms.junctions.value // => 10
 * reward.explain(fork.slice(2).concat([[0], [0]].map(() => [0, 0, 0, 0, 0])), fork).terms.junctions.value // => 0
 * ```
 */
export function junctionTerm(options?: JunctionTermOptions): RewardTerm {
  const radius = finiteNumber(options?.radius ?? 5, 'radius', 0, MAX_DISTANCE)
  return qualityTerm(options, ['radius'], ({ pred, truth }) => {
    const places = (mask: BitMask) => junctionPlacesOf(mask, DEFAULT_JUNCTIONS)
    return matchOf(places(pred.skeleton), places(truth.skeleton), radius, 'perfect', '').f1
  })
}

/**
 * How near two counts are: 1 if they are equal, and less with the logarithm of their quotient, so
 * that every component more says something, from the first to the thousandth.
 */
function closeness(a: number, b: number): number {
  return 1 / (1 + Math.abs(Math.log((a + 1) / (b + 1))))
}

/**
 * How near the numbers of connected components are, times the scale:
 * `1 / (1 + |ln((β0 pred + 1) / (β0 truth + 1))|)`; components of the masks, 8-connected. Never at a
 * bound but for equal numbers, where a difference of counts would be for nearly every whole image.
 *
 * @throws TypeError or RangeError if an option is not valid
 *
 * @example
 * ```ts
 * import { MultiObjectiveReward } from 'vessel-reward'
 * import { componentsTerm } from 'vessel-reward'
 *
 * const reward = new MultiObjectiveReward({ terms: { components: componentsTerm() } })
 * reward.explain([[1, 0, 1]], [[1, 1, 1]]).terms.components.value.toFixed(2) // => '7.12'
 * ```
 */
export function componentsTerm(options?: QualityTermOptions): RewardTerm {
  return qualityTerm(options, [], ({ pred, truth }) =>
    closeness(bettiOf(pred.mask, 8).b0, bettiOf(truth.mask, 8).b0),
  )
}

/**
 * How near the numbers of holes (loops of vessels) are, times the scale:
 * `1 / (1 + |ln((β1 pred + 1) / (β1 truth + 1))|)`; background is 4-connected.
 *
 * @throws TypeError or RangeError if an option is not valid
 *
 * @example
 * ```ts
 * import { MultiObjectiveReward } from 'vessel-reward'
 * import { holesTerm } from 'vessel-reward'
 *
 * const ring = [
 *   [1, 1, 1],
 *   [1, 0, 1],
 *   [1, 1, 1],
 * ]
 * const reward = new MultiObjectiveReward({ terms: { holes: holesTerm() } })
 * reward.explain(ring, ring).terms.holes.value // => 10
 * reward.explain([[1, 1, 1], [1, 1, 1], [1, 1, 1]], ring).terms.holes.value.toFixed(2) // => '5.91'
 * ```
 */
export function holesTerm(options?: QualityTermOptions): RewardTerm {
  return qualityTerm(options, [], ({ pred, truth }) =>
    closeness(bettiOf(pred.mask, 8).b1, bettiOf(truth.mask, 8).b1),
  )
}

/**
 * Normalized surface Dice: the share of both boundaries that lies within the tolerance of the
 * other, times the scale.
 *
 * @throws TypeError or RangeError if an option is not valid
 *
 * Source: S. Nikolov et al., "Clinically applicable segmentation of head and neck anatomy for
 * radiotherapy", JMIR 23(7), 2021.
 *
 * @example
 * ```ts
 * import { MultiObjectiveReward } from 'vessel-reward'
 * import { surfaceTerm } from 'vessel-reward'
 *
 * const reward = new MultiObjectiveReward({ terms: { surface: surfaceTerm({ tolerance: 1 }) } })
 * reward.explain([[1, 0, 0, 1]], [[1, 1, 0, 0]]).terms.surface.value // => 7.5
 * ```
 */
export function surfaceTerm(options?: SurfaceTermOptions): RewardTerm {
  const tolerance = finiteNumber(options?.tolerance ?? 1, 'tolerance', 0, MAX_DISTANCE)
  return qualityTerm(options, ['tolerance'], ({ pred, truth }) => {
    const share = nsdOf(pred.mask, truth.mask, tolerance)
    return Number.isNaN(share) ? 1 : share
  })
}
