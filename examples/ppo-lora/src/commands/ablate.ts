/**
 * The command `npm run ablate`: trains by other recipes from the same frozen model, and prints what
 * each reaches as a Markdown table. On the validation images: the test images stay unseen.
 */

import { mergeSettings } from '../check-settings.ts'
import { type Prepared, prepare, rasterLogits } from '../data/prepare.ts'
import { rewardImages, syntheticImages } from '../data/synthetic/synthetic-images.ts'
import type { Segmenter } from '../model/segmenter.ts'
import { type ImageReward, imageReward } from '../ppo/image-reward.ts'
import { bestThreshold, meanScores, type Scores, scoreAll } from '../results/scores.ts'
import { DEFAULT_SETTINGS, QUICK, type Settings } from '../settings.ts'
import { initialState, train } from '../train.ts'
import { ABLATION_CASES, casesOf } from './options/ablation-cases.ts'
import {
  integerOption,
  MODEL_OPTIONS,
  REWARD_OPTION,
  readOptions,
  runCommand,
  settingsOption,
  startModel,
} from './options/command.ts'
import { chosenModel } from './options/models.ts'

const USAGE = `Usage: npm run ablate -- [options]

  --quick         ${QUICK.updates} updates instead of ${DEFAULT_SETTINGS.updates}
  --updates N     or as many
  --only NAMES    some of ${ABLATION_CASES.map(({ name }) => name).join(',')}
  --seeds N       runs of each, with seeds 1 to N (default: 1); the table shows their mean
  --reward NAME   design or robust (default: design)
  --model NAME    transformer, unet or a model.json (default: transformer)
  --base FILE     the frozen model (default: the one that comes with the example)
  --backend NAME  auto, node-gpu, node, webgpu, wasm or cpu (default: auto)
  --help          this text
`

await runCommand(async (args) => {
  const values = readOptions(args, USAGE, {
    ...MODEL_OPTIONS,
    ...REWARD_OPTION,
    quick: { type: 'boolean', default: false },
    updates: { type: 'string' },
    only: { type: 'string', default: ABLATION_CASES.map(({ name }) => name).join(',') },
    seeds: { type: 'string', default: '1' },
  })
  if (values === undefined) return
  const cases = casesOf(values.only)
  const seeds = integerOption(values.seeds, 'seeds', 1)
  const shipped = chosenModel(values.model)
  const chosen = settingsOption(shipped.settings, { reward: values.reward })
  const start = values.quick ? mergeSettings(chosen, shipped.quick) : chosen
  if (values.updates !== undefined) start.updates = integerOption(values.updates, 'updates', 1)
  const model = await startModel(values)
  const training = prepare(rewardImages(), model)
  const validation = prepare(syntheticImages('validation'), model)

  const reward = imageReward(start)
  const logits = await rasterLogits(model, undefined, validation)
  const { threshold } = bestThreshold(logits, validation, reward, 'dice')
  console.log(`
${validation.length} validation images, ${start.updates} updates, mean of ${seeds} seed${seeds > 1 ? 's' : ''}

| | reward | Dice | recall | precision | IoU | clDice | seconds |
|---|---|---|---|---|---|---|---|`)
  console.log(row('base', meanScores(scoreAll(logits, validation, reward))))
  console.log(
    row('best threshold on the base', meanScores(scoreAll(logits, validation, reward, threshold))),
  )
  for (const { label, changes } of cases) {
    const all: Scores[] = []
    const explained: number[] = []
    const begin = performance.now()
    for (let seed = 1; seed <= seeds; seed++) {
      const settings = { ...mergeSettings(start, changes), seed }
      const { scores, explainedVariance } = await trained(
        model,
        training,
        validation,
        settings,
        reward,
      )
      all.push(scores)
      if (settings.credit === 'value') explained.push(explainedVariance)
    }
    const head = explained.map((share) => `; explains ${share.toFixed(2)} of the variance`)
    console.log(
      row(label + head.join(''), meanScores(all), (performance.now() - begin) / 1000 / seeds),
    )
  }
})

/**
 * Scores on the validation images after training by some settings, and the share of the rewards'
 * variance over images that a value head explains: the mean of the last quarter of the updates.
 */
async function trained(
  model: Segmenter,
  training: readonly Prepared[],
  validation: readonly Prepared[],
  settings: Settings,
  reward: ImageReward,
): Promise<{ scores: Scores; explainedVariance: number }> {
  const state = initialState(model, settings)
  const shares: number[] = []
  await train(model, state, training, settings, async ({ update, explainedVariance }) => {
    if (update > 0.75 * settings.updates) shares.push(explainedVariance)
    return true
  })
  const logits = await rasterLogits(model, state.adapter, validation)
  state.adapter.dispose()
  return {
    scores: meanScores(scoreAll(logits, validation, reward)),
    explainedVariance: shares.reduce((sum, share) => sum + share, 0) / shares.length,
  }
}

function row(label: string, scores: Scores, seconds?: number): string {
  const { reward, dice, recall, precision, iou, clDice } = scores
  const cells = [dice, recall, precision, iou, clDice].map((value) => value.toFixed(3))
  return `| ${[label, reward.toFixed(2), ...cells, seconds?.toFixed(0) ?? ''].join(' | ')} |`
}
