import { join, resolve } from 'node:path'
import { parseArgs } from 'node:util'
import {
  assertSameSettings,
  checkSettings,
  mergeSettings,
  shuffledControl,
} from '../../check-settings.ts'
import { LOSSES, type LossName } from '../../losses/supervised-loss.ts'
import { type RunConfig, readRunConfig } from '../../run/run-config.ts'
import { REAL_PRETRAINING, REAL_SETTINGS, type Settings } from '../../settings.ts'
import type { RealData } from '../../sources/real-source.ts'
import { adapterFolder, integerOption, lossOption, readOptions, settingsOption } from './command.ts'
import { chosenModel, runPrefix } from './models.ts'

const USAGE = `Usage: npm run train -- [options]

Trains LoRA adapters of a frozen vessel segmenter by PPO on synthetic fundus images, and compares them
on the validation images; npm run evaluate scores a run on the test images.

  --quick               a short run: about two minutes on two cores
  --backend NAME        auto, node-gpu, node, webgpu, wasm or cpu (default: auto)
  --seed N              of everything random (default: 1)
  --reward NAME         design or robust, a reward that is harder to game (default: design)
  --start WHAT          begins with an adapter in place of a fresh one: the folder of one, or supervised,
                        which is trained on true masks first, with as many steps
  --loss NAME           of --start supervised: ${LOSSES.join(', ')} (default: bce)
  --out DIR             folder of the run (default: runs/seed-N, of the U-Net runs/unet-seed-N)
  --resume              continues the run of that folder from its last checkpoint, by the seed and
                        the settings that it began with
  --checkpoint-every N  updates between checkpoints (default: 10)
  --model NAME          transformer, unet, or the model.json of a LayersModel of TensorFlow.js that
                        makes one logit per pixel of images [batch, 64, 64, 1 or 3] (default: transformer)
  --base FILE           the frozen model (default: the one that comes with the example)
  --settings JSON       other settings, such as '{"lora":{"r":4}}'; see src/settings.ts
  --help                this text

With --data DIR it trains on folders of real fundus images instead, makes the frozen model of them
first, and takes further options: see npm run train -- --data DIR --help
`

const REAL_USAGE = `Usage: npm run train -- --data DIR [options]

Trains a frozen segmenter and its LoRA adapters on real images, and compares them on the validation
patient; npm run evaluate scores a run on patients that nothing was chosen on. DIR is laid out as CHASE_DB1 (images, masks, and if there are any masks2 and
fov), DRIVE (training/images, training/1st_manual, …) or STARE (stare-images, labels-ah, …).

  --data DIR         the images
  --split TEXT       patients by their numbers (default for 14 of them:
                     base:1-5,validation:6,reward:7-10,test:11-14)
  --base FILE        a frozen model that was made before (default: base.safetensors in the run's
                     folder, made if it is missing)
  --base-steps N     of its training (default: ${REAL_PRETRAINING.steps})
  --without-controls leaves out shuffled advantages and supervised adapters
  --backend NAME     auto, node-gpu, node, webgpu, wasm or cpu (default: auto)
  --seed N           of the adapters (default: 1)
  --reward NAME      design, with its precision term, or robust (default: design)
  --start WHAT       begins with an adapter: a folder, or supervised (see npm run train -- --help)
  --loss NAME        of --start supervised
  --out DIR          folder of the run (default: runs/real-seed-N)
  --resume           continues the run of that folder, with the images, the seed and the settings
                     that it began with: --data may be left out
  --settings JSON    other settings; see src/settings.ts
  --help             this text
`

/** What the command was asked for. */
export interface TrainOptions {
  /** Real images; without them synthetic ones. */
  real?: Omit<RealData, 'base'>
  /** File of the frozen model. */
  base: string
  backend: string
  /** Folder of the run. */
  out: string
  resume: boolean
  /** `'supervised'`, or the folder of an adapter, that PPO begins with; else a fresh adapter. */
  start?: string
  /** What `'supervised'` makes small. */
  loss: LossName
  /** Updates between two checkpoints. */
  checkpointEvery: number
  /** Whether to train shuffled advantages and supervised adapters as well. */
  hasControls: boolean
  settings: Settings
}

/** Options of both sources. */
const COMMON = {
  backend: { type: 'string', default: 'auto' },
  seed: { type: 'string' },
  reward: { type: 'string' },
  start: { type: 'string' },
  loss: { type: 'string' },
  out: { type: 'string' },
  resume: { type: 'boolean', default: false },
  settings: { type: 'string', default: '{}' },
} as const

/**
 * Reads the arguments of the command. What a run that is resumed began with comes from its folder.
 *
 * @returns undefined if help was asked for, which is then printed
 * @throws TypeError or RangeError if they are not valid
 */
export function trainOptions(args: string[]): TrainOptions | undefined {
  const isReal = args.some((arg) => arg === '--data' || arg.startsWith('--data='))
  return isReal || resumesReal(args) ? realOptions(args) : syntheticOptions(args)
}

/** Whether a run on real images is to be resumed by its folder alone. */
function resumesReal(args: string[]): boolean {
  const { resume, out } = COMMON
  // Not strict: which options are known depends on the answer.
  const { values } = parseArgs({ args, options: { resume, out }, strict: false })
  if (values.resume !== true || typeof values.out !== 'string') return false
  return readRunConfig(values.out)?.data !== undefined
}

/**
 * The settings that a run began with.
 *
 * @param start - what settings that it does not name are
 * @param given - options, which have to agree
 * @param quick - what a short run changes, if one is asked for
 * @throws Error that names those that do not
 */
function resumedSettings(
  { settings }: RunConfig,
  start: Settings,
  given: { reward?: string; settings?: string; seed?: string },
  quick: Partial<Settings> = {},
): Settings {
  const began = checkSettings(mergeSettings(start, settings))
  assertSameSettings(began, settingsOption(mergeSettings(began, quick), given))
  return began
}

/** What a run began with, with which an option has to agree if it was given. */
function resumed<T extends string | undefined>(name: string, began: T, given: T): T {
  if (given === undefined || given === began) return began
  throw new Error(`expected --${name} of the run that is resumed, ${began ?? 'none'}, got ${given}`)
}

function syntheticOptions(args: string[]): TrainOptions | undefined {
  const values = readOptions(args, USAGE, {
    model: { type: 'string', default: 'transformer' },
    base: { type: 'string' },
    // Of real images, which a run with it is on: known here for who misspells it.
    data: { type: 'string' },
    quick: { type: 'boolean', default: false },
    ...COMMON,
    'checkpoint-every': { type: 'string', default: '10' },
  })
  if (values === undefined) return undefined
  const chosen = chosenModel(values.model)
  const quick = values.quick ? chosen.quick : {}
  const start = { ...chosen.settings, ...quick }
  const wanted = settingsOption(start, values)
  const name = `${runPrefix(values.model)}seed-${wanted.seed}${values.quick ? '-quick' : ''}`
  const out = values.out ?? join('runs', name)
  const config = values.resume ? readRunConfig(out) : undefined
  const settings = config ? resumedSettings(config, chosen.settings, values, quick) : wanted
  return {
    base: values.base ?? config?.base ?? chosen.base,
    backend: values.backend,
    out,
    resume: values.resume,
    ...startOptions(values),
    checkpointEvery: integerOption(values['checkpoint-every'], 'checkpoint-every', 1),
    hasControls: false,
    settings,
  }
}

function realOptions(args: string[]): TrainOptions | undefined {
  const values = readOptions(args, REAL_USAGE, {
    data: { type: 'string' },
    split: { type: 'string' },
    base: { type: 'string' },
    'base-steps': { type: 'string', default: String(REAL_PRETRAINING.steps) },
    'without-controls': { type: 'boolean', default: false },
    ...COMMON,
  })
  if (values === undefined) return undefined
  const wanted = settingsOption(REAL_SETTINGS, values)
  const out = values.out ?? join('runs', `real-seed-${wanted.seed}`)
  const config = values.resume ? readRunConfig(out) : undefined
  const settings = config ? resumedSettings(config, REAL_SETTINGS, values) : wanted
  // Now, not after the first run has taken its time.
  if (!values['without-controls']) shuffledControl(settings)
  const data = values.data === undefined ? undefined : fromCaller(values.data)
  return {
    real: {
      // Without a run's folder that names them, there is an option: it decides that this is called.
      data: (config?.data ? resumed('data', config.data.folder, data) : data) ?? '',
      split: config?.data ? resumed('split', config.data.split, values.split) : values.split,
      baseSteps: integerOption(values['base-steps'], 'base-steps', 1),
    },
    base: values.base ?? config?.base ?? join(out, 'base.safetensors'),
    backend: values.backend,
    out,
    resume: values.resume,
    ...startOptions(values),
    checkpointEvery: 10,
    hasControls: !values['without-controls'],
    settings,
  }
}

/** @throws TypeError if a loss is named that nothing is trained by */
function startOptions({ start, loss }: { start?: string; loss?: string }) {
  if (loss !== undefined && start !== 'supervised') {
    throw new TypeError(`expected --loss only with --start supervised, got --start ${start}`)
  }
  const isFolder = start !== undefined && start !== 'supervised'
  return {
    start: isFolder ? adapterFolder(fromCaller(start)) : start,
    loss: lossOption(loss ?? 'bce'),
  }
}

/** A folder of the user's: npm runs the command elsewhere than it was typed, and says where that was. */
export function fromCaller(folder: string): string {
  return resolve(process.env.INIT_CWD ?? '.', folder)
}
