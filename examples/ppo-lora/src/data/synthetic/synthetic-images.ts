import { mulberry32 } from '../../../../mulberry32.ts'
import { coarseLabel } from '../coarse-labels.ts'
import { cutOriented } from '../patches.ts'
import type { Sample } from '../prepare.ts'
import { type SyntheticFundus, syntheticFundus } from './synthetic-fundus.ts'

/** Seeds of the synthetic images by their use; no image serves two. */
const SPLITS = {
  /** The frozen model is trained on these, with coarse labels. */
  base: { first: 0, count: 700 },
  /** Rewards come from these. */
  train: { first: 10_000, count: 256 },
  /** Choices are made on these: thresholds, settings. */
  validation: { first: 20_000, count: 64 },
  /** Looked at once, at the end. */
  test: { first: 30_000, count: 150 },
} as const

export type Split = keyof typeof SPLITS

/** The synthetic images of a split. */
export function syntheticImages(split: Split): SyntheticFundus[] {
  const { first, count } = SPLITS[split]
  return Array.from({ length: count }, (_, i) => syntheticFundus(first + i))
}

/**
 * The images that rewards come from: as they are, mirrored, upside down, and both. More truths would
 * serve as well, but cost an annotator's time.
 */
export function rewardImages(): Sample[] {
  const images = syntheticImages('train')
  return [0, 1, 2, 3].flatMap((orientation) =>
    images.map((image) => cutOriented(image, image.size, 0, image.size, orientation)),
  )
}

/** The images of the frozen model's training, with the labels of a careless annotator as truth. */
export function coarselyLabeled(): Sample[] {
  return syntheticImages('base').map((image, i) => ({
    ...image,
    truth: coarseLabel(image, mulberry32(1_000_000 + i)),
  }))
}
