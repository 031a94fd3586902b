import type { FastifyReply, FastifyRequest } from 'fastify'
import { type ErrorCode, RequestError } from '../request-error.ts'
import { faultOf } from '../wires/fault-of.ts'
import { statusOf } from '../wires/status-of.ts'
import { readBody } from './read-body.ts'
import { answeredCodes, type ServerParts } from './server-parts.ts'

/** Seconds after which a client that was sent away may try again. */
const RETRY_SECONDS = 1

/** What is answered without a token: what asks knows nothing, and learns no more than that. */
const OPEN_TO_ALL = ['/healthz', '/readyz', '/health']

/** What is refused before a request is read, how errors are told, and what is logged. */
export function guard(parts: ServerParts): void {
  const { app, options, authorization, metrics } = parts
  app.removeAllContentTypeParsers()
  app.addContentTypeParser('application/json', (request, payload, done) => {
    const { 'content-length': length } = request.headers
    const declared = length === undefined ? undefined : Number(length)
    readBody(payload, declared, options.limits.requestBytes, done)
  })
  app.addHook('onRequest', async (request, reply) => {
    const path = request.routeOptions.url ?? ''
    if (!parts.isOpen() && !OPEN_TO_ALL.includes(path)) {
      throw new RequestError('shutting-down', 'the server is shutting down: ask another one')
    }
    if (OPEN_TO_ALL.includes(path) || authorization.allows(request.headers.authorization)) return
    reply.header('www-authenticate', 'Bearer, Basic realm="vessel-reward"')
    throw new RequestError('unauthorized', 'expected the token, as Authorization: Bearer TOKEN')
  })
  app.setNotFoundHandler((request) => {
    const message = `expected a path and a method that /docs lists, got another (${request.method})`
    throw new RequestError('not-found', message)
  })
  app.setErrorHandler(tellError)
  app.addHook('onSend', async (_, reply) => {
    // Else the server would wait for the next request of this connection, or its end.
    if (!parts.isReady()) reply.header('connection', 'close')
  })
  app.addHook('onResponse', async (request, reply) => {
    const route = request.routeOptions.url ?? 'other'
    const milliseconds = reply.elapsedTime
    metrics.answered(route, reply.statusCode, milliseconds / 1e3)
    const line = {
      event: 'request',
      method: request.method,
      route,
      status: reply.statusCode,
      code: answeredCodes.get(reply),
      ms: Math.round(milliseconds * 10) / 10,
      bytes: Number(request.headers['content-length']) || undefined,
    }
    if (reply.statusCode >= 400) request.log.warn(line, 'refused')
    else request.log.debug(line, 'answered')
  })
}

/** Answers a request by the error that it led to. */
export function tellError(error: unknown, request: FastifyRequest, reply: FastifyReply): void {
  const { code, status, message } = refusalOf(error)
  if (code === 'busy') reply.header('retry-after', RETRY_SECONDS)
  // The rest is read and dropped: whoever writes on while the connection is closed sees no answer.
  if (code === 'too-large') {
    reply.removeHeader('connection')
    request.raw.resume()
  }
  if (code === 'internal') request.log.error({ event: 'fault', fault: faultOf(error) }, 'fault')
  tell(reply, status, code, message)
}

function tell(reply: FastifyReply, status: number, code: ErrorCode, message: string): void {
  answeredCodes.set(reply, code)
  reply.code(status).send({ error: { code, message } })
}

/** An error of ours or of the framework, as it is answered. */
function refusalOf(error: unknown): { code: ErrorCode; status: number; message: string } {
  if (error instanceof RequestError) {
    return { code: error.code, status: statusOf(error.code), message: error.message }
  }
  const { code: name, statusCode: status = 500 } = error as { code?: string; statusCode?: number }
  if (status === 415) {
    const message = 'expected a body of the content type application/json, got another one'
    return { code: 'bad-request', status, message }
  }
  if (status >= 500) {
    const message = 'a fault of this program: please report it, with the line of its log'
    return { code: 'internal', status: 500, message }
  }
  const message =
    name === 'FST_ERR_BAD_URL'
      ? 'expected an address whose percent signs are followed by the bytes of UTF-8'
      : `expected another request: ${String(name).replace(/^FST_ERR_/, '')}`
  return { code: 'bad-request', status, message }
}
