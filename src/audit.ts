/**
 * Graded, topology-verified corruptions of a truth, which a reward must rank.
 *
 * @packageDocumentation
 */
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
