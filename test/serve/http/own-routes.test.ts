import { readFileSync } from 'node:fs'
import { connect } from 'node:net'
import { describe, expect, test } from 'vitest'
import { version } from '../../../package.json'
import { BitMask, MultiObjectiveReward } from '../../../src/index.ts'
import { masks } from '../../node/pool/pool-helpers.ts'
import { randomRequests } from '../random-requests.ts'
import { wireMask } from '../wire-masks.ts'
import { GOOD, start, TRUTH } from './running-server.ts'

const STATUS: Record<string, number> = {
  'bad-json': 400,
  'bad-request': 400,
  'bad-mask': 422,
  'size-mismatch': 422,
}

describe('what stream answers is answered', () => {
  interface Recorded {
    readonly request: { op?: string; key?: string; truth?: { ref?: string } }
    readonly answer: Record<string, unknown> & { error?: { code: string; line?: number } }
  }
  const recorded = JSON.parse(
    readFileSync(new URL('../../cli/stream/recorded.json', import.meta.url), 'utf8'),
  ) as Recorded[]

  test('of its recorded lines', async () => {
    const { post, get } = await start()
    let compared = 0
    const truths = new Map<string, unknown>()
    for (const { request: line, answer } of recorded) {
      const { key, ...request } = line
      if (key !== undefined) {
        truths.set(key, line.truth)
        const { op: _, ...sent } = line
        expect((await post(`/v1/${line.op ?? 'score'}`, sent)).body.error).toMatchObject({
          argument: 'key',
        })
      }
      const ref = line.truth?.ref
      if (ref !== undefined) {
        const { op: _, ...sent } = line
        expect((await post(`/v1/${line.op ?? 'score'}`, sent)).body.error).toMatchObject({
          argument: 'truth.ref',
        })
        // There is none of this name.
        if (!truths.has(ref)) continue
        request.truth = truths.get(ref) as object
      }
      const { op = 'score', ...body } = request
      if (op === 'hello') {
        const expected = { ...answer, id: null, version, jobs: 1 }
        expect((await get('/v1/hello')).body).toEqual(expected)
        continue
      }
      const { status, body: got } = await post(`/v1/${op}`, body)
      if (answer.error !== undefined) {
        const { line: _, ...error } = answer.error
        expect(got).toEqual({ error })
        expect(status).toBe(STATUS[error.code])
      } else expect([status, got]).toEqual([200, answer])
      compared++
    }
    expect(compared).toBeGreaterThan(3)
  })

  test('of a thousand random ones, from 8 clients at once, each as scored here', async () => {
    const { post } = await start({ jobs: 2 })
    const anyRequest = randomRequests(11)
    let id = 0
    const client = async () => {
      while (id < 1000) {
        const { op, request, cut = 1, answer } = anyRequest(id++)
        const text = JSON.stringify(request)
        const { status, body } = await post(`/v1/${op}`, text.slice(0, cut * text.length))
        expect(body).toMatchObject(answer)
        const code = (answer as { error?: { code: string } }).error?.code
        expect(status).toBe(code === undefined ? 200 : STATUS[code])
      }
    }
    await Promise.all(Array.from({ length: 8 }, client))
  })
})

describe('pairs', () => {
  test('are scored in order, each against its own truth', async () => {
    const { post } = await start()
    const pairs = Array.from({ length: 12 }, (_, i) => masks(2, 7 + i, 9, i))
    const { score } = new MultiObjectiveReward()
    const expected = pairs.map(([pred, truth]) => score(pred, BitMask.from(truth)) + 0)
    const { body } = await post('/v1/score', {
      id: 'a',
      pairs: pairs.map(([pred, truth], i) => ({
        prediction: wireMask(pred, i),
        truth: wireMask(truth, i + 1),
      })),
      metrics: ['dice'],
    })
    expect(body).toMatchObject({ id: 'a', rewards: expected, valid: expected.map(() => 1) })
    expect(Object.keys(body)).toEqual(['id', 'rewards', 'terms', 'metrics', 'rules', 'valid'])
  })

  test('have the worst reward where it is asked for', async () => {
    const { post } = await start()
    const pairs = [
      { truth: TRUTH, prediction: 'none' },
      { truth: TRUTH, prediction: TRUTH },
    ]
    const { body } = await post('/v1/score', { pairs, on_unparsable: 'worst' })
    expect(body).toMatchObject({ rewards: [-4.9, 6], valid: [0, 1] })
    expect(body.problems).toEqual([expect.stringMatching(/^expected a mask/), null])
  })

  test('may be none', async () => {
    const { post } = await start()
    const { status, body } = await post('/v1/score', { pairs: [] })
    expect([status, body]).toEqual([200, { id: null, rewards: [], terms: [], valid: [] }])
  })

  test.each([
    [{ pairs: 1 }, 400, 'pairs'],
    [{ pairs: [1] }, 400, 'pairs[0]'],
    [{ pairs: [{ truth: TRUTH, prediction: GOOD }, { prediction: GOOD }] }, 400, 'pairs[1].truth'],
    [{ pairs: [{ truth: TRUTH }] }, 400, 'pairs[0]'],
    [{ pairs: [{ truth: TRUTH, prediction: 0 }] }, 422, 'pairs[0].prediction'],
    [{ pairs: [{ truth: TRUTH, prediction: GOOD, reward: 'robust' }] }, 400, 'pairs[0]'],
    [{ pairs: [{ truth: { ref: 'a' }, prediction: GOOD }] }, 400, 'pairs[0].truth.ref'],
    [{ pairs: [], truth: TRUTH }, 400, 'truth'],
    [{ pairs: [], reward: 'x', settings: 1 }, 400, 'settings'],
    [{ pairs: [{ truth: TRUTH, prediction: GOOD }], reward: 'x' }, 400, 'reward'],
    [{ pairs: [{ truth: TRUTH, prediction: GOOD }], metrics: ['x'] }, 400, 'metrics'],
  ])('%j are refused', async (request, status, argument) => {
    const { post } = await start()
    const answer = await post('/v1/score', request)
    expect(answer.body).toMatchObject({ error: { argument } })
    expect(answer.status).toBe(status)
  })
})

test.each([
  ['/v1/score', { op: 'score', truth: TRUTH, prediction: GOOD }, 'op'],
  ['/v1/score', { truth: TRUTH, prediction: GOOD, key: 'a' }, 'key'],
  ['/v1/score', { truth: { ref: 'a' }, prediction: GOOD }, 'truth.ref'],
  ['/v1/score', { truth: TRUTH, prediction: GOOD, further: 1 }, 'further'],
  ['/v1/explain', { truth: TRUTH, prediction: GOOD, pairs: [] }, 'pairs'],
  ['/v1/advantages', { truth: TRUTH, samples: [GOOD], tile: 2 }, 'samples'],
  ['/v1/advantages', { truth: TRUTH, samples: [GOOD, TRUTH], tile: 0 }, 'tile'],
  ['/v1/score?reward=robust', { truth: TRUTH, prediction: GOOD }, 'reward'],
])('%s refuses %j', async (path, request, argument) => {
  const { post } = await start()
  const { status, body } = await post(path, request)
  expect(body).toMatchObject({ error: { code: 'bad-request', argument } })
  expect(status).toBe(400)
})

/** The statuses and the last body that bytes of HTTP are answered with. */
async function exchange(url: string, text: string) {
  const { hostname, port } = new URL(url)
  const socket = connect(Number(port), hostname)
  socket.write(text)
  let got = ''
  for await (const chunk of socket) got += chunk
  return {
    statuses: Array.from(got.matchAll(/HTTP\/1\.1 (\d+)/g), ([, status]) => Number(status)),
    body: JSON.parse(got.slice(got.lastIndexOf('\r\n\r\n'))),
  }
}

test('who offers another protocol, as Java does, is answered in this one', async () => {
  const { url } = await start()
  const body = JSON.stringify({ id: 'ü', truth: TRUTH, prediction: GOOD })
  const request = (headers: string[], text = body) =>
    [
      'POST /v1/score HTTP/1.1',
      'Host: h',
      'Content-Type: application/json',
      ...headers,
      '',
      text,
    ].join('\r\n')
  const length = `Content-Length: ${Buffer.byteLength(body)}`
  const offer = ['Connection: Upgrade, HTTP2-Settings', 'Upgrade: h2c', 'HTTP2-Settings: AAMAAABk']
  const plain = await exchange(url, request([length, 'Connection: close']))
  expect(plain).toMatchObject({ statuses: [200], body: { id: 'ü', valid: 1 } })
  const chunks = `${Buffer.byteLength(body).toString(16)}\r\n${body}\r\n0\r\n\r\n`
  for (const offered of [
    request([length, ...offer]),
    request(['Transfer-Encoding: chunked', ...offer], chunks),
  ]) {
    const answer = await exchange(url, offered + request([length, 'Connection: close']))
    expect(answer).toEqual({ statuses: [200, 200], body: plain.body })
  }
})

test('an address that cannot be read is an error as all others', async () => {
  const { get } = await start()
  const { status, body } = await get('/v1/%zz')
  expect([status, body.error.code]).toEqual([400, 'bad-request'])
  expect(JSON.stringify(body)).not.toContain('zz')
})

test.each([
  ['score', 'reward', '{"weights":', '}'],
  ['score', 'metrics', '', ''],
  ['score', 'settings', '{"radius":', '}'],
  ['score', 'prediction', '', ''],
  ['explain', 'truth', '{"size":[4,4],"counts":', '}'],
  ['explain', 'within', '{"size":[4,4],"counts":', '}'],
])('lists by the thousand in each other are refused: %s, %s', async (op, name, before, after) => {
  const { post } = await start()
  const deep = `${before}${'['.repeat(1e5)}${']'.repeat(1e5)}${after}`
  const { [name]: _, ...others } = { truth: TRUTH, prediction: GOOD } as Record<string, unknown>
  const text = `{"${name}":${deep},${JSON.stringify(others).slice(1)}`
  const { status, body } = await post(`/v1/${op}`, text)
  expect([status, body.error.argument]).toEqual([400, name])
  expect(body.error.message).toMatch(/^expected .* at most 16 lists/)
})

test('a label of lists by the thousand in each other is refused', async () => {
  const { post } = await start()
  const deep = `{"size":[4,4],"counts":${'['.repeat(1e5)}${']'.repeat(1e5)}}`
  const { status, body } = await post('/slime', `{"prompt":"","response":"","label":${deep}}`)
  expect([status, body.error.argument]).toEqual([422, 'label'])
  expect(body.error.message).toMatch(/^expected truth to have fewer lists/)
})

test('a number that is too large is not what was allowed as null', async () => {
  const { post } = await start()
  const weigh = (dice: string) => {
    const [truth, prediction] = [TRUTH, GOOD].map((mask) => JSON.stringify(mask))
    const weights = `{"weights":{"dice":${dice}}}`
    return post('/v1/score', `{"truth":${truth},"prediction":${prediction},"reward":${weights}}`)
  }
  expect((await weigh('null')).status).toBe(200)
  expect((await weigh('1e999')).body.error).toMatchObject({ argument: 'reward' })
})
