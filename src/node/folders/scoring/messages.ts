import { BitMask } from '../../../mask/bitmask.ts'
import { layoutOf } from '../../../mask/layout.ts'
import type { PairMasks, PairSettings, Scored } from './score-masks.ts'

/** A packed mask as it goes to a worker: one bit a pixel. */
export interface SentMask {
  readonly words: Int32Array
  readonly width: number
  readonly height: number
}

/** A pair to be scored, and another method's prediction of the same truth. */
export interface PairTask<Mask = BitMask> extends PairMasks<Mask> {
  readonly other: Mask | undefined
}

/** What a worker is started with. */
export type PairWorkerSetup = PairSettings

/** What a worker answers a pair with. */
export interface PairReply {
  readonly ours: Scored
  readonly theirs: Scored | undefined
}

/** What a worker says: that it has started; then for each pair that it has begun, and its reply. */
export type PairWorkerMessage = 'ready' | 'begun' | PairReply

/** A pair as a message. */
export function sentTask({ pred, truth, within, other }: PairTask): PairTask<SentMask> {
  return {
    pred: sent(pred),
    truth: sent(truth),
    within: within && sent(within),
    other: other && sent(other),
  }
}

const sent = ({ words, width, height }: BitMask): SentMask => ({
  // Of a part of a larger array all would be copied.
  words: words.byteLength === words.buffer.byteLength ? words : words.slice(),
  width,
  height,
})

/** The pair that a message was made of. */
export function receivedTask({ pred, truth, within, other }: PairTask<SentMask>): PairTask {
  return {
    pred: received(pred),
    truth: received(truth),
    within: within && received(within),
    other: other && received(other),
  }
}

const received = ({ words, width, height }: SentMask) =>
  BitMask.fromWords(layoutOf(width, height), words)
