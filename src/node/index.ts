/**
 * Masks from PNG files, pictures of a prediction over the truth, and writing them; for Node.js.
 *
 * @packageDocumentation
 */

export {
  type CaseFailure,
  type CaseResult,
  type EvaluatePairsOptions,
  evaluatePairs,
} from './folders/evaluate-pairs.ts'
export {
  type FilePair,
  type FoundPairs,
  type MissingPartner,
  type PairRole,
  type ReadPairsOptions,
  readPairs,
} from './folders/read-pairs.ts'
export { type PairsSweep, type SweepPairsOptions, sweepPairs } from './folders/sweep-pairs.ts'
export { type OverlayImage, type OverlayOptions, overlay } from './overlay/overlay.ts'
export type { MaskWarning } from './png/mask-warning.ts'
export {
  type DecodeMaskOptions,
  decodeMask,
  type ReadMaskOptions,
  readMask,
} from './png/read-mask.ts'
export { encodePng, type PngImage, writePng } from './png/write-png.ts'
export {
  createRewardPool,
  type RewardPool,
  type RewardPoolOptions,
  type ScoreBatchOptions,
} from './pool/reward-pool.ts'
