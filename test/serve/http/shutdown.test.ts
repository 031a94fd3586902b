import { setTimeout } from 'node:timers/promises'
import { Worker } from 'node:worker_threads'
import { describe, expect, test } from 'vitest'
import { DEFAULT_LIMITS } from '../../../src/serve/limits.ts'
import config from '../../../tsup.config.ts'
import { GOOD, start, TRUTH } from './running-server.ts'

const ONE = { truth: TRUTH, prediction: GOOD }
const scriptOf = (): string => JSON.parse(config.define?.SCORER_SCRIPT ?? '')

/** Workers that do as the address says, and answer late. */
const HOOK = `
  const { parentPort } = require('node:worker_threads')
  parentPort.on('message', ({ query }) => {
    const till = performance.now() + 20
    while (performance.now() < till);
    if (query.reward === 'exit') process.exit(3)
    if (query.reward === 'memory') for (const all = []; ; ) all.push(new Array(1e5).fill(1.5))
  });`

const spawn = () =>
  new Worker(HOOK + scriptOf(), {
    workerData: DEFAULT_LIMITS,
    eval: true,
    execArgv: [],
    resourceLimits: { maxOldGenerationSizeMb: 64 },
  })

const sample = (i: number) => ({
  prompt: '',
  response: JSON.stringify(i % 2 === 0 ? GOOD : TRUTH),
  label: TRUTH,
})

test('what was taken is answered before the server ends', async () => {
  const server = await start({ jobs: 2 }, spawn)
  await server.post('/v1/score', ONE)
  const before = Array.from({ length: 20 }, (_, i) => server.post('/slime', sample(i)))
  // All of them have come.
  for (let come = 0; come < 20; ) {
    const { body } = await server.get('/metrics')
    const inFlight = /^vessel_reward_in_flight (\d+)$/m.exec(body)?.[1]
    const answered = /^vessel_reward_requests_total\{route="\/slime",status="200"\} (\d+)$/m.exec(
      body,
    )
    come = Number(inFlight) + Number(answered?.[1] ?? 0)
  }
  const closing = server.close()
  const answers = await Promise.all(before)
  expect(answers.map(({ status }) => status)).toEqual(answers.map(() => 200))
  answers.forEach(({ body }, i) => {
    expect(body.valid).toBe(1)
    if (i % 2 === 1) expect(body.reward).toBe(6)
  })
  await closing
  await expect(server.post('/v1/score', ONE)).rejects.toThrow()
})

test('while it drains, it answers and says that no more should be sent', async () => {
  const server = await start()
  for (;;) if ((await server.get('/readyz')).status === 200) break
  const closing = server.close(700)
  await setTimeout(100)
  const { status, body } = await server.get('/readyz')
  expect([status, body]).toEqual([503, { status: 'shutting down' }])
  const answer = await server.post('/v1/score', ONE)
  expect([answer.status, answer.headers.get('connection')]).toEqual([200, 'close'])
  expect((await server.get('/healthz')).status).toBe(200)
  await closing
})

describe('a thread that ends', () => {
  test.each(['exit', 'memory'])('by %s costs its request a 503, and no other', async (kind) => {
    const { post, get, log } = await start({ jobs: 2 }, spawn)
    const answers = await Promise.all(
      Array.from({ length: 24 }, (_, i) =>
        post(i % 8 === 5 ? `/slime?reward=${kind}` : '/slime', sample(i)),
      ),
    )
    answers.forEach(({ status, body }, i) => {
      if (i % 8 === 5) {
        expect(status).toBe(503)
        expect(body).toMatchObject({ error: { code: 'worker-failed' } })
      } else {
        expect(status).toBe(200)
        if (i % 2 === 1) expect(body.reward).toBe(6)
      }
    })
    expect((await get('/healthz')).status).toBe(200)
    expect((await post('/slime', sample(1))).body.reward).toBe(6)
    expect(log().filter(({ code }) => code === 'worker-failed').length).toBe(3)
  })
})
