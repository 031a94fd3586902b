import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { type ParseArgsConfig, parseArgs } from 'node:util'
import { describeBackend, startBackend } from '../../backends/start-backend.ts'
import { checkSettings, didYouMean, mergeSettings } from '../../check-settings.ts'
import { loadSegmenter } from '../../files/load-segmenter.ts'
import { LOSSES, type LossName } from '../../losses/supervised-loss.ts'
import type { Segmenter } from '../../model/segmenter.ts'
import { REWARD_CHANGES, REWARDS, type Settings } from '../../settings.ts'
import { chosenModel } from './models.ts'

/** Options of a command that runs the frozen model. */
export const MODEL_OPTIONS = {
  model: { type: 'string', default: 'transformer' },
  base: { type: 'string' },
  backend: { type: 'string', default: 'auto' },
} as const

/** The file of the frozen model: the one that was asked for, or that of the model. */
export function baseOf({ model, base }: { model: string; base?: string }): string {
  return base ?? chosenModel(model).base
}

/** The option of a command that scores masks. */
export const REWARD_OPTION = { reward: { type: 'string', default: 'design' } } as const

type Options = NonNullable<ParseArgsConfig['options']>
type Values<T extends Options> = ReturnType<typeof parseArgs<{ options: T }>>['values']

/**
 * The values of a command's options, by their names.
 *
 * @returns undefined for `--help`, which prints the usage: there is nothing else to do
 * @throws TypeError if an option is unknown, given twice or without a value, or there is an argument
 * that is none
 */
export function readOptions<T extends Options>(
  args: string[],
  usage: string,
  options: T,
): Values<T> | undefined {
  const help = { type: 'boolean', default: false } as const
  const all: Options = { ...options, help }
  assertKnownOnce(args, all)
  const { values } = parseArgs({ args, options: all })
  if (!(values as { help: boolean }).help) return values as Values<T>
  process.stdout.write(usage)
  return undefined
}

/**
 * `parseArgs` refuses what it does not know as well, but not with the name that was meant, and of an
 * option that is given twice it takes the last.
 */
function assertKnownOnce(args: string[], options: Options): void {
  const { tokens } = parseArgs({ args, options, strict: false, tokens: true })
  const given = tokens.filter((token) => token.kind === 'option')
  const seen = new Set<string>()
  for (const { name, rawName } of given) {
    if (!Object.hasOwn(options, name)) {
      const known = Object.keys(options).map((one) => `--${one}`)
      throw new TypeError(`there is no option ${rawName}: ${didYouMean(`--${name}`, known)}`)
    }
    const isList = options[name].multiple === true
    if (seen.has(name) && !isList)
      throw new TypeError(`expected ${rawName} once, got it twice or more`)
    seen.add(name)
  }
}

/**
 * The value of an option that is a number.
 *
 * @throws RangeError if the text is not an integer of at least `least`
 */
export function integerOption(text: string, name: string, least: number): number {
  const value = Number(text)
  if (text.trim() !== '' && Number.isSafeInteger(value) && value >= least) return value
  throw new RangeError(`expected --${name} to be an integer of at least ${least}, got '${text}'`)
}

/**
 * Settings with what the options --reward, --settings and --seed change in them, in this order.
 *
 * @throws TypeError or RangeError if an option or the settings are not valid
 */
export function settingsOption(
  start: Settings,
  { reward, settings: text = '{}', seed }: { reward?: string; settings?: string; seed?: string },
): Settings {
  const rewarded = reward === undefined ? start : mergeSettings(start, rewardChanges(reward))
  const settings = mergeSettings(rewarded, jsonOption(text, 'settings'))
  if (seed !== undefined) settings.seed = integerOption(seed, 'seed', 0)
  return checkSettings(settings)
}

function rewardChanges(name: string): unknown {
  const known = REWARDS.find((one) => one === name)
  if (known !== undefined) return REWARD_CHANGES[known]
  throw new RangeError(`expected --reward ${REWARDS.join(' or ')}, got '${name}'`)
}

/** @throws TypeError if the text of an option is not JSON */
export function jsonOption(text: string, name: string): unknown {
  try {
    return JSON.parse(text)
  } catch (cause) {
    throw new TypeError(`expected --${name} to be JSON, got '${text}'`, { cause })
  }
}

/** @throws RangeError if there is no loss of a name */
export function lossOption(name: string): LossName {
  const known = LOSSES.find((one) => one === name)
  if (known !== undefined) return known
  throw new RangeError(`expected --loss to be one of ${LOSSES.join(', ')}, got '${name}'`)
}

/** Starts the backend, says which it is, and loads the frozen model. */
export async function startModel(options: {
  model: string
  base?: string
  backend: string
}): Promise<Segmenter> {
  const base = baseOf(options)
  console.log(describeBackend(await startBackend(options.backend)))
  return loadSegmenter(base)
}

/** The folder of an adapter, given that of a run or its own. */
export function adapterFolder(folder: string): string {
  const ofRun = join(folder, 'adapter')
  return existsSync(ofRun) ? ofRun : folder
}

/** Runs a command: an error becomes its message and exit code 1. */
export async function runCommand(command: (args: string[]) => Promise<void>): Promise<void> {
  try {
    await command(process.argv.slice(2))
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : error}\n`)
    process.exitCode = 1
  }
}
