import type { Worker } from 'node:worker_threads'
import { afterEach } from 'vitest'
import { type RunningServer, startServer } from '../../../src/serve/http/http-server.ts'
import type { ServerOptions } from '../../../src/serve/http/server-options.ts'
import { DEFAULT_LIMITS } from '../../../src/serve/limits.ts'

const OPTIONS: ServerOptions = {
  limits: DEFAULT_LIMITS,
  reward: { preset: 'design' },
  metrics: undefined,
  settings: {},
  totalPixels: 2 ** 28,
  jobs: 1,
  host: '127.0.0.1',
  port: 0,
  token: undefined,
  mostInFlight: 64,
  mostBytesInFlight: 2 ** 30,
  requestSeconds: 60,
  mostSockets: 16,
  logLevel: 'debug',
}

/** An answer as it came. */
export interface HttpAnswer {
  readonly status: number
  readonly headers: Headers
  // biome-ignore lint/suspicious/noExplicitAny: whatever JSON holds
  readonly body: any
}

/** A server in this process, on a port that was free. */
export interface TestServer extends RunningServer {
  /** The lines of its log, and those as objects. */
  readonly lines: readonly string[]
  // biome-ignore lint/suspicious/noExplicitAny: whatever JSON holds
  log(): any[]
  post(path: string, body: unknown, headers?: Record<string, string>): Promise<HttpAnswer>
  get(path: string, headers?: Record<string, string>): Promise<HttpAnswer>
}

const running = new Set<RunningServer>()
afterEach(async () => {
  for (const server of running) await server.close()
  running.clear()
})

/** Starts a server, which ends with the test. */
export async function start(
  options: Partial<ServerOptions> = {},
  spawn?: () => Worker,
): Promise<TestServer> {
  const lines: string[] = []
  const log = (line: string) => void lines.push(line)
  const server = await startServer({ ...OPTIONS, ...options }, log, spawn)
  running.add(server)
  const answered = async (response: Response): Promise<HttpAnswer> => {
    const text = await response.text()
    const isJson = response.headers.get('content-type')?.startsWith('application/json')
    const body = isJson ? JSON.parse(text) : text
    return { status: response.status, headers: response.headers, body }
  }
  return {
    url: server.url,
    lines,
    log: () => lines.map((line) => JSON.parse(line)),
    close(drain) {
      running.delete(server)
      return server.close(drain)
    },
    post: async (path, body, headers = {}) =>
      answered(
        await fetch(server.url + path, {
          method: 'POST',
          headers: { 'content-type': 'application/json', ...headers },
          body: typeof body === 'string' ? body : JSON.stringify(body),
        }),
      ),
    get: async (path, headers = {}) => answered(await fetch(server.url + path, { headers })),
  }
}

/** A mask as it is sent. */
interface Sent {
  size: number[]
  counts: number[]
}

export const TRUTH: Sent = { size: [4, 4], counts: [5, 2, 9] }
export const GOOD: Sent = { size: [4, 4], counts: [5, 1, 10] }
