import type { Worker } from 'node:worker_threads'
import { onWorkerEnd } from '../../node/worker-end.ts'
import type { AnswerText } from '../answer-text.ts'
import type { WorkRequest } from '../request.ts'
import type { WireAnswer, WireWork } from '../wires/wire-work.ts'

/** What a thread can be asked. */
export type ThreadRequest = WorkRequest | WireWork

/** What it answers: with facts where it was asked over the network. */
export type ThreadAnswer = AnswerText & Partial<Pick<WireAnswer, 'facts'>>

/** What a worker says: that it has started, and then one answer for each request, in order. */
export type WorkerMessage = 'ready' | ThreadAnswer

/** A request and where its answer goes. */
export interface Job {
  readonly request: ThreadRequest
  resolve(answer: ThreadAnswer): void
  /** Whether somebody still waits for the answer. */
  isWanted(): boolean
}

/** What a thread reports. */
interface ThreadEvents {
  /** The thread can be given a further job. */
  free(): void
  /** The thread has ended with these jobs unfinished; it was at work on the first of them. */
  gone(unfinished: readonly Job[], cause: Error): void
}

/** A thread has one job to work on, and one to go on with. */
const MOST_JOBS = 2

/** One worker thread. */
export class ScorerThread {
  hasStarted = false
  readonly #worker: Worker
  readonly #jobs: Job[] = []

  constructor(worker: Worker, events: ThreadEvents) {
    this.#worker = worker
    worker.on('message', (message: WorkerMessage) => {
      if (message === 'ready') this.hasStarted = true
      else this.#jobs.shift()?.resolve(message)
      events.free()
    })
    onWorkerEnd(worker, (cause) => events.gone(this.#jobs.splice(0), cause))
  }

  /** How many jobs it can still be given. */
  get room(): number {
    return this.hasStarted ? MOST_JOBS - this.#jobs.length : 0
  }

  /** Whether it works on a job. */
  get isBusy(): boolean {
    return this.#jobs.length > 0
  }

  give(job: Job): void {
    this.#jobs.push(job)
    this.#worker.postMessage(job.request)
  }

  async stop(): Promise<void> {
    await this.#worker.terminate()
  }
}
