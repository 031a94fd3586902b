import type { EmptyPolicy } from '../../metrics/checked-pair.ts'
import { evaluate } from '../../metrics/evaluate.ts'
import { METRIC_NAMES, type MetricName } from '../../metrics/metric-directions.ts'
import { confusion } from '../../metrics/overlap.ts'
import { topologyErrors } from '../../metrics/topology-errors/topology-errors.ts'
import type { ThinningMethod } from '../../morphology/thinning-table.ts'
import { overlay } from '../../node/overlay/overlay.ts'
import { writePng } from '../../node/png/write-png.ts'
import { MultiObjectiveReward } from '../../reward/multi-objective-reward.ts'
import type { RewardPreset } from '../../reward/terms/presets.ts'
import type { Connectivity } from '../../topology/label.ts'
import type { Io } from '../io.ts'
import { type MaskReaderOptions, maskReader } from '../mask-reader.ts'
import { emptyWarnings } from '../mask-warnings.ts'
import { checkFolderOf } from '../output-folders.ts'
import type { ScoreReport } from './report.ts'

/** What the images of the command `score` are. */
export const IMAGE_ROLES = ['pred', 'truth', 'within'] as const

/** One of {@link IMAGE_ROLES}. */
export type ImageRole = (typeof IMAGE_ROLES)[number]

/** Options of the command `score`, already checked. */
export interface ScoreOptions extends MaskReaderOptions {
  reward: RewardPreset
  /** Further metrics. */
  metrics?: readonly MetricName[]
  within?: string
  /** The images whose masks are in the alpha channel. */
  alpha?: readonly ImageRole[]
  /** Which image of a file that holds several. */
  page?: Readonly<Partial<Record<ImageRole, number | string>>>
  /** Which category of COCO files. */
  category?: Readonly<Partial<Record<ImageRole, number | string>>>
  overlay?: string
  errors?: true
  minSize?: number
  json?: true
  unbounded?: true
  scale?: number
  empty: EmptyPolicy
  thinning?: ThinningMethod
  connectivity: Connectivity
}

/** The metrics of every report. */
const USUAL: readonly MetricName[] = [
  'dice',
  'iou',
  'clDice',
  'recall',
  'precision',
  'specificity',
  'accuracy',
  'mcc',
]

/** Reads the masks, scores them and writes the overlay, if one is wanted. */
export async function scoreFiles(
  predPath: string,
  truthPath: string,
  options: ScoreOptions,
  io: Io,
): Promise<ScoreReport> {
  const { thinning, connectivity, empty } = options
  if (options.overlay !== undefined) await checkFolderOf(options.overlay)
  const images = maskReader(io, options)
  const read = (path: string, role: ImageRole) =>
    images.read(path, options.alpha?.includes(role) === true, {
      page: options.page?.[role],
      category: options.category?.[role],
    })
  const pred = await read(predPath, 'pred')
  const truth = await read(truthPath, 'truth')
  const within = options.within === undefined ? undefined : await read(options.within, 'within')
  const reward = new MultiObjectiveReward({
    preset: options.reward,
    bounded: options.unbounded !== true,
    thinning,
    connectivity,
    within,
  })
  const { total, terms, metrics } = reward.explain(pred, truth)
  const { tp, fp, fn } = confusion(pred, truth, { within })
  const added = METRIC_NAMES.filter(
    (name) => options.metrics?.includes(name) === true && !USUAL.includes(name),
  )
  const names = [...USUAL, ...added]
  const { values, rules } = evaluate(pred, truth, {
    metrics: names,
    within,
    empty,
    thinning,
    connectivity,
  })
  const pixels = { pred: tp + fp, truth: tp + fn }
  for (const warning of emptyWarnings(pixels, within !== undefined, empty)) images.warn(warning)
  const report: ScoreReport = {
    files: { pred: predPath, truth: truthPath, within: options.within, overlay: options.overlay },
    warnings: images.warnings,
    width: truth.width,
    height: truth.height,
    reward: options.reward,
    total,
    range: reward.range,
    terms,
    metrics: Object.fromEntries(names.map((name) => [name, values[name]])),
    rules,
    facts: {
      pred: {
        pixels: pixels.pred,
        components: metrics.componentsPred,
        junctions: metrics.junctionsPred,
        length: metrics.lengthPred,
      },
      truth: {
        pixels: pixels.truth,
        components: metrics.componentsTruth,
        junctions: metrics.junctionsTruth,
        length: metrics.lengthTruth,
      },
    },
  }
  const { errors, minSize = 0, scale = 2 } = options
  if (errors === true) {
    const all = topologyErrors(pred, truth, { within, thinning })
    report.topologyErrors = topologyErrors(pred, truth, { within, minSize, thinning })
    report.smallErrors = all.length - report.topologyErrors.length
  }
  if (options.overlay !== undefined) {
    const marks = errors === true ? { minSize } : false
    const picture = overlay(pred, truth, { within, thinning, scale, errors: marks })
    await writePng(options.overlay, picture)
  }
  return report
}
