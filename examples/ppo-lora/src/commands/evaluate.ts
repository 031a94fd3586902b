/**
 * The command `npm run evaluate`: scores a trained adapter beside the frozen model and its best
 * threshold, on images that nothing was chosen on. No other command looks at them.
 */
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { describeBackend, startBackend } from '../backends/start-backend.ts'
import { loadAdapter } from '../files/adapter-files.ts'
import { writeAtomically } from '../files/write-atomically.ts'
import type { Adapter } from '../model/lora.ts'
import type { Segmenter } from '../model/segmenter.ts'
import { imageReward } from '../ppo/image-reward.ts'
import {
  type Contest,
  chosenThresholds,
  compareOn,
  comparisonText,
  type JudgedImages,
  METHODS,
} from '../results/comparison.ts'
import { scoreAll } from '../results/scores.ts'
import { summaryOf } from '../results/summary.ts'
import { DEFAULT_SETTINGS, REAL_SETTINGS } from '../settings.ts'
import { imagesElsewhere, realSource } from '../sources/real-source.ts'
import type { Source } from '../sources/source.ts'
import { syntheticSource } from '../sources/synthetic-source.ts'
import { trainCeiling } from '../supervised.ts'
import { adapterFolder, runCommand, settingsOption } from './options/command.ts'
import { type EvaluateOptions, evaluateOptions } from './options/evaluate-options.ts'

/** Adapters that a run may have left, by their folders in it, beside its own. */
const CONTROLS = { shuffled: METHODS.shuffled, supervised: METHODS.supervised } as const

await runCommand(async (args) => {
  const options = evaluateOptions(args)
  if (options === undefined) return
  console.log(describeBackend(await startBackend(options.backend)))
  const source = sourceOf(options)
  // An evaluation is over in minutes, and leaves nothing that could be saved.
  const model = (await source.base(() => false)) as Segmenter
  const adapters = await adaptersOf(options, model)
  const thresholds = await chosenThresholds(model, adapters, source.validation(model))
  const start = options.real ? REAL_SETTINGS : DEFAULT_SETTINGS
  const reward = imageReward(settingsOption(start, { reward: options.reward }))
  const contest = { model, adapters, thresholds, reward }

  const test = source.test(model)
  const { comparison, summary } = await compared(test, contest)
  const elsewhere: Record<string, unknown> = {}
  for (const folder of options.elsewhere) {
    const images = imagesElsewhere(folder, options.elsewhereEvery, model)
    elsewhere[folder] = (await compared(images, contest)).summary
  }
  if (options.run !== undefined) {
    const file = join(options.run, 'evaluation.json')
    const all = { thresholds, test: summary, elsewhere }
    writeAtomically(file, `${JSON.stringify(all, undefined, 2)}\n`)
    console.log(`\nall in ${file}`)
  }
  if (options.ceilingSteps === undefined) return
  // Last, as it changes the model.
  await trainCeiling(model, source.reward(model).draw, options.ceilingSteps, console.log)
  const ceiling = scoreAll(await test.logits(model), test.references, test.rewardBy(reward))
  const methods = { ...comparison.methods, [METHODS.labels]: ceiling }
  console.log(comparisonText(test, { ...comparison, methods }))
})

/** Compares on some images, and prints what came out. */
async function compared(images: JudgedImages, contest: Contest) {
  const comparison = await compareOn(images, contest)
  console.log(`\n${comparisonText(images, comparison)}`)
  return { comparison, summary: summaryOf(images, comparison) }
}

/** What the story of the adapter was told on. */
function sourceOf({ base, real }: EvaluateOptions): Source {
  if (!existsSync(base)) throw new Error(`there is no frozen model ${base}: name it with --base`)
  if (real === undefined) return syntheticSource(base)
  // The file is there: no steps are made.
  return realSource({ ...real, base, baseSteps: 0 })
}

/** The adapter that was asked for, and the controls of its run. */
async function adaptersOf(
  { adapter: folder, run }: EvaluateOptions,
  model: Segmenter,
): Promise<Record<string, Adapter>> {
  const adapters: Record<string, Adapter> = {
    [METHODS.trained]: await loadAdapter(adapterFolder(folder), model),
  }
  for (const [name, method] of Object.entries(CONTROLS)) {
    const control = run === undefined ? undefined : join(run, name, 'adapter')
    if (control !== undefined && existsSync(control)) {
      adapters[method] = await loadAdapter(control, model)
    }
  }
  return adapters
}
