import { once } from 'node:events'
import { expect, test } from 'vitest'
import { WebSocket } from 'ws'
import { Authorization } from '../../../src/serve/http/authorization.ts'
import { isLoopback } from '../../../src/serve/http/server-options.ts'
import { GOOD, start, TRUTH } from './running-server.ts'

const ONE = { truth: TRUTH, prediction: GOOD }
const TOKEN = 'sixteen-and-more-characters'
const basic = (text: string) => `Basic ${Buffer.from(text).toString('base64')}`

test.each([
  [`Bearer ${TOKEN}`, true],
  [`bearer  ${TOKEN} `, true],
  [basic(`user:${TOKEN}`), true],
  [basic(`:${TOKEN}`), true],
  [basic(TOKEN), true],
  [undefined, false],
  ['', false],
  [TOKEN, false],
  ['Bearer', false],
  ['Bearer ', false],
  [`Bearer ${TOKEN}x`, false],
  [`Bearer ${TOKEN.slice(1)}`, false],
  [`Bearer ${TOKEN.toUpperCase()}`, false],
  [`Digest ${TOKEN}`, false],
  [basic(`${TOKEN}:user`), false],
  ['Basic %%%', false],
])('%j has the token: %j', (header, expected) => {
  expect(new Authorization(TOKEN).allows(header)).toBe(expected)
  expect(new Authorization(undefined).allows(header)).toBe(true)
})

test('without the token only probes are answered', async () => {
  const { url, post, get, lines } = await start({ token: TOKEN })
  const wrong = { authorization: 'Bearer wrong-and-long-enough' }
  for (const headers of [{}, wrong]) {
    for (const path of ['/v1/score', '/openrlhf', '/slime', '/verify', '/step']) {
      const { status, headers: told, body } = await post(path, ONE, headers)
      expect([status, body.error.code]).toEqual([401, 'unauthorized'])
      expect(told.get('www-authenticate')).toMatch(/^Bearer/)
    }
    for (const path of ['/v1/hello', '/metrics', '/docs', '/openapi.json', '/schema', '/nothing']) {
      expect((await get(path, headers)).status).toBe(401)
    }
    for (const path of ['/healthz', '/health']) expect((await get(path, headers)).status).toBe(200)
    const socket = new WebSocket(`${url.replace('http', 'ws')}/ws`, { headers })
    const [error] = await once(socket, 'error')
    expect(error.message).toMatch(/401/)
  }
  const right = { authorization: `Bearer ${TOKEN}` }
  expect((await post('/v1/score', ONE, right)).status).toBe(200)
  expect((await get('/metrics', right)).status).toBe(200)
  // As trainers send it that are given nothing but an address.
  expect((await post('/v1/score', ONE, { authorization: basic(`a:${TOKEN}`) })).status).toBe(200)
  const socket = new WebSocket(`${url.replace('//', `//user:${TOKEN}@`).replace('http', 'ws')}/ws`)
  await once(socket, 'open')
  socket.close()
  expect(lines.join('')).not.toContain(TOKEN)
  expect(lines.join('')).not.toContain('wrong-and-long-enough')
})

test('the log is JSON, and holds nothing of what was sent', async () => {
  const { post, log, lines } = await start()
  const secret = 'SECRETMASK'
  await post('/v1/score', { truth: { size: [4, 4], counts: secret }, prediction: secret })
  await post('/v1/score', `{"${secret}`)
  await post(`/v1/score?${secret}=1`, { [secret]: 1 })
  await post(`/${secret}`, { [secret]: 1 })
  await post('/slime', { response: secret, label: TRUTH })
  expect(lines.join('')).not.toContain(secret)
  const requests = log().filter(({ event }) => event === 'request')
  expect(requests.map(({ route, status, code, level }) => [route, status, code, level])).toEqual([
    ['/v1/score', 422, 'bad-mask', 'warn'],
    ['/v1/score', 400, 'bad-json', 'warn'],
    ['/v1/score', 400, 'bad-request', 'warn'],
    ['other', 404, 'not-found', 'warn'],
    ['/slime', 200, undefined, 'debug'],
  ])
})

test.each([
  ['127.0.0.1', true],
  ['127.3.2.1', true],
  ['::1', true],
  ['localhost', true],
  ['0.0.0.0', false],
  ['::', false],
  ['', false],
  ['127.example.org', false],
  ['127.0.0.1.example.org', false],
  ['192.168.0.1', false],
])('%j is this machine only: %j', (host, expected) => {
  expect(isLoopback(host)).toBe(expected)
})
