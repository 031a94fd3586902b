import { createRequire } from 'node:module'
import { Worker } from 'node:worker_threads'
import type { WorkerSetup } from './pool-messages.ts'

/**
 * Starts a worker of a pool. In the built package its file lies beside this one.
 */
export function spawnWorker(setup: WorkerSetup): Worker {
  // The flags of the process, such as --input-type or a loader, are not meant for the worker.
  const options = { workerData: setup, execArgv: [], name: 'vessel-reward' }
  if (import.meta.url.endsWith('.ts')) {
    return new Worker(sourceScript(new URL('./worker.ts', import.meta.url)), {
      ...options,
      eval: true,
    })
  }
  return new Worker(new URL('./worker.js', import.meta.url), options)
}

/** Runs a worker from its source, as the tests do: tsx, which is not part of the package, loads it. */
export function sourceScript(worker: URL): string {
  const tsx = createRequire(import.meta.url).resolve('tsx/esm/api')
  return `require(${JSON.stringify(tsx)}).register(); import(${JSON.stringify(worker.href)})`
}
