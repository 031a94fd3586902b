/**
 * Masks and probability maps from image files, folders of them and reports, pictures of a prediction over the truth; for Node.js.
 *
 * @packageDocumentation
 */

export type { CaseFailure, CaseResult } from './folders/case-result.ts'
export { mergeCases } from './folders/cases/merge-cases.ts'
export { type EvaluateFolderOptions, evaluateFolder } from './folders/evaluate-folder.ts'
export { type EvaluatePairsOptions, evaluatePairs } from './folders/evaluate-pairs.ts'
export type {
  EvaluationSettings,
  FolderEvaluation,
  FolderWarning,
} from './folders/folder-evaluation.ts'
export type { FilePair, MissingPartner, PairRole } from './folders/pairs/file-pair.ts'
export type { ChoiceByRole, ImageChoices } from './folders/pairs/image-choices.ts'
export { type FoundPairs, type ReadPairsOptions, readPairs } from './folders/read-pairs.ts'
export { readResults } from './folders/read-results.ts'
export type { FolderResults, MetricBound, ResultOptions } from './folders/results.ts'
export type { CaliberSummary, ErrorSummary } from './folders/summary.ts'
export { type PairsSweep, type SweepPairsOptions, sweepPairs } from './folders/sweep-pairs.ts'
export type { ImageChoiceOptions } from './formats/choice-options.ts'
export { type DecodeImageOptions, decodeImage } from './formats/decode-image.ts'
export type { ImageSamples, SampleArray } from './formats/image-samples.ts'
export { type ProbabilityMap, readProbability } from './formats/read-probability.ts'
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
