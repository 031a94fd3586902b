import { Worker } from 'node:worker_threads'
import { afterEach, describe, expect, test } from 'vitest'
import { MultiObjectiveReward } from '../../../src/index.ts'
import { DEFAULT_LIMITS } from '../../../src/serve/limits.ts'
import { readRequest, type WorkRequest } from '../../../src/serve/request.ts'
import { ScorerThreads, spawnScorer } from '../../../src/serve/threads/scorer-threads.ts'
import config from '../../../tsup.config.ts'

const defaults = { limits: DEFAULT_LIMITS, reward: {}, metrics: undefined, settings: {} }
const nothing = { get: () => undefined, set: () => false }
const work = (id: number, width = 1 + (id % 5)): WorkRequest =>
  readRequest(
    {
      id,
      truth: { size: [1, width], counts: [0, width] },
      prediction: { size: [1, width], counts: [0, 1, width - 1] },
    },
    defaults,
    nothing,
  ) as WorkRequest

const { score } = new MultiObjectiveReward()
const expected = (id: number, width = 1 + (id % 5)) =>
  score([Array.from({ length: width }, (_, x) => Number(x === 0))], [new Array(width).fill(1)])

let threads: ScorerThreads | undefined
afterEach(() => threads?.close())

const scriptOf = (): string => JSON.parse(config.define?.SCORER_SCRIPT ?? '')

/** Workers that do as they are told by the name of a request. */
const HOOK = `
  const { parentPort } = require('node:worker_threads')
  parentPort.on('message', ({ id }) => {
    if (id === 'exit') process.exit(3)
    if (id === 'throw') parentPort.postMessage = () => { throw new RangeError('broken') }
    if (id === 'memory') for (const all = []; ; ) all.push(new Array(1e5).fill(1.5))
  });`

test('threads answer as one scorer does', async () => {
  const own = new ScorerThreads(3, () => spawnScorer(DEFAULT_LIMITS, 3))
  threads = own
  const answers = await Promise.all(Array.from({ length: 60 }, (_, id) => own.answer(work(id))))
  answers.forEach(({ text, isError }, id) => {
    expect(isError).toBe(false)
    expect(JSON.parse(text)).toMatchObject({ id, reward: expected(id), valid: 1 })
  })
})

describe('a thread that ends', () => {
  const start = (size: number) => {
    const workers: Worker[] = []
    const spawn = () => {
      const worker = new Worker(HOOK + scriptOf(), {
        workerData: DEFAULT_LIMITS,
        eval: true,
        execArgv: [],
        resourceLimits: { maxOldGenerationSizeMb: 64 },
      })
      workers.push(worker)
      return worker
    }
    threads = new ScorerThreads(size, spawn)
    return { own: threads, workers }
  }

  test.each([
    ['exit', /exited with code 3/],
    ['throw', /broken/],
    ['memory', /memory/],
  ])('by %s costs its request an error, and no other', async (id, reason) => {
    const { own, workers } = start(2)
    const requests = Array.from({ length: 30 }, (_, k) =>
      k % 10 === 4 ? { ...work(k), id, line: k } : work(k),
    )
    const answers = await Promise.all(requests.map((request) => own.answer(request)))
    answers.forEach(({ text, isError }, k) => {
      expect(isError).toBe(k % 10 === 4)
      if (!isError) expect(JSON.parse(text)).toMatchObject({ id: k, reward: expected(k) })
      else {
        expect(JSON.parse(text)).toEqual({
          id,
          error: { code: 'worker-failed', message: expect.stringMatching(reason), line: k },
        })
      }
    })
    expect(workers.length).toBe(5)
  })

  test('while nothing is asked is replaced', async () => {
    const { own, workers } = start(1)
    await own.answer(work(1))
    await workers[0].terminate()
    expect(JSON.parse((await own.answer(work(2))).text)).toMatchObject({ reward: expected(2) })
    expect(workers.length).toBe(2)
  })

  test('and cannot be started fails what waits, and is tried again', async () => {
    let script = 'process.exit(7)'
    threads = new ScorerThreads(
      2,
      () => new Worker(script, { workerData: DEFAULT_LIMITS, eval: true, execArgv: [] }),
    )
    const own = threads
    const failed = await Promise.all([own.answer(work(1)), own.answer(work(2))])
    for (const { text } of failed) {
      expect(JSON.parse(text).error).toMatchObject({ code: 'worker-failed' })
    }
    script = scriptOf()
    expect(JSON.parse((await own.answer(work(3))).text)).toMatchObject({ reward: expected(3) })
  })
})

test('what waits when threads are closed is answered by an error', async () => {
  const own = new ScorerThreads(1, () => spawnScorer(DEFAULT_LIMITS, 1))
  const answers = Array.from({ length: 5 }, (_, id) => own.answer(work(id)))
  await own.close()
  for (const { text } of await Promise.all(answers)) {
    expect(JSON.parse(text).error).toMatchObject({ code: 'worker-failed' })
  }
})
