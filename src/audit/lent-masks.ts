import { BitMask } from '../mask/bitmask.ts'

/** A mask of its own with the same pixels: nothing is known of it yet, and nobody else has it. */
export function copyOf(mask: BitMask): BitMask {
  return BitMask.fromWords(mask.layout, mask.words.slice())
}

/**
 * Lends masks to a reward and sees to it that they come back unchanged. A reward that draws into
 * the masks it is given would spoil every number that comes after, and the masks of its caller.
 *
 * A truth is lent as one copy that lasts, so that what a reward keeps of it is used again; a
 * prediction as it is, because what is known of it serves the audit, too, until the reward was seen
 * to change one.
 */
export class LentMasks {
  readonly #truths = new WeakMap<BitMask, BitMask>()
  #isCareless = false

  /**
   * Calls a function with both masks.
   *
   * @param changed - called with which of the two the function changed, if it did
   */
  lend<T>(
    pred: BitMask,
    truth: BitMask,
    use: (pred: BitMask, truth: BitMask) => T,
    changed: (what: 'prediction' | 'truth') => void,
  ): T {
    const lentTruth = this.#truths.get(truth) ?? copyOf(truth)
    this.#truths.set(truth, lentTruth)
    const lentPred = this.#isCareless ? copyOf(pred) : pred
    const before = this.#isCareless ? pred.words : pred.words.slice()
    try {
      return use(lentPred, lentTruth)
    } finally {
      if (!isSame(lentPred.words, before)) {
        lentPred.words.set(before)
        this.#isCareless = true
        changed('prediction')
      }
      if (!isSame(lentTruth.words, truth.words)) {
        // What was kept of the copy may be that of the changed one.
        this.#truths.delete(truth)
        changed('truth')
      }
    }
  }
}

function isSame(a: Int32Array, b: Int32Array): boolean {
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return false
  return true
}
