import type { IncomingMessage, Server } from 'node:http'
import type { Duplex } from 'node:stream'
import type { RawData, WebSocket, WebSocketServer } from 'ws'
import { socketError } from '../wires/open-env.ts'
import { defaultsOf, type ServerParts } from './server-parts.ts'

/** Milliseconds after which a socket whose other side does not answer is dropped. */
const SILENCE = 30_000

/** Codes of the protocol with which a socket is closed. */
const GOING_AWAY = 1001

/** Opens `/ws`: sockets that each have an episode of OpenEnv's environment. */
export function openSockets(
  server: WebSocketServer,
  parts: ServerParts,
): { close(): Promise<void> } {
  const { app, authorization, options } = parts
  const sessions = new Map<WebSocket, Session>()
  app.server.on('upgrade', (request: IncomingMessage, socket: Duplex, head: Buffer) => {
    socket.on('error', () => socket.destroy())
    // Before Node 24.9 all offers come here.
    if (!isForSockets(request)) return declineOffer(request, socket, head, app.server)
    const [path] = (request.url ?? '').split('?')
    if (path !== '/ws') return refuse(socket, '404 Not Found', 'not-found')
    if (!isOfThisServer(request)) return refuse(socket, '403 Forbidden', 'unauthorized')
    if (!authorization.allows(request.headers.authorization)) {
      return refuse(socket, '401 Unauthorized', 'unauthorized')
    }
    if (!parts.isOpen()) return refuse(socket, '503 Service Unavailable', 'shutting-down')
    if (sessions.size >= options.mostSockets) {
      return refuse(socket, '429 Too Many Requests', 'busy')
    }
    server.handleUpgrade(request, socket, head, (opened) => {
      sessions.set(opened, new Session(opened, parts))
      opened.on('close', () => sessions.delete(opened))
      // Too long a message, or one that is not of the protocol: the socket closes itself.
      opened.on('error', () => undefined)
    })
  })
  const silent = new WeakSet<WebSocket>()
  const watch = setInterval(() => {
    for (const socket of sessions.keys()) {
      if (silent.has(socket)) {
        socket.terminate()
        continue
      }
      silent.add(socket)
      socket.once('pong', () => silent.delete(socket))
      socket.ping()
    }
  }, SILENCE)
  watch.unref()
  return {
    async close() {
      clearInterval(watch)
      await Promise.all([...sessions.values()].map((session) => session.finish()))
      server.close()
    },
  }
}

/** Whether a request asks for a socket; clients such as Java's offer HTTP/2 with each. */
export function isForSockets({ headers: { upgrade = '' } }: IncomingMessage): boolean {
  return upgrade.toLowerCase() === 'websocket'
}

/** Gives a request back to the server, which answers it as if no other protocol had been offered. */
function declineOffer(
  { method, url, httpVersion, rawHeaders }: IncomingMessage,
  socket: Duplex,
  head: Buffer,
  server: Server,
): void {
  const lines = [`${method} ${url} HTTP/${httpVersion}`]
  for (let i = 0; i < rawHeaders.length; i += 2) {
    const [name, value] = rawHeaders.slice(i, i + 2)
    if (name.toLowerCase() !== 'upgrade') lines.push(`${name}: ${value}`)
  }
  socket.unshift(Buffer.concat([Buffer.from(`${lines.join('\r\n')}\r\n\r\n`, 'latin1'), head]))
  server.emit('connection', socket)
}

/**
 * Whether what asks is not a page of another site: a browser lets any page open sockets to this machine,
 * but says where the page is from. Other clients do not say it.
 */
function isOfThisServer({ headers: { origin, host } }: IncomingMessage): boolean {
  return origin === undefined || (URL.canParse(origin) && new URL(origin).host === host)
}

function refuse(socket: Duplex, status: string, code: string): void {
  const text = JSON.stringify({ error: { code, message: status.slice(4) } })
  socket.end(
    `HTTP/1.1 ${status}\r\nContent-Type: application/json\r\nContent-Length: ${Buffer.byteLength(text)}\r\nConnection: close\r\n\r\n${text}`,
  )
}

/** One socket: its messages are answered one after the other. */
class Session {
  readonly #socket: WebSocket
  readonly #parts: ServerParts
  /** The message that began the episode. */
  #episode: Uint8Array | undefined
  #steps = 0
  #last: Promise<void> = Promise.resolve()
  #waiting = 0

  constructor(socket: WebSocket, parts: ServerParts) {
    this.#socket = socket
    this.#parts = parts
    socket.on('message', (data: RawData) => {
      // While a message is worked on no more are read.
      if (++this.#waiting === 1) socket.pause()
      const began = performance.now()
      this.#last = this.#last.then(async () => {
        await this.#answer(data as Buffer, began)
        if (--this.#waiting === 0) socket.resume()
      })
    })
  }

  /** Answers what has come, and closes. */
  async finish(): Promise<void> {
    await this.#last
    const closed = new Promise((resolve) => this.#socket.once('close', resolve))
    this.#socket.close(GOING_AWAY)
    // One that does not answer is not waited for.
    const timer = setTimeout(() => this.#socket.terminate(), 1000)
    await closed
    clearTimeout(timer)
  }

  async #answer(body: Buffer, began: number): Promise<void> {
    const { threads, inFlight, metrics, options, app } = this.#parts
    const socket = this.#socket
    const giveBack = inFlight.take(body.length)
    const told = (status: number) =>
      metrics.answered('/ws', status, (performance.now() - began) / 1e3)
    if (giveBack === undefined) {
      socket.send(JSON.stringify(socketError('busy', 'too many requests are in work: try again')))
      return told(429)
    }
    const work = {
      op: 'wire',
      id: null,
      route: 'socket',
      query: {},
      body: [body],
      ...(this.#episode === undefined ? {} : { episode: this.#episode }),
      steps: this.#steps,
      defaults: defaultsOf(options),
    } as const
    const isWanted = () => socket.readyState === socket.OPEN
    const { text, facts } = await threads.answer(work, isWanted)
    giveBack()
    if (facts === undefined) {
      const message = 'the thread that worked on this message ended: send it again'
      socket.send(JSON.stringify(socketError('worker-failed', message)))
      return told(503)
    }
    metrics.worked(facts)
    told(facts.status)
    if (facts.fault !== undefined) app.log.error({ event: 'fault', fault: facts.fault }, 'fault')
    if (facts.event === 'reset') {
      // A copy: the message is a part of a chunk that would be held else.
      this.#episode = new Uint8Array(body)
      this.#steps = 0
    } else if (facts.event === 'step') this.#steps++
    if (facts.event === 'close') socket.close()
    else if (isWanted()) socket.send(text)
  }
}
