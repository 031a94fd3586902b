import type { FastifyInstance, FastifyReply } from 'fastify'
import type { ErrorCode } from '../request-error.ts'
import type { ScorerThreads } from '../threads/scorer-threads.ts'
import type { WireDefaults } from '../wires/wire-work.ts'
import type { Authorization } from './authorization.ts'
import type { InFlight } from './in-flight.ts'
import type { ServerMetrics } from './server-metrics.ts'
import type { ServerOptions } from './server-options.ts'

/** What the parts of a server share. */
export interface ServerParts {
  readonly app: FastifyInstance
  readonly options: ServerOptions
  readonly threads: ScorerThreads
  readonly inFlight: InFlight
  readonly metrics: ServerMetrics
  readonly authorization: Authorization
  /** Whether balancers are to send requests. */
  isReady(): boolean
  /** Whether requests are still taken. */
  isOpen(): boolean
}

/** The part of the options that threads need. */
export function defaultsOf(options: ServerOptions): WireDefaults {
  const { limits, reward, metrics, settings, totalPixels } = options
  return { limits, reward, metrics, settings, totalPixels }
}

/** The codes of errors that were answered, for the log. */
export const answeredCodes: WeakMap<FastifyReply, ErrorCode> = new WeakMap()
