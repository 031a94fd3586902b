/**
 * Uses every public name with its types, as a user would write it. The package tests compile this
 * file against the packed package.
 */
import {
  type Advantages,
  type Aggregate,
  type AggregateOptions,
  type AsyncTensorMask,
  accuracy,
  aggregate,
  assd,
  type BestThreshold,
  type BettiErrors,
  type BettiMatches,
  type BettiMatching,
  type BettiOptions,
  BitMask,
  BRANCH_TYPES,
  type BranchFeature,
  type BranchStatistics,
  type BufferedOptions,
  type BufferedOverlap,
  balanceTerm,
  bettiErrors,
  bettiMatching,
  bettiNumbers,
  boundary,
  branchStatistics,
  bufferedOverlap,
  byCaliber,
  type CaliberOptions,
  type CaliberStratum,
  type CalOptions,
  type CalParts,
  type ClDiceOptions,
  type ClDiceParts,
  type CocoRle,
  type CompareOptions,
  type Comparison,
  type Confusion,
  type Connectivity,
  type ConnectivityOptions,
  type CreditOptions,
  cal,
  calParts,
  calTerm,
  clDice,
  clDiceParts,
  clDiceTerm,
  compare,
  componentsTerm,
  confusion,
  countComponents,
  counterfactualAdvantages,
  countJunctions,
  type DilationOptions,
  type DistanceTransform,
  type DistanceTransformOptions,
  dice,
  dilate,
  distanceTransform,
  type EmptyPolicy,
  type ErosionOptions,
  type EvaluateOptions,
  type Evaluation,
  type EvaluationAggregate,
  type EvaluationComparison,
  type Explanation,
  endpointF1,
  endpointMatches,
  erode,
  eulerNumber,
  evaluate,
  type FBetaOptions,
  fBeta,
  findEndpoints,
  findJunctions,
  type GraphBranches,
  type GraphNodes,
  graphToGeoJSON,
  type Hd95Options,
  hausdorff,
  hd95,
  holesTerm,
  type ImageMask,
  iou,
  type JunctionMatchOptions,
  type JunctionMethod,
  type JunctionOptions,
  type JunctionTermOptions,
  junctionF1,
  junctionMatches,
  junctionTerm,
  type LabelOptions,
  type Labels,
  type LengthMethod,
  type LengthOptions,
  type LengthRatioOptions,
  label,
  lengthAgreement,
  lengthRatio,
  type MaskBatch,
  type MaskFacts,
  type MaskLike,
  type MaskPair,
  METRIC_DIRECTIONS,
  METRIC_NAMES,
  type MetricDirection,
  type MetricName,
  type MetricOptions,
  type MetricSettings,
  type MetricValue,
  type MetricValues,
  MultiObjectiveReward,
  masd,
  mcc,
  NODE_KINDS,
  type NodeFeature,
  type NsdOptions,
  nsd,
  type OverlapName,
  type PointMatch,
  type PointMatchOptions,
  type Position,
  type PrecisionHingeOptions,
  type PruneSpursOptions,
  precision,
  precisionHinge,
  pruneSpurs,
  type QualityTermOptions,
  type RawMask,
  type RewardOptions,
  type RewardPreset,
  type RewardTerm,
  type RleOptions,
  type RowsMask,
  recall,
  type SkeletalSimilarity,
  type SkeletalSimilarityOptions,
  type SkeletonFeatures,
  type SkeletonGraph,
  type SkeletonGraphOptions,
  type SkeletonizeOptions,
  type StridedMask,
  type StructuringElement,
  type SurfaceDistanceOptions,
  type SurfaceTermOptions,
  type Sweep,
  type SweepAllOptions,
  type SweepCase,
  type SweepCurve,
  type SweepMeans,
  type SweepOptions,
  type SweepPooled,
  type SweepScore,
  type SweepSummary,
  skeletalSimilarity,
  skeletonGraph,
  skeletonize,
  skeletonLength,
  specificity,
  surfaceTerm,
  sweep,
  sweepAll,
  type TensorMask,
  type TermExplanation,
  type TermName,
  type ThinningMethod,
  type ThresholdOptions,
  type TileFacts,
  type TileFactsOptions,
  TOPOLOGY_ERROR_KINDS,
  type TopologyError,
  type TopologyErrorKind,
  type TopologyErrorOptions,
  tileFacts,
  topologyErrors,
  type UndefinedRule,
} from 'vessel-reward'
import {
  type AddBridgesOptions,
  type AddHairsOptions,
  type ApplyExploitOptions,
  type AuditFinding,
  type AuditOptions,
  type AuditPageOptions,
  type AuditProgress,
  type AuditReport,
  type AuditResult,
  type AuditSubject,
  addBridges,
  addHairs,
  applyExploit,
  auditPage,
  auditReward,
  auditTable,
  type CutGapsOptions,
  cutGaps,
  type DifferentialPoint,
  type DifferentialResult,
  type DropBranchesOptions,
  dropBranches,
  type ExploitResult,
  type FindingKind,
  LADDERS,
  type Ladder,
  type LadderResult,
  type LadderStep,
  PITFALLS,
  type Pitfall,
  type PitfallResult,
  type RankInversion,
  type ScoreFunction,
  type ScoreObject,
  type Severity,
  type ShiftOptions,
  type SpeckleOptions,
  shiftMask,
  speckle,
  strictReference,
  type TermCheck,
} from 'vessel-reward/audit'
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
  type CaliberSummary,
  type CaseFailure,
  type CaseResult,
  type ChoiceByRole,
  createRewardPool,
  type DecodeImageOptions,
  type DecodeMaskOptions,
  decodeImage,
  decodeMask,
  type ErrorSummary,
  type EvaluateFolderOptions,
  type EvaluatePairsOptions,
  type EvaluationSettings,
  encodePng,
  evaluateFolder,
  evaluatePairs,
  type FilePair,
  type FolderEvaluation,
  type FolderResults,
  type FolderWarning,
  type FoundPairs,
  type ImageChoiceOptions,
  type ImageChoices,
  type ImageSamples,
  type MaskWarning,
  type MetricBound,
  type MissingPartner,
  mergeCases,
  type OverlayImage,
  type OverlayOptions,
  overlay,
  type PairRole,
  type PairsSweep,
  type PngImage,
  type ProbabilityMap,
  type ReadMaskOptions,
  type ReadPairsOptions,
  type ResultOptions,
  type RewardPool,
  type RewardPoolOptions,
  readMask,
  readPairs,
  readProbability,
  readResults,
  type SampleArray,
  type ScoreBatchOptions,
  type SweepPairsOptions,
  sweepPairs,
  type WriteReportOptions,
  type WrittenReport,
  writePng,
  writeReport,
} from 'vessel-reward/node'
import { disableSimd, enableSimd } from 'vessel-reward/simd'
import {
  type CenterlineSvgOptions,
  centerlinesToSvg,
  type TraceOptions,
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
const clDiceOptions: ClDiceOptions = { ...options, thinning }
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
const transform: DistanceTransform = distanceTransform(image, {
  ...spacing,
  out: new Float64Array(4),
})
export const distances: Float64Array = transform.distances

const element: StructuringElement = 'disk'
const dilation: DilationOptions = { element, radius: 2 }
const erosion: ErosionOptions = { ...dilation, outside: 'ignored' }
export const shapes: BitMask[] = [dilate(rows, dilation), erode(rows, erosion), boundary(rows)]
const surfaces: SurfaceDistanceOptions = { ...options, spacing: 2 }
const percentile: Hd95Options = { ...surfaces, convention: 'pooled' }
const tolerance: NsdOptions = { ...surfaces, tolerance: 1 }
export const surfaceDistances: number[] = [
  hausdorff(image, rows, surfaces),
  hd95(image, rows, percentile),
  assd(image, rows, surfaces),
  masd(image, rows, surfaces),
  nsd(image, rows, tolerance),
]

const calOptions: CalOptions = { ...options, areaRadius: 1 }
const calFactors: CalParts = calParts(image, rows, calOptions)
const buffering: BufferedOptions = { ...options, buffer: 1 }
const buffered: BufferedOverlap = bufferedOverlap(image, rows, buffering)
const similarityOptions: SkeletalSimilarityOptions = { ...options, alpha: 0.5 }
const similarity: SkeletalSimilarity = skeletalSimilarity(image, rows, similarityOptions)
const shares: ClDiceParts = clDiceParts(image, rows, clDiceOptions)
const calibers: CaliberOptions = { ...options, bins: [2] }
const strata: CaliberStratum[] = byCaliber(image, rows, calibers)
const betti: BettiOptions = { connectivity }
const errors: BettiErrors = bettiErrors(image, rows, betti)
const matching: BettiMatching = bettiMatching(image, rows, betti)
const holes: BettiMatches = matching.holes
const matchingEnds: PointMatchOptions = { ...options, radius: 2 }
const matchingJunctions: JunctionMatchOptions = { ...matchingEnds, junctions }
const matched: PointMatch = junctionMatches(image, rows, matchingJunctions)
const lengths: LengthRatioOptions = { ...options, thinning }
export const more: number[] = [
  calFactors.cal + cal(image, rows) + buffered.quality + similarity.rSe + shares.tprec,
  strata.length + errors.b0Error + matching.error + holes.matched,
  matched.f1 + endpointF1(image, rows, matchingEnds) + junctionF1(image, rows, matchingJunctions),
  endpointMatches(image, rows, matchingEnds).matched,
  lengthRatio(image, rows, lengths) + lengthAgreement(image, rows, lengths),
  findEndpoints(skeleton).length,
]

const graphing: SkeletonGraphOptions = { mask: rows, mergeRadius: 3 }
const graph: SkeletonGraph = skeletonGraph(skeleton, graphing)
const nodes: GraphNodes = graph.nodes
const branches: GraphBranches = graph.branches
const statistics: BranchStatistics = branchStatistics(graph)
const drawn: SkeletonFeatures = graphToGeoJSON(graph)
const feature: BranchFeature | NodeFeature = drawn.features[0]
export const position: Position | Position[] = feature.geometry.coordinates
const pruning: PruneSpursOptions = { minLength: 3 }
export const graphFacts: (number | string)[] = [
  nodes.count + branches.count + statistics.cycles,
  pruneSpurs(skeleton, pruning).count,
  BRANCH_TYPES[0] + NODE_KINDS[0],
]

const locating: TopologyErrorOptions = { within: image }
const located: TopologyError[] = topologyErrors(image, rows, locating)
const errorKind: TopologyErrorKind = located[0]?.kind ?? TOPOLOGY_ERROR_KINDS[0]
export const errorText: string = errorKind

const metricName: MetricName = METRIC_NAMES[0]
const settings: MetricSettings = { ...options, buffer: 3 }
const evaluating: EvaluateOptions<'dice' | 'hd95'> = { ...settings, metrics: ['dice', 'hd95'] }
const evaluation: Evaluation<'dice' | 'hd95'> = evaluate(image, rows, evaluating)
const rule: UndefinedRule | undefined = evaluation.rules.dice
const evaluated: EvaluationAggregate = aggregate([evaluation]).hd95
const ownScore: SweepScore = (pred, truth) => pred.count - truth.count
const sweeping: SweepOptions<'clDice', 'own'> = { metrics: ['clDice'], scores: { own: ownScore } }
const probabilities: ImageMask = { data: new Float32Array(2), width: 2, height: 1 }
const swept: Sweep<'clDice' | 'own'> = sweep(probabilities, rows, sweeping)
const usualSweep: Sweep<OverlapName> = sweep(probabilities, rows)
const sweepCurve: SweepCurve = usualSweep.curve
const sweepCase: SweepCase = { probabilities, truth: rows, within: rows }
const sweepingAll: SweepAllOptions<'dice'> = { metrics: ['dice'], thresholds: [0.5] }
const sweeps: SweepSummary<'dice'> = sweepAll([sweepCase], sweepingAll)
const sweepMeans: SweepMeans<'dice'> = sweeps.mean
const sweepPooled: SweepPooled<'dice'> = sweeps.pooled
const bestThreshold: BestThreshold = sweepMeans.best
export const sweptNumbers: (number | undefined)[] = [
  swept.values.own[0],
  sweepCurve.tp[0],
  sweepPooled.values.dice?.[0],
  bestThreshold.threshold,
]
const comparing: CompareOptions = { direction: { dice: 'higher' } }
const compared: EvaluationComparison = compare([evaluation], [evaluation], comparing).dice
const direction: MetricDirection = METRIC_DIRECTIONS.dice
const lateTensor: AsyncTensorMask = { shape: [1, 2], data: async () => Float32Array.of(0, 1) }
export const later: Promise<BitMask> = BitMask.fromAsync(lateTensor)
const encoded: CocoRle<string> =
  rows instanceof BitMask ? rows.toRle() : { size: [0, 0], counts: '' }
const uncompressed: RleOptions = { compressed: false }
export const decoded: BitMask = BitMask.fromRle(encoded)
export const encodedAgain: CocoRle = decoded.toRle(uncompressed)
const batch: MaskBatch = { data: [0, 1], shape: [1, 1, 2] }
export const batched: Float64Array = new MultiObjectiveReward().scoreBatch(batch, batch)
export const directed: (number | string)[] = [direction, compared.scoredWorst.a]
export const scored: (number | string)[] = [metricName, rule ?? '', evaluated.scoredWorst]

const quality: QualityTermOptions = { weight: 0.5, scale: 10 }
const near: JunctionTermOptions = { ...quality, radius: 3 }
const outline: SurfaceTermOptions = { ...quality, tolerance: 2 }
const exact: PrecisionHingeOptions = { target: 0.9 }
const preset: RewardPreset = 'robust'
export const robust: MultiObjectiveReward = MultiObjectiveReward.preset(preset, {
  terms: {
    a: balanceTerm(quality),
    b: calTerm(quality),
    c: clDiceTerm(quality),
    d: componentsTerm(quality),
    e: holesTerm(quality),
    f: junctionTerm(near),
    g: precisionHinge(exact),
    h: surfaceTerm(outline),
  },
})

const bridging: AddBridgesOptions = { count: 1 }
const growing: AddHairsOptions = { count: 1 }
const cutting: CutGapsOptions = { count: 1 }
const dropping: DropBranchesOptions = { count: 1 }
const shifting: ShiftOptions = { dx: 1 }
const speckling: SpeckleOptions = { rate: 0.1 }
const exploiting: ApplyExploitOptions = { seed: 1 }
const ladder: Ladder = LADDERS[0]
const pitfall: Pitfall = PITFALLS[0]
export const corrupted: BitMask[] = [
  addBridges(rows, bridging),
  addHairs(rows, growing),
  cutGaps(rows, cutting),
  dropBranches(rows, dropping),
  shiftMask(rows, shifting),
  speckle(rows, speckling),
  applyExploit(rows, [], exploiting),
]
const scoring: ScoreFunction = (pred, truth) => strictReference(pred, truth)
const scorer: ScoreObject = new MultiObjectiveReward()
export async function auditIt(): Promise<(string | undefined)[]> {
  const subject: AuditSubject = scorer
  const progress = ({ done }: AuditProgress): number => done
  const auditing: AuditOptions = { seed: 1, onProgress: progress }
  const result: AuditResult = await auditReward(scoring, [rows], auditing)
  await auditReward(subject, [rows], auditing)
  const report: AuditReport = result.report
  const finding: AuditFinding | undefined = report.findings[0]
  const kind: FindingKind | undefined = finding?.kind
  const severity: Severity | undefined = finding?.severity
  const climbed: LadderResult = report.ladders[0]
  const step: LadderStep = climbed.steps[0]
  const inversion: RankInversion | undefined = climbed.inversions[0]
  const exploit: ExploitResult = report.exploits[0]
  const differential: DifferentialResult = report.differential
  const point: DifferentialPoint = differential.points[0]
  const check: TermCheck = report.terms[0]
  const passed: PitfallResult = report.pitfalls[0]
  const page: AuditPageOptions = { subject: ladder.name }
  return [
    auditTable(report) + auditPage(report, page),
    kind,
    severity,
    step.label + exploit.name + point.name + check.name + passed.name + pitfall.name,
    String(inversion?.rise),
  ]
}

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

const tracing: TraceOptions = { chunkSize: 6, thinning }
const drawing: CenterlineSvgOptions = { lineColor: 'black', threshold: 0 }
const lines: Int32Array[] = traceCenterlines(rows, tracing)
export const svg: string = centerlinesToSvg(rows, lines, drawing)

const warned = ({ kind, message }: MaskWarning): string => kind + message
const reading: ReadMaskOptions = { threshold: 127, alpha: false, onWarning: warned }
const decoding: DecodeMaskOptions = { ...reading, name: 'pred.png' }
const overlaying: OverlayOptions = { within: image, thinning, junctions, scale: 2 }
export async function drawOverlay(path: string): Promise<BitMask> {
  const picture: OverlayImage = overlay(await readMask(path, reading), rows, overlaying)
  const png: PngImage = picture
  await writePng(path, png)
  return decodeMask(encodePng(png), decoding)
}

const choosing: ImageChoiceOptions = { page: 'stack[2]', category: 1 }
const byRole: ChoiceByRole = { pred: 1, truth: 'vessel' }
const choices: ImageChoices = byRole
const decodingImage: DecodeImageOptions = { ...choosing, name: 'stack.npz' }
export async function readValues(path: string): Promise<SampleArray> {
  const { data }: ProbabilityMap = await readProbability(path, choosing)
  const image: ImageSamples = decodeImage(new Uint8Array(data.buffer), decodingImage)
  return image.data
}

const pairing: ReadPairsOptions = {
  within: 'fov',
  against: 'other',
  image: 'images',
  match: /\d+/,
  allowMissing: true,
}
const evaluatingPairs: EvaluatePairsOptions = {
  evaluate: { metrics: ['dice'] },
  reward: preset,
  threshold: 0,
}
const evaluatingFolder: EvaluateFolderOptions = {
  ...evaluatingPairs,
  page: choices,
  category: byRole,
  byCaliber: true,
  errors: true,
  jobs: 2,
  cases: 'cases.jsonl',
  resume: true,
  shard: [1, 2],
  onWarning: ({ kind, file }: FolderWarning) => kind.length + (file ?? '').length,
  onProgress: (done, total) => done < total,
}
export async function evaluateShards(): Promise<number[]> {
  await evaluateFolder('pairs.csv', undefined, evaluatingFolder)
  const merged: FolderEvaluation = await mergeCases(['1.jsonl', '2.jsonl'])
  const thin: CaliberSummary | undefined = merged.byCaliber?.[0]
  const errors: ErrorSummary | undefined = merged.errors
  const options: EvaluationSettings = merged.options
  return [
    merged.summary.dice.mean,
    thin?.recall.mean ?? 0,
    errors?.['broken connection'].mean ?? 0,
    options.metrics.length,
  ]
}
export async function evaluateOneByOne(): Promise<number[]> {
  const { pairs, missing }: FoundPairs = await readPairs('pred', 'truth', pairing)
  const left: readonly MissingPartner[] = missing
  const roles: PairRole[] = left.map(({ role }) => role)
  const first: FilePair = pairs[0]
  const dices: number[] = [roles.length, first.name.length]
  for await (const result of evaluatePairs(pairs, evaluatingPairs)) {
    const failure: CaseFailure | undefined = 'error' in result ? result : undefined
    if (failure === undefined) dices.push((result as CaseResult).values.dice ?? 0)
  }
  return dices
}

const bound: MetricBound = { name: 'dice', bound: 0.8 }
const computed: ResultOptions = {
  metrics: ['dice'],
  reward: preset,
  empty: 'perfect',
  connectivity: 8,
  byCaliber: false,
  errors: false,
  failUnder: [bound],
}
const doubt: FolderWarning = { kind: 'grey-levels', message: 'grey' }
const reporting: WriteReportOptions = { html: 'page.html', worst: 3, by: 'dice', minSize: 4 }
export async function reportAgain(): Promise<string[]> {
  const stored: FolderResults = await readResults('results.json')
  const results: FolderResults = { ...stored, options: computed, warnings: [doubt] }
  const written: WrittenReport[] = await writeReport(results, reporting)
  return written.map(({ path }) => path)
}

const sweepingPairs: SweepPairsOptions<'dice'> = { metrics: ['dice'], threshold: 0 }
export async function sweepFolder(): Promise<number[]> {
  const { pairs } = await readPairs('prob', 'truth')
  const found: PairsSweep<'dice'> = await sweepPairs(pairs, sweepingPairs)
  return [found.summary?.mean.best.threshold ?? 0, found.failures.length]
}

const pooling: RewardPoolOptions = { threads: 2 }
const batching: ScoreBatchOptions = { signal: undefined }
export async function scoreInThreads(): Promise<Float64Array> {
  const pool: RewardPool = await createRewardPool({ thinning }, pooling)
  const rewards = await pool.scoreBatch([image, rows], rows, batching)
  await pool.close()
  return rewards
}

export const isFast: boolean = enableSimd()
disableSimd()
