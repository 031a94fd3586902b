import { jsonText, parseJson } from '../json-text.ts'
import { type ErrorCode, RequestError } from '../request-error.ts'
import type { Scorer } from '../scorer.ts'
import { faultOf } from './fault-of.ts'
import { answerAggregate, answerSession, verifyText } from './nemo-gym.ts'
import { answerMessage, answerReset, answerStep, socketError } from './open-env.ts'
import { answerOpenRlhf } from './openrlhf.ts'
import { answerOwn } from './own-routes.ts'
import { answerSlime } from './slime.ts'
import { statusOf } from './status-of.ts'
import { WireContext } from './wire-context.ts'
import type { WireAnswer, WireRoute, WireWork } from './wire-work.ts'

type Answer = (value: unknown, context: WireContext) => object | number

const ANSWERS: Readonly<Record<Exclude<WireRoute, 'verify'>, Answer>> = {
  'v1/score': (value, context) => answerOwn('score', value, context),
  'v1/explain': (value, context) => answerOwn('explain', value, context),
  'v1/advantages': (value, context) => answerOwn('advantages', value, context),
  openrlhf: answerOpenRlhf,
  slime: answerSlime,
  seed_session: answerSession,
  close_session: answerSession,
  aggregate_metrics: answerAggregate,
  reset: answerReset,
  step: answerStep,
  socket: answerMessage,
}

/** Answers what came over the network, whatever happens. */
export function answerWire(scorer: Scorer, work: WireWork): WireAnswer {
  const start = performance.now()
  const context = new WireContext(scorer, work)
  const facts = () => ({
    masks: context.masks,
    milliseconds: performance.now() - start,
    ...(context.event === undefined ? {} : { event: context.event }),
  })
  try {
    const text = answerTextOf(context)
    return { text, isError: false, facts: { status: 200, ...facts() } }
  } catch (error) {
    const { code, message, argument, fault } = refusal(error)
    const told =
      work.route === 'socket'
        ? socketError(code, message)
        : { error: { code, message, ...(argument === undefined ? {} : { argument }) } }
    return {
      text: JSON.stringify(told),
      isError: true,
      facts: {
        status: statusOf(code),
        code,
        ...(fault === undefined ? {} : { fault }),
        ...facts(),
      },
    }
  }
}

function answerTextOf(context: WireContext): string {
  const { route, body } = context.work
  const text = jsonText(bytesOf(body), true)
  if (text === '') throw new RequestError('bad-json', 'expected one JSON object, got nothing')
  const value = parseJson(text)
  if (route === 'verify') return verifyText(value, text, context)
  return JSON.stringify(ANSWERS[route](value, context))
}

function bytesOf(blocks: readonly Uint8Array[]): Buffer {
  if (blocks.length !== 1) return Buffer.concat(blocks)
  const [{ buffer, byteOffset, byteLength }] = blocks
  return Buffer.from(buffer, byteOffset, byteLength)
}

interface Refusal {
  readonly code: ErrorCode
  readonly message: string
  readonly argument?: string | undefined
  readonly fault?: string
}

/** What a sender is told: of a fault of this program, nothing that it consists of. */
function refusal(error: unknown): Refusal {
  if (error instanceof RequestError) return error
  return {
    code: 'internal',
    message: 'a fault of this program: please report it, with the line of its log',
    fault: faultOf(error),
  }
}
