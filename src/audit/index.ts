/**
 * Can a reward be gamed? Ladders of graded corruptions, a search for exploits, and checks of the
 * terms, for any function that scores a prediction against a truth.
 *
 * @packageDocumentation
 */

export { auditReward } from './audit-reward.ts'
export type { AuditSubject, ScoreFunction, ScoreObject } from './audited-reward.ts'
export { LADDERS, type Ladder } from './checks/ladders.ts'
export { PITFALLS, type Pitfall } from './checks/pitfalls.ts'
export { type CutGapsOptions, cutGaps } from './corruptions/cut-gaps.ts'
export { type DropBranchesOptions, dropBranches } from './corruptions/drop-branches.ts'
export {
  type AddBridgesOptions,
  type AddHairsOptions,
  addBridges,
  addHairs,
} from './corruptions/false-vessels.ts'
export {
  type ShiftOptions,
  type SpeckleOptions,
  shiftMask,
  speckle,
} from './corruptions/speckle-and-shift.ts'
export { type ApplyExploitOptions, applyExploit } from './exploits/apply-exploit.ts'
export { strictReference } from './mask-quality.ts'
export type { AuditOptions, AuditProgress } from './options.ts'
export { type AuditPageOptions, auditPage } from './page/page.ts'
export type {
  AuditFinding,
  AuditReport,
  AuditResult,
  DifferentialPoint,
  DifferentialResult,
  ExploitResult,
  FindingKind,
  LadderResult,
  LadderStep,
  PitfallResult,
  RankInversion,
  Severity,
  TermCheck,
} from './report.ts'
export { auditTable } from './text-report.ts'
