import { calOf } from '../../metrics/cal.ts'
import type { RewardTerm } from './design-terms.ts'
import { plainTerm, type QualityTermOptions } from './quality-terms.ts'

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
    ({ pred, truth }) => calOf(pred.mask, truth.mask, 2, 2, 'perfect').cal,
  )
}
