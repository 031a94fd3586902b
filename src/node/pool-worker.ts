import { Worker } from 'node:worker_threads'
import type { WorkerSetup } from './pool-messages.ts'

/** Starts a worker of a pool. In the built package its file lies beside this one. */
export function spawnWorker(setup: WorkerSetup): Worker {
  // Flags of the process, such as --input-type or a loader, are not meant for the worker.
  const options = { workerData: setup, execArgv: [], name: 'vessel-reward' }
  if (import.meta.url.endsWith('.ts')) {
    return new Worker(sourceScript(), { ...options, eval: true })
  }
  return new Worker(new URL('./worker.js', import.meta.url), options)
}

/**
 * A script that runs the worker from its source, as this package's tests need it: tsx, which is
 * not installed with the package, loads it.
 */
export function sourceScript(): string {
  const tsx = JSON.stringify(import.meta.resolve('tsx/esm/api'))
  const worker = JSON.stringify(new URL('./worker.ts', import.meta.url).href)
  return `import(${tsx}).then(({ register }) => { register(); return import(${worker}) })`
}
