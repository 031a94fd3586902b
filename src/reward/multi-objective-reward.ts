import { BitMask, type MaskLike } from '../mask/bitmask.ts'
import { describe, oneOf } from '../mask/validate.ts'
import { type FactOptions, KeptFacts, LazyMaskPair } from '../metrics/mask-pair.ts'
import { checkSameSize } from '../metrics/metric-options.ts'
import { ScratchFacts } from '../metrics/scratch-facts.ts'
import { PRESETS, type RewardPreset } from './presets.ts'
import {
  checkRewardOptions,
  factOptionsOf,
  type NamedTerm,
  type RewardOptions,
  termsOf,
  termValue,
} from './reward-options.ts'

/** One term of an {@link Explanation}. */
export interface TermExplanation {
  /** The term as its formula gives it. */
  value: number
  /** What the value is multiplied by. */
  weight: number
  /** `weight · value`. */
  weighted: number
  /** The declared bounds of the value; infinite where there is none. */
  range: readonly [min: number, max: number]
}

/** A reward with everything that made it; see {@link MultiObjectiveReward.explain}. */
export interface Explanation {
  /** The reward: the sum of the weighted terms. */
  total: number
  /** Every term by its name, those of weight 0 included. */
  terms: Record<string, TermExplanation>
  /** Overlap, and the facts of both skeletons, inside the field of view. */
  metrics: {
    /** Dice coefficient, 0 to 1. */
    dice: number
    /** Recall, 0 to 1. */
    recall: number
    /** Precision, 0 to 1. */
    precision: number
    /** Intersection over union, 0 to 1. */
    iou: number
    /** Junctions of the prediction's skeleton. */
    junctionsPred: number
    /** Junctions of the truth's skeleton. */
    junctionsTruth: number
    /** Connected components of the prediction's skeleton. */
    componentsPred: number
    /** Connected components of the truth's skeleton. */
    componentsTruth: number
    /** Length of the prediction's skeleton in pixels. */
    lengthPred: number
    /** Length of the truth's skeleton in pixels. */
    lengthTruth: number
  }
}

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
  readonly #hasCustomTerms: boolean

  constructor(options: RewardOptions = {}) {
    checkRewardOptions(options)
    this.#terms = termsOf(options)
    this.#facts = factOptionsOf(options)
    this.#hasCustomTerms = Object.keys(options.terms ?? {}).length > 0
    this.#within = options.within === undefined ? undefined : BitMask.from(options.within)
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
   *   junctions (.03), closeness of the numbers of components (.03) and of holes (.03).
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
  static preset(name: RewardPreset, options: RewardOptions = {}): MultiObjectiveReward {
    checkRewardOptions(options)
    oneOf(name, PRESETS, 'preset')
    const { preset = name } = options
    oneOf(preset, [name], 'preset')
    return new MultiObjectiveReward({ ...options, preset })
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
    return this.#total(this.#pair(pred, truth))
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
    const pair = this.#pair(pred, truth)
    let total = 0
    const terms: [string, TermExplanation][] = []
    for (const term of this.#terms) {
      const { name, weight, range } = term
      const value = termValue(term, pair)
      const weighted = weight * value
      if (weight !== 0) total += weighted
      terms.push([name, { value, weight, weighted, range: [...range] }])
    }
    const metrics = {
      dice: pair.dice,
      recall: pair.recall,
      precision: pair.precision,
      iou: pair.iou,
      junctionsPred: pair.pred.junctions,
      junctionsTruth: pair.truth.junctions,
      componentsPred: pair.pred.components,
      componentsTruth: pair.truth.components,
      lengthPred: pair.pred.length,
      lengthTruth: pair.truth.length,
    }
    return { total, terms: Object.fromEntries(terms), metrics }
  }

  /**
   * The rewards of many predictions.
   *
   * @param preds - the predictions; see {@link MaskLike}
   * @param truths - one truth per prediction, or one for all; an array of rows is one mask, but an
   * array that holds no pixel is a list
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
   * ```
   */
  scoreBatch(preds: readonly MaskLike[], truths: MaskLike | readonly MaskLike[]): Float64Array {
    if (!Array.isArray(preds)) {
      throw new TypeError(`expected an array of predictions, got ${describe(preds)}`)
    }
    const isList = Array.isArray(truths) && !isRows(truths)
    if (isList && truths.length !== preds.length) {
      throw new RangeError(
        `expected one truth per prediction or one for all, got ${truths.length} truths for ${preds.length} predictions`,
      )
    }
    const shared = isList ? undefined : BitMask.from(truths as MaskLike)
    const scores = new Float64Array(preds.length)
    for (let i = 0; i < preds.length; i++) {
      scores[i] = this.score(preds[i], shared ?? (truths as readonly MaskLike[])[i])
    }
    return scores
  }

  #pair(pred: MaskLike, truth: MaskLike): LazyMaskPair {
    const within = this.#within
    const truthBits = BitMask.from(truth)
    if (within !== undefined) checkSameSize(within, truthBits, 'a field of view and masks')
    const truthFacts = new KeptFacts(truthBits, within, this.#facts)
    // A custom term might hold on to the mask it is given: only then is scratch memory not safe.
    if (pred instanceof BitMask || this.#hasCustomTerms) {
      const predBits = BitMask.from(pred)
      checkSameSize(predBits, truthBits, 'a prediction and a truth')
      const predFacts = new KeptFacts(predBits, within, this.#facts)
      return new LazyMaskPair(predFacts, truthFacts, within)
    }
    const predFacts = new ScratchFacts(pred, within, this.#facts)
    checkSameSize(predFacts.mask, truthBits, 'a prediction and a truth')
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

/** Nested rows are one mask, although they are an array. */
function isRows(truths: readonly unknown[]): boolean {
  const first = truths[0]
  if (typeof first !== 'object' || first === null) return false
  const value = (first as ArrayLike<unknown>)[0]
  return typeof value === 'number' || typeof value === 'boolean'
}
