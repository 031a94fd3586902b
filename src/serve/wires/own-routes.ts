import { checkNames, kindOf, ownValue } from '../../mask/options.ts'
import { describe } from '../../mask/validate.ts'
import { type KeptTruths, readRequest, type WorkRequest } from '../request.ts'
import { about, RequestError } from '../request-error.ts'
import type { ScoreAnswer } from '../scorer.ts'
import { checkQuery, fieldsOf, type WireContext } from './wire-context.ts'

type Operation = 'score' | 'explain' | 'advantages'

/** A server keeps nothing between requests: behind a balancer the next one may meet another server. */
const NOTHING: KeptTruths = {
  get() {
    throw new RequestError(
      'bad-request',
      'expected the truth itself: a server keeps no truths under keys, only `stream` does',
      'truth.ref',
    )
  },
  set() {
    throw new RequestError(
      'bad-request',
      'expected no key: a server keeps no truths under keys, only `stream` does',
      'key',
    )
  },
}

/** Answers what a line of `stream` holds, without its `op`; and for a score `pairs`, too. */
export function answerOwn(op: Operation, value: unknown, context: WireContext): object {
  checkQuery(context.work.query, [])
  const fields = fieldsOf(value, 'a request')
  if (Object.hasOwn(fields, 'op')) {
    throw new RequestError('bad-request', 'expected no op: the address says it', 'op')
  }
  const { pairs, ...others } = fields
  if (op === 'score' && (pairs ?? undefined) !== undefined) return answerPairs(fields, context)
  const request = { ...(op === 'score' ? others : fields), op }
  return context.answer(readRequest(request, context.defaults, NOTHING) as WorkRequest)
}

const SHARED = ['id', 'reward', 'metrics', 'settings', 'on_unparsable'] as const
const OF_PAIR = ['prediction', 'truth', 'within'] as const

/** Scores pairs that each have a truth of their own. */
function answerPairs(value: Readonly<Record<string, unknown>>, context: WireContext): object {
  const { pairs, ...shared } = fieldsOf(value, 'a score of pairs', ['pairs', ...SHARED])
  if (!Array.isArray(pairs)) {
    const message = `expected pairs to be an array of { prediction, truth }, got ${describe(pairs)}`
    throw new RequestError('bad-request', message, 'pairs')
  }
  const { group } = context.defaults.limits
  if (pairs.length > group) {
    const message = `expected at most ${group} pairs in a request, got ${pairs.length}`
    throw new RequestError('too-large', message, 'pairs')
  }
  // Of no pairs, too, the rest has to be right.
  const { id } = readRequest({ ...shared, truth: 0, predictions: [] }, context.defaults, NOTHING)
  const answers = pairs.map((pair, i): ScoreAnswer => {
    const name = `pairs[${i}]`
    return within(name, () => {
      if (kindOf(pair) !== 'an object') {
        throw new TypeError(`expected ${name} to be { prediction, truth }, got ${describe(pair)}`)
      }
      checkNames(pair, OF_PAIR, name, 'field')
      if (!Object.hasOwn(pair, 'prediction')) throw new TypeError('expected a prediction, got none')
      const request = readRequest({ ...shared, ...pair }, context.defaults, NOTHING)
      return context.answer(request as WorkRequest) as ScoreAnswer
    })
  })
  const asksMetrics = (ownValue(value, 'metrics') ?? context.defaults.metrics) !== undefined
  const asksProblems = ownValue(value, 'on_unparsable') === 'worst'
  return {
    id,
    rewards: answers.map((one) => one.reward),
    terms: answers.map((one) => one.terms),
    ...(asksMetrics
      ? { metrics: answers.map((one) => one.metrics), rules: answers.map((one) => one.rules) }
      : {}),
    valid: answers.map((one) => one.valid),
    ...(asksProblems ? { problems: answers.map((one) => one.problem) } : {}),
  }
}

/** Does what is about a part of the request, which errors name with it. */
function within<T>(name: string, call: () => T): T {
  try {
    return about(name, 'bad-request', call)
  } catch (error) {
    if (!(error instanceof RequestError) || error.argument === undefined) throw error
    const { argument: of } = error
    const isOfAll = of === name || (SHARED as readonly string[]).includes(of.split('.')[0])
    const argument = isOfAll ? of : `${name}.${of}`
    throw new RequestError(error.code, error.message, argument)
  }
}
