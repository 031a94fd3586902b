import { readFileSync } from 'node:fs'
import { setImmediate } from 'node:timers/promises'
import { describe, expect, test } from 'vitest'
import { version } from '../../../package.json'
import { main } from '../../../src/cli/main.ts'
import { BitMask, METRIC_NAMES, MultiObjectiveReward } from '../../../src/index.ts'
import { masks } from '../../node/pool/pool-helpers.ts'
import { wireMask } from '../../serve/wire-masks.ts'

type Chunk = string | Uint8Array | Error

/** Runs the command on what comes in these parts. */
async function stream(chunks: readonly Chunk[], ...args: string[]) {
  let out = ''
  let err = ''
  const code = await main(['stream', ...args], {
    out: (text) => {
      out += text
    },
    err: (text) => {
      err += text
    },
    send: async (text) => {
      await setImmediate()
      out += text
      return true
    },
    async *in() {
      for (const chunk of chunks) {
        if (chunk instanceof Error) throw chunk
        yield Buffer.from(chunk)
      }
    },
  })
  const answers = out
    .split('\n')
    .slice(0, -1)
    .map((line) => JSON.parse(line))
  return { code, out, err, answers }
}

const line = (request: object) => `${JSON.stringify(request)}\n`

const truth = { size: [4, 4], counts: [5, 2, 9] }
const good = { size: [4, 4], counts: [5, 1, 10] }

describe('recorded lines have their recorded answers', () => {
  const recorded = JSON.parse(
    readFileSync(new URL('./recorded.json', import.meta.url), 'utf8'),
  ) as { request: object; answer: Record<string, unknown> }[]

  test.each(['1', '2'])('with --jobs %s', async (jobs) => {
    const { code, answers, err } = await stream(
      recorded.map(({ request }) => line(request)),
      ...['--jobs', jobs],
    )
    const expected = recorded.map(({ answer }) =>
      answer.name === undefined ? answer : { ...answer, version, jobs: Number(jobs) },
    )
    expect(answers).toEqual(expected)
    expect(answers.map((answer) => Object.keys(answer))).toEqual(expected.map(Object.keys as never))
    expect([code, err]).toEqual([1, '2 of 8 requests were answered by an error\n'])
  })
})

test.each(['1', '2'])('lists by the thousand in each other, with --jobs %s', async (jobs) => {
  const right = { id: 0, truth, prediction: good }
  const deep = `${'['.repeat(1e5)}${']'.repeat(1e5)}`
  const names = ['truth', 'prediction', 'within', 'reward', 'metrics', 'settings', 'id']
  const texts = names.map((name) => {
    const { [name]: _, ...others } = right as Record<string, unknown>
    return `${line(others).slice(0, -2)},"${name}":${deep}}\n`
  })
  const { code, answers } = await stream([...texts, line(right)], '--jobs', jobs)
  expect(code).toBe(1)
  expect(answers.slice(0, -1).map(({ error }) => [error.code, error.argument])).toEqual(
    names.map((name) => ['bad-request', name]),
  )
  expect(answers.at(-1)).toMatchObject({ id: 0, valid: 1 })
})

test('answers come in the order of the requests, however long each takes', async () => {
  const sizes = [300, 3, 40, 3, 3, 200, 3, 90]
  const requests = Array.from({ length: 48 }, (_, id) => {
    const size = sizes[id % sizes.length]
    const [own, ...preds] = masks(3, size, size + 1, 10 * id)
    const isKept = id % 6 === 0
    return { id, size, own, preds, key: isKept ? `truth ${id}` : undefined }
  })
  // Every fourth one is wrong; some truths come again under their keys.
  const lines = requests.map(({ id, own, preds, key }) =>
    id % 4 === 3
      ? '{"id": 7\n'
      : line({ id, truth: wireMask(own, id), key, predictions: preds.map(wireMask) }),
  )
  const again = requests
    .filter(({ key, id }) => key !== undefined && id % 4 !== 3)
    .map(({ id, preds, key }) =>
      line({ id: `again ${id}`, truth: { ref: key }, predictions: preds.map(wireMask) }),
    )
  const { score } = new MultiObjectiveReward()
  const one = await stream([[...lines, ...again].join('')])
  expect(one.code).toBe(1)
  requests.forEach(({ id, own, preds }, k) => {
    if (id % 4 === 3)
      expect(one.answers[k]).toMatchObject({ error: { code: 'bad-json', line: k + 1 } })
    else {
      expect(one.answers[k]).toMatchObject({
        id,
        rewards: preds.map((pred) => score(pred, BitMask.from(own)) + 0),
      })
    }
  })
  const byId = new Map(one.answers.map((answer) => [answer.id, answer]))
  for (const answer of one.answers.slice(lines.length)) {
    expect(answer).toEqual({ ...byId.get(Number(answer.id.slice(6))), id: answer.id })
  }
  const three = await stream([...lines, ...again], '--jobs', '3')
  expect(three.out).toBe(one.out)
  expect(three.code).toBe(1)
})

test('options are the defaults of requests', async () => {
  const request = line({ truth, prediction: good })
  const of = async (...args: string[]) => (await stream([request], ...args)).answers[0]
  const [a, b] = [BitMask.fromRle(good), BitMask.fromRle(truth)]
  const robust = MultiObjectiveReward.preset('robust')
  expect((await of('--reward', 'robust')).reward).toBe(robust.score(a, b))
  expect((await of('--thinning', 'zhang-suen', '--connectivity', '4')).reward).toBe(
    new MultiObjectiveReward({ thinning: 'zhang-suen', connectivity: 4 }).score(a, b),
  )
  expect((await of('--metrics', 'dice,iou')).metrics).toEqual({ dice: 2 / 3, iou: 0.5 })
  expect(Object.keys((await of('--metrics', 'all')).metrics).length).toBe(METRIC_NAMES.length)
  const empty = line({
    truth: { size: [1, 1], counts: [1] },
    prediction: { size: [1, 1], counts: [1] },
  })
  const nan = await stream([empty], '--metrics', 'dice', '--empty', 'nan')
  expect(nan.answers[0].metrics).toEqual({ dice: null })
  const own = line({ truth, prediction: good, reward: 'design', metrics: ['iou'] })
  const others = await stream([own], '--reward', 'robust', '--metrics', 'dice')
  expect(others.answers[0]).toMatchObject({
    reward: new MultiObjectiveReward().score(a, b),
    metrics: { iou: 0.5 },
  })
  const worst = line({ truth, prediction: 0, on_unparsable: 'worst' })
  expect((await stream([worst], '--unbounded')).answers[0].error.argument).toBe('on_unparsable')
})

test('limits', async () => {
  const request = line({ id: 1, truth, predictions: [good, good] })
  const of = async (...args: string[]) => (await stream([request], ...args)).answers[0]
  expect(await of('--max-pixels', '15')).toMatchObject({
    error: { code: 'too-large', argument: 'truth' },
  })
  expect(await of('--max-group', '1')).toMatchObject({ id: 1, error: { code: 'too-large' } })
  expect(await of('--max-line', '40')).toMatchObject({
    id: null,
    error: { code: 'too-large', line: 1 },
  })
  const kept = line({ truth, key: 'a', prediction: good })
  expect((await stream([kept], '--truth-cache', '100')).answers[0].error).toMatchObject({
    code: 'too-large',
    argument: 'key',
  })
  expect((await stream([kept], '--truth-cache', '1K')).code).toBe(0)
  const lists = line({ truth: [[1]], prediction: [[1]] })
  expect((await stream([lists])).answers[0].error.code).toBe('bad-mask')
  expect((await stream([lists], '--allow-lists')).answers[0].reward).toBe(6)
})

test.each([
  [['--jobs', '0'], /Expected an integer from 1 to 1024/],
  [['--truth-cache', '1T'], /Expected a number of bytes from 0 to \d+, such as 64M/],
  [['--max-line', '9G'], /Expected a number of bytes from 1 to \d+, such as 64M/],
  [['--max-line', '0'], /Expected a number of bytes from 1 to \d+, such as 64M/],
  [['--reward', 'robust', '--unbounded'], /--unbounded does nothing without --reward design/],
  [['requests.ndjson'], /too many arguments/],
])('refuses %j', async (args, message) => {
  const { code, err, out } = await stream([], ...args)
  expect([code, out]).toEqual([2, ''])
  expect(err).toMatch(message)
})

test('nothing asked, nothing answered', async () => {
  expect(await stream([])).toMatchObject({ code: 0, out: '', err: '' })
  expect(await stream(['\n', '\r\n'])).toMatchObject({ code: 0, out: '', err: '' })
})

test('an input that breaks off: what was taken is answered', async () => {
  const broken = Object.assign(new Error('read EIO'), { code: 'EIO' })
  const request = line({ truth, prediction: good })
  const { code, answers, err } = await stream([request, request, request.slice(0, 9), broken])
  expect(code).toBe(1)
  expect(answers.length).toBe(2)
  expect(err).toBe('error: cannot read the standard input: read EIO\n')
})

describe('whoever reads the answers', () => {
  const endless = (count: { read: number }) =>
    async function* () {
      for (let id = 0; id < 10_000; id++) {
        count.read = id + 1
        yield Buffer.from(line({ id, truth, prediction: good }))
      }
    }
  const io = { out: () => undefined, err: (text: string) => expect.fail(text) }

  test.each(['1', '2'])('is waited for, with --jobs %s', async (jobs) => {
    const count = { read: 0 }
    let release = () => {}
    const first = new Promise<void>((resolve) => {
      release = resolve
    })
    let sent = 0
    const run = main(['stream', '--jobs', jobs], {
      ...io,
      in: endless(count),
      send: async () => {
        if (++sent === 1) await first
        return sent < 20
      },
    })
    await new Promise((resolve) => setTimeout(resolve, 1000))
    expect(sent).toBe(1)
    // One line is read ahead of those that are taken.
    expect(count.read).toBeLessThanOrEqual(4 * Number(jobs) + 1)
    release()
    expect(await run).toBe(0)
    expect(sent).toBe(20)
    expect(count.read).toBeLessThan(20 + 4 * Number(jobs) + 2)
  })
})

test('without a standard input', async () => {
  let err = ''
  const code = await main(['stream'], {
    out: () => undefined,
    err: (text) => {
      err += text
    },
  })
  expect([code, err]).toEqual([1, 'error: expected requests from the standard input, got none\n'])
})
