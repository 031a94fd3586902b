import {
  BitMask,
  countComponents,
  countJunctions,
  dice,
  precision,
  recall,
  skeletonize,
} from 'vessel-reward'
import { mulberry32 } from '../../../../mulberry32.ts'
import { coarseLabel } from '../../../src/data/coarse-labels.ts'
import { syntheticFundus } from '../../../src/data/synthetic/synthetic-fundus.ts'

/** Means over images. */
export interface DataStatistics {
  /** Share of the image's pixels, and of the field of view's, that are vessel. */
  vesselShare: number
  vesselShareWithin: number
  /** Share of the vessel pixels with a half-width of .6 or less. */
  thinShare: number
  /** Pixels of the truth's skeleton, its junctions, and the truth's components. */
  skeleton: number
  junctions: number
  components: number
  /** The coarse label against the truth, inside the field of view. */
  coarseDice: number
  coarseRecall: number
  coarsePrecision: number
}

/** The means over the images of the seeds 0 to count − 1. */
export function dataStatistics(count: number): DataStatistics {
  const total = {
    vesselShare: 0,
    vesselShareWithin: 0,
    thinShare: 0,
    skeleton: 0,
    junctions: 0,
    components: 0,
    coarseDice: 0,
    coarseRecall: 0,
    coarsePrecision: 0,
  }
  for (let seed = 0; seed < count; seed++) {
    const sample = syntheticFundus(seed)
    const { size: width, size: height, truth, radius } = sample
    const mask = BitMask.from({ data: truth, width, height })
    const within = BitMask.from({ data: sample.within, width, height })
    const coarse = BitMask.from({ data: coarseLabel(sample, mulberry32(seed)), width, height })
    const skeleton = skeletonize(mask)
    let thin = 0
    for (let i = 0; i < truth.length; i++) if (truth[i] === 1 && radius[i] <= 0.6) thin++
    total.vesselShare += mask.count / truth.length
    total.vesselShareWithin += mask.count / within.count
    total.thinShare += thin / mask.count
    total.skeleton += skeleton.count
    total.junctions += countJunctions(skeleton)
    total.components += countComponents(mask)
    total.coarseDice += dice(coarse, mask, { within })
    total.coarseRecall += recall(coarse, mask, { within })
    total.coarsePrecision += precision(coarse, mask, { within })
  }
  for (const name of Object.keys(total) as (keyof DataStatistics)[]) total[name] /= count
  return total
}
