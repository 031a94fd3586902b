import type { AddressInfo } from 'node:net'
import { setTimeout } from 'node:timers/promises'
import { ScorerThreads, spawnScorer } from '../threads/scorer-threads.ts'
import { Authorization } from './authorization.ts'
import { guard, tellError } from './guard.ts'
import { InFlight } from './in-flight.ts'
import { addPages } from './pages.ts'
import { ServerMetrics } from './server-metrics.ts'
import type { ServerOptions } from './server-options.ts'
import type { ServerParts } from './server-parts.ts'
import { isForSockets, openSockets } from './sockets.ts'
import { addWires } from './wire-routes.ts'

/** A server that answers. */
export interface RunningServer {
  readonly url: string
  /**
   * Takes no more requests, answers those that it has, and ends.
   *
   * @param drain - milliseconds in which they are still taken, while `/readyz` says that no more
   * should be sent. Default: 0
   */
  close(drain?: number): Promise<void>
}

/** Seconds in which the head of a request has to have come. */
const HEAD_SECONDS = 10
/** Seconds that a connection is kept for the next request; balancers drop theirs after 60. */
const IDLE_SECONDS = 75
/** The line of the log for each address. */
const listenTextResolver = (address: string) => `listening on ${address}`
/** Milliseconds after which it is looked for requests that do not come to their end. */
const LOOK = 1000
/**
 * Starts a server.
 *
 * @param log - takes lines of JSON
 * @param spawn - starts a thread. Default: one of this package
 */
export async function startServer(
  options: ServerOptions,
  log: (line: string) => void,
  spawn: () => ReturnType<typeof spawnScorer> = () => spawnScorer(options.limits, options.jobs),
): Promise<RunningServer> {
  // Only a server needs them.
  const [{ fastify, LogController }, prometheus, { WebSocketServer }] = await Promise.all([
    import('fastify'),
    import('prom-client'),
    import('ws'),
  ])
  let isReady = true
  let isOpen = true
  const app = fastify({
    bodyLimit: options.limits.requestBytes,
    requestTimeout: options.requestSeconds * 1e3,
    keepAliveTimeout: IDLE_SECONDS * 1e3,
    http: {
      headersTimeout: Math.min(HEAD_SECONDS, options.requestSeconds) * 1e3,
      connectionsCheckingInterval: LOOK,
      // From Node 24.9 on: who offers another protocol is answered in this one.
      ...{ shouldUpgradeCallback: isForSockets },
    },
    forceCloseConnections: 'idle',
    return503OnClosing: false,
    logController: new LogController({ disableRequestLogging: true }),
    // Some balancers probe by HEAD.
    exposeHeadRoutes: true,
    // Addresses that cannot be read reach no handler of ours.
    frameworkErrors: tellError,
    logger: {
      level: options.logLevel,
      stream: { write: log },
      base: null,
      timestamp: () => `,"time":"${new Date().toISOString()}"`,
      formatters: { level: (level) => ({ level }) },
    },
    clientErrorHandler(error, socket) {
      // What comes after the head of a request was answered already.
      if (!socket.writable || error.code === 'ECONNRESET') return void socket.destroy()
      const isSlow = error.code === 'ERR_HTTP_REQUEST_TIMEOUT'
      const code = isSlow ? 'timeout' : 'bad-request'
      const message = isSlow
        ? `expected the request within ${options.requestSeconds} seconds, and its head within ${HEAD_SECONDS}`
        : 'expected a request of HTTP'
      const text = JSON.stringify({ error: { code, message } })
      const status = isSlow ? '408 Request Timeout' : '400 Bad Request'
      socket.end(
        `HTTP/1.1 ${status}\r\nContent-Type: application/json\r\nContent-Length: ${Buffer.byteLength(text)}\r\nConnection: close\r\n\r\n${text}`,
      )
    },
  })
  const threads = new ScorerThreads(options.jobs, spawn)
  const inFlight = new InFlight(options.mostInFlight, options.mostBytesInFlight)
  const parts: ServerParts = {
    app,
    options,
    threads,
    inFlight,
    metrics: new ServerMetrics(prometheus, threads, inFlight),
    authorization: new Authorization(options.token),
    isReady: () => isReady,
    isOpen: () => isOpen,
  }
  guard(parts)
  addWires(parts)
  addPages(parts)
  const sockets = openSockets(
    new WebSocketServer({
      noServer: true,
      maxPayload: options.limits.requestBytes,
    }),
    parts,
  )
  try {
    await app.listen({ host: options.host, port: options.port, listenTextResolver })
  } catch (error) {
    await threads.close()
    throw error
  }
  const { address, family, port } = app.server.address() as AddressInfo
  const url = `http://${family === 'IPv6' ? `[${address}]` : address}:${port}`
  return {
    url,
    async close(drain = 0) {
      isReady = false
      app.log.info({ event: 'closing', in_flight: inFlight.requests }, 'closing')
      await setTimeout(drain)
      isOpen = false
      await sockets.close()
      await app.close()
      await threads.close()
      app.log.info({ event: 'closed' }, 'closed')
    },
  }
}
