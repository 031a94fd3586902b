import { join } from 'node:path'
import type { BitMask } from 'vessel-reward'
import { describeBackend, startBackend } from '../backends/start-backend.ts'
import { mergeSettings } from '../check-settings.ts'
import { type Prepared, prepare, rasterLogits, type Sample } from '../data/prepare.ts'
import { rewardImages, syntheticImages } from '../data/synthetic/synthetic-images.ts'
import { saveAdapter } from '../files/adapter-files.ts'
import { loadModel } from '../files/model-file.ts'
import { imageReward } from '../ppo/image-reward.ts'
import { writeCurve } from '../results/curve.ts'
import { evaluateAdapter, evaluationText } from '../results/final-evaluation.ts'
import { writeBeforeAfter } from '../results/pictures.ts'
import { maskOf, meanScores, scoreAll } from '../results/scores.ts'
import { watchInterruption } from '../run/interruption.ts'
import { runTraining, timesOf } from '../run/training-run.ts'
import { DEFAULT_SETTINGS, QUICK, type Settings } from '../settings.ts'
import type { TrainingState } from '../train.ts'
import { integerOption, MODEL_OPTIONS, readOptions, settingsOption } from './command.ts'

const USAGE = `Usage: npm run train -- [options]

Trains LoRA adapters of a frozen vessel segmenter by PPO on synthetic fundus images.

  --quick               a short run: about two minutes on two cores
  --backend NAME        auto, node-gpu, node, webgpu, wasm or cpu (default: auto)
  --seed N              of everything random (default: 1)
  --reward NAME         design or robust, a reward that is harder to game (default: design)
  --out DIR             folder of the run (default: runs/seed-N)
  --resume              continues the run of that folder from its last checkpoint
  --checkpoint-every N  updates between checkpoints (default: 10)
  --base FILE           the frozen model (default: the one that comes with the example)
  --settings JSON       other settings, such as '{"lora":{"r":4}}'; see src/settings.ts
  --help                this text

With --data DIR it trains on folders of real fundus images instead, makes the frozen model of them
first, and takes further options: see npm run train -- --data DIR --help
`

/** Validation is that many updates apart. */
const VALIDATE_EVERY = 20

interface Options {
  backend: string
  out: string
  resume: boolean
  checkpointEvery: number
  base: string
  settings: Settings
}

function optionsOf(args: string[]): Options | undefined {
  const values = readOptions(args, USAGE, {
    ...MODEL_OPTIONS,
    // Of the other story, which a run with it is: known here for who misspells it.
    data: { type: 'string' },
    quick: { type: 'boolean', default: false },
    seed: { type: 'string' },
    reward: { type: 'string' },
    out: { type: 'string' },
    resume: { type: 'boolean', default: false },
    'checkpoint-every': { type: 'string', default: '10' },
    settings: { type: 'string', default: '{}' },
  })
  if (values === undefined) return undefined
  const start = values.quick ? mergeSettings(DEFAULT_SETTINGS, QUICK) : DEFAULT_SETTINGS
  const settings = settingsOption(start, values)
  const name = `seed-${settings.seed}${values.quick ? '-quick' : ''}`
  return {
    backend: values.backend,
    out: values.out ?? join('runs', name),
    resume: values.resume,
    checkpointEvery: integerOption(values['checkpoint-every'], 'checkpoint-every', 1),
    base: values.base,
    settings,
  }
}

/**
 * The command `npm run train`: trains adapters of the frozen model, evaluates them on images that
 * nothing was chosen on, and leaves everything in a folder.
 */
export async function syntheticStory(args: string[]): Promise<void> {
  const options = optionsOf(args)
  if (options === undefined) return
  const { out, settings, base } = options
  const backend = await startBackend(options.backend)
  console.log(describeBackend(backend))
  const model = loadModel(base)
  const training = prepare(rewardImages(), model)
  const validation = prepare(syntheticImages('validation'), model)
  const reward = imageReward(settings)
  const isInterrupted = watchInterruption(() => {
    process.stderr.write('\nfinishing the update, then saving\n')
  })
  const validate = async ({ update, adapter }: TrainingState): Promise<number | null> => {
    if (update % VALIDATE_EVERY !== 0 && update < settings.updates) return null
    const logits = await rasterLogits(model, adapter, validation)
    return meanScores(scoreAll(logits, validation, reward)).dice
  }
  const place = { ...options, folder: out, backend, isInterrupted, validate }
  const { state, log } = await runTraining(model, training, settings, place)
  if (isInterrupted()) {
    console.log(`saved after update ${state.update}; continue with --resume --out ${out}`)
    process.exitCode = 130
    return
  }

  await saveAdapter(join(out, 'adapter'), state.adapter, {
    baseModelName: 'vessel-reward-ppo-lora/base',
    baseModel: model,
  })
  const samples = syntheticImages('test')
  const test = prepare(samples, model)
  const evaluation = await evaluateAdapter(model, state.adapter, validation, test, reward)
  const { methods, threshold, before, after } = evaluation
  const { seconds, rewardShare } = timesOf(state)
  const means = {
    base: meanScores(methods.base),
    threshold: meanScores(methods.threshold),
    trained: meanScores(methods.trained),
  }
  log.writeSummary({
    backend: backend.name,
    device: backend.device,
    version: backend.version,
    seconds,
    rewardShare,
    bestThreshold: threshold,
    images: samples.length,
    ...means,
  })
  writeCurve(
    join(out, 'curve.svg'),
    log.records().map(({ update, reward, validationDice }) => ({
      update,
      reward,
      dice: validationDice,
    })),
    { baseDice: means.base.dice, thresholdDice: means.threshold.dice },
  )
  drawExamples(join(out, 'before-after.png'), samples, test, before, after)

  console.log(`\n${evaluationText(evaluation)}`)
  const share = (100 * rewardShare).toFixed(1)
  console.log(`trained for ${seconds.toFixed(0)} s, ${share} % of them rewards; all in ${out}`)
}

/** Test images that the picture shows. */
const SHOWN = 4

function drawExamples(
  file: string,
  samples: readonly Sample[],
  prepared: readonly Prepared[],
  before: readonly Float32Array[],
  after: readonly Float32Array[],
): void {
  const bytes = (mask: BitMask) => mask.toUint8Array()
  const rows = samples.slice(0, SHOWN).map(({ size, image, truth, within }, i) => ({
    width: size,
    height: size,
    image,
    truth,
    within,
    masks: [before[i], after[i]].map((logits) => bytes(maskOf(logits, prepared[i], 0))),
  }))
  writeBeforeAfter(file, rows)
}
