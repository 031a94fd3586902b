import { type MessagePort, parentPort, workerData } from 'node:worker_threads'
import { enableSimd } from '../../simd/enable-simd.ts'
import { answerText } from '../answer-text.ts'
import type { Limits } from '../limits.ts'
import { Scorer } from '../scorer.ts'
import { answerWire } from '../wires/answer-wire.ts'
import type { ThreadRequest, WorkerMessage } from './scorer-thread.ts'

/** Answers one request after the other. */
function serve(port: MessagePort): void {
  enableSimd()
  const scorer = new Scorer(workerData as Limits)
  const say = (message: WorkerMessage) => port.postMessage(message)
  port.on('message', (request: ThreadRequest) =>
    say(request.op === 'wire' ? answerWire(scorer, request) : answerText(scorer, request)),
  )
  // A request that is lost must not be waited for.
  port.on('messageerror', (error) => {
    throw error
  })
  say('ready')
}

if (parentPort === null) throw new Error('expected to run as a worker of a scorer')
serve(parentPort)
