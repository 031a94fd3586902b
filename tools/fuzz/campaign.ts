import {
  type BitMask,
  bettiNumbers,
  countJunctions,
  skeletonize,
  skeletonLength,
} from '../../src/index.ts'
import { disableSimd, enableSimd } from '../../src/simd/index.ts'
import { Given } from './given.ts'
import { type Corruption, corrupt } from './hostile.ts'
import { Random } from './random.ts'
import { ENTRIES, type Subject } from './subjects.ts'
import { brief, difference, snapshot, unboundedNumber } from './values.ts'

/** Something that must not be. */
export interface Finding {
  /** What fails, without the numbers: findings of one kind are told once. */
  kind: string
  /** With the numbers, the number of the call and its arguments. */
  report: string
}

/** What came of one call. */
export interface CallResult {
  /** `entry/function`. */
  name: string
  findings: Finding[]
  /** Whether it returned: else all is refused at the door, and nothing behind it is tried. */
  hasReturned: boolean
}

type Outcome = { value: unknown } | { error: unknown }

/** Messages of the engine: a check should have come before. */
const OF_THE_ENGINE =
  /cannot (read|set|convert|mix|access|create|destructure|redefine)|is not (a function|iterable|a constructor)|invalid (array|typed array|string)|call stack|out of bounds|detached|private (member|name)|reduce of empty|start offset|byte length|incompatible receiver/i

/** A call may compute this long, in ms. */
const LONG = 10_000

const ALL: readonly { name: string; subject: Subject }[] = Object.entries(ENTRIES).flatMap(
  ([entry, { subjects }]) =>
    Object.entries(subjects).map(([name, subject]) => ({ name: `${entry} ${name}`, subject })),
)

/** The functions that calls are made of, by the names that findings have. */
export const NAMES: readonly string[] = ALL.map(({ name }) => name)

/**
 * Makes the call of this number in the campaign of this seed, with or without the kernel, and
 * again in the portable code with new arguments, and with equal masks in other forms.
 *
 * @param only - the functions of which one is called
 */
export function callNumber(
  seed: number,
  number: number,
  only: readonly string[] = NAMES,
): CallResult {
  const random = new Random(seed).fork(`call ${number}`)
  const name = random.pick(only)
  const subject = ALL.find((one) => one.name === name)?.subject as Subject
  const isHostile = random.chance(0.35)
  const hasKernel = random.chance(0.7)
  const isWarm = random.chance(0.3)
  const prepare = (forms: string) => {
    const given = new Given(random.fork('values'), random.fork(forms), subject.maxSide ?? 300)
    const args = subject.make(given)
    let corruption: Corruption | undefined
    if (isHostile) {
      const isOptions = (value: unknown) => given.isOptions(value)
      corruption = corrupt(args, random.fork('corruption'), isOptions, subject.takes)
    }
    return { given, args, corruption }
  }
  const run = (args: unknown[]): Outcome => {
    try {
      return { value: subject.call(...(args as never[])) }
    } catch (error) {
      return { error }
    }
  }

  setKernel(false)
  const { given, args, corruption } = prepare('forms')
  const shown = args.map(brief).join('\n    ')
  const findings: Finding[] = []
  const find = (what: string, detail = '') => {
    const state = `${hasKernel ? 'with' : 'without'} the kernel${isWarm ? ', masks used before' : ''}`
    const wrong = corruption === undefined ? '' : `\n  wrong: ${corruption.what}`
    findings.push({
      kind: `${name}: ${what}`,
      report: `${name}: ${what} ${detail}\n  --seed ${seed} --call ${number}, ${state}${wrong}\n  arguments:\n    ${shown}`,
    })
  }

  setKernel(hasKernel)
  if (isWarm) for (const mask of given.kept) useMask(mask, random.fork('use'))
  const before = snapshot(args)
  const start = clock()
  const outcome = run(args)
  const ms = clock() - start
  const changed = difference(before, snapshot(args))
  if (changed !== '') find('changes its arguments', changed)
  if (ms > LONG) find('takes long', `${Math.round(ms)} ms`)

  if ('error' in outcome) {
    checkError(outcome.error, find)
    if (corruption === undefined && !subject.mayRefuse)
      find('refuses what is right', String(outcome.error))
  } else {
    const unbounded =
      subject.mayBeUnbounded || asksForNaN(args) ? '' : unboundedNumber(outcome.value)
    if (unbounded !== '') find('returns a number that is not finite', unbounded)
  }
  const mustThrow = corruption?.mustThrow
  if (mustThrow !== undefined && !('error' in outcome && outcome.error instanceof RangeError)) {
    find(
      `takes ${corruption?.what.replace(/'.*'/, 'with an unknown name')}`,
      String(corruption?.what),
    )
  }

  setKernel(false)
  const fresh = run(prepare('forms').args)
  const unlike = difference(outcome, fresh)
  if (unlike !== '') find('differs from a new portable run', unlike)
  if (corruption === undefined) {
    const other = difference(outcome, run(prepare('other forms').args))
    if (other !== '') find('differs for equal masks in other forms', other)
  }
  return { name, findings, hasReturned: 'value' in outcome }
}

function setKernel(isOn: boolean): void {
  if (!isOn) disableSimd()
  else if (!enableSimd()) throw new Error('there is no WebAssembly SIMD here')
}

/** Computes facts that are kept with a mask. */
function useMask(mask: BitMask, random: Random): void {
  if (random.chance(0.5)) bettiNumbers(mask)
  const method = random.pick(['skimage', 'zhang-suen', 'guo-hall'] as const)
  const skeleton = skeletonize(mask, { method })
  if (random.chance(0.5)) countJunctions(skeleton)
  if (random.chance(0.5)) skeletonLength(skeleton)
}

function checkError(error: unknown, find: (what: string, detail: string) => void): void {
  const isPlain = error instanceof TypeError || error instanceof RangeError
  const text = error instanceof Error ? `${error.name}: ${error.message}` : brief(error)
  const trace =
    error instanceof Error ? `\n  ${error.stack?.split('\n').slice(1, 4).join('\n  ')}` : ''
  if (!isPlain) find('throws what is neither a TypeError nor a RangeError', text + trace)
  else if (OF_THE_ENGINE.test(error.message)) find('throws an error of the engine', text + trace)
}

/** Whether the caller asked for NaN where a metric is undefined. */
const asksForNaN = (args: readonly unknown[]) =>
  args.some((argument) => (argument as { empty?: unknown } | null | undefined)?.empty === 'nan')

/** The time that this process computed, in ms. */
function clock(): number {
  const { user, system } = process.cpuUsage()
  return (user + system) / 1000
}
