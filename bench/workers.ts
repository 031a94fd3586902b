import type { MaskLike } from '../src/index.ts'
import type { MaskSet } from './inputs.ts'
import type { Contestant, Race } from './measure.ts'
import { raw } from './stages.ts'

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

/** Masks of one batch; fewer would leave the second worker idle at the end of it. */
const BATCH = 32

/** Pools of one and of two workers on equal batches, where the entry for Node has pools. */
export async function workerRace(
  node: object | undefined,
  set: MaskSet,
): Promise<WorkerRace | undefined> {
  if (node === undefined || !('createRewardPool' in node)) return undefined
  const { createRewardPool } = node as PoolEntry
  const { preds, truths } = raw(set)
  const repeats = Math.max(1, Math.round(BATCH / preds.length))
  const repeat = (masks: MaskLike[]) => Array.from({ length: repeats }, () => masks).flat()
  const [batchPreds, batchTruths] = [repeat(preds), repeat(truths)]
  const pools: Pool[] = []
  const stages: Contestant[] = []
  for (const threads of [1, 2]) {
    const pool = await createRewardPool({}, { threads })
    pools.push(pool)
    stages.push({
      name: `pool of ${threads}`,
      async run(passes) {
        const begin = process.hrtime.bigint()
        for (let i = 0; i < passes; i++) await pool.scoreBatch(batchPreds, batchTruths)
        return Number(process.hrtime.bigint() - begin) / repeats
      },
    })
  }
  return {
    stages,
    ratios: [{ name: '1 worker / 2 workers', over: 'pool of 1', under: 'pool of 2' }],
    async close() {
      for (const pool of pools) await pool[Symbol.asyncDispose]()
    },
  }
}
