import { Worker } from 'node:worker_threads'
import { onWorkerEnd } from '../../worker-end.ts'
import {
  type PairReply,
  type PairTask,
  type PairWorkerMessage,
  type PairWorkerSetup,
  sentTask,
} from './messages.ts'
import { failure } from './score-masks.ts'

/** A pair that waits for a worker, or is with one. */
interface Job {
  readonly task: PairTask
  /** How many workers ended before they began with it. */
  tries: number
  resolve(reply: PairReply): void
  reject(error: Error): void
}

/** Workers that may end before they begin with a pair; then it is lost like one that was begun. */
const MAX_TRIES = 3

/**
 * Pairs that a worker has at a time: one at work, and the next. Without that it would wait for this
 * thread, which may be decoding an image, after each pair.
 */
const GIVEN = 2

/**
 * Worker threads that score pairs, each one after the other, and are started when they are first needed.
 * One that crashes costs the pair that it was at work on, which fails by itself, and is replaced. Pairs
 * that it was given but had not begun go to another.
 */
export class PairThreads {
  readonly #size: number
  readonly #spawn: () => Worker
  readonly #threads = new Set<PairThread>()
  readonly #waiting: Job[] = []
  #closed: Error | undefined

  constructor(size: number, spawn: () => Worker) {
    this.#size = size
    this.#spawn = spawn
  }

  /** The scores of a pair; rejects if no worker can be started, or the threads are closed. */
  score(task: PairTask): Promise<PairReply> {
    return new Promise((resolve, reject) => {
      if (this.#closed !== undefined) {
        reject(this.#closed)
        return
      }
      this.#waiting.push({ task, tries: 0, resolve, reject })
      this.#handOut()
    })
  }

  /** Ends all threads; what is not scored is rejected. */
  async close(): Promise<void> {
    this.#rejectAll(new Error('the workers were stopped'))
    await Promise.all([...this.#threads].map((thread) => thread.stop()))
  }

  #rejectAll(error: Error): void {
    this.#closed ??= error
    for (const job of this.#waiting.splice(0)) job.reject(error)
    for (const { jobs } of this.#threads) for (const job of jobs) job.reject(error)
  }

  #handOut(): void {
    if (this.#closed !== undefined) return
    this.#feedThoseWith(0)
    while (this.#waiting.length > 0 && this.#threads.size < this.#size) {
      const thread: PairThread = new PairThread(this.#spawn(), {
        free: () => this.#handOut(),
        gone: (cause) => this.#lose(thread, cause),
      })
      this.#threads.add(thread)
      this.#feedThoseWith(0)
    }
    for (let count = 1; count < GIVEN; count++) this.#feedThoseWith(count)
  }

  /** Gives one more to each thread that has so many. */
  #feedThoseWith(count: number): void {
    for (const thread of this.#threads) {
      if (thread.jobs.length !== count) continue
      const job = this.#waiting.shift()
      if (job !== undefined) thread.give(job)
    }
  }

  #lose(thread: PairThread, cause: Error): void {
    this.#threads.delete(thread)
    const { jobs } = thread
    if (!thread.hasStarted) {
      // The next one would not start either.
      const error = new Error('the workers could not be started', { cause })
      for (const job of jobs) job.reject(error)
      this.#rejectAll(error)
      return
    }
    const [first] = jobs
    if (first !== undefined && (thread.hasBegun || ++first.tries === MAX_TRIES)) {
      jobs.shift()
      const lost = failure(`the worker that scored this pair ended: ${cause.message}`)
      first.resolve({ ours: lost, theirs: first.task.other && lost })
    }
    this.#waiting.unshift(...jobs)
    this.#handOut()
  }
}

interface ThreadEvents {
  free(): void
  gone(cause: Error): void
}

/** One worker; it keeps the process alive only while it has pairs. */
class PairThread {
  hasStarted = false
  /** Whether it is at work on the first of its pairs. */
  hasBegun = false
  /** The pairs that it was given and has not answered, in their order. */
  readonly jobs: Job[] = []
  readonly #worker: Worker

  constructor(worker: Worker, events: ThreadEvents) {
    this.#worker = worker
    worker.on('message', (message: PairWorkerMessage) => {
      if (message === 'ready') {
        this.hasStarted = true
        return
      }
      if (message === 'begun') {
        this.hasBegun = true
        return
      }
      this.hasBegun = false
      const job = this.jobs.shift()
      if (this.jobs.length === 0) worker.unref()
      job?.resolve(message)
      events.free()
    })
    onWorkerEnd(worker, events.gone)
  }

  give(job: Job): void {
    this.jobs.push(job)
    this.#worker.ref()
    this.#worker.postMessage(sentTask(job.task))
  }

  async stop(): Promise<void> {
    await this.#worker.terminate()
  }
}

/** The text of pair-worker.ts with all that it imports, which the build puts here. */
declare const PAIR_WORKER_SCRIPT: string

/** Whether this is the built package; its sources alone have no script for workers. */
export const hasWorkers = (): boolean => typeof PAIR_WORKER_SCRIPT !== 'undefined'

/** Starts a worker that scores pairs. */
export function spawnPairWorker(setup: PairWorkerSetup): Worker {
  // Flags of the process, such as --input-type or a loader, are not meant for the worker.
  const options = { workerData: setup, execArgv: [], name: 'vessel-reward' }
  return new Worker(PAIR_WORKER_SCRIPT, { ...options, eval: true })
}
