import type { AnswerText } from '../answer-text.ts'
import type { RequestDefaults } from '../request.ts'
import type { ErrorCode } from '../request-error.ts'

/** What a thread answers: the path of each without its slash, and messages of a socket. */
export const WIRE_ROUTES = [
  'v1/score',
  'v1/explain',
  'v1/advantages',
  'openrlhf',
  'slime',
  'verify',
  'seed_session',
  'close_session',
  'aggregate_metrics',
  'reset',
  'step',
  'socket',
] as const
export type WireRoute = (typeof WIRE_ROUTES)[number]

/** What a server leaves to whoever runs it. */
export interface WireDefaults extends RequestDefaults {
  /** Pixels of all masks of a request together. */
  readonly totalPixels: number
}

/** A request as it came: it is read by the thread that answers it, so that a large one delays no other. */
export interface WireWork {
  readonly op: 'wire'
  /** Errors of threads name the request by it. */
  readonly id: null
  readonly line?: undefined
  readonly route: WireRoute
  readonly query: Readonly<Record<string, string>>
  /** One after the other. */
  readonly body: readonly Uint8Array[]
  /** The message that began the episode of a socket. */
  readonly episode?: Uint8Array
  /** Steps of the episode before this message. */
  readonly steps?: number
  readonly defaults: WireDefaults
}

/** What a server has to know of an answer besides its text. */
export interface WireFacts {
  /** As HTTP has it. */
  readonly status: number
  /** Of an error. */
  readonly code?: ErrorCode
  /** What a socket does after the answer. */
  readonly event?: SocketEvent
  /** Masks that were scored. */
  readonly masks: number
  /** What it took. */
  readonly milliseconds: number
  /** Where a fault of this program came from, without its message, which may hold what was sent. */
  readonly fault?: string
}

export type SocketEvent = 'reset' | 'step' | 'state' | 'close'

export interface WireAnswer extends AnswerText {
  readonly facts: WireFacts
}
