/**
 * Exact, fast metrics and rewards for segmentation masks of blood vessels and other thin,
 * branching structures.
 *
 * @packageDocumentation
 */
export { type AsyncTensorMask, BitMask, type MaskLike } from './mask/bitmask.ts'
export type {
  ImageMask,
  RawMask,
  RowsMask,
  StridedMask,
  TensorMask,
  ThresholdOptions,
} from './mask/from.ts'
export {
  type Aggregate,
  type AggregateOptions,
  aggregate,
  type Evaluation,
  type EvaluationAggregate,
  type UndefinedRule,
} from './metrics/aggregate.ts'
export { type BettiErrors, type BettiOptions, bettiErrors } from './metrics/betti-errors.ts'
export { type BettiMatches, type BettiMatching, bettiMatching } from './metrics/betti-matching.ts'
export { type BufferedOptions, type BufferedOverlap, bufferedOverlap } from './metrics/buffered.ts'
export { byCaliber, type CaliberOptions, type CaliberStratum } from './metrics/by-caliber.ts'
export { type CalOptions, type CalParts, cal, calParts } from './metrics/cal.ts'
export type { ClDiceParts } from './metrics/centerline.ts'
export { type ClDiceOptions, clDice } from './metrics/centerline.ts'
export { clDiceParts } from './metrics/cl-dice-parts.ts'
export {
  type CompareOptions,
  type Comparison,
  compare,
  type EvaluationComparison,
} from './metrics/compare.ts'
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
export { type EvaluateOptions, evaluate } from './metrics/evaluate.ts'
export {
  endpointF1,
  endpointMatches,
  type JunctionMatchOptions,
  junctionF1,
  junctionMatches,
  type PointMatch,
  type PointMatchOptions,
} from './metrics/junction-match.ts'
export { type LengthRatioOptions, lengthAgreement, lengthRatio } from './metrics/length-ratio.ts'
export type { MaskFacts, MaskPair } from './metrics/mask-pair.ts'
export {
  METRIC_DIRECTIONS,
  METRIC_NAMES,
  type MetricDirection,
  type MetricName,
} from './metrics/metric-directions.ts'
export type { MetricSettings } from './metrics/metric-groups.ts'
export type { EmptyPolicy, MetricOptions } from './metrics/metric-options.ts'
export type { MetricValue, MetricValues } from './metrics/metric-values.ts'
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
  type SkeletalSimilarity,
  type SkeletalSimilarityOptions,
  skeletalSimilarity,
} from './metrics/skeletal-similarity.ts'
export {
  TOPOLOGY_ERROR_KINDS,
  type TopologyError,
  type TopologyErrorKind,
  type TopologyErrorOptions,
  topologyErrors,
} from './metrics/topology-errors.ts'
export { boundary } from './morphology/boundary.ts'
export {
  type DilationOptions,
  dilate,
  type ErosionOptions,
  erode,
  type StructuringElement,
} from './morphology/dilate.ts'
export {
  type DistanceTransform,
  type DistanceTransformOptions,
  distanceTransform,
} from './morphology/distance-transform.ts'
export { type SkeletonizeOptions, skeletonize } from './morphology/skeletonize.ts'
export type { ThinningMethod } from './morphology/thinning-table.ts'
export type { MaskBatch } from './reward/batch.ts'
export { calTerm } from './reward/cal-term.ts'
export { type Advantages, type CreditOptions, counterfactualAdvantages } from './reward/credit.ts'
export {
  type Explanation,
  MultiObjectiveReward,
  type TermExplanation,
} from './reward/multi-objective-reward.ts'
export type { RewardPreset } from './reward/presets.ts'
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
export type { RewardOptions } from './reward/reward-options.ts'
export type { RewardTerm, TermName } from './reward/terms.ts'
export { type TileFacts, type TileFactsOptions, tileFacts } from './reward/tile-facts.ts'
export { bettiNumbers, eulerNumber } from './topology/betti.ts'
export { type BranchStatistics, branchStatistics } from './topology/branch-statistics.ts'
export { findEndpoints } from './topology/endpoints.ts'
export { type SkeletonGraphOptions, skeletonGraph } from './topology/graph.ts'
export {
  BRANCH_TYPES,
  type GraphBranches,
  type GraphNodes,
  NODE_KINDS,
  type SkeletonGraph,
} from './topology/graph-types.ts'
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
export {
  type BranchFeature,
  graphToGeoJSON,
  type NodeFeature,
  type Position,
  type SkeletonFeatures,
} from './topology/polylines.ts'
export { type PruneSpursOptions, pruneSpurs } from './topology/prune-spurs.ts'
