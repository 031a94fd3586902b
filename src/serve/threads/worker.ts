import { type MessagePort, parentPort, workerData } from 'node:worker_threads'
import { enableSimd } from '../../simd/enable-simd.ts'
import type { Limits } from '../limits.ts'
import type { WorkRequest } from '../request.ts'
import { answerText, Scorer } from '../scorer.ts'
import type { WorkerMessage } from './scorer-thread.ts'

/** Answers one request after the other. */
function serve(port: MessagePort): void {
  enableSimd()
  const scorer = new Scorer(workerData as Limits)
  const say = (message: WorkerMessage) => port.postMessage(message)
  port.on('message', (request: WorkRequest) => say(answerText(scorer, request)))
  // A request that is lost must not be waited for.
  port.on('messageerror', (error) => {
    throw error
  })
  say('ready')
}

if (parentPort === null) throw new Error('expected to run as a worker of a scorer')
serve(parentPort)
