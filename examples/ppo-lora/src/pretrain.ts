/**
 * Makes the frozen model: a transformer trained on the coarse labels of an annotator who misses
 * thin vessels. `npm run train:base` writes base/model.safetensors, which is kept in the repository.
 */
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import type * as tf from '@tensorflow/tfjs'
import { mulberry32 } from '../../mulberry32.ts'
import { startBackend } from './backend.ts'
import { coarselyLabelled, syntheticImages } from './datasets.ts'
import { meanScores, scoreAll } from './evaluation.ts'
import { imageReward } from './image-reward.ts'
import { createModel, defaultConfig, tokenOrder } from './model.ts'
import { saveModel } from './model-file.ts'
import { logitsOf, prepare, toRaster } from './prepare.ts'
import { DEFAULT_SETTINGS } from './settings.ts'
import { type SupervisedSettings, trainSupervised } from './supervised.ts'

/** Long enough: on a model trained for 400 steps even supervised adapters stall. */
export const PRETRAINING: SupervisedSettings = {
  steps: 900,
  batch: 8,
  learningRate: 3e-3,
  warmUp: 50,
  weightDecay: 0.02,
  gradientNorm: 1,
  seed: 1,
}

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      backend: { type: 'string', default: 'auto' },
      out: {
        type: 'string',
        default: fileURLToPath(new URL('../base/model.safetensors', import.meta.url)),
      },
      steps: { type: 'string', default: String(PRETRAINING.steps) },
    },
  })
  const { name, device, version } = await startBackend(values.backend)
  console.log(`backend ${name} (${device}), ${version}`)
  const settings = { ...PRETRAINING, steps: Number(values.steps) }
  const model = createModel(defaultConfig, mulberry32(settings.seed))
  const samples = prepare(coarselyLabelled(), model)
  const begin = performance.now()
  const draw = (random: () => number) => samples[Math.floor(random() * samples.length)]
  let recent = 0
  const report = (step: number, loss: number) => {
    recent += loss / 50
    if ((step + 1) % 50 !== 0) return
    const seconds = ((performance.now() - begin) / 1000).toFixed(0)
    console.log(`step ${step + 1} of ${settings.steps}  loss ${recent.toFixed(4)}  ${seconds} s`)
    recent = 0
  }
  const forward = (windows: tf.Tensor3D) => model.forward(windows)
  await trainSupervised(model, model.weights, draw, forward, settings, report)
  await saveModel(values.out, model)
  const validation = prepare(syntheticImages('validation'), model)
  const order = tokenOrder(model.config)
  const logits = (await logitsOf(model, undefined, validation)).map((z) => toRaster(z, order))
  console.log(meanScores(scoreAll(logits, validation, imageReward(DEFAULT_SETTINGS))))
  console.log(`wrote ${values.out}`)
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await main()
