/**
 * The command `npm run train`: trains adapters of the frozen model, evaluates them on images that
 * nothing was chosen on, and leaves everything in a folder.
 */
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import type { BitMask } from 'vessel-reward'
import { saveAdapter } from './adapter-files.ts'
import { type Backend, describeBackend, startBackend } from './backend.ts'
import { hasCheckpoint } from './checkpoint.ts'
import { integerOption, runCommand, SHIPPED_BASE } from './command.ts'
import { writeCurve } from './curve.ts'
import { syntheticImages } from './datasets.ts'
import { maskOf, meanScores, scoreAll } from './evaluation.ts'
import { evaluateAdapter, evaluationText } from './final-evaluation.ts'
import { imageReward } from './image-reward.ts'
import { watchInterruption } from './interruption.ts'
import { RunLog } from './log.ts'
import type { Model } from './model.ts'
import { loadModel } from './model-file.ts'
import { writeBeforeAfter } from './pictures.ts'
import { type Prepared, prepare, type Sample } from './prepare.ts'
import { Progress } from './progress.ts'
import { rasterLogits } from './raster-logits.ts'
import { checkSettings, DEFAULT_SETTINGS, mergeSettings, QUICK, type Settings } from './settings.ts'
import { initialState, type TrainingState, train, type UpdateRecord } from './train.ts'
import { trainableParameters } from './trainable-parameters.ts'
import { restoreTraining, saveTraining } from './training-files.ts'

const USAGE = `Usage: npm run train -- [options]

Trains LoRA adapters of a frozen vessel segmenter by PPO on synthetic fundus images.

  --quick               a short run: about two minutes on two cores
  --backend NAME        auto, node-gpu, node, webgpu, wasm or cpu (default: auto)
  --seed N              of everything random (default: 1)
  --out DIR             folder of the run (default: runs/seed-N)
  --resume              continues the run of that folder from its last checkpoint
  --checkpoint-every N  updates between checkpoints (default: 10)
  --base FILE           the frozen model (default: the one that comes with the example)
  --settings JSON       other settings, such as '{"lora":{"r":4}}'; see src/settings.ts
  --help                this text
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

function readOptions(args: string[]): Options | undefined {
  const { values } = parseArgs({
    args,
    options: {
      quick: { type: 'boolean', default: false },
      backend: { type: 'string', default: 'auto' },
      seed: { type: 'string' },
      out: { type: 'string' },
      resume: { type: 'boolean', default: false },
      'checkpoint-every': { type: 'string', default: '10' },
      base: { type: 'string', default: SHIPPED_BASE },
      settings: { type: 'string', default: '{}' },
      help: { type: 'boolean', default: false },
    },
  })
  if (values.help) return undefined
  const start = values.quick ? mergeSettings(DEFAULT_SETTINGS, QUICK) : DEFAULT_SETTINGS
  const settings = mergeSettings(start, parseJson(values.settings))
  if (values.seed !== undefined) settings.seed = integerOption(values.seed, 'seed', 0)
  return {
    backend: values.backend,
    out: values.out ?? join('runs', `seed-${settings.seed}${values.quick ? '-quick' : ''}`),
    resume: values.resume,
    checkpointEvery: integerOption(values['checkpoint-every'], 'checkpoint-every', 1),
    base: values.base,
    settings: checkSettings(settings),
  }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch (error) {
    throw new TypeError(`expected --settings to be JSON, got '${text}': ${error}`)
  }
}

/** Images of one use. */
interface Images {
  samples: Sample[]
  prepared: Prepared[]
}

async function run(options: Options): Promise<void> {
  const { out, settings } = options
  const backend = await startBackend(options.backend)
  console.log(describeBackend(backend))
  const model = loadModel(options.base)
  const { state, log } = await open(options, model, backend)
  const images = (split: Parameters<typeof syntheticImages>[0]): Images => {
    const samples = syntheticImages(split)
    return { samples, prepared: prepare(samples, model) }
  }
  const [training, validation] = [images('train'), images('validation')]

  console.log(trainableParameters(model, state.adapter).text)
  const reward = imageReward(settings)

  const isInterrupted = watchInterruption(() => {
    process.stderr.write('\nfinishing the update, then saving\n')
  })

  const checkpoint = join(out, 'checkpoint')
  const save = () => saveTraining(checkpoint, model, state, settings, backend.name)
  const progress = new Progress({ total: settings.updates, done: state.update })
  const onUpdate = async (record: UpdateRecord): Promise<boolean> => {
    const isLast = record.update === settings.updates
    let dice: number | null = null
    if (record.update % VALIDATE_EVERY === 0 || isLast) {
      const logits = await rasterLogits(model, state.adapter, validation.prepared)
      dice = meanScores(scoreAll(logits, validation.prepared, reward)).dice
    }
    log.append({ ...record, validationDice: dice })
    progress.show({ ...record, dice })
    if (record.update % options.checkpointEvery === 0 || isLast || isInterrupted()) await save()
    return !isInterrupted()
  }
  try {
    await train(model, state, training.prepared, settings, onUpdate)
  } catch (error) {
    progress.end()
    // Whatever stopped it: what was learned until then is not lost.
    await save()
    throw error
  }
  progress.end()
  if (isInterrupted()) {
    console.log(`saved after update ${state.update}; continue with --resume --out ${out}`)
    process.exitCode = 130
    return
  }

  await saveAdapter(join(out, 'adapter'), state.adapter, {
    baseModelName: 'vessel-reward-ppo-lora/base',
    baseModel: model,
  })
  const test = images('test')
  const evaluation = await evaluateAdapter(
    model,
    state.adapter,
    validation.prepared,
    test.prepared,
    reward,
  )
  const { methods, threshold, before, after } = evaluation
  const seconds = state.milliseconds / 1000
  const rewardShare = state.rewardMilliseconds / state.milliseconds
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
    images: test.samples.length,
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
  drawExamples(join(out, 'before-after.png'), test, before, after)

  console.log(`\n${evaluationText(evaluation)}`)
  const share = (100 * rewardShare).toFixed(1)
  console.log(`trained for ${seconds.toFixed(0)} s, ${share} % of them rewards; all in ${out}`)
}

/** Begins or continues the run of a folder. */
async function open(
  { out, resume, settings, base }: Options,
  model: Model,
  backend: Backend,
): Promise<{ state: TrainingState; log: RunLog }> {
  const checkpoint = join(out, 'checkpoint')
  if (!resume) {
    const config = { settings, base, backend: describeBackend(backend) }
    return { state: initialState(model, settings), log: RunLog.create(out, config) }
  }
  if (!hasCheckpoint(checkpoint)) {
    // Stopped before the first checkpoint: from the start, which is the same run.
    return { state: initialState(model, settings), log: RunLog.resume(out, 0) }
  }
  const restored = await restoreTraining(checkpoint, model, settings)
  if (restored.skipped !== undefined) console.warn(restored.skipped)
  if (restored.backend !== backend.name) {
    console.warn(`the run began on ${restored.backend}: its results differ in the last digits`)
  }
  console.log(`continuing after update ${restored.state.update}`)
  return { state: restored.state, log: RunLog.resume(out, restored.state.update) }
}

/** Test images that the picture shows. */
const SHOWN = 4

function drawExamples(
  file: string,
  { samples, prepared }: Images,
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

await runCommand(async (args) => {
  const options = readOptions(args)
  if (options === undefined) process.stdout.write(USAGE)
  else await run(options)
})
