import { BitMask, type MaskLike } from '../mask/bitmask.ts'
import { checkCount, checkNames } from '../mask/options.ts'
import { oneOf } from '../mask/validate.ts'
import { checkSameSize, packTruth } from '../metrics/checked-pair.ts'
import { batchOf, type MaskBatch } from './batch.ts'
import { type Explanation, explanationOf } from './explanation.ts'
import { type FactOptions, KeptFacts, LazyMaskPair, ScratchFacts } from './mask-pair.ts'
import { type NamedTerm, type RewardOptions, readReward, termValue } from './reward-options.ts'
import { PRESETS, type RewardPreset } from './terms/presets.ts'

/** A truth with the field of view in which it counts. */
interface InField {
  truth: BitMask
  within: BitMask | undefined
}

const OPTIONS_GO = 'options such as within belong in new MultiObjectiveReward({ within })'

/**
 * A weighted reward for a predicted vessel mask, from overlap, recall, topology and length:
 *
 * ```text
 * dice      = 10 · Dice
 * recall    = 20 · min(0, Recall − recallTarget)
 * topology  =  5 · (min(jP, jT) / jT − 0.1 · |cP − cT|)     kept above −5
 * length    = −5 · |1 − lenP / lenT|                        kept above −5
 * precision = 20 · min(0, Precision − precisionTarget)
 * total     = Σ weight · term
 * ```
 *
 * where j, c and len are the junctions, components and length of the skeletons. With the default
 * weights the best total is 6. The total is finite for every pair of masks of equal size: a truth
 * without junctions (or length) counts as found by a prediction without any.
 *
 * Pass a {@link BitMask} as the truth when many predictions are scored against it: its skeleton
 * and counts are then computed once.
 *
 * @throws TypeError or RangeError if an option is not valid
 *
 * @example
 * ```ts
 * import { BitMask, MultiObjectiveReward } from 'vessel-reward'
 *
 * const truth = BitMask.from([
 *   [0, 0, 1, 0, 0],
 *   [0, 0, 1, 0, 0],
 *   [1, 1, 1, 1, 1],
 * ])
 * const reward = new MultiObjectiveReward()
 * reward.score(truth, truth) // => 6
 * reward.score([[0, 0, 1, 0, 0], [0, 0, 1, 0, 0], [0, 0, 1, 0, 0]], truth) // => 0.9809523809523806
 * ```
 */
export class MultiObjectiveReward {
  readonly #terms: readonly NamedTerm[]
  readonly #facts: FactOptions
  readonly #within: BitMask | undefined
  readonly #ignore: number | undefined
  readonly #hasCustomTerms: boolean

  constructor(options?: RewardOptions) {
    checkCount(arguments.length, 1, 'MultiObjectiveReward')
    const reward = readReward(options, 'MultiObjectiveReward')
    this.#terms = reward.terms
    this.#facts = reward.facts
    this.#hasCustomTerms = reward.hasCustomTerms
    this.#within = reward.within
    this.#ignore = reward.ignore
    this.score = this.score.bind(this)
    this.explain = this.explain.bind(this)
    this.scoreBatch = this.scoreBatch.bind(this)
  }

  /**
   * A ready-made reward; the same as `new MultiObjectiveReward({ ...options, preset: name })`.
   *
   * - `'design'`: the formula above.
   * - `'robust'`: ten times a weighted mean of qualities from 0 to 1, in the scale of the design
   *   formula (best total 6, worst 0): Dice (weight .15), the lesser of precision and recall
   *   (.18), centreline Dice (.12), normalized surface Dice at 1 pixel (.06), F1 of matched
   *   junctions (.03), closeness of the numbers of components (.03) and of holes (.03). Masks are
   *   thinned by Guo and Hall's variant, which treats an image and its mirror image alike.
   *   Functions such as `clDiceTerm` make each of them; docs/rewards.md says how it was chosen.
   *
   * @param name - the preset
   * @param options - further options; `weights` and `terms` replace those of the preset by name,
   * and a `preset` among them must be the same
   * @throws TypeError or RangeError if an option is not valid
   *
   * @example
   * ```ts
   * import { MultiObjectiveReward } from 'vessel-reward'
   *
   * const reward = MultiObjectiveReward.preset('robust')
   * reward.range // => { min: 0, max: 6 }
   * reward.score([[1, 1, 1]], [[1, 1, 1]]) // => 6
   * ```
   */
  static preset(name: RewardPreset, options?: RewardOptions): MultiObjectiveReward {
    checkCount(arguments.length, 2, 'MultiObjectiveReward.preset')
    oneOf(name, PRESETS, 'preset')
    // What is not a plain object would be spread into one.
    checkNames(options, Object.keys(options ?? {}), 'MultiObjectiveReward')
    if (options?.preset !== undefined) oneOf(options.preset, [name], 'preset')
    return new MultiObjectiveReward({ ...options, preset: name })
  }

  /**
   * The declared bounds of the total: no pair of masks scores outside them. `min` is −Infinity
   * where a term is unbounded.
   *
   * @example
   * ```ts
   * import { MultiObjectiveReward } from 'vessel-reward'
   *
   * new MultiObjectiveReward().range // => { min: -4.9, max: 6 }
   * new MultiObjectiveReward({ bounded: false }).range.min // => -Infinity
   * ```
   */
  get range(): {
    /** The lowest total; −Infinity if there is none. */
    min: number
    /** The highest total; Infinity if there is none. */
    max: number
  } {
    let min = 0
    let max = 0
    for (const { weight, range } of this.#terms) {
      if (weight === 0) continue
      min += Math.min(weight * range[0], weight * range[1])
      max += Math.max(weight * range[0], weight * range[1])
    }
    return { min, max }
  }

  /**
   * The reward of a prediction. The method is bound: `const f = reward.score` works.
   *
   * @param pred - the prediction; see {@link MaskLike}
   * @param truth - the truth, of the same size
   * @returns a finite number within {@link MultiObjectiveReward.range}
   * @throws TypeError or RangeError if a mask is not valid, sizes differ, or a custom term leaves
   * its range or is not finite
   *
   * @example
   * ```ts
   * import { MultiObjectiveReward } from 'vessel-reward'
   *
   * const { score } = new MultiObjectiveReward()
   * score([[1, 1, 1]], [[1, 1, 1]]) // => 6
   * ```
   */
  score(pred: MaskLike, truth: MaskLike): number {
    checkCount(arguments.length, 2, 'score', OPTIONS_GO)
    return this.#score(pred, 'the prediction', this.#truth(truth, 'the truth'))
  }

  /**
   * The reward of a prediction with the terms, metrics and facts that made it. `total` is exactly
   * what {@link MultiObjectiveReward.score} returns.
   *
   * @param pred - the prediction; see {@link MaskLike}
   * @param truth - the truth, of the same size
   * @throws TypeError or RangeError as {@link MultiObjectiveReward.score}
   *
   * @example
   * ```ts
   * import { MultiObjectiveReward } from 'vessel-reward'
   *
   * const { terms, metrics } = new MultiObjectiveReward().explain([[1, 0, 0]], [[1, 1, 0]])
   * terms.recall.value // => -7
   * terms.recall.weighted // => -1.4000000000000001
   * terms.recall.range // => [-17, 0]
   * metrics.lengthTruth // => 1
   * ```
   */
  explain(pred: MaskLike, truth: MaskLike): Explanation {
    checkCount(arguments.length, 2, 'explain', OPTIONS_GO)
    return explanationOf(this.#terms, this.pair(pred, truth))
  }

  /**
   * The rewards of many predictions.
   *
   * @param preds - the predictions, at most 2²⁰: an array of masks ({@link MaskLike}), or a tensor or
   * ndarray of [masks, rows, columns] or [masks, rows, columns, 1]
   * @param truths - one truth for each prediction, in the same forms, or one for all; an array of
   * rows is one mask, but an array that holds no pixel is a list
   * @returns one reward per prediction, in order
   * @throws TypeError or RangeError as {@link MultiObjectiveReward.score}, or if the numbers of
   * predictions and truths differ
   *
   * @example
   * ```ts
   * import { MultiObjectiveReward } from 'vessel-reward'
   *
   * const truth = { data: [1, 1, 1], width: 3, height: 1 }
   * const empty = { data: [0, 0, 0], width: 3, height: 1 }
   * new MultiObjectiveReward().scoreBatch([truth, empty], truth)
   * // => Float64Array [6, -3.0000000000000004]
   * const samples = { data: [1, 1, 1, 0, 0, 0], shape: [2, 1, 3] }
   * new MultiObjectiveReward().scoreBatch(samples, truth)
   * // => Float64Array [6, -3.0000000000000004]
   * ```
   */
  scoreBatch(preds: MaskBatch, truths: MaskLike | MaskBatch): Float64Array {
    checkCount(arguments.length, 2, 'scoreBatch', OPTIONS_GO)
    const batch = batchOf(preds, truths)
    const shared =
      batch.truths === undefined ? this.#truth(batch.shared as MaskLike, 'the truth') : undefined
    return Float64Array.from(batch.preds, (pred, i) => {
      const truth = shared ?? this.#truth((batch.truths as MaskLike[])[i], `truths[${i}]`)
      return this.#score(pred, `preds[${i}]`, truth)
    })
  }

  /** @internal The reward of a pair whose masks have names in errors. */
  scoreNamed(pred: MaskLike, predName: string, truth: MaskLike, truthName: string): number {
    return this.#score(pred, predName, this.#truth(truth, truthName))
  }

  /** @internal The terms in the order in which they are summed. */
  get terms(): readonly NamedTerm[] {
    return this.#terms
  }

  /** @internal A pair of masks, checked, as terms get it. */
  pair(pred: MaskLike, truth: MaskLike): LazyMaskPair {
    return this.#pair(pred, 'the prediction', this.#truth(truth, 'the truth'))
  }

  #truth(truth: MaskLike, what: string): InField {
    const [bits, within] = packTruth(truth, this.#within, this.#ignore, what)
    return { truth: bits, within }
  }

  #score(pred: MaskLike, what: string, truth: InField): number {
    return this.#total(this.#pair(pred, what, truth))
  }

  #pair(pred: MaskLike, what: string, { truth, within }: InField): LazyMaskPair {
    const truthFacts = new KeptFacts(truth, within, this.#facts)
    // A custom term might hold on to the mask it is given: only then is scratch memory not safe.
    if (BitMask.isMask(pred) || this.#hasCustomTerms) {
      const predBits = BitMask.pack(pred, what)
      checkSameSize(predBits, truth, 'a prediction and a truth')
      const predFacts = new KeptFacts(predBits, within, this.#facts)
      return new LazyMaskPair(predFacts, truthFacts, within)
    }
    const predFacts = new ScratchFacts(pred, what, within, this.#facts)
    checkSameSize(predFacts.mask, truth, 'a prediction and a truth')
    return new LazyMaskPair(predFacts, truthFacts, within)
  }

  #total(pair: LazyMaskPair): number {
    let total = 0
    for (const term of this.#terms) {
      if (term.weight !== 0) total += term.weight * termValue(term, pair)
    }
    return total
  }
}
