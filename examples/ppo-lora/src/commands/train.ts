/**
 * The command `npm run train`: adapters of a frozen model are trained by PPO and compared with it on
 * images that nothing was chosen on; everything stays in a folder. One story, on synthetic images or
 * with `--data DIR` on real ones.
 */
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { describeBackend, startBackend } from '../backends/start-backend.ts'
import { shuffledControl } from '../check-settings.ts'
import { saveAdapter } from '../files/adapter-files.ts'
import type { Adapter } from '../model/lora.ts'
import { imageReward } from '../ppo/image-reward.ts'
import {
  type Comparison,
  calibersOf,
  chosenThreshold,
  compareOn,
  comparisonText,
  type JudgedImages,
  METHODS,
} from '../results/comparison.ts'
import { writeCurve } from '../results/curve.ts'
import { writeBeforeAfter } from '../results/pictures.ts'
import { meanScores, scoreAll } from '../results/scores.ts'
import { startAdapter } from '../run/start-adapter.ts'
import { runTraining, timesOf, watchInterruption } from '../run/training-run.ts'
import { REAL_SUPERVISION, type Settings, SUPERVISED_RATES } from '../settings.ts'
import { realSource } from '../sources/real-source.ts'
import { syntheticSource } from '../sources/synthetic-source.ts'
import { budgetOf, superviseAdapter } from '../supervised.ts'
import type { TrainingState } from '../train.ts'
import { runCommand } from './command.ts'
import { type TrainOptions, trainOptions } from './train-options.ts'

/** Test images that the picture shows. */
const SHOWN = 4

await runCommand(async (args) => {
  const options = trainOptions(args)
  if (options === undefined) return
  const { out, base, real, settings, checkpointEvery } = options
  const backend = await startBackend(options.backend)
  console.log(describeBackend(backend))
  refuseSecondRun(options)
  const source = real === undefined ? syntheticSource(base) : realSource({ ...real, base })

  const model = await source.base()
  const rewardImages = source.reward(model)
  const validation = source.validation(model)
  const isInterrupted = watchInterruption(() => {
    process.stderr.write('\nfinishing the update, then saving\n')
  })
  const { draw } = rewardImages
  const { loss, resume } = options
  const start = await startAdapter(model, {
    start: options.start,
    folder: out,
    resume,
    settings,
    baseModelName: source.baseName,
    supervise: () => {
      const rate = real === undefined ? SUPERVISED_RATES[loss] : REAL_SUPERVISION.learningRate
      const budget = budgetOf(settings, rate)
      console.log(`the start: ${budget.steps} steps on the true masks by ${loss}`)
      return superviseAdapter(model, draw, settings.lora, budget, { loss })
    },
  })
  const trainIn = (folder: string, by: Settings, validateEvery?: number) =>
    runTraining(model, rewardImages.ofRun(by), by, {
      folder,
      backend,
      base,
      start: start && { adapter: start, name: options.start ?? 'start' },
      resume: resumes(options, folder),
      checkpointEvery,
      isInterrupted,
      validate: async ({ update, adapter }) => {
        const isDue = validateEvery && (update % validateEvery === 0 || update === by.updates)
        if (!isDue) return null
        const logits = await validation.logits(model, adapter)
        return meanScores(scoreAll(logits, validation.references, () => 0)).dice
      },
    })

  const { state, log } = await trainIn(out, settings, source.validateEvery)
  if (isInterrupted()) return stopped(options, state)
  const { baseName: baseModelName } = source
  await saveAdapter(join(out, 'adapter'), state.adapter, { baseModelName, baseModel: model })
  const { seconds, rewardShare } = timesOf(state)
  const share = (100 * rewardShare).toFixed(1)
  console.log(`PPO: ${seconds.toFixed(0)} s, ${share} % of them rewards`)

  const adapters: Record<string, Adapter> = { [METHODS.trained]: state.adapter }
  if (start !== undefined) adapters[METHODS.start] = start
  if (options.hasControls) {
    console.log('control: the same with shuffled advantages')
    const shuffled = await trainIn(join(out, 'shuffled'), shuffledControl(settings))
    if (isInterrupted()) return stopped(options, shuffled.state)
    adapters[METHODS.shuffled] = shuffled.state.adapter
    console.log('control: adapters trained on the true masks, pixel by pixel')
    const by = { ...REAL_SUPERVISION, seed: settings.seed }
    adapters[METHODS.supervised] = await superviseAdapter(model, draw, settings.lora, by)
    if (isInterrupted()) return stopped(options, shuffled.state)
  }

  const threshold = await chosenThreshold(model, validation)
  const probability = 1 / (1 + Math.exp(-threshold))
  console.log(`best threshold on the validation images: ${probability.toFixed(3)}`)
  const contest = { model, adapters, threshold, reward: imageReward(settings) }
  const compare = async (images: JudgedImages) => {
    const comparison = await compareOn(images, contest)
    console.log(`\n${comparisonText(images, comparison)}`)
    return comparison
  }
  const test = source.test(model)
  const comparison = await compare(test)
  const others = source.elsewhere?.(model)
  const elsewhere = others && summaryOf(others, await compare(others))
  const { calibers } = test
  const means = summaryOf(test, comparison)
  log.writeSummary({
    backend: backend.name,
    device: backend.device,
    version: backend.version,
    seconds,
    rewardShare,
    bestThreshold: threshold,
    images: test.names ?? test.references.length,
    ...means,
    ...(calibers && { recallByCaliber: calibersOf(comparison, calibers) }),
    ...(elsewhere && { elsewhere }),
  })
  writeCurve(
    join(out, 'curve.svg'),
    log.records().map(({ update, reward, validationDice: dice }) => ({ update, reward, dice })),
    { baseDice: means.base.dice, thresholdDice: means.threshold.dice },
  )
  drawExamples(join(out, 'before-after.png'), test, comparison)
  console.log(`all in ${out}`)
})

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

function stopped({ out, real }: TrainOptions, { update }: TrainingState): void {
  const data = real === undefined ? '' : ` --data ${real.data}`
  console.log(`saved after update ${update}; continue with --resume --out ${out}${data}`)
  process.exitCode = 130
}

/** Mean scores for a file; of real images those of all methods, by the names that tables show. */
function summaryOf({ calibers }: JudgedImages, { methods }: Comparison) {
  const means = Object.entries(methods).map(([name, scores]) => [name, meanScores(scores)] as const)
  const all = Object.fromEntries(means)
  return {
    base: all[METHODS.base],
    threshold: all[METHODS.threshold],
    trained: all[METHODS.trained],
    ...(calibers && { methods: all }),
  }
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
