import { Worker } from 'node:worker_threads'
import type { Limits } from '../limits.ts'
import { errorAnswer, RequestError } from '../request-error.ts'
import { type Job, ScorerThread, type ThreadAnswer, type ThreadRequest } from './scorer-thread.ts'

/**
 * Worker threads that answer requests. A thread that ends costs the request that it worked on an
 * error, `worker-failed`, and is replaced; others are answered as if nothing had happened.
 */
export class ScorerThreads {
  readonly size: number
  readonly #spawn: () => Worker
  readonly #threads = new Set<ScorerThread>()
  /** Requests that no thread has. */
  readonly #waiting: Job[] = []
  #isClosed = false

  constructor(size: number, spawn: () => Worker) {
    this.size = size
    this.#spawn = spawn
    for (let k = 0; k < size; k++) this.#start()
  }

  /** Requests that wait for a thread. */
  get waiting(): number {
    return this.#waiting.length
  }

  /** Threads that can be given work, and those of them that work. */
  get threads(): { started: number; busy: number } {
    const started = [...this.#threads].filter((thread) => thread.hasStarted)
    return { started: started.length, busy: started.filter((thread) => thread.isBusy).length }
  }

  /**
   * The answer to a request; never rejects.
   *
   * @param isWanted - is asked before the work is begun: what nobody waits for is left out
   */
  answer(request: ThreadRequest, isWanted: () => boolean = () => true): Promise<ThreadAnswer> {
    return new Promise((resolve) => {
      this.#waiting.push({ request, resolve, isWanted })
      // Where none could be started it is tried again.
      if (this.#threads.size === 0) this.#start()
      this.#handOut()
    })
  }

  /** Ends all threads; what they had not answered is answered by an error. */
  async close(): Promise<void> {
    this.#isClosed = true
    await Promise.all([...this.#threads].map((thread) => thread.stop()))
  }

  #start(): void {
    const thread: ScorerThread = new ScorerThread(this.#spawn(), {
      free: () => this.#handOut(),
      gone: (unfinished, cause) => this.#lose(thread, unfinished, cause),
    })
    this.#threads.add(thread)
  }

  #lose(thread: ScorerThread, [begun, ...others]: readonly Job[], cause: Error): void {
    this.#threads.delete(thread)
    if (begun !== undefined) fail(begun, cause)
    this.#waiting.unshift(...others)
    if (this.#isClosed || (!thread.hasStarted && this.#threads.size === 0)) {
      for (const job of this.#waiting.splice(0)) fail(job, cause)
    } else if (thread.hasStarted) this.#start()
    this.#handOut()
  }

  /** Gives each thread a job, and then those that are left one more to go on with. */
  #handOut(): void {
    for (const room of [2, 1]) {
      for (const thread of this.#threads) {
        if (thread.room !== room) continue
        const job = this.#next()
        if (job === undefined) return
        thread.give(job)
      }
    }
  }

  #next(): Job | undefined {
    for (;;) {
      const job = this.#waiting.shift()
      if (job === undefined || job.isWanted()) return job
      fail(job, new Error('nobody waited for the answer'))
    }
  }
}

function fail({ request, resolve }: Job, cause: Error): void {
  const error = new RequestError(
    'worker-failed',
    `the thread that worked on this request ended: ${cause.message}`,
  )
  const { id, error: told } = errorAnswer(request.id, error, request.line)
  const answer = request.op === 'wire' ? { error: told } : { id, error: told }
  resolve({ text: JSON.stringify(answer), isError: true })
}

/** The text of worker.ts with all that it imports, which the build puts here. */
declare const SCORER_SCRIPT: string

/** Starts a thread that keeps its share of the truths. */
export function spawnScorer(limits: Limits, threads: number): Worker {
  const workerData = { ...limits, truthBytes: limits.truthBytes / threads }
  // Flags of the process, such as --input-type or a loader, are not meant for the worker.
  const options = { workerData, execArgv: [], name: 'vessel-reward-scorer' }
  return new Worker(SCORER_SCRIPT, { ...options, eval: true })
}
