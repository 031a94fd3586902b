/**
 * Exact, fast metrics and rewards for segmentation masks of blood vessels and other thin,
 * branching structures.
 *
 * @packageDocumentation
 */

export type {
  ImageMask,
  RawMask,
  RowsMask,
  StridedMask,
  TensorMask,
  ThresholdOptions,
} from './mask/accepted-forms.ts'
export { type AsyncTensorMask, BitMask, type MaskLike, type RleOptions } from './mask/bitmask.ts'
export type { CocoRle } from './mask/rle.ts'
export { type BettiErrors, type BettiOptions, bettiErrors } from './metrics/betti-errors.ts'
export { type BettiMatches, type BettiMatching, bettiMatching } from './metrics/betti-matching.ts'
export {
  type BufferedOptions,
  type BufferedOverlap,
  bufferedOverlap,
} from './metrics/buffered-overlap.ts'
export { byCaliber, type CaliberOptions, type CaliberStratum } from './metrics/by-caliber.ts'
export { type CalOptions, type CalParts, cal, calParts } from './metrics/cal.ts'
export type { EmptyPolicy, MetricOptions } from './metrics/checked-pair.ts'
export type { ClDiceParts } from './metrics/cl-dice.ts'
export { type ClDiceOptions, clDice, clDiceParts } from './metrics/cl-dice.ts'
export type { MetricSettings } from './metrics/evaluate.ts'
export { type EvaluateOptions, evaluate } from './metrics/evaluate.ts'
export { type LengthRatioOptions, lengthAgreement, lengthRatio } from './metrics/length-ratio.ts'
export {
  METRIC_DIRECTIONS,
  METRIC_NAMES,
  type MetricDirection,
  type MetricName,
} from './metrics/metric-directions.ts'
export {
  accuracy,
  type Confusion,
  confusion,
  dice,
  type FBetaOptions,
  fBeta,
  iou,
  mcc,
  type OverlapName,
  precision,
  recall,
  specificity,
} from './metrics/overlap.ts'
export {
  endpointF1,
  endpointMatches,
  type JunctionMatchOptions,
  junctionF1,
  junctionMatches,
  type PointMatch,
  type PointMatchOptions,
} from './metrics/point-matches.ts'
export {
  type SkeletalSimilarity,
  type SkeletalSimilarityOptions,
  skeletalSimilarity,
} from './metrics/skeletal-similarity/skeletal-similarity.ts'
export type { MetricValue, MetricValues } from './metrics/statistics/aggregate.ts'
export {
  type Aggregate,
  type AggregateOptions,
  aggregate,
  type Evaluation,
  type EvaluationAggregate,
  type UndefinedRule,
} from './metrics/statistics/aggregate.ts'
export {
  type CompareOptions,
  type Comparison,
  compare,
  type EvaluationComparison,
} from './metrics/statistics/compare.ts'
export {
  assd,
  type Hd95Options,
  hausdorff,
  hd95,
  masd,
  type NsdOptions,
  nsd,
  type SurfaceDistanceOptions,
} from './metrics/surface/surface-metrics.ts'
export type { BestThreshold } from './metrics/sweep/best-threshold.ts'
export { type Sweep, type SweepCurve, sweep } from './metrics/sweep/sweep.ts'
export { type SweepAllOptions, sweepAll } from './metrics/sweep/sweep-all.ts'
export type { SweepOptions, SweepScore } from './metrics/sweep/sweep-options.ts'
export type {
  SweepCase,
  SweepMeans,
  SweepPooled,
  SweepSummary,
} from './metrics/sweep/sweep-summary.ts'
export {
  TOPOLOGY_ERROR_KINDS,
  type TopologyError,
  type TopologyErrorKind,
  type TopologyErrorOptions,
  topologyErrors,
} from './metrics/topology-errors/topology-errors.ts'
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
export {
  type Advantages,
  type CreditOptions,
  counterfactualAdvantages,
} from './reward/credit/counterfactual-advantages.ts'
export { type TileFacts, type TileFactsOptions, tileFacts } from './reward/credit/tile-facts.ts'
export type { Explanation, TermExplanation } from './reward/explanation.ts'
export type { MaskFacts, MaskPair } from './reward/mask-pair.ts'
export { MultiObjectiveReward } from './reward/multi-objective-reward.ts'
export type { RewardOptions } from './reward/reward-options.ts'
export type { RewardTerm, TermName } from './reward/terms/design-terms.ts'
export type { RewardPreset } from './reward/terms/presets.ts'
export {
  balanceTerm,
  calTerm,
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
} from './reward/terms/quality-terms.ts'
export { bettiNumbers, eulerNumber } from './topology/betti.ts'
export { findEndpoints } from './topology/endpoints.ts'
export { type BranchStatistics, branchStatistics } from './topology/graph/branch-statistics.ts'
export {
  type BranchFeature,
  graphToGeoJSON,
  type NodeFeature,
  type Position,
  type SkeletonFeatures,
} from './topology/graph/geojson.ts'
export { type PruneSpursOptions, pruneSpurs } from './topology/graph/prune-spurs.ts'
export { type SkeletonGraphOptions, skeletonGraph } from './topology/graph/skeleton-graph.ts'
export {
  BRANCH_TYPES,
  type GraphBranches,
  type GraphNodes,
  NODE_KINDS,
  type SkeletonGraph,
} from './topology/graph/types.ts'
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
