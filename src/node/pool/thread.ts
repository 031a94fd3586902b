import type { Worker } from 'node:worker_threads'
import type { Chunk } from './batch.ts'
import type { WorkerMessage } from './messages.ts'
import { Slab } from './slab.ts'

/** What a thread reports. */
export interface ThreadEvents {
  /** The thread can be given a further chunk. */
  free(): void
  /** The thread has ended with these chunks unfinished; it was at work on the first of them. */
  gone(unfinished: readonly Chunk[], cause: Error): void
}

/** A chunk that a thread has, and the memory in which its masks lie. */
interface Held {
  readonly chunk: Chunk
  readonly slab: Slab
}

/** One worker thread. It is given a second chunk to go on with while it works on the first. */
export class PoolThread {
  /** Settles when the thread has started, or failed to. */
  readonly started: Promise<void>
  hasStarted = false
  readonly #worker: Worker
  readonly #held: Held[] = []
  readonly #free: Slab[] = [new Slab(), new Slab()]

  constructor(worker: Worker, events: ThreadEvents) {
    this.#worker = worker
    this.started = new Promise((resolve, reject) => {
      let cause: Error | undefined
      worker.on('message', (message: WorkerMessage) => {
        this.#receive(message)
        resolve()
        events.free()
      })
      worker.on('error', (error: Error) => {
        cause = error
      })
      worker.on('messageerror', (error: Error) => {
        cause = error
        worker.terminate()
      })
      worker.on('exit', (code) => {
        cause ??= new Error(`the thread exited with code ${code}`)
        reject(cause)
        const unfinished = this.#held.splice(0)
        events.gone(
          unfinished.map(({ chunk }) => chunk),
          cause,
        )
      })
    })
  }

  /** Whether it has nothing to do. */
  get isIdle(): boolean {
    return this.hasRoom && this.#held.length === 0
  }

  /** Whether it can be given a chunk. */
  get hasRoom(): boolean {
    return this.hasStarted && this.#free.length > 0
  }

  /** Gives it the chunk that `take` puts into a slab; returns whether there was one. */
  give(take: (slab: Slab) => Chunk | undefined): boolean {
    const [slab] = this.#free
    slab.clear()
    const chunk = take(slab)
    if (chunk === undefined) return false
    this.#free.shift()
    this.#held.push({ chunk, slab })
    this.#worker.postMessage(chunk.message)
    return true
  }

  /** Whether the thread keeps the process alive. */
  keepAlive(alive: boolean): void {
    if (alive) this.#worker.ref()
    else this.#worker.unref()
  }

  async stop(): Promise<void> {
    await this.#worker.terminate()
  }

  #receive(message: WorkerMessage): void {
    if (message === 'ready') {
      this.hasStarted = true
      return
    }
    const { chunk, slab } = this.#held.shift() as Held
    this.#free.push(slab)
    chunk.batch.complete(chunk, message)
  }
}
