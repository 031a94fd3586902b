import { availableParallelism } from 'node:os'
import { Worker } from 'node:worker_threads'
import { BitMask, type MaskLike } from '../../mask/bitmask.ts'
import { checkCount, kindOf, type OptionTable, readOptions } from '../../mask/options.ts'
import { describe, integer } from '../../mask/validate.ts'
import { batchOf, type MaskBatch } from '../../reward/batch.ts'
import { MultiObjectiveReward } from '../../reward/multi-objective-reward.ts'
import type { RewardOptions } from '../../reward/reward-options.ts'
import { type BatchInput, PoolBatch } from './batch.ts'
import type { WorkerSetup } from './messages.ts'
import { sendKept } from './shared-masks.ts'
import { PoolThreads } from './threads.ts'

declare global {
  interface SymbolConstructor {
    // As in @types/node: users may compile without a library that declares it.
    readonly asyncDispose: unique symbol
  }
}

/** Options of {@link createRewardPool}. */
export interface RewardPoolOptions {
  /** Number of worker threads, 1 to 1024. Default: `os.availableParallelism()`. */
  threads?: number
}

/** Options of {@link RewardPool.scoreBatch}. */
export interface ScoreBatchOptions {
  /** Gives the batch up. */
  signal?: AbortSignal
}

/** Worker threads that score batches; made by {@link createRewardPool}. */
export interface RewardPool {
  /** Number of worker threads. */
  readonly threads: number

  /**
   * The rewards of many predictions: exactly what {@link MultiObjectiveReward.scoreBatch} returns.
   * Several batches may be under way at once; they take turns. The masks must not be changed
   * before the promise settles. The method is bound.
   *
   * @param preds - the predictions: an array of masks, or a tensor or ndarray of [masks, rows,
   * columns] or [masks, rows, columns, 1]
   * @param truths - one truth per prediction, or one for all
   * @param options - `signal`: an AbortSignal that gives the batch up
   * @returns one reward per prediction, in order; rejects with the TypeError or RangeError of
   * {@link MultiObjectiveReward.scoreBatch}, with the signal's reason when it aborts, and with an
   * Error if a worker ends unexpectedly or the pool is closed
   */
  scoreBatch(
    preds: MaskBatch,
    truths: MaskLike | MaskBatch,
    options?: ScoreBatchOptions,
  ): Promise<Float64Array>

  /** Ends the workers; batches without a result are rejected. */
  close(): Promise<void>

  /** Closes the pool at the end of a block that says `await using`. */
  [Symbol.asyncDispose](): Promise<void>
}

const MAX_THREADS = 1024

const POOL_OPTIONS: OptionTable<RewardPoolOptions> = {
  // 0 stands for as many as the machine runs at once.
  threads: { default: 0, read: (value, name) => integer(value as number, name, 1, MAX_THREADS) },
}

const BATCH_OPTIONS: OptionTable<ScoreBatchOptions, { signal: AbortSignal | undefined }> = {
  signal: { default: undefined, read: readSignal },
}

/**
 * Starts worker threads that score batches on several cores. The workers do not keep the process
 * alive, except while a batch is under way; start them once, as each needs a few batches until its
 * code is compiled.
 *
 * A worker reads masks from shared memory: those whose data lie in a `SharedArrayBuffer` are never
 * copied, others once. Pass {@link BitMask} truths when batches share them: each worker then
 * analyses a truth once and remembers it, for up to some hundred truths of 600 × 600 pixels.
 *
 * If a worker crashes, the batch that it was at work on is rejected and the worker is replaced.
 *
 * @param rewardOptions - as for {@link MultiObjectiveReward}, but without custom terms: functions
 * cannot be sent to another thread
 * @param options - `threads`: number of worker threads
 * @returns the pool, once all its workers have started
 * @throws TypeError or RangeError if an option is not valid, or there are custom terms; Error if
 * the workers cannot be started
 *
 * @example
 * ```ts
 * import { BitMask } from 'vessel-reward'
 * import { createRewardPool } from 'vessel-reward/node'
 *
 * await using pool = await createRewardPool({ weights: { precision: 0.2 } }, { threads: 2 })
 * pool.threads // => 2
 *
 * const truth = BitMask.from([[0, 1, 0], [1, 1, 1]])
 * const half = { data: new Uint8Array([0, 0, 0, 1, 1, 1]), width: 3, height: 2 }
 * await pool.scoreBatch([truth, half, truth], truth)
 * // => Float64Array [6, 4.385714285714286, 6]
 *
 * const signal = AbortSignal.abort(new RangeError('too late'))
 * await pool.scoreBatch([half], truth, { signal }) // => throws RangeError: too late
 * ```
 */
export async function createRewardPool(
  rewardOptions?: RewardOptions,
  options?: RewardPoolOptions,
): Promise<RewardPool> {
  checkCount(arguments.length, 2, 'createRewardPool')
  return openRewardPool(rewardOptions, options, spawnWorker)
}

/** A pool whose workers are started by `spawn`. */
export async function openRewardPool(
  rewardOptions: RewardOptions | undefined,
  options: RewardPoolOptions | undefined,
  spawn: (setup: WorkerSetup) => Worker,
): Promise<RewardPool> {
  refuseThreads(rewardOptions)
  // A copy, so that each option is read once: the workers get what is checked here.
  const copy = plainCopy(rewardOptions) as RewardOptions | undefined
  const reward = new MultiObjectiveReward(copy)
  const setup = setupOf(copy ?? {})
  const { threads: given } = readOptions(options, POOL_OPTIONS, 'createRewardPool')
  const size = given === 0 ? availableParallelism() : given
  const threads = new PoolThreads(size, () => spawn(setup))
  try {
    await threads.start()
  } catch (cause) {
    await threads.close()
    throw new Error('the workers of the reward pool could not be started', { cause })
  }
  const close = () => threads.close()
  return {
    threads: size,
    async scoreBatch(preds, truths, batchOptions) {
      checkCount(arguments.length, 3, 'scoreBatch')
      const { signal } = readOptions(batchOptions, BATCH_OPTIONS, 'scoreBatch')
      if (signal?.aborted) throw signal.reason
      return threads.run(new PoolBatch({ reward, ...pairsOf(preds, truths), signal }))
    },
    close,
    [Symbol.asyncDispose]: close,
  }
}

/** The number of threads is easily written where the options of the reward are. */
function refuseThreads(rewardOptions: RewardOptions | undefined): void {
  const isThere = typeof rewardOptions === 'object' && rewardOptions !== null
  if (!isThere || !('threads' in rewardOptions)) return
  throw new RangeError(
    'threads belongs in the second argument: createRewardPool(rewardOptions, { threads })',
  )
}

/** What workers need to make the same reward. */
function setupOf({ terms, within, ignore, ...options }: RewardOptions): WorkerSetup {
  if (ignore !== undefined) {
    throw new RangeError(
      'expected a reward pool without ignore: masks are packed on their way to the workers; pass within',
    )
  }
  if (Object.keys(terms ?? {}).length > 0) {
    throw new TypeError(
      'expected a reward without custom terms: their functions cannot be sent to worker threads',
    )
  }
  return {
    options,
    within:
      within === undefined
        ? undefined
        : sendKept(BitMask.pack(within, 'the field of view (within)')),
  }
}

/**
 * Options as objects that can be sent, whatever stands in for them. What is not an object of options
 * stays as it is.
 */
function plainCopy(value: unknown): unknown {
  if (kindOf(value) !== 'an object') return value
  const copy: Record<string, unknown> = {}
  for (const [name, option] of Object.entries(value as object)) {
    copy[name] = name === 'within' || name === 'terms' ? option : plainCopy(option)
  }
  return copy
}

function readSignal(value: unknown, name: string): AbortSignal {
  const { aborted, addEventListener } = Object(value) as Partial<AbortSignal>
  if (typeof aborted === 'boolean' && typeof addEventListener === 'function') {
    return value as AbortSignal
  }
  throw new TypeError(`expected ${name} to be an AbortSignal, got ${describe(value)}`)
}

/** The masks of a batch as they are now; a truth for all is packed, and thereby checked. */
function pairsOf(
  preds: MaskBatch,
  truths: MaskLike | MaskBatch,
): Pick<BatchInput, 'preds' | 'truths'> {
  const batch = batchOf(preds, truths)
  return {
    preds: [...batch.preds],
    truths:
      batch.truths === undefined
        ? BitMask.pack(batch.shared as MaskLike, 'the truth')
        : [...batch.truths],
  }
}

/**
 * The text of worker.ts with all that it imports, which the build puts here. A worker that is a file
 * would be lost by most bundlers: only some of them follow its address.
 */
declare const WORKER_SCRIPT: string

/** Starts a worker of a pool. */
export function spawnWorker(setup: WorkerSetup): Worker {
  // Flags of the process, such as --input-type or a loader, are not meant for the worker.
  const options = { workerData: setup, execArgv: [], name: 'vessel-reward' }
  return new Worker(WORKER_SCRIPT, { ...options, eval: true })
}
