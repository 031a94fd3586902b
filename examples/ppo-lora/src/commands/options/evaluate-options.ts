import { existsSync, realpathSync } from 'node:fs'
import { baseOfRun, runOfAdapter } from '../../run/run-config.ts'
import { CEILING } from '../../settings.ts'
import type { RealData } from '../../sources/real-source.ts'
import { baseOf, integerOption, REWARD_OPTION, readOptions } from './command.ts'
import { fromCaller } from './train-options.ts'

const USAGE = `Usage: npm run evaluate -- --adapter DIR [options]

Scores base, best threshold and adapter, and the controls of its run if it has any, on the test images:
150 synthetic ones, or those of the test patients where the run was on real images. A threshold is the
best one on the validation images. The scores of a run are kept in its evaluation.json.

  --adapter DIR      the folder of a run, or an adapter in PEFT's layout
  --model NAME       transformer, unet or a model.json, for an adapter that lies in no run; a run knows its own
                     (default: transformer)
  --base FILE        the frozen model (default: that of the run, or the one that comes with the example)
  --data DIR         real images (default: those of the run); an adapter that lies in no run needs
                     --base as well
  --split TEXT       patients by their numbers, for an adapter that lies in no run; a run has its own
  --elsewhere DIR    images of another source, as a further test; may be given several times
  --elsewhere-every N  takes only every nth of them (default: 1)
  --backend NAME     auto, node-gpu, node, webgpu, wasm or cpu (default: auto)
  --reward NAME      design or robust: the reward that the table shows (default: design)
  --ceiling          also trains all parameters on the true labels of the RL images: what is
                     possible with labels instead of rewards; takes as long as pretraining
  --ceiling-steps N  (default: ${CEILING.steps})
  --help             this text
`

/** What the command was asked for. */
export interface EvaluateOptions {
  adapter: string
  /** Folder of the run that the adapter lies in, if it lies in one. */
  run?: string
  base: string
  backend: string
  reward: string
  /** Of real images. */
  real?: Pick<RealData, 'data' | 'split'>
  elsewhere: string[]
  elsewhereEvery: number
  /** Undefined without --ceiling. */
  ceilingSteps?: number
}

/**
 * Reads the arguments of the command. What the run of the adapter was on comes from its folder.
 *
 * @returns undefined if help was asked for, which is then printed
 * @throws Error if they are not valid, or are not of that run
 */
export function evaluateOptions(args: string[]): EvaluateOptions | undefined {
  const values = readOptions(args, USAGE, {
    ...REWARD_OPTION,
    backend: { type: 'string', default: 'auto' },
    model: { type: 'string' },
    base: { type: 'string' },
    adapter: { type: 'string' },
    data: { type: 'string' },
    split: { type: 'string' },
    elsewhere: { type: 'string', multiple: true, default: [] as string[] },
    'elsewhere-every': { type: 'string', default: '1' },
    ceiling: { type: 'boolean', default: false },
    'ceiling-steps': { type: 'string', default: String(CEILING.steps) },
  })
  if (values === undefined) return undefined
  const { adapter, split } = values
  if (adapter === undefined) throw new TypeError('expected --adapter DIR; see --help')
  const found = runOfAdapter(adapter)
  if (found !== undefined && values.model !== undefined) {
    throw new TypeError(`expected no --model, as the run in ${found.run} names its own`)
  }
  const { model = 'transformer' } = values
  const data = values.data === undefined ? undefined : fromCaller(values.data)
  const real = found
    ? realOfRun(found.run, found.config.data, { data, split })
    : data === undefined
      ? undefined
      : { data, split }
  if (found === undefined && real !== undefined && values.base === undefined) {
    throw new TypeError(`expected --base FILE, as ${adapter} lies in no run that names one`)
  }
  if (real === undefined && (split !== undefined || values.elsewhere.length > 0)) {
    throw new TypeError('expected --split and --elsewhere with real images only: see --data')
  }
  const elsewhere = values.elsewhere.map(fromCaller)
  for (const folder of elsewhere) {
    if (real === undefined || !existsSync(folder) || !isSame(folder, real.data)) continue
    throw new Error(
      'expected --elsewhere to be other images than those of the run, whose patients it has seen, ' +
        `got ${folder}`,
    )
  }
  const steps = integerOption(values['ceiling-steps'], 'ceiling-steps', 1)
  return {
    adapter,
    run: found?.run,
    base:
      found && values.base === undefined
        ? baseOfRun(found.run, found.config)
        : baseOf({ model, base: values.base }),
    backend: values.backend,
    reward: values.reward,
    real,
    elsewhere,
    elsewhereEvery: integerOption(values['elsewhere-every'], 'elsewhere-every', 1),
    ceilingSteps: values.ceiling ? steps : undefined,
  }
}

/** The images of a run, with which the options have to agree: by another split it has seen the test. */
function realOfRun(
  run: string,
  began: { folder: string; split?: string } | undefined,
  given: { data?: string; split?: string },
): EvaluateOptions['real'] {
  if (began === undefined) {
    if (given.data === undefined) return undefined
    throw new Error(`expected no --data, as the run in ${run} is on synthetic images`)
  }
  const { folder, split } = began
  if (given.data !== undefined && !isSame(given.data, folder)) {
    throw new Error(
      `expected --data ${folder} of the run in ${run}, got ${given.data}: ` +
        'images of another source are scored with --elsewhere',
    )
  }
  if (given.split !== undefined && given.split !== split) {
    throw new Error(
      `expected --split of the run in ${run}, ${split ?? 'the default one'}, got ${given.split}: ` +
        'by another one it may have seen the test patients',
    )
  }
  // The folder may have been moved, and is then named by the option.
  return { data: given.data ?? folder, split }
}

/** Whether two paths lead to one folder; one that is gone is taken at its user's word. */
function isSame(given: string, began: string): boolean {
  if (!existsSync(given) || !existsSync(began)) return true
  return realpathSync(given) === realpathSync(began)
}
