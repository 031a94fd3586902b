import type { Worker } from 'node:worker_threads'
import { onWorkerEnd } from '../worker-end.ts'
import type { Chunk, PoolBatch } from './batch.ts'
import type { WorkerMessage } from './messages.ts'
import { Slab } from './shared-masks.ts'

/**
 * Worker threads that share the chunks of all batches, which take turns: a small batch does not
 * wait for the end of a large one. A thread that ends is replaced.
 */
export class PoolThreads {
  readonly size: number
  readonly #spawn: () => Worker
  readonly #threads = new Set<PoolThread>()
  /** Batches without a result. */
  readonly #pending = new Set<PoolBatch>()
  /** Those of them in which pairs wait; the next one to be asked stands first. */
  #turns: PoolBatch[] = []
  /** While anything is waited for the threads keep the process alive. */
  #waits = 0
  #closing: Promise<void> | undefined

  constructor(size: number, spawn: () => Worker) {
    this.size = size
    this.#spawn = spawn
  }

  /** Starts all threads; rejects if one cannot be started. */
  async start(): Promise<void> {
    this.#wait(1)
    try {
      await Promise.all(Array.from({ length: this.size }, () => this.#startOne()))
    } finally {
      this.#wait(-1)
    }
  }

  /** Works on a batch until it has a result. */
  run(batch: PoolBatch): Promise<Float64Array> {
    if (this.#closing !== undefined) batch.reject(new Error('this reward pool is closed'))
    this.#pending.add(batch)
    this.#wait(1)
    const end = () => {
      this.#pending.delete(batch)
      this.#wait(-1)
    }
    batch.result.then(end, end)
    if (batch.waiting > 0) {
      this.#turns.push(batch)
      this.#startMissing()
      this.#handOut()
    }
    return batch.result
  }

  /** Rejects what is pending and ends all threads. */
  close(): Promise<void> {
    this.#closing ??= this.#stop()
    return this.#closing
  }

  async #stop(): Promise<void> {
    for (const batch of this.#pending) batch.reject(new Error('the reward pool was closed'))
    await Promise.all([...this.#threads].map((thread) => thread.stop()))
  }

  #wait(change: 1 | -1): void {
    this.#waits += change
    // A thread that is being stopped must be waited for.
    if (this.#closing !== undefined) return
    for (const thread of this.#threads) thread.keepAlive(this.#waits > 0)
  }

  async #startOne(): Promise<void> {
    const thread: PoolThread = new PoolThread(this.#spawn(), {
      free: () => this.#handOut(),
      gone: (unfinished, cause) => this.#lose(thread, unfinished, cause),
    })
    this.#threads.add(thread)
    thread.keepAlive(this.#waits > 0)
    await thread.started
  }

  #startMissing(): void {
    for (let missing = this.size - this.#threads.size; missing > 0; missing--) {
      this.#startOne().catch((cause) => {
        // What cannot be started now is tried again for the next batch, but not for ever.
        if (this.#threads.size > 0) return
        const error = new Error('no worker of the reward pool could be started', { cause })
        for (const batch of this.#pending) batch.reject(error)
      })
    }
  }

  #lose(thread: PoolThread, [begun, ...others]: readonly Chunk[], cause: Error): void {
    this.#threads.delete(thread)
    if (this.#closing !== undefined) return
    const error = new Error('a worker of the reward pool ended while it scored this batch', {
      cause,
    })
    begun?.batch.reject(error)
    for (const chunk of others) {
      chunk.batch.giveBack(chunk)
      if (!this.#turns.includes(chunk.batch)) this.#turns.push(chunk.batch)
    }
    if (thread.hasStarted) this.#startMissing()
    this.#handOut()
  }

  /** Gives a chunk to every thread without one, and then each a further one to go on with. */
  #handOut(): void {
    for (const thread of this.#threads) if (thread.isIdle) this.#feed(thread)
    for (const thread of this.#threads) {
      if (!thread.hasRoom) continue
      // The last pairs are left to the thread that is first without work.
      const waiting = this.#turns.reduce((sum, batch) => sum + batch.waiting, 0)
      if (waiting > this.size) this.#feed(thread)
    }
  }

  /** Gives the thread a chunk of the batch whose turn it is. */
  #feed(thread: PoolThread): void {
    for (let given = false; !given && this.#turns.length > 0; ) {
      const [batch] = this.#turns.splice(0, 1)
      given = thread.give((slab) => batch.take(slab, this.size))
      if (batch.waiting > 0) this.#turns.push(batch)
    }
  }
}

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
      worker.on('message', (message: WorkerMessage) => {
        this.#receive(message)
        resolve()
        events.free()
      })
      onWorkerEnd(worker, (cause) => {
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
