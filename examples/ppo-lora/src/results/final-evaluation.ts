import type { Prepared } from '../data/prepare.ts'
import { rasterLogits } from '../data/prepare.ts'
import type { Adapter } from '../model/lora.ts'
import type { Model } from '../model/model.ts'
import type { ImageReward } from '../ppo/image-reward.ts'
import { compareMethods, type Methods, pairedGain, scoreTable } from './comparison.ts'
import type { Scores } from './scores.ts'

/** The frozen model and the trained one on images that nothing was chosen on. */
export interface FinalEvaluation {
  /** Of the logits; the best one on the validation images. */
  threshold: number
  methods: { base: Scores[]; threshold: Scores[]; trained: Scores[] }
  /** Logits of the test images in raster order, of the frozen model and of the trained one. */
  before: Float32Array[]
  after: Float32Array[]
}

/** Scores frozen model, its best threshold and the adapter on the test images. */
export async function evaluateAdapter(
  model: Model,
  adapter: Adapter,
  validation: readonly Prepared[],
  test: readonly Prepared[],
  reward: ImageReward,
): Promise<FinalEvaluation> {
  const base = {
    validation: await rasterLogits(model, undefined, validation),
    test: await rasterLogits(model, undefined, test),
  }
  const after = await rasterLogits(model, adapter, test)
  const compared = compareMethods(base, after, validation, test, reward)
  return { ...compared, before: base.test, after }
}

/**
 * The table of an evaluation and the gains in it, for a terminal.
 *
 * @param more - scores of other methods on the same images, as further rows
 */
export function evaluationText({ methods }: FinalEvaluation, more: Methods = {}): string {
  const { base, threshold, trained } = methods
  const named = { base, 'best threshold': threshold, 'PPO + LoRA': trained, ...more }
  return [
    `${base.length} test images, mean [95 % interval]:`,
    scoreTable(named),
    pairedGain('the base', base, trained),
    pairedGain('its best threshold', threshold, trained),
  ].join('\n')
}
