import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { availableParallelism } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { Worker, type WorkerOptions } from 'node:worker_threads'
import { build } from 'tsup'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { BitMask, type MaskLike } from '../../../src/index.ts'
import { createRewardPool } from '../../../src/node/index.ts'
import type { WorkerSetup } from '../../../src/node/pool/messages.ts'
import { openRewardPool } from '../../../src/node/pool/reward-pool.ts'
import config from '../../../tsup.config.ts'
import { expectSame, failureOf, masks } from './pool-helpers.ts'

test('a pool scores exactly like scoreBatch after more truths than a worker remembers', async () => {
  const options = { weights: { topology: 0, length: 0 } }
  await using own = await createRewardPool(options, { threads: 1 })
  const truths = Array.from({ length: 18 }, (_, i) =>
    BitMask.from({ data: new Uint8Array(2 ** 24).fill(1, i), width: 4096, height: 4096 }),
  )
  for (const order of [truths, truths.toReversed()]) {
    await expectSame(
      own,
      order,
      order.map(() => truths[0]),
      options,
    )
    await expectSame(
      own,
      order.map(() => truths[0]),
      order,
      options,
    )
  }
})

const workerScript: string = JSON.parse(config.define?.WORKER_SCRIPT ?? '')

/** Workers that do as they are told by the width of a mask. */
const HOOK = `
  const { parentPort } = require('node:worker_threads')
  parentPort.on('message', ({ preds }) => {
    const has = (width) => preds.some((mask) => mask.width === width)
    if (has(13)) process.exit(3)
    if (has(14)) parentPort.postMessage = () => { throw new RangeError('broken') }
    if (has(15)) for (const all = []; ; ) all.push(new Array(1e5).fill(1.5))
    if (has(16)) for (;;) {}
  });`

describe('workers that end', () => {
  const workers: Worker[] = []
  let script = HOOK
  const spawn = (workerData: WorkerSetup) => {
    const options: WorkerOptions = { workerData, eval: true, execArgv: [] }
    const resourceLimits = { maxOldGenerationSizeMb: 64 }
    const worker = new Worker(script + workerScript, { ...options, resourceLimits })
    workers.push(worker)
    return worker
  }
  const order = (width: number): MaskLike => ({ data: new Uint8Array(width), width, height: 1 })
  const alive = () => workers.filter(({ threadId }) => threadId !== -1).length
  afterEach(() => {
    script = HOOK
    workers.length = 0
  })

  test.each([
    [13, /code 3/],
    [14, /broken/],
    [15, /memory/],
  ])('are replaced, and their batch is rejected (%i)', async (width, reason) => {
    await using own = await openRewardPool({}, { threads: 2 }, spawn)
    const preds = masks(300, 40, 40)
    const crash = own.scoreBatch([order(width)], order(width))
    const other = expectSame(own, preds, preds.toReversed())
    const error = await failureOf(crash)
    expect(error.message).toBe('a worker of the reward pool ended while it scored this batch')
    expect((error.cause as Error).message).toMatch(reason)
    await other
    await expectSame(own, preds, preds[0])
    expect(workers.length).toBe(3)
    expect(alive()).toBe(2)
  })

  test('leave a batch alone of which they have not begun a chunk', async () => {
    await using own = await openRewardPool({}, { threads: 1 }, spawn)
    const preds = masks(40, 40, 40)
    const crash = own.scoreBatch([order(13)], order(13))
    const other = expectSame(own, preds, preds.toReversed())
    await failureOf(crash)
    await other
  })

  test('are replaced when they are killed', async () => {
    await using own = await openRewardPool({}, { threads: 1 }, spawn)
    const stuck = own.scoreBatch([order(16)], order(16))
    setImmediate(() => workers[0].terminate())
    expect(((await failureOf(stuck)).cause as Error).message).toMatch('code 1')
    await workers[1]?.terminate()
    const preds = masks(5, 40, 40)
    await expectSame(own, preds, preds[0])
  })

  test('and cannot be replaced make batches fail, until they can', async () => {
    await using own = await openRewardPool({}, { threads: 2 }, spawn)
    script = 'process.exit(9);'
    const preds = masks(5, 40, 40)
    await failureOf(own.scoreBatch([order(13)], order(13)))
    await failureOf(own.scoreBatch([order(13)], order(13)))
    const error = await failureOf(own.scoreBatch(preds, preds))
    expect(error.message).toBe('no worker of the reward pool could be started')
    expect((error.cause as Error).message).toMatch('code 9')
    script = HOOK
    await expectSame(own, preds, preds)
  })

  test('and cannot be started make no pool', async () => {
    script = 'throw new Error("no such thing");'
    const error = await failureOf(openRewardPool({}, { threads: 2 }, spawn))
    expect(error.message).toBe('the workers of the reward pool could not be started')
    expect((error.cause as Error).message).toBe('no such thing')
    expect(alive()).toBe(0)
  })

  test('are as many as the machine runs at once', async () => {
    let starts = 0
    const open = openRewardPool({}, {}, () => {
      starts++
      throw new Error('not today')
    })
    expect((await failureOf(open)).cause).toEqual(new Error('not today'))
    expect(starts).toBe(availableParallelism())
  })

  test('end with their pool, and batches with them', async () => {
    const own = await openRewardPool({}, { threads: 2 }, spawn)
    const preds = masks(300, 64, 64)
    const failure = failureOf(own.scoreBatch(preds, preds))
    const closed = own.close()
    expect((await failure).message).toBe('the reward pool was closed')
    await closed
    expect(alive()).toBe(0)
    expect((await failureOf(own.scoreBatch(preds, preds))).message).toBe(
      'this reward pool is closed',
    )
    await own.close()
    await own[Symbol.asyncDispose]()
    expect(workers.length).toBe(2)
  })

  test('end at the end of the block that uses them', async () => {
    {
      await using own = await openRewardPool({}, { threads: 1 }, spawn)
      expect(own.threads).toBe(1)
      expect(alive()).toBe(1)
    }
    expect(alive()).toBe(0)
  })
})

describe('the built pool', () => {
  const root = fileURLToPath(new URL('../../../', import.meta.url))
  let folder: string
  beforeAll(async () => {
    const cache = join(root, 'node_modules', '.cache')
    mkdirSync(cache, { recursive: true })
    folder = mkdtempSync(join(cache, 'pool-test-'))
    await build({ ...config, outDir: folder, dts: false, config: false, silent: true })
  })
  afterAll(() => rmSync(folder, { recursive: true }))

  /** Runs a module in a process of its own, which must end by itself. */
  function run(code: string): string {
    const script = `
      const { createRewardPool } = await import(${JSON.stringify(pathToFileURL(join(folder, 'node.js')))})
      process.on('exit', (code) => console.log('exit', code))
      const pool = await createRewardPool({}, { threads: 2 })
      const mask = { data: new Uint8Array(9e4).fill(1), width: 300, height: 300 }
      ${code}`
    const flags = ['--input-type=module', '-e', script]
    return execFileSync(process.execPath, flags, { encoding: 'utf8', timeout: 60_000 })
  }

  test('does not keep the process alive when it is idle', () => {
    expect(run('')).toBe('exit 0\n')
    expect(run('console.log((await pool.scoreBatch([mask], mask))[0])')).toBe('6\nexit 0\n')
  })

  test('keeps the process alive while a batch is under way', () => {
    const code =
      'pool.scoreBatch(Array(500).fill(mask), mask).then((all) => console.log(all.length))'
    expect(run(code)).toBe('500\nexit 0\n')
  })

  test('lets the process end when it is closed, and when a batch is given up', () => {
    expect(run('await pool.close(); console.log("closed")')).toBe('closed\nexit 0\n')
    const code = `
      const controller = new AbortController()
      const batch = pool.scoreBatch(Array(5000).fill(mask), mask, { signal: controller.signal })
      setImmediate(() => controller.abort('enough'))
      await batch.catch(console.log)`
    expect(run(code)).toBe('enough\nexit 0\n')
    expect(
      run(`pool.scoreBatch([mask], mask).catch(({ message }) => console.log(message))
      pool.close()`),
    ).toBe('the reward pool was closed\nexit 0\n')
  })
})
