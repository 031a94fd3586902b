import type { RunImages } from '../data/run-images.ts'
import type { Segmenter } from '../model/segmenter.ts'
import type { JudgedImages } from '../results/comparison.ts'
import type { Settings } from '../settings.ts'
import type { DrawLabeled } from '../supervised.ts'

/** Where the images of a story come from; no image serves two of its parts. */
export interface Source {
  /**
   * The frozen model, which is made where there is none.
   *
   * @param isInterrupted - asked while it is made, which ends early then, with undefined
   */
  base: (isInterrupted: () => boolean) => Promise<Segmenter | undefined>
  /** What saved adapters call it. */
  baseName: string
  /** Images with the truths that rewards come from. */
  reward: (model: Segmenter) => RewardImages
  /** Images that choices are made on: of the threshold and of the adapter that a run ends with. */
  validation: (model: Segmenter) => JudgedImages
  /** Images that are looked at once, at the end, by the command `evaluate` alone. */
  test: (model: Segmenter) => JudgedImages
}

/** The images that rewards come from. */
export interface RewardImages {
  /** Those of a run by some settings. */
  ofRun: (settings: Settings) => RunImages
  /** One of them, for training on its labels. */
  draw: DrawLabeled
}
