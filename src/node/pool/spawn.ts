import { Worker } from 'node:worker_threads'
import type { WorkerSetup } from './messages.ts'

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
