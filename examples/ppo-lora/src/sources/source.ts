import type { Prepared } from '../data/prepare.ts'
import type { Segmenter } from '../model/segmenter.ts'
import type { JudgedImages } from '../results/comparison.ts'
import type { Settings } from '../settings.ts'
import type { DrawLabeled } from '../supervised.ts'

/** Where the images of a story come from; no image serves two of its parts. */
export interface Source {
  /** The frozen model, which is made where there is none. */
  base: () => Promise<Segmenter>
  /** What saved adapters call it. */
  baseName: string
  /** Images with the truths that rewards come from. */
  reward: (model: Segmenter) => RewardImages
  /** Images that choices are made on: of the threshold. */
  validation: (model: Segmenter) => JudgedImages
  /** Images that are looked at once, at the end. */
  test: (model: Segmenter) => JudgedImages
  /** Test images of another kind, if there are any. */
  elsewhere?: (model: Segmenter) => JudgedImages
  /** Dice on the validation images is logged every so many updates. */
  validateEvery?: number
}

/** The images that rewards come from. */
export interface RewardImages {
  /** Those of all updates of a run. */
  ofRun: (settings: Settings) => Prepared[]
  /** One of them, for training on its labels. */
  draw: DrawLabeled
}
