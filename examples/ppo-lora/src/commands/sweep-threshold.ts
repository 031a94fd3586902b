/**
 * The command `npm run sweep-threshold`: how far the frozen model gets without any training, by
 * the choice of its threshold alone.
 */

import { prepare, rasterLogits } from '../data/prepare.ts'
import { syntheticImages } from '../data/synthetic/synthetic-images.ts'
import { loadAdapter } from '../files/adapter-files.ts'
import { type ImageReward, imageReward, type Reference } from '../ppo/image-reward.ts'
import { binaryShare, readMaskFolder } from '../results/mask-folder.ts'
import { bestThreshold, METRICS, meanScores, scoreAll } from '../results/scores.ts'
import { DEFAULT_SETTINGS } from '../settings.ts'
import {
  adapterFolder,
  MODEL_OPTIONS,
  REWARD_OPTION,
  readOptions,
  runCommand,
  settingsOption,
  startModel,
} from './options/command.ts'

const USAGE = `Usage: npm run sweep-threshold -- [options]

Scores the frozen model at thresholds from .025 to .975 on the 64 validation images, and says
where masks are binary already, so that no threshold can change them.

  --adapter DIR   the model with this adapter (or that of this run) instead
  --model NAME    transformer, unet or a model.json (default: transformer)
  --base FILE     the frozen model (default: the one that comes with the example)
  --backend NAME  auto, node-gpu, node, webgpu, wasm or cpu (default: auto)
  --reward NAME   design or robust: the reward that the table shows (default: design)
  --masks DIR     probability maps or masks of your own model instead: grey PNG files
  --truths DIR    with --masks: their truths, under the same names
  --help          this text
`

interface Judgeable {
  logits: Float32Array[]
  references: readonly Reference[]
}

await runCommand(async (args) => {
  const values = readOptions(args, USAGE, {
    ...MODEL_OPTIONS,
    ...REWARD_OPTION,
    adapter: { type: 'string' },
    masks: { type: 'string' },
    truths: { type: 'string' },
  })
  if (values === undefined) return
  if ((values.masks === undefined) !== (values.truths === undefined)) {
    throw new TypeError('expected --masks and --truths together')
  }
  const reward = imageReward(settingsOption(DEFAULT_SETTINGS, { reward: values.reward }))
  const judgeable =
    values.masks === undefined
      ? await ofModel(values)
      : await readMaskFolder(values.masks, values.truths as string)
  sweep(judgeable, reward)
})

async function ofModel(options: {
  adapter?: string
  model: string
  base?: string
  backend: string
}): Promise<Judgeable> {
  const model = await startModel(options)
  const adapter =
    options.adapter === undefined
      ? undefined
      : await loadAdapter(adapterFolder(options.adapter), model)
  const references = prepare(syntheticImages('validation'), model)
  return { logits: await rasterLogits(model, adapter, references), references }
}

function sweep({ logits, references }: Judgeable, reward: ImageReward): void {
  const { undecided, isBinary } = binaryShare(probabilitiesOf(logits))
  const share = `${(100 * undecided).toFixed(2)} % of pixels`
  if (isBinary) {
    const scores = meanScores(scoreAll(logits, references, reward))
    console.log(`The masks are binary already (${share} are undecided): no threshold changes them.`)
    console.log(METRICS.map((name) => `${name} ${scores[name].toFixed(3)}`).join('  '))
    return
  }
  const { curve, threshold } = bestThreshold(logits, references, reward, 'dice')
  const best = 1 / (1 + Math.exp(-threshold))
  const line = (cells: string[]) => cells.map((cell) => cell.padStart(10)).join('')
  console.log(line(['threshold', ...METRICS]))
  for (const { probability, scores } of curve) {
    const mark = Math.abs(probability - best) < 1e-9 ? '  best Dice' : ''
    const cells = METRICS.map((name) => scores[name].toFixed(3))
    console.log(line([probability.toFixed(3), ...cells]) + mark)
  }
  console.log(`images: ${references.length}; a threshold decides ${share}`)
}

function* probabilitiesOf(logits: readonly Float32Array[]): Generator<number> {
  for (const one of logits) for (const z of one) yield 1 / (1 + Math.exp(-z))
}
