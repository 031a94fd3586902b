import { join, resolve } from 'node:path'
import { shuffledControl } from '../check-settings.ts'
import { REAL_PRETRAINING, REAL_SETTINGS, type Settings } from '../settings.ts'
import { integerOption, readOptions, settingsOption } from './command.ts'

const USAGE = `Usage: npm run train -- --data DIR [options]

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
  --settings JSON    other settings; see src/real-settings.ts
  --help             this text
`

/** What the command was asked for. */
export interface RealOptions {
  data: string
  split: string | undefined
  base: string
  baseSteps: number
  elsewhere: string | undefined
  elsewhereEvery: number
  hasControls: boolean
  backend: string
  out: string
  resume: boolean
  settings: Settings
}

/** A folder of the user's: npm runs the command elsewhere than it was typed, and says where that was. */
function fromCaller(folder: string): string {
  return resolve(process.env.INIT_CWD ?? '.', folder)
}

/**
 * Reads the arguments of the command.
 *
 * @returns undefined if help was asked for, which is then printed
 * @throws TypeError or RangeError if they are not valid
 */
export function realOptions(args: string[]): RealOptions | undefined {
  const values = readOptions(args, USAGE, {
    data: { type: 'string' },
    split: { type: 'string' },
    base: { type: 'string' },
    'base-steps': { type: 'string', default: String(REAL_PRETRAINING.steps) },
    elsewhere: { type: 'string' },
    'elsewhere-every': { type: 'string', default: '1' },
    'without-controls': { type: 'boolean', default: false },
    backend: { type: 'string', default: 'auto' },
    seed: { type: 'string', default: '1' },
    reward: { type: 'string' },
    out: { type: 'string' },
    resume: { type: 'boolean', default: false },
    settings: { type: 'string', default: '{}' },
  })
  if (values === undefined) return undefined
  if (values.data === undefined) throw new TypeError('expected --data DIR; see --help')
  const settings = settingsOption(REAL_SETTINGS, values)
  // Now, not after the first run has taken its time.
  if (!values['without-controls']) shuffledControl(settings)
  const out = values.out ?? join('runs', `real-seed-${settings.seed}`)
  return {
    data: fromCaller(values.data),
    split: values.split,
    base: values.base ?? join(out, 'base.safetensors'),
    baseSteps: integerOption(values['base-steps'], 'base-steps', 1),
    elsewhere: values.elsewhere && fromCaller(values.elsewhere),
    elsewhereEvery: integerOption(values['elsewhere-every'], 'elsewhere-every', 1),
    hasControls: !values['without-controls'],
    backend: values.backend,
    out,
    resume: values.resume,
    settings,
  }
}
