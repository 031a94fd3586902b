/**
 * Reward terms for the option `terms` of `MultiObjectiveReward`.
 *
 * @packageDocumentation
 */
export { calTerm } from './reward/cal-term.ts'
export {
  balanceTerm,
  clDiceTerm,
  componentsTerm,
  holesTerm,
  type JunctionTermOptions,
  junctionTerm,
  type PrecisionHingeOptions,
  precisionHinge,
  type QualityTermOptions,
  type SurfaceTermOptions,
  surfaceTerm,
} from './reward/quality-terms.ts'
