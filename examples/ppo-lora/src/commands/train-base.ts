/**
 * Makes the frozen model: a transformer or a U-Net trained on the coarse labels of an annotator who misses
 * thin vessels. `npm run train:base` writes base/model.safetensors or, with `--model unet`,
 * base/unet.safetensors, which are kept in the repository.
 */

import { fileURLToPath } from 'node:url'
import { mulberry32 } from '../../../mulberry32.ts'
import { describeBackend, startBackend } from '../backends/start-backend.ts'
import { prepare, rasterLogits } from '../data/prepare.ts'
import { coarselyLabeled, syntheticImages } from '../data/synthetic/synthetic-images.ts'
import { saveModel } from '../files/model-file.ts'
import { imageReward } from '../ppo/image-reward.ts'
import { meanScores, scoreAll } from '../results/scores.ts'
import { DEFAULT_SETTINGS, PRETRAINING, UNET_PRETRAINING } from '../settings.ts'
import { trainSupervised } from '../supervised.ts'
import { integerOption, jsonOption, readOptions, runCommand } from './options/command.ts'
import { shippedModel } from './options/models.ts'

const USAGE = `Usage: npm run train:base -- [options]

Trains the frozen model anew on the coarse labels of 700 synthetic images.

  --model NAME    transformer or unet (default: transformer)
  --out FILE      where to save it (default: the one that comes with the example)
  --steps N       of its training (default: ${PRETRAINING.steps}, of the U-Net ${UNET_PRETRAINING.steps})
  --config JSON   other sizes: such as '{"width":96,"blocks":3,"feedForward":192}' of the transformer,
                  '{"widths":[24,48,72]}' of the U-Net
  --backend NAME  auto, node-gpu, node, webgpu, wasm or cpu (default: auto)
  --help          this text
`

async function main(args: string[]): Promise<void> {
  const values = readOptions(args, USAGE, {
    backend: { type: 'string', default: 'auto' },
    model: { type: 'string', default: 'transformer' },
    out: { type: 'string' },
    steps: { type: 'string' },
    config: { type: 'string', default: '{}' },
  })
  if (values === undefined) return
  const { base, create, pretraining } = shippedModel(values.model)
  const { out = base, steps = String(pretraining.steps) } = values
  const settings = { ...pretraining, steps: integerOption(steps, 'steps', 1) }
  console.log(describeBackend(await startBackend(values.backend)))
  const model = create(mulberry32(settings.seed), jsonOption(values.config, 'config'))
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
  await saveModel(out, model)
  const validation = prepare(syntheticImages('validation'), model)
  const logits = await rasterLogits(model, undefined, validation)
  console.log(meanScores(scoreAll(logits, validation, imageReward(DEFAULT_SETTINGS))))
  console.log(`wrote ${out}`)
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await runCommand(main)
