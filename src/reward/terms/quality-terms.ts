import type { BitMask } from '../../mask/bitmask.ts'
import { checkCount, type OptionTable, readOptions } from '../../mask/options.ts'
import { bettiOf } from '../../metrics/betti-errors.ts'
import { calOf } from '../../metrics/cal.ts'
import { clDiceOf } from '../../metrics/cl-dice.ts'
import { junctionPlacesOf, matchOf, RADIUS_RULE } from '../../metrics/point-matches.ts'
import { nsdOf, TOLERANCE_RULE } from '../../metrics/surface/surface-metrics.ts'
import { DEFAULT_JUNCTIONS } from '../../topology/junctions.ts'
import type { MaskPair } from '../mask-pair.ts'
import { hinge, type RewardTerm } from './design-terms.ts'

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

/** The options of every quality. */
const qualityOptions = (): OptionTable<QualityTermOptions> => ({
  weight: { default: 1, min: -MAX_SCALE, max: MAX_SCALE },
  scale: { default: 10, min: Number.MIN_VALUE, max: MAX_SCALE },
})

const junctionTermOptions = (): OptionTable<JunctionTermOptions> => ({
  ...qualityOptions(),
  radius: { ...RADIUS_RULE, max: MAX_DISTANCE },
})

const surfaceTermOptions = (): OptionTable<SurfaceTermOptions> => ({
  ...qualityOptions(),
  tolerance: { ...TOLERANCE_RULE, max: MAX_DISTANCE },
})

const HINGE_OPTIONS = (): OptionTable<PrecisionHingeOptions> => ({
  weight: qualityOptions().weight,
  target: { default: 0.8, min: 0, max: 1 },
})

/** A term whose value is `scale` times a quality that is 0 at worst and 1 at best. */
function qualityTerm(
  { weight, scale }: Required<QualityTermOptions>,
  quality: (pair: MaskPair) => number,
): RewardTerm {
  return { weight, range: [0, scale], value: (pair) => scale * quality(pair) }
}

/** @internal The same for a term without further options. */
function plainTerm(
  name: string,
  count: number,
  options: QualityTermOptions | undefined,
  quality: (pair: MaskPair) => number,
): RewardTerm {
  checkCount(count, 1, name)
  return qualityTerm(readOptions(options, qualityOptions, name), quality)
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
  checkCount(arguments.length, 1, 'precisionHinge')
  const { weight, target } = readOptions(options, HINGE_OPTIONS, 'precisionHinge')
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
  return plainTerm('balanceTerm', arguments.length, options, ({ precision, recall }) =>
    Math.min(precision, recall),
  )
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
  return plainTerm('clDiceTerm', arguments.length, options, ({ pred, truth }) =>
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
  checkCount(arguments.length, 1, 'junctionTerm')
  const { radius, ...common } = readOptions(options, junctionTermOptions, 'junctionTerm')
  return qualityTerm(common, ({ pred, truth }) => {
    const places = (mask: BitMask) => junctionPlacesOf(mask, DEFAULT_JUNCTIONS)
    return matchOf(places(pred.skeleton), places(truth.skeleton), radius, '')('perfect').f1
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
  return plainTerm('componentsTerm', arguments.length, options, ({ pred, truth }) =>
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
  return plainTerm('holesTerm', arguments.length, options, ({ pred, truth }) =>
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
  checkCount(arguments.length, 1, 'surfaceTerm')
  const { tolerance, ...common } = readOptions(options, surfaceTermOptions, 'surfaceTerm')
  return qualityTerm(common, ({ pred, truth }) => {
    const share = nsdOf(pred.mask, truth.mask, tolerance)
    return Number.isNaN(share) ? 1 : share
  })
}

/**
 * Connectivity, area and length of the vessels agreed on (CAL), times the scale; see `calParts`.
 *
 * @throws TypeError or RangeError if an option is not valid
 *
 * Source: M. Gegúndez-Arias et al., "A function for quality evaluation of retinal vessel
 * segmentations", IEEE TMI 31(2), 2012.
 *
 * @example
 * ```ts
 * import { MultiObjectiveReward } from 'vessel-reward'
 * import { calTerm } from 'vessel-reward'
 *
 * const reward = new MultiObjectiveReward({ terms: { cal: calTerm({ weight: 0.1 }) } })
 * reward.explain([[1, 1, 0, 0, 0]], [[1, 1, 1, 0, 0]]).terms.cal.value // => 10
 * ```
 */
export function calTerm(options?: QualityTermOptions): RewardTerm {
  return plainTerm(
    'calTerm',
    arguments.length,
    options,
    ({ pred, truth }) => calOf(pred.mask, truth.mask)('perfect').cal,
  )
}
