import { once } from 'node:events'
import { Worker } from 'node:worker_threads'
import type { MaskLike } from '../src/index.ts'
import { LARGE_PIXELS, type MaskSet } from './inputs.ts'
import type { Library } from './library.ts'
import type { Contestant, Race } from './measure.ts'

interface Pool extends AsyncDisposable {
  scoreBatch(preds: readonly MaskLike[], truths: readonly MaskLike[]): Promise<Float64Array>
}

interface PoolEntry {
  createRewardPool(options: object, pool: { threads: number }): Promise<Pool>
}

/** Pools that compete. */
export interface WorkerRace {
  stages: Contestant[]
  ratios: Race['ratios']
  close(): Promise<void>
}

/** Pairs of a batch, of small and of large masks: some tenths of a second of work. */
const BATCH = 256
const LARGE_BATCH = 32

/**
 * Pools of one and of two workers on equal batches, where the entry for Node has pools. Predictions
 * lie in shared memory, where a trainer would write them, and truths are packed. With them two
 * threads without any coordination compete against one: what the machine gives.
 */
export async function workerRace(
  node: object | undefined,
  { BitMask }: Pick<Library, 'BitMask'>,
  set: MaskSet,
): Promise<WorkerRace | undefined> {
  if (node === undefined || !('createRewardPool' in node)) return undefined
  const { createRewardPool } = node as PoolEntry
  const { width, height } = set
  const batch = width * height > LARGE_PIXELS ? LARGE_BATCH : BATCH
  const repeats = Math.max(1, Math.round(batch / set.preds.length))
  const repeat = <T>(masks: T[]) => Array.from({ length: repeats }, () => masks).flat()
  const preds = repeat(set.preds.map((pred) => ({ data: shared(pred), width, height })))
  const truths = repeat(set.truths.map((data) => BitMask.from({ data, width, height })))
  const pools: Pool[] = []
  const stages: Contestant[] = []
  for (const threads of [1, 2]) {
    const pool = await createRewardPool({}, { threads })
    pools.push(pool)
    stages.push(timed(`pool of ${threads}`, repeats, () => pool.scoreBatch(preds, truths)))
  }
  const spinners = [spinner(), spinner()]
  stages.push(
    timed('one thread of arithmetic', repeats, () => spinners[0].spin(SPINS)),
    timed('two threads of arithmetic', repeats, () =>
      Promise.all(spinners.map(({ spin }) => spin(SPINS / 2))),
    ),
  )
  return {
    stages,
    ratios: [
      { name: '1 worker / 2 workers', over: 'pool of 1', under: 'pool of 2' },
      {
        name: 'one thread / two threads, arithmetic',
        over: 'one thread of arithmetic',
        under: 'two threads of arithmetic',
      },
    ],
    async close() {
      for (const pool of pools) await pool[Symbol.asyncDispose]()
      for (const { worker } of spinners) await worker.terminate()
    },
  }
}

/** Wall time whatever the clock: what workers compute at the same time counts once. */
function timed(name: string, repeats: number, call: () => Promise<unknown>): Contestant {
  return {
    name,
    async run(passes) {
      const begin = process.hrtime.bigint()
      for (let i = 0; i < passes; i++) await call()
      return Number(process.hrtime.bigint() - begin) / repeats
    },
  }
}

function shared(bytes: Uint8Array): Uint8Array {
  const copy = new Uint8Array(new SharedArrayBuffer(bytes.length))
  copy.set(bytes)
  return copy
}

/** Steps of arithmetic; about a tenth of a second. */
const SPINS = 1e8

const SPINNER = `
const { parentPort } = require('node:worker_threads')
parentPort.on('message', (steps) => {
  let x = 1
  for (let i = 0; i < steps; i++) x = (Math.imul(x, 1103515245) + 12345) | 0
  parentPort.postMessage(x)
})`

/** A thread that computes in its registers, and nothing else. */
function spinner() {
  const worker = new Worker(SPINNER, { eval: true })
  const spin = async (steps: number) => {
    worker.postMessage(steps)
    await once(worker, 'message')
  }
  return { worker, spin }
}
