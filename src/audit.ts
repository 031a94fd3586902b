/**
 * Can a reward be gamed? Ladders of graded corruptions, a search for exploits, and checks of the
 * terms, for any function that scores a prediction against a truth.
 *
 * @packageDocumentation
 */
export { type ApplyExploitOptions, applyExploit } from './audit/apply-exploit.ts'
export type { AuditOptions, AuditProgress } from './audit/audit-options.ts'
export { type AuditPageOptions, auditPage } from './audit/audit-page.ts'
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
} from './audit/audit-report.ts'
export { auditReward } from './audit/audit-reward.ts'
export { auditTable } from './audit/audit-table.ts'
export { type ShiftOptions, type SpeckleOptions, shiftMask, speckle } from './audit/corruptions.ts'
export { type CutGapsOptions, cutGaps } from './audit/cut-gaps.ts'
export { type DropBranchesOptions, dropBranches } from './audit/drop-branches.ts'
export {
  type AddBridgesOptions,
  type AddHairsOptions,
  addBridges,
  addHairs,
} from './audit/false-vessels.ts'
export { LADDERS, type Ladder } from './audit/ladders.ts'
export { PITFALLS, type Pitfall } from './audit/pitfalls.ts'
export { strictReference } from './audit/quality.ts'
export type { AuditSubject, ScoreFunction, ScoreObject } from './audit/subject.ts'
