import { availableParallelism } from 'node:os'
import type { MetricName } from '../../../metrics/metric-directions.ts'
import type { FilePair } from '../pairs/file-pair.ts'
import { imageSize } from '../pairs/image-sizes.ts'
import { hasWorkers } from './pair-threads.ts'
import type { PairSettings } from './score-masks.ts'

/** Metrics that are found at once: next to them decoding, which workers do not do, is all the work. */
const QUICK: readonly MetricName[] = [
  'dice',
  'iou',
  'recall',
  'precision',
  'specificity',
  'accuracy',
  'mcc',
]

/** Metrics that take most of the time of all, some ten times as long as the rest of them. */
const SLOW: readonly MetricName[] = [
  'rSe',
  'rSp',
  'rAcc',
  'bettiMatchingError',
  'hausdorff',
  'hd95',
  'assd',
  'masd',
]

/**
 * With fewer pixels than this in all, threads are not worth it: code is compiled anew in each, which
 * takes as long as some thirty pairs of a megapixel do, slow metrics included, and four times as many
 * without them.
 */
const FEW_PIXELS = 2 ** 25
const FEW_PIXELS_UNLESS_SLOW = 2 ** 27
/** What an image counts whose size is not known before it is decoded. */
const UNKNOWN_PIXELS = 2 ** 20
/** Pairs that are taken to come where their number is not known. */
const UNKNOWN_PAIRS = 64

/** How many workers the work is worth, judged by the first image and the number of pairs. */
export async function jobsFor(pairs: Iterable<FilePair>, settings: PairSettings): Promise<number> {
  if (!hasWorkers()) return 1
  const few = fewPixels(settings)
  const isList = Array.isArray(pairs)
  const count = isList ? pairs.length : UNKNOWN_PAIRS
  if (count < 2 || few === Number.POSITIVE_INFINITY) return 1
  const size = isList ? await imageSize((pairs as readonly FilePair[])[0].truth) : undefined
  const pixels = size === undefined ? UNKNOWN_PIXELS : size.width * size.height
  return pixels * count < few ? 1 : Math.min(availableParallelism(), count)
}

/** Pixels in all from which on workers are worth it. */
function fewPixels({ evaluate: { metrics }, byCaliber, errors }: PairSettings): number {
  const isAny = (names: readonly MetricName[]) =>
    metrics === undefined || metrics.some((name) => names.includes(name))
  if (byCaliber || errors || isAny(SLOW)) return FEW_PIXELS
  const isQuick = metrics?.every((name) => QUICK.includes(name)) ?? false
  return isQuick ? Number.POSITIVE_INFINITY : FEW_PIXELS_UNLESS_SLOW
}
