import { kindOf, ownValue } from '../../mask/options.ts'
import { describe } from '../../mask/validate.ts'
import { parseJson } from '../json-text.ts'
import { maskOf } from '../mask-value.ts'
import { RequestError } from '../request-error.ts'
import type { Named, ScoreAnswer } from '../scorer.ts'
import { completed, maskInCompletion } from './completion-mask.ts'
import type { WireContext } from './wire-context.ts'

/** What a completion is scored against. */
export interface Label {
  readonly truth: unknown
  readonly within: unknown
}

/** The score of a completion, every number finite. */
export interface CompletionScore {
  readonly reward: number
  /** The reward from 0, the lowest, to 1, the highest. */
  readonly score: number
  readonly terms: Readonly<Record<string, number>>
  /** 1 if the completion holds a mask. */
  readonly parsed: 0 | 1
  /** 1 if that mask has the truth's size; else the reward is the lowest. */
  readonly valid: 0 | 1
  readonly problem: string | null
}

/**
 * A label of a data set: a mask, or `{ truth, within }`; either may be JSON in a string, as data sets
 * have columns of strings.
 *
 * @param name - of the field that holds it
 * @throws RequestError
 */
export function labelOf(given: unknown, name: string): Label {
  const value = fromString(given, name)
  if (kindOf(value) !== 'an object') {
    const message = `expected ${name} to be a mask, or { truth, within }, as an object or as JSON in a string, got ${describe(given)}`
    throw new RequestError('bad-request', message, name)
  }
  if (!Object.hasOwn(value as object, 'truth')) return { truth: value, within: undefined }
  for (const field of Object.keys(value as object)) {
    if (field === 'truth' || field === 'within') continue
    const message = `expected ${name} to have truth and within, got the field ${describe(field)}`
    throw new RequestError('bad-request', message, name)
  }
  return labelIn(value, name, `${name}.`)
}

/**
 * The label whose parts are fields of an object.
 *
 * @param before - what stands before `truth` and `within` in their names
 */
export function labelIn(fields: unknown, name: string, before: string): Label {
  const part = (field: string) =>
    fromString(ownValue(fields, field) ?? undefined, `${before}${field}`)
  const truth = part('truth')
  if (truth !== undefined) return { truth, within: part('within') }
  throw new RequestError('bad-request', 'expected a truth, got none', name)
}

/** The value of a JSON text in a string; any other value as it is. */
function fromString(value: unknown, name: string): unknown {
  if (typeof value !== 'string') return value
  try {
    return parseJson(value)
  } catch {
    const message = `expected ${name} to be a mask as JSON in a string, got ${describe(value)}`
    throw new RequestError('bad-request', message, name)
  }
}

/**
 * Scores what a model has written: what is not a mask of the truth's size gets the lowest reward.
 *
 * @param answer - the text, or a value that is meant as the mask
 * @param name - of the field that holds the label
 * @throws RequestError if the label is wrong
 */
export function scoreCompletion(
  answer: { readonly text: string } | { readonly mask: unknown },
  { truth, within }: Label,
  name: string,
  reward: object,
  context: WireContext,
): CompletionScore {
  const { scorer, defaults } = context
  return named(name, () => {
    const size = scorer.kept(truth, 'truth')
    const mask =
      'text' in answer ? maskInCompletion(answer.text, size) : completed(answer.mask, size)
    const { settings } = defaults
    const answered = context.answer({
      op: 'score',
      id: null,
      truth,
      within,
      masks: [mask],
      isSingle: true,
      reward,
      metrics: undefined,
      settings,
      onUnparsable: 'worst',
    }) as ScoreAnswer
    const { min, max } = scorer.rewardOf(reward).range
    const total = answered.reward as number
    const valid = answered.valid === 1 ? 1 : 0
    const problem =
      mask === undefined && 'text' in answer
        ? 'expected a mask in the completion, found none'
        : (answered.problem ?? null)
    return {
      reward: total,
      score: Math.min(1, Math.max(0, (total - min) / (max - min))),
      terms: answered.terms as Named as Record<string, number>,
      parsed: valid === 1 || isMask(mask, context) ? 1 : 0,
      valid,
      problem,
    }
  })
}

function isMask(value: unknown, { defaults }: WireContext): boolean {
  try {
    maskOf(value, 'mask', defaults.limits)
    return true
  } catch {
    return false
  }
}

/** Errors about the truth name the field of the request that it came in. */
function named<T>(name: string, call: () => T): T {
  try {
    return call()
  } catch (error) {
    if (!(error instanceof RequestError)) throw error
    const { code, message, argument } = error
    const isOfLabel = argument === 'truth' || argument === 'within'
    throw new RequestError(code, message, isOfLabel ? name : argument)
  }
}
