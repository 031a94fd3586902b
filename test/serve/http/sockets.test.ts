import { once } from 'node:events'
import { afterEach, expect, test } from 'vitest'
import { WebSocket } from 'ws'
import { DEFAULT_LIMITS } from '../../../src/serve/limits.ts'
import { GOOD, start, TRUTH } from './running-server.ts'

const sockets = new Set<WebSocket>()
afterEach(() => {
  for (const socket of sockets) socket.terminate()
  sockets.clear()
})

/** A socket as OpenEnv's client has it: a message, and its answer. */
async function open(url: string) {
  const socket = new WebSocket(`${url.replace('http', 'ws')}/ws`)
  sockets.add(socket)
  await once(socket, 'open')
  const ask = async (message: unknown) => {
    const answer = once(socket, 'message')
    socket.send(typeof message === 'string' ? message : JSON.stringify(message))
    return JSON.parse(String((await answer)[0]))
  }
  return { socket, ask }
}

const step = (data: object) => ({ type: 'step', data })

test('pages of other sites are refused, as a browser tells of them', async () => {
  const { url } = await start()
  const { host } = new URL(url)
  const statusFor = async (origin: string) => {
    const socket = new WebSocket(`${url.replace('http', 'ws')}/ws`, { origin })
    sockets.add(socket)
    const answered = new Promise<number | undefined>((resolve) => {
      socket.on('unexpected-response', (_, { statusCode }) => resolve(statusCode))
      socket.on('open', () => resolve(101))
    })
    socket.on('error', () => undefined)
    return answered
  }
  expect(await statusFor(`http://${host}`)).toBe(101)
  for (const origin of ['https://example.org', `http://${host}.example.org`, 'null', 'file://']) {
    expect([origin, await statusFor(origin)]).toEqual([origin, 403])
  }
})

test('a step whose field of view would not count is refused', async () => {
  const { url } = await start()
  const { ask } = await open(url)
  await ask({ type: 'reset', data: { truth: TRUTH } })
  const mask = { mask: GOOD, within: TRUTH }
  expect(await ask(step(mask))).toMatchObject({
    type: 'error',
    data: { code: 'VALIDATION_ERROR', message: expect.stringMatching(/^expected within beside/) },
  })
  const all = await ask(step({ ...mask, truth: TRUTH }))
  expect(all).toMatchObject({ type: 'observation', data: { done: true } })
})

test('an episode', async () => {
  const { url, get } = await start()
  const { socket, ask } = await open(url)
  expect(await ask({ type: 'state' })).toEqual({
    type: 'state',
    data: { episode_id: null, step_count: 0 },
  })
  expect(await ask({ type: 'reset', data: { truth: TRUTH, episode_id: 'e', seed: 1 } })).toEqual({
    type: 'observation',
    data: { observation: { size: [4, 4] }, reward: null, done: false },
  })
  const right = await ask(step({ completion: `It is ${JSON.stringify(TRUTH)}.` }))
  expect(right).toEqual({
    type: 'observation',
    data: {
      observation: {
        score: 1,
        terms: { dice: 5, recall: 0, topology: 1, length: 0 },
        parsed: 1,
        valid: 1,
        problem: null,
      },
      reward: 6,
      done: true,
    },
  })
  expect((await ask(step({ mask: TRUTH }))).data.reward).toBe(6)
  const none = await ask(step({ completion: 'I do not know.' }))
  expect(none.data).toMatchObject({ reward: -4.9, observation: { parsed: 0, valid: 0, score: 0 } })
  expect((await ask({ type: 'state' })).data).toEqual({ episode_id: 'e', step_count: 3 })
  const other = { size: [1, 2], counts: [0, 2] }
  // A truth of its own goes before that of the episode.
  expect((await ask(step({ mask: other, truth: other }))).data.reward).toBe(6)
  await ask({ type: 'reset', data: { truth: JSON.stringify(other) } })
  expect((await ask({ type: 'state' })).data).toEqual({ episode_id: null, step_count: 0 })
  expect((await ask(step({ mask: TRUTH }))).data.observation).toMatchObject({ parsed: 1, valid: 0 })
  const closed = once(socket, 'close')
  socket.send('{"type":"close"}')
  await closed
  expect((await get('/metrics')).body).toMatch(/route="\/ws",status="200"\} 11\n/)
})

test('errors are told, and the episode goes on', async () => {
  const { url } = await start()
  const { ask } = await open(url)
  expect(await ask(step({ mask: TRUTH }))).toMatchObject({
    type: 'error',
    data: { code: 'VALIDATION_ERROR', message: expect.stringMatching(/expected a truth/) },
  })
  await ask({ type: 'reset', data: { truth: TRUTH } })
  const cases: [unknown, string][] = [
    ['{', 'INVALID_JSON'],
    ['', 'INVALID_JSON'],
    [[], 'VALIDATION_ERROR'],
    [{ type: 'fly' }, 'UNKNOWN_TYPE'],
    [{ type: 'step' }, 'VALIDATION_ERROR'],
    [step({}), 'VALIDATION_ERROR'],
    [step({ mask: 1, completion: '' }), 'VALIDATION_ERROR'],
    [step({ completion: 1 }), 'VALIDATION_ERROR'],
    [step({ mask: 1, other: 1 }), 'VALIDATION_ERROR'],
    [{ ...step({ mask: 1 }), more: 1 }, 'VALIDATION_ERROR'],
    [{ type: 'reset', data: { truth: 'none' } }, 'VALIDATION_ERROR'],
    [{ type: 'reset', data: { truth: { size: [1, 1], counts: [2] } } }, 'VALIDATION_ERROR'],
    [{ type: 'reset', data: 1 }, 'VALIDATION_ERROR'],
  ]
  for (const [message, code] of cases) {
    expect(await ask(message)).toMatchObject({ type: 'error', data: { code } })
  }
  expect((await ask(step({ mask: TRUTH }))).data.reward).toBe(6)
})

test('messages that come at once are answered one after the other', async () => {
  const { url } = await start({ jobs: 2 })
  const { socket, ask } = await open(url)
  await ask({ type: 'reset', data: { truth: TRUTH } })
  const rewards: number[] = []
  const all = new Promise<void>((resolve) => {
    socket.on('message', (data) => {
      rewards.push(JSON.parse(String(data)).data.reward)
      if (rewards.length === 60) resolve()
    })
  })
  for (let i = 0; i < 60; i++) socket.send(JSON.stringify(step({ mask: i % 3 ? GOOD : TRUTH })))
  await all
  const [right, good] = rewards
  expect(right).toBe(6)
  expect(rewards).toEqual(Array.from({ length: 60 }, (_, i) => (i % 3 ? good : right)))
})

test('limits of sockets, messages and paths', async () => {
  const { url } = await start({
    mostSockets: 2,
    limits: { ...DEFAULT_LIMITS, requestBytes: 500 },
  })
  const [first] = [await open(url), await open(url)]
  await expect(open(url)).rejects.toThrow(/429/)
  const closed = once(first.socket, 'close')
  first.socket.send('x'.repeat(501))
  // The code for a message that is too big.
  expect((await closed)[0]).toBe(1009)
  await open(url)
  const elsewhere = new WebSocket(`${url.replace('http', 'ws')}/other`)
  expect((await once(elsewhere, 'error'))[0].message).toMatch(/404/)
})

test('a server that ends answers what came and closes its sockets', async () => {
  const server = await start()
  const { socket, ask } = await open(server.url)
  await ask({ type: 'reset', data: { truth: TRUTH } })
  const last = ask(step({ mask: TRUTH }))
  const closed = once(socket, 'close')
  // It has come, at the latest.
  await server.get('/healthz')
  await server.close()
  expect((await last).data.reward).toBe(6)
  expect((await closed)[0]).toBe(1001)
})
