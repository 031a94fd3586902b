/**
 * The command `npm run supervise`: adapters of the frozen model are trained on the true masks of the
 * images that rewards come from. What reinforcement learning is compared with, and what it can start
 * from (`npm run train -- --start`).
 */

import { existsSync, mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { describeBackend, startBackend } from '../backends/start-backend.ts'
import { loadAdapter, saveAdapter } from '../files/adapter-files.ts'
import { loadSegmenter } from '../files/load-segmenter.ts'
import { writeAtomically } from '../files/write-atomically.ts'
import { LOSSES, type LossName } from '../losses/supervised-loss.ts'
import type { Adapter } from '../model/lora.ts'
import { imageReward } from '../ppo/image-reward.ts'
import {
  CONNECTED_HEAD,
  chosenLimit,
  connectedRow,
  connectedScores,
  meanConnected,
} from '../results/connected-scores.ts'
import { DEFAULT_SETTINGS, SUPERVISED_RATES } from '../settings.ts'
import { syntheticSource } from '../sources/synthetic-source.ts'
import { budgetOf, superviseAdapter } from '../supervised.ts'
import {
  adapterFolder,
  baseOf,
  lossOption,
  MODEL_OPTIONS,
  readOptions,
  runCommand,
  settingsOption,
} from './options/command.ts'
import { chosenModel, runPrefix } from './options/models.ts'

const USAGE = `Usage: npm run supervise -- [options]

Trains LoRA adapters of the frozen model on the true masks of the 256 images that rewards come from,
for as many optimizer steps and images as PPO makes by the same settings, and scores them on the
validation images: by the threshold 1/2 and by the one of the best Dice there. Then
npm run evaluate -- --adapter DIR scores them on the test images.

  --loss NAME      ${LOSSES.join(', ')} (default: bce)
  --rates LIST     learning rates, separated by commas: each is tried, and the adapter of the best Dice
                   on the validation images is kept (default: the one that was chosen so for the loss)
  --start DIR      goes on from an adapter: the rival of PPO that begins with the same one
  --quick          the budget of PPO's short run
  --seed N         of everything random (default: 1)
  --settings JSON  other settings of PPO, of which the adapter and the budget are taken
  --out DIR        folder of the run (default: runs/supervised-LOSS-seed-N)
  --model NAME     transformer, unet or a model.json (default: transformer)
  --base FILE      the frozen model (default: the one that comes with the example)
  --backend NAME   auto, node-gpu, node, webgpu, wasm or cpu (default: auto)
  --help           this text
`

await runCommand(async (args) => {
  const values = readOptions(args, USAGE, {
    ...MODEL_OPTIONS,
    loss: { type: 'string', default: 'bce' },
    rates: { type: 'string' },
    start: { type: 'string' },
    quick: { type: 'boolean', default: false },
    seed: { type: 'string' },
    settings: { type: 'string' },
    out: { type: 'string' },
  })
  if (values === undefined) return
  const loss = lossOption(values.loss)
  const rates = ratesOption(values.rates, loss)
  const chosen = chosenModel(values.model)
  const defaults = values.quick ? { ...chosen.settings, ...chosen.quick } : chosen.settings
  const settings = settingsOption(defaults, values)
  const out =
    values.out ?? join('runs', `${runPrefix(values.model)}supervised-${loss}-seed-${settings.seed}`)
  if (existsSync(join(out, 'config.json'))) {
    throw new Error(`${out} already holds a run: choose another --out`)
  }
  const backend = await startBackend(values.backend)
  console.log(describeBackend(backend))
  const base = baseOf(values)
  const source = syntheticSource(base)
  const model = await loadSegmenter(base)
  const { draw } = source.reward(model)
  const start =
    values.start === undefined ? undefined : await loadAdapter(adapterFolder(values.start), model)
  const validation = source.validation(model)
  // The reward that is hardest to game, whatever PPO is trained on: it only judges here.
  const reward = imageReward(settingsOption(DEFAULT_SETTINGS, { reward: 'robust' }))

  let best: { adapter: Adapter; summary: Summary } | undefined
  for (const rate of rates) {
    const budget = budgetOf(settings, rate)
    console.log(`${loss}, rate ${rate}: ${budget.steps} steps of ${budget.batch} images`)
    const begin = performance.now()
    const onStep = (step: number, value: number) => {
      if ((step + 1) % 100 === 0) console.log(`  step ${step + 1}, loss ${value.toFixed(4)}`)
    }
    const adapter = await superviseAdapter(model, draw, settings.lora, budget, {
      loss,
      onStep,
      start,
    })
    const seconds = (performance.now() - begin) / 1000
    const logits = await validation.logits(model, adapter)
    const { references } = validation
    const threshold = chosenLimit(logits, references)
    const scoresAt = (limit: number) =>
      meanConnected(connectedScores(logits, references, reward, limit))
    const plain = scoresAt(0)
    const chosen = scoresAt(threshold)
    console.log(`${seconds.toFixed(0)} s; ${references.length} validation images`)
    console.log(CONNECTED_HEAD)
    console.log(connectedRow(`${loss}, rate ${rate}`, 0, plain))
    console.log(connectedRow(`${loss}, rate ${rate}`, threshold, chosen))
    const summary: Summary = { rate, seconds, bestThreshold: threshold, plain, chosen }
    if (best !== undefined && best.summary.chosen.dice >= chosen.dice) {
      adapter.dispose()
      continue
    }
    best?.adapter.dispose()
    best = { adapter, summary }
  }
  if (best === undefined) return

  mkdirSync(out, { recursive: true })
  const save = (file: string, value: unknown) =>
    writeAtomically(join(out, file), `${JSON.stringify(value, null, 2)}\n`)
  const { baseName: baseModelName } = source
  await saveAdapter(join(out, 'adapter'), best.adapter, { baseModelName, baseModel: model })
  save('summary.json', best.summary)
  const { start: began } = values
  const supervision = budgetOf(settings, best.summary.rate)
  save('config.json', {
    loss,
    rates,
    supervision,
    start: began,
    settings,
    base,
    backend: describeBackend(backend),
  })
  console.log(`rate ${best.summary.rate}; all in ${out}`)
})

/** What `summary.json` holds; scores are those of the validation images. */
interface Summary {
  rate: number
  seconds: number
  bestThreshold: number
  /** By the threshold 1/2, */
  plain: object
  /** and by the best one. */
  chosen: { dice: number }
}

function ratesOption(text: string | undefined, loss: LossName): number[] {
  if (text === undefined) return [SUPERVISED_RATES[loss]]
  return text.split(',').map((part) => {
    const rate = Number(part)
    if (part.trim() !== '' && rate > 0 && Number.isFinite(rate)) return rate
    throw new RangeError(`expected --rates to be positive numbers, got '${part}' in '${text}'`)
  })
}
