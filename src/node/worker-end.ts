import type { Worker } from 'node:worker_threads'

/** Calls back once a worker has ended, with why: its error, a message that cannot be read, or its exit code. */
export function onWorkerEnd(worker: Worker, ended: (cause: Error) => void): void {
  let cause: Error | undefined
  worker.on('error', (error: Error) => {
    cause = error
  })
  worker.on('messageerror', (error: Error) => {
    cause = error
    worker.terminate()
  })
  worker.on('exit', (code) => ended(cause ?? new Error(`the thread exited with code ${code}`)))
}
