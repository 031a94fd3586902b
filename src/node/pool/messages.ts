import type { ImageMask, StridedMask } from '../../mask/accepted-forms.ts'
import type { RewardOptions } from '../../reward/reward-options.ts'

/**
 * What the pool and its workers say to each other. Pixels never travel inside a message: every
 * array of a {@link SentMask} is a view of shared memory.
 */

/** A packed mask in shared memory. */
export interface SentBits {
  readonly words: Int32Array
  readonly width: number
  readonly height: number
  /** Set for a mask that never changes: workers keep it, and what they find out about it. */
  readonly key?: number
}

/** A mask in shared memory, which the worker packs unless it is packed already. */
export type SentMask = ImageMask | StridedMask | SentBits

/** What a worker is started with. */
export interface WorkerSetup {
  readonly options: Omit<RewardOptions, 'within' | 'terms'>
  readonly within: SentBits | undefined
}

/** Pairs to score. */
export interface ChunkMessage {
  readonly preds: readonly SentMask[]
  /** One for each prediction. */
  readonly truths: readonly SentMask[]
}

/** The scores of a chunk, up to the first pair that could not be scored. */
export interface ChunkReply {
  readonly scores: Float64Array
  /** Why scoring stopped, where it did. */
  readonly failure?: { readonly error: unknown }
}

/** What a worker says: that it has started, and then one reply for each chunk, in order. */
export type WorkerMessage = 'ready' | ChunkReply
