/**
 * Masks from PNG files, folders of them and reports, pictures of a prediction over the truth; for Node.js.
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
export { readResults } from './folders/read-results.ts'
export type {
  FolderResults,
  MetricBound,
  ResultOptions,
  ResultWarning,
} from './folders/results.ts'
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
export {
  type WriteReportOptions,
  type WrittenReport,
  writeReport,
} from './report/write-report.ts'
