import { request as httpRequest } from 'node:http'
import { connect } from 'node:net'
import { setTimeout } from 'node:timers/promises'
import { describe, expect, test } from 'vitest'
import { DEFAULT_LIMITS } from '../../../src/serve/limits.ts'
import { GOOD, start, TRUTH } from './running-server.ts'

const ONE = { truth: TRUTH, prediction: GOOD }

/** Sends these bytes as they are and returns all that comes back. */
function raw(url: string, ...parts: (string | number)[]): Promise<string> {
  const { hostname, port } = new URL(url)
  return new Promise((resolve) => {
    let text = ''
    const socket = connect(Number(port), hostname)
    socket.on('data', (data) => {
      text += data
    })
    socket.on('close', () => resolve(text))
    socket.on('error', () => undefined)
    ;(async () => {
      for (const part of parts) {
        if (typeof part === 'number') await setTimeout(part)
        else if (!socket.destroyed) socket.write(part)
      }
    })()
  })
}

const head = (path: string, length: number | string, more = '') =>
  `POST ${path} HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\nContent-Length: ${length}\r\n${more}\r\n`

describe('limits', () => {
  const limits = { ...DEFAULT_LIMITS, requestBytes: 2000, pixels: 16, group: 3 }

  test('of bytes, pixels and groups are 413, and the next request is answered', async () => {
    const { post } = await start({ limits, totalPixels: 40 })
    const predictions = (n: number) => ({ truth: TRUTH, predictions: new Array(n).fill(GOOD) })
    const wide = { size: [1, 17], counts: [17] }
    const cases: [string, object, RegExp][] = [
      ['/v1/score', { ...ONE, id: 'x'.repeat(2000) }, /at most 2000 bytes/],
      ['/v1/score', { truth: wide, prediction: wide }, /at most 16 pixels/],
      ['/v1/score', predictions(4), /at most 3 predictions/],
      ['/v1/score', predictions(3), /at most 40 pixels in all/],
      ['/v1/score', { pairs: new Array(3).fill(ONE) }, /at most 40 pixels in all/],
      ['/v1/score', { pairs: new Array(4).fill(ONE) }, /at most 3 pairs/],
      ['/v1/advantages', { truth: TRUTH, samples: new Array(4).fill(GOOD), tile: 2 }, /at most 3/],
      [
        '/openrlhf',
        {
          query: ['', '', '', ''],
          prompts: ['', '', '', ''],
          labels: new Array(4).fill(TRUTH),
        },
        /at most 3/,
      ],
    ]
    for (const [path, body, message] of cases) {
      const answer = await post(path, body)
      expect(answer.body).toMatchObject({
        error: { code: 'too-large', message: expect.stringMatching(message) },
      })
      expect(answer.status).toBe(413)
      expect((await post('/v1/score', predictions(2))).status).toBe(200)
    }
  })

  test('of bytes hold without a length, too', async () => {
    const { url } = await start({ limits })
    const status = await new Promise((resolve, reject) => {
      const headers = { 'content-type': 'application/json' }
      const sent = httpRequest(`${url}/v1/score`, { method: 'POST', headers }, (response) => {
        response.resume()
        resolve(response.statusCode)
      })
      sent.on('error', reject)
      for (let i = 0; i < 100; i++) sent.write(' '.repeat(100))
      sent.end()
    })
    expect(status).toBe(413)
  })

  test('of what is in flight are 429, and say when to try again', async () => {
    const { url, post, get } = await start({ mostInFlight: 2 })
    const text = JSON.stringify(ONE)
    // Two whose bodies do not come yet.
    const waiting = [0, 1].map(() =>
      raw(url, head('/v1/score', text.length, 'Connection: close\r\n'), 1500, text),
    )
    await setTimeout(500)
    const { status, headers, body } = await post('/v1/score', ONE)
    expect([status, body.error.code, headers.get('retry-after')]).toEqual([429, 'busy', '1'])
    expect((await get('/healthz')).status).toBe(200)
    expect((await get('/metrics')).body).toContain('\nvessel_reward_in_flight 2\n')
    for (const answer of await Promise.all(waiting)) expect(answer).toMatch(/^HTTP\/1.1 200 /)
    expect((await post('/v1/score', ONE)).status).toBe(200)
    expect((await get('/metrics')).body).toContain('\nvessel_reward_in_flight 0\n')
  })

  test('of the bytes in flight, too, though a single request always goes', async () => {
    const { url, post } = await start({ mostBytesInFlight: 10 })
    expect((await post('/v1/score', ONE)).status).toBe(200)
    const text = JSON.stringify(ONE)
    const waiting = raw(url, head('/v1/score', text.length, 'Connection: close\r\n'), 1000, text)
    await setTimeout(300)
    expect((await post('/v1/score', ONE)).status).toBe(429)
    expect(await waiting).toMatch(/^HTTP\/1.1 200 /)
  })
})

describe('clients that do not behave', () => {
  test.each([
    ['', /expected one JSON object, got nothing/],
    ['{', /expected one JSON object/],
    ['[]', /expected a request to be an object/],
    ['null', /expected a request to be an object/],
    ['"a"', /expected a request to be an object/],
    ['[[['.repeat(50_000), /expected one JSON object/],
    ['{"truth":1}{}', /expected one JSON object/],
  ])('a body %j is refused', async (text, message) => {
    const { post } = await start()
    const { status, body } = await post('/v1/score', text)
    expect(status).toBe(400)
    expect(body.error.message).toMatch(message)
  })

  test('other bytes than UTF-8, other types and encodings are refused', async () => {
    const { url, post } = await start()
    const headers = { 'content-type': 'application/json' }
    const bytes = await fetch(`${url}/slime`, {
      method: 'POST',
      headers,
      body: Buffer.from([0x7b, 0xff, 0x7d]),
    })
    expect(await bytes.json()).toMatchObject({ error: { code: 'bad-json' } })
    const typed = await post('/v1/score', ONE, { 'content-type': 'text/plain' })
    expect([typed.status, typed.body.error.code]).toEqual([415, 'bad-request'])
    const packed = await post('/v1/score', ONE, { 'content-encoding': 'gzip' })
    expect([packed.status, packed.body.error.code]).toEqual([400, 'bad-request'])
  })

  test('paths and methods that there are not', async () => {
    const { url, post, get } = await start()
    expect((await get('/nothing')).body).toMatchObject({ error: { code: 'not-found' } })
    expect((await get('/v1/score')).status).toBe(404)
    expect((await post('/healthz', {})).status).toBe(404)
    expect((await fetch(`${url}/v1/score`, { method: 'DELETE' })).status).toBe(404)
    expect((await get('/%E0%A4%A')).status).toBe(400)
  })

  test('what is not HTTP is answered by 400', async () => {
    const { url, get } = await start()
    expect(await raw(url, 'hello\r\n\r\n')).toMatch(/^HTTP\/1.1 400 .*"code":"bad-request"/s)
    expect((await get('/healthz')).status).toBe(200)
  })

  test('slow ones are cut off after the time that a request has', async () => {
    const { url, post } = await start({ requestSeconds: 1 })
    const slow = [
      raw(url, 'POST /v1/score HTTP/1.1\r\nHost: a\r\n', 20_000),
      raw(url, head('/v1/score', 1000), '{', 20_000),
    ]
    expect((await post('/v1/score', ONE)).status).toBe(200)
    for (const answer of await Promise.all(slow)) {
      expect(answer).toMatch(/^HTTP\/1.1 408 .*"code":"timeout"/s)
    }
  })

  test('those that go away leave nothing behind', async () => {
    const { url, post, get, log } = await start()
    const { hostname, port } = new URL(url)
    const text = JSON.stringify(ONE)
    for (let i = 0; i < 40; i++) {
      const socket = connect(Number(port), hostname)
      socket.on('error', () => undefined)
      socket.write(head('/v1/score', text.length) + text.slice(0, i % 2 === 0 ? 9 : text.length))
      await setTimeout(i % 5)
      socket.destroy()
    }
    expect((await post('/v1/score', ONE)).status).toBe(200)
    await setTimeout(100)
    expect((await get('/metrics')).body).toMatch(/\nvessel_reward_in_flight 0\n/)
    expect((await get('/metrics')).body).toMatch(/\nvessel_reward_queue_depth 0\n/)
    // They are no faults of the server.
    expect(log().filter(({ level }) => level === 'error')).toEqual([])
  })
})
