import { basename, join, resolve } from 'node:path'
import { shuffledControl } from '../check-settings.ts'
import { REAL_PRETRAINING, REAL_SETTINGS, type Settings } from '../settings.ts'
import type { RealData } from '../sources/real-source.ts'
import { baseOf, integerOption, readOptions, settingsOption } from './command.ts'
import { chosenModel } from './models.ts'

const USAGE = `Usage: npm run train -- [options]

Trains LoRA adapters of a frozen vessel segmenter by PPO on synthetic fundus images.

  --quick               a short run: about two minutes on two cores
  --backend NAME        auto, node-gpu, node, webgpu, wasm or cpu (default: auto)
  --seed N              of everything random (default: 1)
  --reward NAME         design or robust, a reward that is harder to game (default: design)
  --out DIR             folder of the run (default: runs/seed-N, of the U-Net runs/unet-seed-N)
  --resume              continues the run of that folder from its last checkpoint
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

Trains a frozen segmenter and its LoRA adapters on real images, and compares them on patients that
nothing was trained on. DIR is laid out as CHASE_DB1 (images, masks, and if there are any masks2 and
fov), DRIVE (training/images, training/1st_manual, …) or STARE (stare-images, labels-ah, …).

  --data DIR         the images
  --split TEXT       patients by their numbers (default for 14 of them:
                     base:1-5,validation:6,reward:7-10,test:11-14)
  --base FILE        a frozen model that was made before (default: base.safetensors in the run's
                     folder, made if it is missing)
  --base-steps N     of its training (default: ${REAL_PRETRAINING.steps})
  --elsewhere DIR    images of another source, as a further test
  --elsewhere-every N  takes only every nth of them (default: 1)
  --without-controls leaves out shuffled advantages and supervised adapters
  --backend NAME     auto, node-gpu, node, webgpu, wasm or cpu (default: auto)
  --seed N           of the adapters (default: 1)
  --reward NAME      design, with its precision term, or robust (default: design)
  --out DIR          folder of the run (default: runs/real-seed-N)
  --resume           continues the run of that folder
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
  out: { type: 'string' },
  resume: { type: 'boolean', default: false },
  settings: { type: 'string', default: '{}' },
} as const

/**
 * Reads the arguments of the command.
 *
 * @returns undefined if help was asked for, which is then printed
 * @throws TypeError or RangeError if they are not valid
 */
export function trainOptions(args: string[]): TrainOptions | undefined {
  const isReal = args.some((arg) => arg === '--data' || arg.startsWith('--data='))
  return isReal ? realOptions(args) : syntheticOptions(args)
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
  const shipped = chosenModel(values.model)
  const start = values.quick ? { ...shipped.settings, ...shipped.quick } : shipped.settings
  const settings = settingsOption(start, values)
  const kind = values.model === 'transformer' ? '' : `${basename(values.model, '.json')}-`
  const name = `${kind}seed-${settings.seed}${values.quick ? '-quick' : ''}`
  return {
    base: baseOf(values),
    backend: values.backend,
    out: values.out ?? join('runs', name),
    resume: values.resume,
    checkpointEvery: integerOption(values['checkpoint-every'], 'checkpoint-every', 1),
    hasControls: false,
    settings,
  }
}

function realOptions(args: string[]): TrainOptions | undefined {
  const values = readOptions(args, REAL_USAGE, {
    data: { type: 'string', default: '' },
    split: { type: 'string' },
    base: { type: 'string' },
    'base-steps': { type: 'string', default: String(REAL_PRETRAINING.steps) },
    elsewhere: { type: 'string' },
    'elsewhere-every': { type: 'string', default: '1' },
    'without-controls': { type: 'boolean', default: false },
    ...COMMON,
  })
  if (values === undefined) return undefined
  const settings = settingsOption(REAL_SETTINGS, values)
  // Now, not after the first run has taken its time.
  if (!values['without-controls']) shuffledControl(settings)
  const out = values.out ?? join('runs', `real-seed-${settings.seed}`)
  return {
    real: {
      data: fromCaller(values.data),
      split: values.split,
      baseSteps: integerOption(values['base-steps'], 'base-steps', 1),
      elsewhere: values.elsewhere && fromCaller(values.elsewhere),
      elsewhereEvery: integerOption(values['elsewhere-every'], 'elsewhere-every', 1),
    },
    base: values.base ?? join(out, 'base.safetensors'),
    backend: values.backend,
    out,
    resume: values.resume,
    checkpointEvery: 10,
    hasControls: !values['without-controls'],
    settings,
  }
}

/** A folder of the user's: npm runs the command elsewhere than it was typed, and says where that was. */
function fromCaller(folder: string): string {
  return resolve(process.env.INIT_CWD ?? '.', folder)
}
