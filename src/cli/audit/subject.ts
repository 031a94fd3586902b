import { stat } from 'node:fs/promises'
import { resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import type { AuditSubject } from '../../audit/audited-reward.ts'
import { describe } from '../../mask/validate.ts'
import { MultiObjectiveReward } from '../../reward/multi-objective-reward.ts'

/** Names of the option `--reward`. */
export const SUBJECT_NAMES = ['design', 'literal', 'robust'] as const

/** One of {@link SUBJECT_NAMES}. */
export type SubjectName = (typeof SUBJECT_NAMES)[number]

/** Milliseconds after which it is said that a module is waited for. */
const PATIENCE = 2000

/** A reward of this library by its name. */
export function namedSubject(name: SubjectName): AuditSubject {
  if (name === 'literal') return new MultiObjectiveReward({ bounded: false })
  return MultiObjectiveReward.preset(name)
}

/**
 * The reward that a JavaScript module exports by default.
 *
 * @param tell - is told if loading takes long
 * @throws RangeError if the module cannot be loaded
 * @throws TypeError if its default export is neither a function nor an object with `score`
 */
export async function moduleSubject(
  path: string,
  tell: (text: string) => void,
): Promise<AuditSubject> {
  const name = `'${path}'`
  let loaded: { default?: unknown }
  const there = await stat(path).catch(() => undefined)
  if (!there?.isFile()) {
    const reason = there === undefined ? 'no such file' : 'it is not a file'
    throw new RangeError(`cannot load the module ${name}: ${reason}`)
  }
  const wait = setTimeout(() => tell(`waiting for the module ${name} to load`), PATIENCE).unref()
  // Without it, a module that waits for what never comes ends the process without a word.
  let isIdle = () => {}
  const never = new Promise<never>((_, reject) => {
    isIdle = () => reject(new Error('it never finished loading: its top-level await never settles'))
  })
  process.once('beforeExit', isIdle)
  try {
    const url = pathToFileURL(resolve(path)).href
    loaded = await Promise.race([import(/* @vite-ignore */ url), never])
  } catch (error) {
    // Whatever a module throws: its first line is enough, the rest is a list of the tool's files.
    const reason = String(error instanceof Error ? error.message : error).split('\n')[0]
    throw new RangeError(`cannot load the module ${name}: ${reason}`, { cause: error })
  } finally {
    clearTimeout(wait)
    process.removeListener('beforeExit', isIdle)
  }
  const subject = loaded.default
  if (typeof subject === 'function') {
    if (!/^class\b/.test(Function.prototype.toString.call(subject))) return subject as AuditSubject
    throw new TypeError(
      `expected the default export of ${name} to be a function or an object with a method 'score', got a class: export an instance of it (new …)`,
    )
  }
  if (typeof subject === 'object' && subject !== null && 'score' in subject) {
    if (typeof subject.score === 'function') return subject as AuditSubject
  }
  const got = 'default' in loaded ? describe(subject) : 'none'
  throw new TypeError(
    `expected the default export of ${name} to be a function (pred, truth) => number or an object with such a method 'score', got ${got}`,
  )
}
