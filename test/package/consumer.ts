/**
 * Uses every public name with its types, as a user would write it. The package tests compile this
 * file against the packed package.
 */
import {
  type Advantages,
  type Aggregate,
  type AggregateOptions,
  accuracy,
  aggregate,
  BitMask,
  bettiNumbers,
  type ClDiceOptions,
  type Comparison,
  type Confusion,
  type Connectivity,
  type ConnectivityOptions,
  type CreditOptions,
  clDice,
  compare,
  confusion,
  countComponents,
  counterfactualAdvantages,
  countJunctions,
  type DistanceTransform,
  type DistanceTransformOptions,
  dice,
  distanceTransform,
  type EmptyPolicy,
  type Explanation,
  eulerNumber,
  type FBetaOptions,
  fBeta,
  findJunctions,
  type ImageMask,
  iou,
  type JunctionMethod,
  type JunctionOptions,
  type LabelOptions,
  type Labels,
  type LengthMethod,
  type LengthOptions,
  label,
  type MaskFacts,
  type MaskLike,
  type MaskPair,
  type MetricOptions,
  type MetricValue,
  type MetricValues,
  MultiObjectiveReward,
  mcc,
  precision,
  type RawMask,
  type RewardOptions,
  type RewardTerm,
  type RowsMask,
  recall,
  type SkeletonizeOptions,
  type StridedMask,
  skeletonize,
  skeletonLength,
  specificity,
  type TensorMask,
  type TermExplanation,
  type TermName,
  type ThinningMethod,
  type ThresholdOptions,
  type TileFacts,
  type TileFactsOptions,
  tileFacts,
} from 'vessel-reward'
import {
  fromNdarray,
  label as labelNdarray,
  type NdArrayLabels,
  type NumericNdArray,
  skeletonize as skeletonizeNdarray,
  threshold as thresholdNdarray,
  toNdarray,
} from 'vessel-reward/ndarray'
import {
  createRewardPool,
  type DecodeMaskOptions,
  decodeMask,
  encodePng,
  type OverlayImage,
  type OverlayOptions,
  overlay,
  type PngImage,
  type RewardPool,
  type RewardPoolOptions,
  readMask,
  type ScoreBatchOptions,
  writePng,
} from 'vessel-reward/node'
import {
  type CenterlineSvgOptions,
  centerlinesToSvg,
  type TraceOptions,
  thinWithSkeletonTracing,
  traceCenterlines,
} from 'vessel-reward/trace'

const image: ImageMask = { data: new Uint8Array(4), width: 2, height: 2, channels: 1 }
const strided: StridedMask = { data: [0, 1], shape: [1, 2], stride: [2, 1], offset: 0 }
const tensor: TensorMask = { shape: [1, 2], dataSync: () => new Float32Array(2) }
const rows: RowsMask = [
  [0, 1],
  [true, false],
]
const raw: RawMask[] = [image, strided, tensor, rows]
const threshold: ThresholdOptions = { threshold: 0.5 }
export const masks: MaskLike[] = raw.map((mask): BitMask => BitMask.from(mask, threshold))

const empty: EmptyPolicy = 'nan'
const options: MetricOptions = { within: image, empty }
const beta: FBetaOptions = { ...options, beta: 2 }
const counts: Confusion = confusion(image, rows)
export const overlaps: number[] = [
  accuracy(image, rows, options),
  dice(image, rows, options),
  fBeta(image, rows, beta),
  iou(image, rows, options),
  mcc(image, rows, options),
  precision(image, rows, options),
  recall(image, rows, options),
  specificity(image, rows, options),
  counts.tp + counts.fp + counts.fn + counts.tn,
]

const thinning: ThinningMethod = 'guo-hall'
const skeletonizing: SkeletonizeOptions = { method: thinning }
const skeleton: BitMask = skeletonize(rows, skeletonizing)
const connectivity: Connectivity = 4
const connecting: ConnectivityOptions = { connectivity }
const labelling: LabelOptions = { connectivity, out: new Int32Array(4) }
const labels: Labels = label(rows, labelling)
const junctionMethod: JunctionMethod = 'clusters'
const junctions: JunctionOptions = { method: junctionMethod }
const lengthMethod: LengthMethod = 'pixels'
const length: LengthOptions = { method: lengthMethod }
const clDiceOptions: ClDiceOptions = { ...options, method: thinning }
const places: Int32Array = findJunctions(skeleton, junctions)
export const facts: number[] = [
  labels.labels.length + labels.count,
  places.length,
  countComponents(rows, connecting),
  countJunctions(skeleton, junctions),
  skeletonLength(skeleton, length),
  bettiNumbers(rows, connecting).b1,
  eulerNumber(rows, connecting),
  clDice(image, rows, clDiceOptions),
]

const spacing: DistanceTransformOptions = { spacing: [1, 2] }
const transform: DistanceTransform = distanceTransform(image, spacing)
export const distances: Float64Array = transform.distances

const missing: MetricValue = null
const values: MetricValues = [0.5, missing]
const aggregating: AggregateOptions = { resamples: 100, confidence: 0.9, seed: 1 }
const summary: Aggregate = aggregate(values, aggregating)
const comparison: Comparison = compare(values, values, aggregating)
export const means: number[] = [summary.mean + summary.low, comparison.difference + comparison.p]

const tiling: TileFactsOptions = { tile: 1, thinning }
const tiles: TileFacts = tileFacts(image, rows, tiling)
const crediting: CreditOptions = { tile: 1, precisionHinge: { weight: 0.2, threshold: 0.8 } }
const advantages: Advantages = counterfactualAdvantages([image, rows], rows, crediting)
export const credit: Float64Array[] = [tiles.length, advantages.overlap, advantages.skeleton]

const found = ({ pred, truth }: MaskPair): number => {
  const one: MaskFacts = pred
  return Math.min(one.junctions, truth.junctions)
}
const term: RewardTerm = { weight: 0.1, range: [0, 100], value: found }
const name: TermName = 'precision'
const rewardOptions: RewardOptions = {
  weights: { [name]: 0.2 },
  thinning,
  connectivity,
  junctions,
  length,
  terms: { found: term },
}
const reward = new MultiObjectiveReward(rewardOptions)
const explanation: Explanation = reward.explain(image, rows)
const explained: TermExplanation | undefined = explanation.terms[name]
export const scores: Float64Array = reward.scoreBatch([image, rows], rows)
export const total: number =
  reward.score(image, rows) - (explained?.weighted ?? 0) - reward.range.max

const array: NumericNdArray = toNdarray(rows)
const arrayLabels: NdArrayLabels = labelNdarray(skeletonizeNdarray(array), connecting)
export const arrays: number[] = [
  fromNdarray(array, threshold).count,
  thresholdNdarray(array, 0.5).shape[0],
  arrayLabels.labels.get(0, 0) + arrayLabels.count,
]

const tracing: TraceOptions = { chunkSize: 6, method: thinning }
const drawing: CenterlineSvgOptions = { lineColor: 'black', threshold: 0 }
const lines: Int32Array[] = traceCenterlines(rows, tracing)
export const svg: string = centerlinesToSvg(thinWithSkeletonTracing(rows), lines, drawing)

const decoding: DecodeMaskOptions = { threshold: 127, name: 'pred.png' }
const overlaying: OverlayOptions = { within: image, thinning, junctions, scale: 2 }
export async function drawOverlay(path: string): Promise<BitMask> {
  const picture: OverlayImage = overlay(await readMask(path), rows, overlaying)
  const png: PngImage = picture
  await writePng(path, png)
  return decodeMask(encodePng(png), decoding)
}

const pooling: RewardPoolOptions = { threads: 2 }
const batching: ScoreBatchOptions = { signal: undefined }
export async function scoreInThreads(): Promise<Float64Array> {
  const pool: RewardPool = await createRewardPool({ thinning }, pooling)
  const rewards = await pool.scoreBatch([image, rows], rows, batching)
  await pool.close()
  return rewards
}
