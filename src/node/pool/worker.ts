import { type MessagePort, parentPort, workerData } from 'node:worker_threads'
import { BitMask, type MaskLike } from '../../mask/bitmask.ts'
import { layoutOf } from '../../mask/layout.ts'
import { MultiObjectiveReward } from '../../reward/multi-objective-reward.ts'
import { enableSimd } from '../../simd/enable-simd.ts'
import type { ChunkMessage, SentBits, SentMask, WorkerMessage, WorkerSetup } from './messages.ts'

/** Words of the truths that a worker keeps: 32 MiB, and as much again for their skeletons. */
const MAX_KEPT_WORDS = 2 ** 23

/** Truths by their keys, those used last at the end. */
const kept = new Map<number, BitMask>()
let keptWords = 0

function bitMaskOf({ words, width, height }: SentBits): BitMask {
  return BitMask.fromWords(layoutOf(width, height), words)
}

/** The mask as it was sent, or as it is remembered. */
function received(mask: SentMask): MaskLike {
  if (!('words' in mask)) return mask
  if (mask.key === undefined) return bitMaskOf(mask)
  let bits = kept.get(mask.key)
  if (bits === undefined) {
    bits = bitMaskOf(mask)
    keptWords += bits.words.length
  } else kept.delete(mask.key)
  kept.set(mask.key, bits)
  for (const [key, { words }] of kept) {
    if (keptWords <= MAX_KEPT_WORDS || key === mask.key) break
    kept.delete(key)
    keptWords -= words.length
  }
  return bits
}

/** Answers every chunk with its scores, one chunk after the other. */
function serve(port: MessagePort): void {
  enableSimd()
  const { options, within } = workerData as WorkerSetup
  const { score } = new MultiObjectiveReward({
    ...options,
    within: within === undefined ? undefined : bitMaskOf(within),
  })
  const say = (message: WorkerMessage) => port.postMessage(message)
  port.on('message', ({ preds, truths }: ChunkMessage) => {
    const scores = new Float64Array(preds.length)
    for (let i = 0; i < scores.length; i++) {
      try {
        scores[i] = score(received(preds[i]), received(truths[i]))
      } catch (error) {
        say({ scores: scores.slice(0, i), failure: { error } })
        return
      }
    }
    say({ scores })
  })
  // A chunk that is lost must not be waited for.
  port.on('messageerror', (error) => {
    throw error
  })
  say('ready')
}

if (parentPort === null) throw new Error('expected to run as a worker of a reward pool')
serve(parentPort)
