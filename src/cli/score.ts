import { stat } from 'node:fs/promises'
import { clDice } from '../metrics/centerline.ts'
import { accuracy, confusion, mcc, specificity } from '../metrics/overlap.ts'
import { topologyErrors } from '../metrics/topology-errors.ts'
import type { ThinningMethod } from '../morphology/thinning-table.ts'
import { readMask } from '../node/image.ts'
import { overlay } from '../node/overlay.ts'
import { writePng } from '../node/write-png.ts'
import { MultiObjectiveReward } from '../reward/multi-objective-reward.ts'
import type { Connectivity } from '../topology/label.ts'
import type { ScoreReport } from './report.ts'

/** Options of the command `score`, already checked. */
export interface ScoreOptions {
  within?: string
  overlay?: string
  errors?: true
  json?: true
  unbounded?: true
  scale: number
  threshold: number
  thinning: ThinningMethod
  connectivity: Connectivity
}

/** Whether two paths lead to one file that exists. */
export async function isSameFile(a: string, b: string): Promise<boolean> {
  const [first, second] = await Promise.all([a, b].map((path) => stat(path).catch(() => undefined)))
  return first !== undefined && first.ino === second?.ino && first.dev === second.dev
}

/** Reads the masks, scores them and writes the overlay, if one is wanted. */
export async function scoreFiles(
  predPath: string,
  truthPath: string,
  options: ScoreOptions,
): Promise<ScoreReport> {
  const { threshold, thinning, connectivity, scale } = options
  const pred = await readMask(predPath, { threshold })
  const truth = await readMask(truthPath, { threshold })
  const within =
    options.within === undefined ? undefined : await readMask(options.within, { threshold })
  const reward = new MultiObjectiveReward({
    bounded: options.unbounded !== true,
    thinning,
    connectivity,
    within,
  })
  const { total, terms, metrics } = reward.explain(pred, truth)
  const { tp, fp, fn } = confusion(pred, truth, { within })
  const report: ScoreReport = {
    files: { pred: predPath, truth: truthPath, within: options.within, overlay: options.overlay },
    width: truth.width,
    height: truth.height,
    total,
    range: reward.range,
    terms,
    metrics: {
      dice: metrics.dice,
      iou: metrics.iou,
      clDice: clDice(pred, truth, { within, thinning }),
      recall: metrics.recall,
      precision: metrics.precision,
      specificity: specificity(pred, truth, { within }),
      accuracy: accuracy(pred, truth, { within }),
      mcc: mcc(pred, truth, { within }),
    },
    facts: {
      pred: {
        pixels: tp + fp,
        components: metrics.componentsPred,
        junctions: metrics.junctionsPred,
        length: metrics.lengthPred,
      },
      truth: {
        pixels: tp + fn,
        components: metrics.componentsTruth,
        junctions: metrics.junctionsTruth,
        length: metrics.lengthTruth,
      },
    },
  }
  const errors = options.errors === true
  if (errors) report.topologyErrors = topologyErrors(pred, truth, { within, thinning })
  if (options.overlay !== undefined) {
    await writePng(options.overlay, overlay(pred, truth, { within, thinning, scale, errors }))
  }
  return report
}
