import { once } from 'node:events'
import { connect } from 'node:net'
import { setTimeout } from 'node:timers/promises'
import { isDeepStrictEqual, parseArgs } from 'node:util'
import { WebSocket } from 'ws'
import { randomRequests } from '../../test/serve/random-requests.ts'
import { startServe } from './serve-process.ts'

/**
 * A server that is used, and misused, for minutes: every answer is compared with a local score, and its
 * memory is told every half minute.
 *
 *     npm run build && npm run bench:soak -- --minutes 10
 */

const { values } = parseArgs({ options: { minutes: { type: 'string', default: '10' } } })
const minutes = Number(values.minutes)

const TOKEN = 'a-token-for-the-soak'
const CLIENTS = 6
const STEP = 30

process.env.VESSEL_REWARD_TOKEN = TOKEN
const server = await startServe('--jobs', '2', '--truth-cache', '16M', '--max-body', '1M')
delete process.env.VESSEL_REWARD_TOKEN
const { hostname, port } = new URL(server.url)
const authorization = `Bearer ${TOKEN}`
const headers = { 'content-type': 'application/json', authorization }

const counts = { right: 0, refused: 0, disconnected: 0, episodes: 0 }
const end = performance.now() + minutes * 60e3
const isOver = () => performance.now() >= end

function check(isRight: boolean, what: string): void {
  if (!isRight) throw new Error(`a wrong answer: ${what}`)
}

async function post(path: string, body: string, more: Record<string, string> = {}) {
  const response = await fetch(server.url + path, {
    method: 'POST',
    headers: { ...headers, ...more },
    body,
  })
  return { status: response.status, body: await response.json() }
}

/** Whether all that is expected is there. */
function holds(got: unknown, expected: unknown): boolean {
  if (typeof expected !== 'object' || expected === null) return Object.is(got, expected)
  if (Array.isArray(expected)) return isDeepStrictEqual(got, expected)
  return Object.entries(expected).every(([name, value]) => holds(Object(got)[name], value))
}

async function askAtRandom(seed: number): Promise<void> {
  const anyRequest = randomRequests(seed)
  for (let id = 0; !isOver(); id++) {
    const { op, request, cut = 1, answer } = anyRequest(id)
    const text = JSON.stringify(request)
    const { body } = await post(`/v1/${op}`, text.slice(0, cut * text.length))
    check(holds(body, answer), JSON.stringify({ request, body, answer }))
    if ('error' in answer) counts.refused++
    else counts.right++
  }
}

/** What is refused, whatever else goes on. */
async function misuse(): Promise<void> {
  const large = ' '.repeat(2 ** 21)
  for (let i = 0; !isOver(); i++) {
    const wrong = await post('/v1/score', '{}', { authorization: 'Bearer wrong-and-long-enough' })
    check(wrong.status === 401, '401')
    check((await post('/v1/score', large)).status === 413, '413')
    check((await post('/openrlhf', '{"query":1}')).status === 400, '400')
    counts.refused += 3
    const socket = connect(Number(port), hostname)
    socket.on('error', () => undefined)
    socket.write(
      `POST /v1/score HTTP/1.1\r\nHost: a\r\nAuthorization: ${authorization}\r\nContent-Type: application/json\r\nContent-Length: 900\r\n\r\n{`,
    )
    await setTimeout(20 + (i % 7) * 10)
    socket.destroy()
    counts.disconnected++
  }
}

/** Episodes of OpenEnv. */
async function play(): Promise<void> {
  const truth = { size: [64, 64], counts: [1000, 900, 2196] }
  while (!isOver()) {
    const socket = new WebSocket(`${server.url.replace('http', 'ws')}/ws`, {
      headers: { authorization },
    })
    await once(socket, 'open')
    for (const message of [
      { type: 'reset', data: { truth } },
      { type: 'step', data: { completion: JSON.stringify(truth) } },
    ]) {
      const answer = once(socket, 'message')
      socket.send(JSON.stringify(message))
      const { data } = JSON.parse(String((await answer)[0]))
      check(data.reward === (message.type === 'step' ? 6 : null), JSON.stringify(data))
    }
    socket.close()
    await once(socket, 'close')
    counts.episodes++
    await setTimeout(20)
  }
}

/** A number that the server tells of itself. */
async function metric(name: string): Promise<number> {
  const text = await (await fetch(`${server.url}/metrics`, { headers })).text()
  return Number(new RegExp(`^${name} (.*)$`, 'm').exec(text)?.[1])
}

const work = Promise.all([
  ...Array.from({ length: CLIENTS }, (_, k) => askAtRandom(k)),
  misuse(),
  play(),
])
work.catch(() => undefined)
const megabytes = (bytes: number) => (bytes / 2 ** 20).toFixed(0).padStart(5)
const memory: number[] = []
console.log('minute  resident  heap  MB; answers so far')
for (let step = 1; step * STEP <= minutes * 60; step++) {
  await Promise.race([setTimeout(STEP * 1e3), work])
  const resident = await metric('process_resident_memory_bytes')
  memory.push(resident)
  const heap = await metric('nodejs_heap_size_used_bytes')
  const minute = ((step * STEP) / 60).toFixed(1).padStart(6)
  console.log(
    `${minute}     ${megabytes(resident)} ${megabytes(heap)}     ${JSON.stringify(counts)}`,
  )
}
await work
await setTimeout(500)
const left = await metric('vessel_reward_in_flight')
check(left === 0, `${left} in flight`)
check((await server.end()) === 0, 'the exit code')
const half = memory.slice(memory.length >> 1)
console.log(
  `second half: ${megabytes(Math.min(...half))} to ${megabytes(Math.max(...half))} MB, at its end ${megabytes(half.at(-1) as number)}`,
)
