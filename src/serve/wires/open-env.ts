import { ownValue } from '../../mask/options.ts'
import { describe } from '../../mask/validate.ts'
import { jsonText, parseJson } from '../json-text.ts'
import { type ErrorCode, RequestError } from '../request-error.ts'
import { labelIn, scoreCompletion } from './score-completion.ts'
import { fieldsOf, type WireContext } from './wire-context.ts'

/**
 * OpenEnv's environment: an episode begins with a truth, and each step sends one answer, whose reward
 * ends the episode. Over HTTP nothing is kept, so that a step brings its truth itself; a socket keeps
 * what began its episode.
 */

/** `/reset`, or the data of such a message. */
export function answerReset(value: unknown, context: WireContext): object {
  context.reward()
  const fields = fieldsOf(value, 'the parameters of reset')
  return { observation: observationOf(fields, context), reward: null, done: false }
}

/** What is seen of a truth before it is to be found. */
function observationOf(fields: Readonly<Record<string, unknown>>, { scorer }: WireContext): object {
  if ((fields.truth ?? undefined) === undefined) return { size: null }
  const { truth } = labelIn(fields, 'truth', '')
  const { width, height } = scorer.kept(truth, 'truth')
  return { size: [height, width] }
}

const OF_STEP = ['action', 'timeout_s', 'request_id'] as const
const OF_ACTION = ['completion', 'mask', 'truth', 'within', 'metadata'] as const

/** `/step`. */
export function answerStep(value: unknown, context: WireContext): object {
  const { action } = fieldsOf(value, 'the parameters of step', OF_STEP)
  return step(action, undefined, context)
}

/**
 * @param action - `{ completion }`, a text, or `{ mask }`; and the truth, where the episode has none
 * @param episode - what it began with
 */
function step(
  value: unknown,
  episode: Readonly<Record<string, unknown>> | undefined,
  context: WireContext,
): object {
  const reward = context.reward()
  const action = fieldsOf(value, 'action', OF_ACTION)
  const hasText = Object.hasOwn(action, 'completion')
  if (hasText === Object.hasOwn(action, 'mask')) {
    const got = hasText ? 'both' : 'neither'
    const message = `expected action to have either completion or mask, got ${got}`
    throw new RequestError('bad-request', message, 'action')
  }
  if (hasText && typeof action.completion !== 'string') {
    const message = `expected completion to be a string, got ${describe(action.completion)}`
    throw new RequestError('bad-request', message, 'action.completion')
  }
  const given = [action, episode].find((fields) => (fields?.truth ?? undefined) !== undefined)
  if (given === undefined) {
    throw new RequestError(
      'bad-request',
      'expected a truth, in action or in the reset of the socket, got none',
      'action.truth',
    )
  }
  if (given !== action && (action.within ?? undefined) !== undefined) {
    const message = 'expected within beside the truth, in the reset of the socket'
    throw new RequestError('bad-request', message, 'action.within')
  }
  const label = labelIn(given, 'truth', '')
  const answer = hasText ? { text: action.completion as string } : { mask: action.mask }
  const { reward: total, ...observation } = scoreCompletion(answer, label, 'truth', reward, context)
  return { observation, reward: total, done: true }
}

/** The codes that OpenEnv's client knows, of those that are not faults. */
const SOCKET_CODES: Partial<Record<ErrorCode, string>> = {
  'bad-json': 'INVALID_JSON',
  busy: 'CAPACITY_REACHED',
  internal: 'EXECUTION_ERROR',
  'worker-failed': 'EXECUTION_ERROR',
  'cannot-score': 'EXECUTION_ERROR',
}

/** An error as a socket tells it. */
export function socketError(code: ErrorCode, message: string): object {
  return { type: 'error', data: { message, code: SOCKET_CODES[code] ?? 'VALIDATION_ERROR' } }
}

/** A message of a socket: `{ type: 'reset' | 'step' | 'state' | 'close', data }`. */
export function answerMessage(value: unknown, context: WireContext): object {
  const { type, data, ...others } = fieldsOf(value, 'a message')
  const [surplus] = Object.keys(others)
  if (surplus !== undefined) {
    const message = `expected a message of type and data, got the field ${describe(surplus)}`
    throw new RequestError('bad-request', message, surplus.slice(0, 40))
  }
  const { episode: bytes, steps = 0 } = context.work
  const episode =
    bytes === undefined
      ? undefined
      : fieldsOf(ownValue(parseJson(jsonText(Buffer.from(bytes), true)), 'data') ?? {}, 'data')
  switch (type) {
    case 'reset': {
      const answer = answerReset(data ?? {}, context)
      context.event = 'reset'
      return { type: 'observation', data: answer }
    }
    case 'step': {
      const answer = step(data, episode, context)
      context.event = 'step'
      return { type: 'observation', data: answer }
    }
    case 'state': {
      context.event = 'state'
      const id = ownValue(episode, 'episode_id')
      const state = { episode_id: typeof id === 'string' ? id : null, step_count: steps }
      return { type: 'state', data: state }
    }
    case 'close':
      context.event = 'close'
      return {}
    default: {
      const message = `expected type to be 'reset', 'step', 'state' or 'close', got ${describe(type)}`
      return { type: 'error', data: { message, code: 'UNKNOWN_TYPE' } }
    }
  }
}
