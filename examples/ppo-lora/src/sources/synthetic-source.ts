import { type Prepared, prepare, rasterLogits } from '../data/prepare.ts'
import { rewardImages, syntheticImages } from '../data/synthetic/synthetic-images.ts'
import { loadSegmenter } from '../files/load-segmenter.ts'
import type { Segmenter } from '../model/segmenter.ts'
import type { JudgedImages } from '../results/comparison.ts'
import type { Source } from './source.ts'

/**
 * Synthetic images, and the frozen model that comes with the example.
 *
 * @param base - its file
 */
export function syntheticSource(base: string): Source {
  return {
    base: () => loadSegmenter(base),
    baseName: 'vessel-reward-ppo-lora/base',
    reward: (model) => {
      const images = prepare(rewardImages(), model)
      const draw = (random: () => number): Prepared => images[Math.floor(random() * images.length)]
      return { ofRun: () => images, draw }
    },
    validation: (model) => judged('validation', model),
    test: (model) => judged('test', model),
  }
}

function judged(split: 'validation' | 'test', model: Segmenter): JudgedImages {
  const samples = syntheticImages(split)
  const prepared = prepare(samples, model)
  return {
    what: `${split} images`,
    references: prepared,
    logits: (model, adapter) => rasterLogits(model, adapter, prepared),
    rewardBy: (reward) => reward,
    manner: '',
    looks: samples.map(({ size, image, truth, within }) => ({
      width: size,
      height: size,
      image,
      truth,
      within,
    })),
  }
}
