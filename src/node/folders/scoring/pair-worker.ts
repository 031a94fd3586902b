import { parentPort, workerData } from 'node:worker_threads'
import { enableSimd } from '../../../simd/enable-simd.ts'
import { type PairTask, type PairWorkerMessage, receivedTask, type SentMask } from './messages.ts'
import { scoreTask } from './score-task.ts'

if (parentPort === null) throw new Error('expected to run as a worker that scores pairs')
const port = parentPort
const say = (message: PairWorkerMessage) => port.postMessage(message)

enableSimd()
port.on('message', (task: PairTask<SentMask>) => {
  // Of a pair that no worker has begun another can take charge.
  say('begun')
  say(scoreTask(receivedTask(task), workerData))
})
// A pair that is lost must not be waited for.
port.on('messageerror', (error) => {
  throw error
})
say('ready')
