import { BitMask, type MaskLike } from '../../mask/bitmask.ts'
import type { MultiObjectiveReward } from '../../reward/multi-objective-reward.ts'
import type { ChunkMessage, ChunkReply, SentMask } from './messages.ts'
import { pixelsOf, type Slab, sendKept, sendMask } from './shared-masks.ts'

/** Some pairs of a batch, on their way through a worker. */
export interface Chunk {
  readonly batch: PoolBatch
  /** Their places in the batch. */
  readonly indices: readonly number[]
  readonly message: ChunkMessage
}

/**
 * Pixels of a chunk: 1 to 2 ms of work, beside which the 0.03 ms of handing it out are little.
 * Towards the end of a batch chunks get smaller, so that the workers finish together.
 */
const MAX_CHUNK_PIXELS = 2 ** 21
const MIN_CHUNK_PIXELS = 2 ** 18

/** A mask takes time even if it is empty: as much as this many pixels do. */
const MASK_PIXELS = 2 ** 12

/** What a batch is made of. */
export interface BatchInput {
  /** The same reward as in the workers; it scores what cannot be sent, and explains failures. */
  readonly reward: MultiObjectiveReward
  readonly preds: readonly MaskLike[]
  /** One per prediction, or one for all. */
  readonly truths: BitMask | readonly MaskLike[]
  readonly signal: AbortSignal | undefined
}

/** One call of a pool's scoreBatch: hands out chunks, and collects their scores. */
export class PoolBatch {
  /** The scores in order. */
  readonly result: Promise<Float64Array>
  readonly #input: BatchInput
  readonly #scores: Float64Array
  /** Truths that occur more than once, packed when first needed. */
  readonly #repeated = new Map<MaskLike, BitMask | undefined>()
  /** Pairs that no worker has, as ranges of indices. */
  #open: { next: number; end: number }[]
  /** Chunks that workers have. */
  #out = 0
  #ended = false
  /** The failure of the first pair that failed so far. */
  #failure: { index: number; error: unknown } | undefined
  #resolve!: (scores: Float64Array) => void
  #reject!: (reason: unknown) => void

  constructor(input: BatchInput) {
    this.#input = input
    const { preds, truths, signal } = input
    this.#scores = new Float64Array(preds.length)
    this.#open = [{ next: 0, end: preds.length }]
    this.result = new Promise((resolve, reject) => {
      this.#resolve = resolve
      this.#reject = reject
    })
    if (!BitMask.isMask(truths)) this.#findRepeated(truths)
    const abort = () => this.reject(signal?.reason)
    signal?.addEventListener('abort', abort, { once: true })
    const forget = () => signal?.removeEventListener('abort', abort)
    this.result.then(forget, forget)
    this.#resolveIfDone()
  }

  /** Number of pairs that no worker has yet. */
  get waiting(): number {
    return this.#open.reduce((sum, { next, end }) => sum + end - next, 0)
  }

  /**
   * The next pairs, in the memory of the slab; undefined if there are none. The fewer pairs wait
   * for each of the `threads`, the fewer are taken.
   */
  take(slab: Slab, threads: number): Chunk | undefined {
    const indices: number[] = []
    const preds: SentMask[] = []
    const truths: SentMask[] = []
    const share = Math.ceil(this.waiting / (2 * threads))
    let pixels = 0
    while (pixels < MAX_CHUNK_PIXELS && (indices.length < share || pixels < MIN_CHUNK_PIXELS)) {
      const index = this.#sendNext(slab, preds, truths)
      if (index === undefined) break
      pixels += MASK_PIXELS + pixelsOf(preds[indices.length])
      indices.push(index)
    }
    if (indices.length === 0) {
      this.#resolveIfDone()
      return undefined
    }
    this.#out++
    return { batch: this, indices, message: { preds, truths } }
  }

  /** Takes back a chunk that its worker has not begun. */
  giveBack({ indices }: Chunk): void {
    this.#out--
    if (!this.#ended) this.#open.push({ next: indices[0], end: indices[indices.length - 1] + 1 })
    this.#dropBeyondFailure()
    this.#resolveIfDone()
  }

  /** Takes the scores of a chunk. */
  complete({ indices }: Chunk, { scores, failure }: ChunkReply): void {
    this.#out--
    if (this.#ended) return
    for (let k = 0; k < scores.length; k++) this.#scores[indices[k]] = scores[k]
    if (failure !== undefined) {
      // Here the error names places in the caller's own arrays, of which only parts were sent.
      const index = indices[scores.length]
      if (this.#scoreHere(index)) this.#fail(index, failure.error)
    }
    this.#resolveIfDone()
  }

  /** Ends the batch; what workers still have of it is ignored. */
  reject(reason: unknown): void {
    this.#ended = true
    this.#open = []
    this.#reject(reason)
  }

  #findRepeated(truths: readonly MaskLike[]): void {
    const seen = new Set<MaskLike>()
    for (const truth of truths) {
      if (seen.has(truth)) this.#repeated.set(truth, undefined)
      seen.add(truth)
    }
  }

  /** Puts the next pair that can be sent into the lists; returns its index. */
  #sendNext(slab: Slab, preds: SentMask[], truths: SentMask[]): number | undefined {
    for (let range = this.#open.at(-1); range !== undefined; range = this.#open.at(-1)) {
      if (range.next >= range.end) {
        this.#open.pop()
        continue
      }
      const index = range.next++
      try {
        const pred = sendMask(this.#input.preds[index], slab)
        const truth = this.#sendTruth(index, slab)
        preds.push(pred)
        truths.push(truth)
        return index
      } catch {
        this.#scoreHere(index)
      }
    }
    return undefined
  }

  #sendTruth(index: number, slab: Slab): SentMask {
    const { truths } = this.#input
    const truth = BitMask.isMask(truths) ? truths : truths[index]
    if (BitMask.isMask(truth)) return sendKept(truth)
    if (!this.#repeated.has(truth)) return sendMask(truth, slab)
    const packed = this.#repeated.get(truth) ?? BitMask.pack(truth, `truths[${index}]`)
    this.#repeated.set(truth, packed)
    return sendKept(packed)
  }

  /** Scores a pair in this thread; returns whether that went well. */
  #scoreHere(index: number): boolean {
    const { reward, preds, truths } = this.#input
    try {
      const truth = BitMask.isMask(truths) ? truths : truths[index]
      const truthName = truths === truth ? 'the truth' : `truths[${index}]`
      this.#scores[index] = reward.scoreNamed(preds[index], `preds[${index}]`, truth, truthName)
      return true
    } catch (error) {
      this.#fail(index, error)
      return false
    }
  }

  /** A later pair need not be scored any more; an earlier one might fail, too. */
  #fail(index: number, error: unknown): void {
    if (this.#failure !== undefined && this.#failure.index < index) return
    this.#failure = { index, error }
    this.#dropBeyondFailure()
  }

  #dropBeyondFailure(): void {
    const end = this.#failure?.index ?? Number.POSITIVE_INFINITY
    for (const range of this.#open) range.end = Math.min(range.end, end)
    this.#open = this.#open.filter((range) => range.next < range.end)
  }

  #resolveIfDone(): void {
    if (this.#out > 0 || this.waiting > 0) return
    if (this.#failure === undefined) this.#resolve(this.#scores)
    else this.#reject(this.#failure.error)
  }
}
