import { writeFile } from 'node:fs/promises'
import { Worker } from 'node:worker_threads'
import { type CaseFailure, evaluateFolder, evaluatePairs, readPairs } from 'vessel-reward/node'
import { describe, expect, it } from 'vitest'
import { type FilesScored, scoreFiles } from '../../../../src/node/folders/scoring/score-files.ts'
import config from '../../../../tsup.config.ts'
import { pairsFolder } from '../folder-fixture.ts'

const COUNT = 9
const { at } = pairsFolder(COUNT)
const SETTINGS = { byCaliber: true, errors: true } as const

const script: string = JSON.parse(config.define?.PAIR_WORKER_SCRIPT ?? '')

const settings = (jobs: number, more: object = {}) => ({
  evaluate: { metrics: ['dice'] as const },
  reward: 'design' as const,
  byCaliber: false,
  errors: false,
  threshold: undefined,
  isAgainst: false,
  isStamped: false,
  signal: undefined,
  jobs,
  ...more,
})

/** Code that runs what follows on the second pair. */
const SECOND = 'globalThis.n = (globalThis.n ?? 0) + 1; if (globalThis.n === 2)'

/** Starts workers whose script begins with `code`; its `task` is the first message. */
const spawning = (code: string) => (workerData: unknown) => {
  const before = `{ const { parentPort } = require('node:worker_threads'); parentPort.on('message', (task) => { ${code} }) };`
  return new Worker(before + script, { eval: true, workerData, execArgv: [] })
}

async function all(...args: Parameters<typeof scoreFiles>): Promise<FilesScored[]> {
  const found: FilesScored[] = []
  for await (const one of scoreFiles(...args)) found.push(one)
  return found
}

describe('workers', () => {
  it.each([2, 3, 12])('%i of them find out what one thread does, in its order', async (jobs) => {
    const run = (more: object) =>
      evaluateFolder(at('pred'), at('truth'), { ...SETTINGS, against: at('other'), ...more })
    const alone = await run({ jobs: 1 })
    expect(alone.cases).toHaveLength(COUNT)
    expect(await run({ jobs })).toEqual(alone)
  })

  it('leave the pair that cannot be read as a failure', async () => {
    const { pairs } = await readPairs(at('pred'), at('truth'))
    const broken = pairs.map((pair, i) => (i % 4 === 1 ? { ...pair, pred: at('none.png') } : pair))
    const options = { evaluate: { metrics: ['dice'] as const } }
    for (const jobs of [1, 2]) {
      const found = []
      for await (const one of evaluatePairs(broken, { ...options, jobs }))
        found.push('error' in one)
      expect(found).toEqual(broken.map((_, i) => i % 4 === 1))
    }
  })

  it('cost a pair where they crash, and nothing else', async () => {
    const { pairs } = await readPairs(at('pred'), at('truth'))
    const good = await all(pairs, settings(1))
    // A worker that has begun its second pair ends; then there are others.
    const code = `${SECOND} { parentPort.postMessage('begun'); process.exit(7) }`
    const found = await all(pairs, settings(2), spawning(code))
    const failed = found.filter(({ ours }) => 'error' in ours)
    expect(failed.length).toBeGreaterThanOrEqual(3)
    expect(failed.length).toBeLessThan(COUNT / 2 + 1)
    for (const { ours } of failed) expect((ours as CaseFailure).error).toContain('code 7')
    for (const [i, one] of found.entries()) if (!failed.includes(one)) expect(one).toEqual(good[i])
  })

  it('cost nothing where they end before they begin a pair, or after their answer', async () => {
    const { pairs } = await readPairs(at('pred'), at('truth'))
    const good = await all(pairs, settings(1))
    // The pair that makes it throw is answered for, and so it is given another before it ends.
    for (const end of ['process.exit(7)', "throw new Error('no luck')"]) {
      expect(await all(pairs, settings(2), spawning(`${SECOND} ${end}`))).toEqual(good)
    }
  })

  it('that always end before they begin a pair cost it in the end', async () => {
    const { pairs } = await readPairs(at('pred'), at('truth'))
    const found = await all(pairs.slice(0, 2), settings(2), spawning('process.exit(7)'))
    for (const { ours } of found) expect((ours as CaseFailure).error).toContain('code 7')
  })

  it('that never start are an error of all', async () => {
    const { pairs } = await readPairs(at('pred'), at('truth'))
    const spawn = () => new Worker('process.exit(3)', { eval: true })
    const call = all(pairs, settings(2), spawn)
    await expect(call).rejects.toThrow('the workers could not be started')
  })

  it('end where a signal says so, or nobody asks for more', async () => {
    const { pairs } = await readPairs(at('pred'), at('truth'))
    const many = Array.from({ length: 40 }, () => pairs).flat()
    const workers: Worker[] = []
    const spawn = (workerData: unknown) => {
      workers.push(new Worker(script, { eval: true, workerData, execArgv: [] }))
      return workers[workers.length - 1]
    }
    const stop = new AbortController()
    let count = 0
    const call = async () => {
      for await (const _ of scoreFiles(many, settings(2, { signal: stop.signal }), spawn)) {
        if (++count === 5) stop.abort(new Error('enough'))
      }
    }
    await expect(call()).rejects.toThrow('enough')
    expect(count).toBe(5)
    for await (const _ of scoreFiles(many, settings(2), spawn)) break
    expect(workers).toHaveLength(4)
    // A thread that has ended has no id.
    expect(workers.map(({ threadId }) => threadId)).toEqual([-1, -1, -1, -1])
  })

  it('read little ahead of what is asked for', async () => {
    const { pairs } = await readPairs(at('pred'), at('truth'))
    let taken = 0
    function* counted() {
      for (let i = 0; i < 10_000; i++) {
        taken++
        yield pairs[i % COUNT]
      }
    }
    const results = scoreFiles(counted(), settings(2))
    for (let i = 0; i < 10; i++) await results.next()
    await new Promise((resolve) => setTimeout(resolve, 200))
    expect(taken).toBeLessThan(10 + 2 * 8 + 1)
    await results.return(undefined)
  })

  it('are as many as the work is worth', async () => {
    const { pairs } = await readPairs(at('pred'), at('truth'))
    let spawned = 0
    const spawn = (workerData: unknown) => {
      spawned++
      return new Worker(script, { eval: true, workerData, execArgv: [] })
    }
    await all(pairs, settings(0), spawn)
    expect(spawned).toBe(0)
    // The header of an image decides, before it turns out to be damaged.
    const header = Buffer.alloc(33)
    header.write('\x89PNG\r\n\x1a\n\0\0\0\rIHDR', 'latin1')
    header.writeUInt32BE(4000, 16)
    header.writeUInt32BE(4000, 20)
    await writeFile(at('large.png'), header)
    const large = [{ ...pairs[0], truth: at('large.png') }, ...pairs.slice(1)]
    // Of overlap the work is decoding, which workers do not do.
    await all(large, settings(0), spawn)
    expect(spawned).toBe(0)
    await all(large, settings(0, { evaluate: { metrics: ['clDice'] } }), spawn)
    expect(spawned).toBeGreaterThan(0)
    spawned = 0
    const some = large.slice(0, 3)
    await all(some, settings(0, { evaluate: { metrics: ['clDice'] } }), spawn)
    expect(spawned).toBe(0)
    await all(some, settings(0, { evaluate: { metrics: ['clDice', 'hd95'] } }), spawn)
    expect(spawned).toBeGreaterThan(0)
    spawned = 0
    await all(some, settings(0, { errors: true }), spawn)
    expect(spawned).toBeGreaterThan(0)
  })
})
