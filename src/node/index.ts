/**
 * Masks and probability maps from image files, pictures of a prediction over the truth, and writing them; for Node.js.
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
