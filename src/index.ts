/**
 * Exact, fast metrics and rewards for segmentation masks of blood vessels and other thin,
 * branching structures.
 *
 * @packageDocumentation
 */
export { BitMask, type MaskLike } from './mask/bitmask.ts'
export type {
  ImageMask,
  RawMask,
  RowsMask,
  StridedMask,
  TensorMask,
  ThresholdOptions,
} from './mask/from.ts'
export { type ClDiceOptions, clDice } from './metrics/centerline.ts'
export {
  assd,
  type Hd95Options,
  hausdorff,
  hd95,
  masd,
  type NsdOptions,
  nsd,
  type SurfaceDistanceOptions,
} from './metrics/distance.ts'
export type { MaskFacts, MaskPair } from './metrics/mask-pair.ts'
export type { EmptyPolicy, MetricOptions } from './metrics/metric-options.ts'
export {
  accuracy,
  type Confusion,
  confusion,
  dice,
  type FBetaOptions,
  fBeta,
  iou,
  mcc,
  precision,
  recall,
  specificity,
} from './metrics/overlap.ts'
export {
  type DistanceTransform,
  type DistanceTransformOptions,
  distanceTransform,
} from './morphology/distance-transform.ts'
export { type SkeletonizeOptions, skeletonize } from './morphology/skeletonize.ts'
export type { ThinningMethod } from './morphology/thinning-table.ts'
export { type Advantages, type CreditOptions, counterfactualAdvantages } from './reward/credit.ts'
export {
  type Explanation,
  MultiObjectiveReward,
  type TermExplanation,
} from './reward/multi-objective-reward.ts'
export type { RewardPreset } from './reward/presets.ts'
export type { RewardOptions } from './reward/reward-options.ts'
export type { RewardTerm, TermName } from './reward/terms.ts'
export { type TileFacts, type TileFactsOptions, tileFacts } from './reward/tile-facts.ts'
export { bettiNumbers, eulerNumber } from './topology/betti.ts'
export {
  countJunctions,
  findJunctions,
  type JunctionMethod,
  type JunctionOptions,
} from './topology/junctions.ts'
export {
  type Connectivity,
  type ConnectivityOptions,
  countComponents,
  type LabelOptions,
  type Labels,
  label,
} from './topology/label.ts'
export { type LengthMethod, type LengthOptions, skeletonLength } from './topology/length.ts'
