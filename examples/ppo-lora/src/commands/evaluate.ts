/**
 * The command `npm run evaluate`: scores a trained adapter beside the frozen model and its best
 * threshold, on images that nothing was chosen on.
 */
import { loadAdapter } from '../files/adapter-files.ts'
import { imageReward } from '../ppo/image-reward.ts'
import { chosenThreshold, compareOn, comparisonText, METHODS } from '../results/comparison.ts'
import { scoreAll } from '../results/scores.ts'
import { CEILING, DEFAULT_SETTINGS } from '../settings.ts'
import { syntheticSource } from '../sources/synthetic-source.ts'
import { trainCeiling } from '../supervised.ts'
import {
  adapterFolder,
  baseOf,
  integerOption,
  MODEL_OPTIONS,
  REWARD_OPTION,
  readOptions,
  runCommand,
  settingsOption,
  startModel,
} from './command.ts'

const USAGE = `Usage: npm run evaluate -- --adapter DIR [options]

Scores base, best threshold and adapter on the 150 test images.

  --adapter DIR      the folder of a run, or an adapter in PEFT's layout
  --model NAME       transformer, unet or a model.json (default: transformer)
  --base FILE        the frozen model (default: the one that comes with the example)
  --backend NAME     auto, node-gpu, node, webgpu, wasm or cpu (default: auto)
  --reward NAME      design or robust: the reward that the table shows (default: design)
  --ceiling          also trains all parameters on the true labels of the RL images: what is
                     possible with labels instead of rewards; takes as long as pretraining
  --ceiling-steps N  (default: ${CEILING.steps})
  --help             this text
`

await runCommand(async (args) => {
  const values = readOptions(args, USAGE, {
    ...MODEL_OPTIONS,
    ...REWARD_OPTION,
    adapter: { type: 'string' },
    ceiling: { type: 'boolean', default: false },
    'ceiling-steps': { type: 'string', default: String(CEILING.steps) },
  })
  if (values === undefined) return
  if (values.adapter === undefined) throw new TypeError('expected --adapter DIR; see --help')
  const steps = integerOption(values['ceiling-steps'], 'ceiling-steps', 1)
  const reward = imageReward(settingsOption(DEFAULT_SETTINGS, { reward: values.reward }))
  const model = await startModel(values)
  const adapter = await loadAdapter(adapterFolder(values.adapter), model)
  const source = syntheticSource(baseOf(values))
  const threshold = await chosenThreshold(model, source.validation(model))
  const test = source.test(model)
  const adapters = { [METHODS.trained]: adapter }
  const comparison = await compareOn(test, { model, adapters, threshold, reward })
  console.log(comparisonText(test, comparison))
  if (!values.ceiling) return
  // Last, as it changes the model.
  await trainCeiling(model, source.reward(model).draw, steps, console.log)
  const ceiling = scoreAll(await test.logits(model), test.references, reward)
  const methods = { ...comparison.methods, [METHODS.labels]: ceiling }
  console.log(comparisonText(test, { ...comparison, methods }))
})
