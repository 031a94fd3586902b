/** Says what `@tensorflow/tfjs-node-gpu` computes on, and checks it: the last step of the set-up. */

import { compareOperations } from '../backends/compare-operations.ts'
import { describeBackend, startBackend } from '../backends/start-backend.ts'

/** Single precision in another order of additions, as measured: 1e-6 and less. GPUs round more. */
const TOLERANCE = { CPU: 1e-5, GPU: 1e-3 }

try {
  const backend = await startBackend('node-gpu')
  const limit = backend.device.startsWith('GPU') ? TOLERANCE.GPU : TOLERANCE.CPU
  const results = await compareOperations()
  for (const { operation, difference } of results) {
    console.log(`      ${operation}: ${difference.toExponential(1)}`)
    if (!(difference <= limit)) {
      throw new Error(`${operation}: expected a difference up to ${limit}, got ${difference}`)
    }
  }
  console.log(`ready: ${describeBackend(backend)}; every matrix product runs there`)
  if (process.argv.includes('--cuda') && backend.device === 'CPU') {
    console.log('TensorFlow found no NVIDIA card or no driver for it: the processor computes')
  }
} catch (error) {
  console.error((error as Error).message)
  process.exitCode = 1
}
