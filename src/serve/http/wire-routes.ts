import type { FastifyReply, FastifyRequest } from 'fastify'
import { RequestError } from '../request-error.ts'
import { WIRE_ROUTES, type WireRoute } from '../wires/wire-work.ts'
import { answeredCodes, defaultsOf, type ServerParts } from './server-parts.ts'

/** Adds the paths that threads answer. */
export function addWires(parts: ServerParts): void {
  for (const route of WIRE_ROUTES) if (route !== 'socket') addWire(route, parts)
}

function addWire(route: WireRoute, parts: ServerParts): void {
  const { app, options, threads, inFlight, metrics } = parts
  const takePlace = async (request: FastifyRequest, reply: FastifyReply) => {
    const { 'content-length': length, 'content-encoding': encoding } = request.headers
    if (encoding !== undefined && encoding !== 'identity') {
      throw new RequestError('bad-request', 'expected a body without a content-encoding')
    }
    const giveBack = inFlight.take(
      length === undefined ? options.limits.requestBytes : Number(length),
    )
    if (giveBack === undefined) {
      throw new RequestError(
        'busy',
        `${inFlight.requests} requests are in work: try again, or start more servers`,
      )
    }
    reply.raw.once('close', giveBack)
  }
  app.post(`/${route}`, { onRequest: takePlace }, async (request, reply) => {
    let isWanted = true
    reply.raw.once('close', () => {
      isWanted = false
    })
    const work = {
      op: 'wire',
      id: null,
      route,
      query: request.query as Record<string, string>,
      body: (request.body ?? []) as Uint8Array[],
      defaults: defaultsOf(options),
    } as const
    const { text, facts } = await threads.answer(work, () => isWanted)
    reply.type('application/json; charset=utf-8')
    if (facts === undefined) {
      answeredCodes.set(reply, 'worker-failed')
      return reply.code(503).send(text)
    }
    metrics.worked(facts)
    if (facts.code !== undefined) answeredCodes.set(reply, facts.code)
    if (facts.fault !== undefined) {
      request.log.error({ event: 'fault', fault: facts.fault }, 'fault')
    }
    return reply.code(facts.status).send(text)
  })
}
