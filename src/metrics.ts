/**
 * Further metrics of vessel masks, one call for all of them, located topology errors, and the
 * graph of a skeleton, dilation and erosion. What `vessel-reward` itself exports is not repeated here.
 *
 * @packageDocumentation
 */
export {
  type Aggregate,
  type AggregateOptions,
  aggregate,
  type Comparison,
  compare,
  type Evaluation,
  type EvaluationAggregate,
  type UndefinedRule,
} from './metrics/aggregate.ts'
export { type BettiErrors, type BettiOptions, bettiErrors } from './metrics/betti-errors.ts'
export { type BettiMatches, type BettiMatching, bettiMatching } from './metrics/betti-matching.ts'
export { type BufferedOptions, type BufferedOverlap, bufferedOverlap } from './metrics/buffered.ts'
export { byCaliber, type CaliberOptions, type CaliberStratum } from './metrics/by-caliber.ts'
export { type Cal, type CalOptions, cal } from './metrics/cal.ts'
export type { ClDiceParts } from './metrics/centerline.ts'
export { clDiceParts } from './metrics/cl-dice-parts.ts'
export { type EvaluateOptions, evaluate } from './metrics/evaluate.ts'
export {
  endpointF1,
  type JunctionMatchOptions,
  junctionF1,
  type PointMatch,
  type PointMatchOptions,
} from './metrics/junction-match.ts'
export { type LengthRatioOptions, lengthAgreement, lengthRatio } from './metrics/length-ratio.ts'
export { METRIC_NAMES, type MetricName, type MetricSettings } from './metrics/metric-groups.ts'
export type { MetricValue, MetricValues } from './metrics/metric-values.ts'
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
  type BranchFeature,
  graphToGeoJSON,
  type NodeFeature,
  type Position,
  type SkeletonFeatures,
} from './topology/polylines.ts'
export { type PruneSpursOptions, pruneSpurs } from './topology/prune-spurs.ts'
