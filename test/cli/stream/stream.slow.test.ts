import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { setTimeout } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { main } from '../../../src/cli/main.ts'
import { ROOT } from '../../docs/snippets.ts'
import { randomRequests } from '../../serve/random-requests.ts'

const anyRequest = randomRequests(7)

test.each([1, 2])('10,000 random requests, each as scored here, with --jobs %i', async (jobs) => {
  const answers: object[] = []
  let count = 0
  const code = await main(['stream', '--jobs', String(jobs), '--truth-cache', '1M'], {
    out: () => undefined,
    err: () => undefined,
    async *in() {
      for (let id = 0; id < 10_000; id++) {
        const { op, request, cut, answer } = anyRequest(id)
        const text = JSON.stringify({ op, ...request })
        answers.push(answer)
        yield Buffer.from(`${cut === undefined ? text : text.slice(0, cut * text.length)}\n`)
      }
    },
    send: async (text) => {
      expect(JSON.parse(text)).toMatchObject(answers[count])
      // What was compared is not held.
      answers[count++] = {}
      return true
    },
  })
  expect([code, count]).toEqual([1, 10_000])
})

const truth = { size: [64, 64], counts: [1000, 900, 2196] }
const line = (id: number) => `${JSON.stringify({ id, truth, predictions: [truth, truth] })}\n`

/** The command as a process of its own. */
function start() {
  const tsx = join(ROOT, 'node_modules/tsx/dist/cli.mjs')
  // Without tsx between them, signals go where they should.
  const args = ['--import', join(tsx, '../loader.mjs'), join(ROOT, 'src/cli/cli.ts'), 'stream']
  const child = spawn(process.execPath, args, { stdio: 'pipe', cwd: ROOT })
  let err = ''
  child.stderr.on('data', (text) => {
    err += text
  })
  child.stdin.on('error', () => undefined)
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]()
  const answer = async () => JSON.parse((await lines.next()).value)
  const end = async () => {
    const [code] = await once(child, 'close')
    return { code, err }
  }
  return { child, lines, answer, end }
}

test.each([
  ['SIGTERM', 143],
  ['SIGINT', 130],
] as const)('%s ends it when all that was taken is answered', async (signal, expected) => {
  const { child, lines, answer, end } = start()
  for (let id = 0; id < 50; id++) child.stdin.write(line(id))
  expect(await answer()).toMatchObject({ id: 0, valid: [1, 1] })
  const ended = end()
  child.kill(signal)
  let id = 0
  for (let next = await lines.next(); next.done !== true; next = await lines.next()) {
    expect(JSON.parse(next.value)).toMatchObject({ id: ++id, valid: [1, 1] })
  }
  // They came in one piece.
  expect(id).toBe(49)
  expect(await ended).toEqual({ code: expected, err: '' })
})

test('an answer comes before the next request is sent', async () => {
  const { child, answer, end } = start()
  for (let id = 0; id < 5; id++) {
    child.stdin.write(line(id))
    expect(await answer()).toMatchObject({ id })
  }
  child.stdin.end(line(5).trim())
  expect(await answer()).toMatchObject({ id: 5 })
  expect(await end()).toEqual({ code: 0, err: '' })
})

test('a reader that goes away ends it quietly', async () => {
  const { child, answer, end } = start()
  child.stdin.write(line(0))
  await answer()
  const ended = end()
  child.stdout.destroy()
  for (let id = 1; id < 200; id++) child.stdin.write(line(id))
  expect(await ended).toEqual({ code: 0, err: '' })
})

test('where nobody reads the answers, requests are not read', async () => {
  const { child, answer, end } = start()
  child.stdin.write(line(0))
  await answer()
  child.stdout.pause()
  const count = 20_000
  for (let id = 1; id <= count; id++) child.stdin.write(line(id))
  const all = child.stdin.writableLength
  await setTimeout(3000)
  // Pipes and the buffers of both sides hold some hundred kB.
  expect(child.stdin.writableLength).toBeGreaterThan(all / 3)
  child.stdout.resume()
  for (let id = 1; id <= count; id++) expect((await answer()).id).toBe(id)
  child.stdin.end()
  expect(await end()).toEqual({ code: 0, err: '' })
})
