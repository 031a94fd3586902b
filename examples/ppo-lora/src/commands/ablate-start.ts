/**
 * The command `npm run ablate:start`: PPO in several ways, all from one adapter that was trained on
 * labels, beside that adapter. On the validation images: the test images stay unseen.
 */
import { join } from 'node:path'
import { mergeSettings } from '../check-settings.ts'
import { prepare, rasterLogits } from '../data/prepare.ts'
import { rewardImages, syntheticImages } from '../data/synthetic/synthetic-images.ts'
import { loadAdapter, saveAdapter } from '../files/adapter-files.ts'
import type { Adapter } from '../model/lora.ts'
import { imageReward } from '../ppo/image-reward.ts'
import {
  CONNECTED_HEAD,
  chosenLimit,
  connectedRow,
  connectedScores,
  meanConnected,
} from '../results/connected-scores.ts'
import { DEFAULT_SETTINGS } from '../settings.ts'
import { initialState, train } from '../train.ts'
import { AFTER_SUPERVISION, casesOf } from './options/ablation-cases.ts'
import {
  adapterFolder,
  integerOption,
  MODEL_OPTIONS,
  readOptions,
  runCommand,
  settingsOption,
  startModel,
} from './options/command.ts'

const UPDATES = 150

const NAMES = AFTER_SUPERVISION.map(({ name }) => name).join(',')

const USAGE = `Usage: npm run ablate:start -- --start DIR [options]

Goes on by PPO, in several ways, from an adapter that npm run supervise has trained, and scores each on
the validation images: by the threshold 1/2, by the one of the best Dice there, and by the one of the
best reward 'robust'.

  --start DIR     the adapter, or the folder of its run
  --updates N     of each (default: ${UPDATES})
  --only NAMES    some of ${NAMES}
  --seed N        of everything random (default: 1)
  --out DIR       keeps the adapters there, in folders of these names
  --model NAME    transformer, unet or a model.json (default: transformer)
  --base FILE     the frozen model (default: the one that comes with the example)
  --backend NAME  auto, node-gpu, node, webgpu, wasm or cpu (default: auto)
  --help          this text
`

await runCommand(async (args) => {
  const values = readOptions(args, USAGE, {
    ...MODEL_OPTIONS,
    start: { type: 'string' },
    updates: { type: 'string', default: String(UPDATES) },
    only: { type: 'string', default: NAMES },
    seed: { type: 'string', default: '1' },
    out: { type: 'string' },
  })
  if (values === undefined) return
  if (values.start === undefined) throw new TypeError('expected --start DIR; see --help')
  const cases = casesOf(values.only, AFTER_SUPERVISION)
  const common = {
    updates: integerOption(values.updates, 'updates', 1),
    seed: integerOption(values.seed, 'seed', 0),
  }
  const model = await startModel(values)
  const start = await loadAdapter(adapterFolder(values.start), model)
  const training = prepare(rewardImages(), model)
  const validation = prepare(syntheticImages('validation'), model)
  const robust = imageReward(settingsOption(DEFAULT_SETTINGS, { reward: 'robust' }))
  const show = async (label: string, adapter: Adapter) => {
    const logits = await rasterLogits(model, adapter, validation)
    const chosen = (['dice', robust] as const).map((by) => chosenLimit(logits, validation, by))
    for (const threshold of [0, ...chosen]) {
      const scores = connectedScores(logits, validation, robust, threshold)
      console.log(connectedRow(label, threshold, meanConnected(scores)))
    }
  }
  console.log(
    `\n${validation.length} validation images, ${common.updates} updates, seed ${common.seed}\n`,
  )
  console.log(CONNECTED_HEAD)
  await show('the start', start)
  for (const { name, label, changes } of cases) {
    const { r, alpha, targetModules } = start.settings
    const lora = { ...DEFAULT_SETTINGS.lora, r, alpha, targetModules: targetModules as string[] }
    const settings = mergeSettings({ ...DEFAULT_SETTINGS, ...common, lora }, changes)
    const state = initialState(model, settings, start)
    await train(model, state, training, settings, async () => true)
    await show(`${label} (${(state.milliseconds / 1000).toFixed(0)} s)`, state.adapter)
    if (values.out !== undefined) {
      const baseModelName = 'vessel-reward-ppo-lora/base'
      await saveAdapter(join(values.out, name), state.adapter, { baseModelName, baseModel: model })
    }
    state.adapter.dispose()
  }
})
