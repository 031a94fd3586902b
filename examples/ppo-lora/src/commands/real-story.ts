import { existsSync, mkdirSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { describeBackend, startBackend } from '../backends/start-backend.ts'
import { shuffledControl } from '../check-settings.ts'
import { drawPatch, findPatches } from '../data/patches.ts'
import { prepare } from '../data/prepare.ts'
import { splitPatients, USES, type Use } from '../data/real/patient-split.ts'
import { type RealImage, readRealImages } from '../data/real/real-images.ts'
import { patchesOfRun } from '../data/real/real-training.ts'
import { assertUnseen, notePatients, trainRealBase } from '../data/real/train-real-base.ts'
import { saveAdapter } from '../files/adapter-files.ts'
import { loadModel, saveModel } from '../files/model-file.ts'
import type { Adapter } from '../model/lora.ts'
import type { Model } from '../model/model.ts'
import { writeCurve } from '../results/curve.ts'
import {
  calibers,
  draw,
  type Evaluation,
  evaluate,
  logitsOfAll,
  report,
  type Trained,
} from '../results/real-comparison.ts'
import { referenceOf } from '../results/real-evaluation.ts'
import { bestThreshold, meanScores } from '../results/scores.ts'
import { watchInterruption } from '../run/interruption.ts'
import { runTraining, timesOf } from '../run/training-run.ts'
import { REAL_PRETRAINING, REAL_SUPERVISION, REWARD_PATCHES, type Settings } from '../settings.ts'
import { superviseAdapter } from '../supervised.ts'
import { type RealOptions, realOptions } from './real-options.ts'

const LOOKS: Record<Use, string> = {
  base: 'coarse labels, for the frozen model',
  validation: 'for the threshold',
  reward: 'complete masks, for rewards',
  test: 'looked at once',
}

/** Updates between checkpoints. */
const CHECKPOINT_EVERY = 10

/**
 * The command `npm run train -- --data DIR`: the whole story on real images. A frozen model is trained
 * on some patients' coarse labels, adapters by PPO on others', and both are compared on whole images
 * of patients that neither has seen.
 */
export async function realStory(args: string[]): Promise<void> {
  const options = realOptions(args)
  if (options === undefined) return
  const { out, settings, resume, base } = options
  const backend = await startBackend(options.backend)
  console.log(describeBackend(backend))
  if (!resume && existsSync(join(out, 'log.jsonl'))) {
    // Else only after the frozen model is trained, which takes minutes.
    throw new Error(
      `${out} already holds a run: continue it with --resume, or choose another --out`,
    )
  }
  const images = readSplit(options)

  const model = await baseModel(options, images)
  const isInterrupted = watchInterruption(() => {
    process.stderr.write('\nfinishing the update, then saving\n')
  })
  const patches = findPatches(images.reward, REWARD_PATCHES)
  const trainIn = (folder: string, by: Settings) =>
    runTraining(model, patchesOfRun(model, patches, by), by, {
      folder,
      backend,
      base,
      // A folder is missing where the run was interrupted before it came to it.
      resume: resume && existsSync(join(folder, 'config.json')),
      checkpointEvery: CHECKPOINT_EVERY,
      isInterrupted,
    })
  const { state, log } = await trainIn(out, settings)
  if (isInterrupted()) return stopped(options)
  await saveAdapter(join(out, 'adapter'), state.adapter, {
    baseModelName: base,
    baseModel: model,
  })
  const { seconds, rewardShare } = timesOf(state)
  const share = (100 * rewardShare).toFixed(1)
  console.log(`PPO: ${seconds.toFixed(0)} s, ${share} % of them rewards`)

  const adapters: Record<string, Adapter> = { 'PPO + LoRA': state.adapter }
  if (options.hasControls) {
    console.log('control: the same with shuffled advantages')
    const shuffled = await trainIn(join(out, 'shuffled'), shuffledControl(settings))
    if (isInterrupted()) return stopped(options)
    adapters['shuffled advantages'] = shuffled.state.adapter
    console.log('control: adapters trained on the true masks, pixel by pixel')
    const supervision = { ...REAL_SUPERVISION, seed: settings.seed }
    const draw = (random: () => number) => prepare([drawPatch(patches, random)], model)[0]
    adapters['supervised LoRA'] = await superviseAdapter(model, draw, settings.lora, supervision)
    if (isInterrupted()) return stopped(options)
  }

  const validation = images.validation.map(referenceOf)
  const validationLogits = await logitsOfAll(model, undefined, images.validation)
  // By Dice: what the masks would earn costs time and decides nothing.
  const { threshold } = bestThreshold(validationLogits, validation, () => 0, 'dice')
  const probability = 1 / (1 + Math.exp(-threshold))
  console.log(`best threshold on the validation images: ${probability.toFixed(3)}`)

  const test = await evaluate(images.test, { model, adapters, threshold, settings })
  console.log(`\n${report('test images', images.test, test)}`)
  const elsewhere = await evaluateElsewhere(options, { model, adapters, threshold, settings })

  const summary = ({ methods }: Evaluation) => ({
    base: meanScores(methods.base),
    threshold: meanScores(methods['best threshold']),
    trained: meanScores(methods['PPO + LoRA']),
    methods: Object.fromEntries(
      Object.entries(methods).map(([name, scores]) => [name, meanScores(scores)]),
    ),
  })
  log.writeSummary({
    backend: backend.name,
    device: backend.device,
    version: backend.version,
    seconds,
    rewardShare,
    bestThreshold: threshold,
    images: images.test.map(({ name }) => name),
    ...summary(test),
    recallByCaliber: calibers(test.masks, images.test),
    ...(elsewhere && { elsewhere: summary(elsewhere) }),
  })
  const scores = (name: string) => meanScores(test.methods[name]).dice
  const points = log.records().map(({ update, reward }) => ({ update, reward, dice: null }))
  writeCurve(join(out, 'curve.svg'), points, {
    baseDice: scores('base'),
    thresholdDice: scores('best threshold'),
  })
  draw(join(out, 'before-after.png'), images.test, test)
  console.log(`all in ${out}`)
}

/** Reads the images and says who serves what. */
function readSplit({ data, split }: RealOptions): Record<Use, RealImage[]> {
  const all = readRealImages(data)
  const patients = splitPatients(
    all.map(({ patient }) => patient),
    split,
  )
  const images = {} as Record<Use, RealImage[]>
  for (const use of USES) {
    images[use] = all.filter(({ patient }) => patients[use].includes(patient))
    const names = patients[use].join(', ')
    console.log(`${use}: ${images[use].length} images of ${names} (${LOOKS[use]})`)
  }
  return images
}

function stopped({ out, data }: RealOptions): void {
  console.log(`saved; continue with --resume --data ${data} --out ${out}`)
  process.exitCode = 130
}

async function baseModel(
  { base, baseSteps }: RealOptions,
  images: Record<Use, RealImage[]>,
): Promise<Model> {
  if (existsSync(base)) {
    const others = [...images.validation, ...images.reward, ...images.test]
    assertUnseen(base, others)
    console.log(`frozen model: ${base}`)
    return loadModel(base)
  }
  mkdirSync(dirname(base), { recursive: true })
  const begin = performance.now()
  const settings = { ...REAL_PRETRAINING, steps: baseSteps }
  const model = await trainRealBase(images.base, settings, console.log)
  await saveModel(base, model)
  notePatients(base, images.base)
  const minutes = ((performance.now() - begin) / 60_000).toFixed(1)
  console.log(`frozen model: ${baseSteps} steps in ${minutes} minutes, saved as ${base}`)
  return model
}

async function evaluateElsewhere(
  { elsewhere, elsewhereEvery }: RealOptions,
  trained: Trained,
): Promise<Evaluation | undefined> {
  if (elsewhere === undefined) return undefined
  const images = readRealImages(elsewhere, elsewhereEvery)
  const evaluation = await evaluate(images, trained)
  console.log(`\n${report(`images of ${elsewhere}`, images, evaluation)}`)
  return evaluation
}
