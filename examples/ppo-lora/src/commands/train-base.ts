/**
 * Makes the frozen model: a transformer trained on the coarse labels of an annotator who misses
 * thin vessels. `npm run train:base` writes base/model.safetensors, which is kept in the repository.
 */

import { fileURLToPath } from 'node:url'
import { mulberry32 } from '../../../mulberry32.ts'
import { describeBackend, startBackend } from '../backends/start-backend.ts'
import { prepare, rasterLogits } from '../data/prepare.ts'
import { coarselyLabeled, syntheticImages } from '../data/synthetic/synthetic-images.ts'
import { saveModel } from '../files/model-file.ts'
import { createModel } from '../model/model.ts'
import { defaultConfig } from '../model/model-config.ts'
import { imageReward } from '../ppo/image-reward.ts'
import { meanScores, scoreAll } from '../results/scores.ts'
import { DEFAULT_SETTINGS, PRETRAINING } from '../settings.ts'
import { trainSupervised } from '../supervised.ts'
import { integerOption, readOptions, runCommand, SHIPPED_BASE } from './command.ts'

const USAGE = `Usage: npm run train:base -- [options]

Trains the frozen model anew on the coarse labels of 700 synthetic images.

  --out FILE      where to save it (default: the one that comes with the example)
  --steps N       of its training (default: ${PRETRAINING.steps})
  --backend NAME  auto, node-gpu, node, webgpu, wasm or cpu (default: auto)
  --help          this text
`

async function main(args: string[]): Promise<void> {
  const values = readOptions(args, USAGE, {
    backend: { type: 'string', default: 'auto' },
    out: { type: 'string', default: SHIPPED_BASE },
    steps: { type: 'string', default: String(PRETRAINING.steps) },
  })
  if (values === undefined) return
  console.log(describeBackend(await startBackend(values.backend)))
  const settings = { ...PRETRAINING, steps: integerOption(values.steps, 'steps', 1) }
  const model = createModel(defaultConfig, mulberry32(settings.seed))
  const samples = prepare(coarselyLabeled(), model)
  const begin = performance.now()
  let recent = 0
  const onStep = (step: number, loss: number) => {
    recent += loss / 50
    if ((step + 1) % 50 !== 0) return
    const seconds = ((performance.now() - begin) / 1000).toFixed(0)
    console.log(`step ${step + 1} of ${settings.steps}  loss ${recent.toFixed(4)}  ${seconds} s`)
    recent = 0
  }
  await trainSupervised({
    model,
    variables: model.weights,
    draw: (random) => samples[Math.floor(random() * samples.length)],
    forward: (inputs) => model.forward(inputs),
    settings,
    onStep,
  })
  await saveModel(values.out, model)
  const validation = prepare(syntheticImages('validation'), model)
  const logits = await rasterLogits(model, undefined, validation)
  console.log(meanScores(scoreAll(logits, validation, imageReward(DEFAULT_SETTINGS))))
  console.log(`wrote ${values.out}`)
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await runCommand(main)
