/**
 * The command `npm run train`: adapters of a frozen model are trained by PPO and compared with it on
 * the validation images; everything stays in a folder. One story, on synthetic images or with
 * `--data DIR` on real ones. The test images are left to the command `evaluate`: who changes settings
 * after a look at the validation images has not tuned them on the test.
 */
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { type Backend, describeBackend, startBackend } from '../backends/start-backend.ts'
import { shuffledControl } from '../check-settings.ts'
import { saveAdapter } from '../files/adapter-files.ts'
import type { Adapter } from '../model/lora.ts'
import type { Segmenter } from '../model/segmenter.ts'
import { imageReward } from '../ppo/image-reward.ts'
import {
  type Comparison,
  chosenThresholds,
  compareOn,
  comparisonText,
  type JudgedImages,
  METHODS,
} from '../results/comparison.ts'
import { writeCurve } from '../results/curve.ts'
import { writeBeforeAfter } from '../results/pictures.ts'
import { meanScores, scoreAll } from '../results/scores.ts'
import { type Summary, summaryOf } from '../results/summary.ts'
import type { RunLog } from '../run/log.ts'
import { startAdapter } from '../run/start-adapter.ts'
import { type Run, runTraining, timesOf, watchInterruption } from '../run/training-run.ts'
import { REAL_SUPERVISION, type Settings, SUPERVISED_RATES } from '../settings.ts'
import { realSource } from '../sources/real-source.ts'
import { syntheticSource } from '../sources/synthetic-source.ts'
import { budgetOf, superviseAdapter } from '../supervised.ts'
import { runCommand } from './options/command.ts'
import { type TrainOptions, trainOptions } from './options/train-options.ts'

/** Images that the picture shows. */
const SHOWN = 4

await runCommand(async (args) => {
  const options = trainOptions(args)
  if (options === undefined) return
  const { out, base, real, settings, checkpointEvery } = options
  const backend = await startBackend(options.backend)
  console.log(describeBackend(backend))
  refuseSecondRun(options)
  const isInterrupted = watchInterruption(() => {
    process.stderr.write('\nfinishing the update, then saving\n')
  })
  const source = real === undefined ? syntheticSource(base) : realSource({ ...real, base })

  const model = await source.base(isInterrupted)
  if (model === undefined) return stopped('saved; continue with the same command')
  const rewardImages = source.reward(model)
  const validation = source.validation(model)
  const save = (folder: string, adapter: Adapter) =>
    saveAdapter(folder, adapter, { baseModelName: source.baseName, baseModel: model })
  const data = real && { folder: real.data, split: real.split }
  const { loss } = options
  const start = await startAdapter(model, {
    start: options.start,
    folder: out,
    resume: options.resume,
    settings,
    baseModelName: source.baseName,
    supervise: () => {
      const rate = real === undefined ? SUPERVISED_RATES[loss] : REAL_SUPERVISION.learningRate
      const budget = budgetOf(settings, rate)
      console.log(`the start: ${budget.steps} steps on the true masks by ${loss}`)
      return superviseAdapter(model, rewardImages.draw, settings.lora, budget, { loss })
    },
  })
  const begin = start && { adapter: start, name: options.start ?? 'start' }
  const validate = async (adapter: Adapter) => {
    const logits = await validation.logits(model, adapter)
    return meanScores(scoreAll(logits, validation.references, () => 0)).dice
  }
  const trainIn = async (folder: string, by: Settings): Promise<Run | undefined> => {
    const place = { folder, backend, base, data, checkpointEvery, isInterrupted, validate }
    const resume = resumes(options, folder)
    const run = await runTraining(model, rewardImages.ofRun(by), by, {
      ...place,
      start: begin,
      resume,
    })
    if (isInterrupted()) return stopped(`saved after update ${run.state.update}; ${hint(options)}`)
    await save(join(folder, 'adapter'), run.kept)
    if (run.kept !== run.state.adapter) {
      await save(join(folder, 'last', 'adapter'), run.state.adapter)
      console.log(`kept: the adapter of update ${run.keptUpdate}, best by validation`)
    }
    return run
  }

  const run = await trainIn(out, settings)
  if (run === undefined) return
  const { seconds, rewardShare } = timesOf(run.state)
  const share = (100 * rewardShare).toFixed(1)
  console.log(`PPO: ${seconds.toFixed(0)} s, ${share} % of them rewards`)

  const adapters: Record<string, Adapter> = { [METHODS.trained]: run.kept }
  if (start !== undefined) adapters[METHODS.start] = start
  if (options.hasControls) {
    console.log('control: the same with shuffled advantages')
    const shuffled = await trainIn(join(out, 'shuffled'), shuffledControl(settings))
    if (shuffled === undefined) return
    adapters[METHODS.shuffled] = shuffled.kept
    console.log('control: adapters trained on the true masks, pixel by pixel')
    const by = { ...REAL_SUPERVISION, seed: settings.seed }
    const supervised = await superviseAdapter(model, rewardImages.draw, settings.lora, by)
    if (isInterrupted()) return stopped(`saved; ${hint(options)}`)
    await save(join(out, 'supervised', 'adapter'), supervised)
    adapters[METHODS.supervised] = supervised
  }
  await conclude({ options, backend, model, validation, adapters, run })
})

/** Compares what was trained with the frozen model, on the validation images. */
async function conclude(input: {
  options: TrainOptions
  backend: Backend
  model: Segmenter
  validation: JudgedImages
  adapters: Record<string, Adapter>
  run: Run
}): Promise<void> {
  const { options, backend, model, validation, adapters, run } = input
  const { out, settings } = options
  const thresholds = await chosenThresholds(model, adapters, validation)
  const contest = { model, adapters, thresholds, reward: imageReward(settings) }
  const comparison = await compareOn(validation, contest)
  console.log(`\n${comparisonText(validation, comparison)}`)
  console.log('the thresholds were chosen on these images')
  const means = summaryOf(validation, comparison)
  run.log.writeSummary({
    backend: backend.name,
    device: backend.device,
    version: backend.version,
    ...timesOf(run.state),
    keptUpdate: run.keptUpdate,
    bestThreshold: thresholds[METHODS.base],
    thresholds,
    ...means,
  })
  drawCurve(join(out, 'curve.svg'), run.log, means)
  drawExamples(join(out, 'before-after.png'), validation, comparison)
  console.log(`all in ${out}; on the test images: npm run evaluate -- --adapter ${out}`)
}

/** Now, not after the frozen model is trained, which takes minutes. */
function refuseSecondRun({ out, resume }: TrainOptions): void {
  if (resume || !existsSync(join(out, 'log.jsonl'))) return
  throw new Error(`${out} already holds a run: continue it with --resume, or choose another --out`)
}

/** Whether to go on with the run of a folder. */
function resumes({ resume, out, real }: TrainOptions, folder: string): boolean {
  // What comes before a run takes long: it may have been interrupted before it came to this one.
  const mayBeMissing = real !== undefined || folder !== out
  return resume && !(mayBeMissing && !existsSync(join(folder, 'config.json')))
}

/** How to go on with a run: what is not said is in its folder. */
function hint({ out, real, backend, hasControls }: TrainOptions): string {
  const options = [
    ...(backend === 'auto' ? [] : [`--backend ${backend}`]),
    ...(real !== undefined && !hasControls ? ['--without-controls'] : []),
  ]
  return ['continue with --resume --out', out, ...options].join(' ')
}

function stopped(line: string): undefined {
  console.log(line)
  process.exitCode = 130
}

/** Reward and Dice over updates, beside the frozen model on the same images. */
function drawCurve(file: string, log: RunLog, { base, threshold }: Summary): void {
  const points = log.records().map(({ update, reward, validationDice: dice }) => {
    return { update, reward, dice }
  })
  writeCurve(file, points, { baseDice: base.dice, thresholdDice: threshold.dice })
}

function drawExamples(file: string, { looks, scale }: JudgedImages, { masks }: Comparison): void {
  const shown = [masks[METHODS.base], masks[METHODS.trained]]
  const rows = looks.map((look, i) => ({
    ...look,
    masks: shown.map((all) => all[i].toUint8Array()),
  }))
  const [{ width, height }] = rows
  const alike = rows.filter((row) => row.width === width && row.height === height)
  writeBeforeAfter(file, alike.slice(0, SHOWN), { scale })
}
