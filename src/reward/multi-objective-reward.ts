import { BitMask, type MaskLike } from '../mask/bitmask.ts'
import { checkNames, checkOptions, describe, finiteNumber, oneOf } from '../mask/validate.ts'
import { type FactOptions, LazyMaskPair } from '../metrics/facts.ts'
import { checkSameSize } from '../metrics/pair.ts'
import { THINNING_METHODS } from '../morphology/skeletonize.ts'
import type { ThinningMethod } from '../morphology/thinning-table.ts'
import {
  type JunctionMethod,
  type JunctionOptions,
  junctionOptionsOf,
} from '../topology/junctions.ts'
import type { Connectivity } from '../topology/label.ts'
import { LENGTH_METHODS, type LengthMethod, type LengthOptions } from '../topology/length.ts'
import {
  builtInTerms,
  DEFAULT_WEIGHTS,
  type RewardTerm,
  TERM_NAMES,
  type TermName,
} from './terms.ts'

/** Options of {@link MultiObjectiveReward}. */
export interface RewardOptions {
  /**
   * Weights of the built-in terms; those not given keep their default. Default:
   * `{ dice: .5, recall: .2, topology: .2, length: .1, precision: 0 }`.
   */
  weights?: Partial<Record<TermName, number>>
  /** Recall below which the recall term punishes, 0 to 1. Default: .85. */
  recallTarget?: number
  /** Precision below which the precision term punishes, 0 to 1. Default: .80. */
  precisionTarget?: number
  /**
   * Whether the topology term is kept above −5 and the length term above −5. `false` is the
   * literal formula, under which a few stray components swamp everything else. Default: true.
   */
  bounded?: boolean
  /** The thinning variant. Default: `'skimage'`. */
  thinning?: ThinningMethod
  /** Connectivity of the skeletons' components. Default: 8. */
  connectivity?: Connectivity
  /** What counts as a junction. Default: `{ method: 'crossing-number', mergeRadius: 3 }`. */
  junctions?: JunctionMethod | JunctionOptions
  /** How skeletons are measured. Default: `'chain'`. */
  length?: LengthMethod | LengthOptions
  /** Field of view: everything outside it is background in both masks. Default: all pixels. */
  within?: MaskLike
  /** Further terms by name. */
  terms?: Readonly<Record<string, RewardTerm>>
}

/** One term of an {@link Explanation}. */
export interface TermExplanation {
  /** The term as its formula gives it. */
  value: number
  /** What the value is multiplied by. */
  weight: number
  /** `weight · value`. */
  weighted: number
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

const OPTION_NAMES = [
  'weights',
  'recallTarget',
  'precisionTarget',
  'bounded',
  'thinning',
  'connectivity',
  'junctions',
  'length',
  'within',
  'terms',
] as const satisfies readonly (keyof RewardOptions)[]

/** Bounds that keep every weighted sum finite. */
const MAX_WEIGHT = 1e9
const MAX_VALUE = 1e100

interface NamedTerm extends RewardTerm {
  readonly name: string
  readonly range: readonly [min: number, max: number]
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

  constructor(options: RewardOptions = {}) {
    checkOptions(options)
    checkNames(options, OPTION_NAMES, 'reward option')
    this.#terms = termsOf(options)
    this.#facts = factOptionsOf(options)
    this.#within = options.within === undefined ? undefined : BitMask.from(options.within)
    this.score = this.score.bind(this)
    this.explain = this.explain.bind(this)
    this.scoreBatch = this.scoreBatch.bind(this)
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
   * terms.recall // => { value: -7, weight: 0.2, weighted: -1.4000000000000001 }
   * metrics.lengthTruth // => 1
   * ```
   */
  explain(pred: MaskLike, truth: MaskLike): Explanation {
    const pair = this.#pair(pred, truth)
    let total = 0
    const terms: [string, TermExplanation][] = []
    for (const term of this.#terms) {
      const { name, weight } = term
      const value = termValue(term, pair)
      const weighted = weight * value
      if (weight !== 0) total += weighted
      terms.push([name, { value, weight, weighted }])
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
    const predBits = BitMask.from(pred)
    const truthBits = BitMask.from(truth)
    checkSameSize(predBits, truthBits, 'a prediction and a truth')
    if (this.#within !== undefined) {
      checkSameSize(this.#within, truthBits, 'a field of view and masks')
    }
    return new LazyMaskPair(predBits, truthBits, this.#within, this.#facts)
  }

  #total(pair: LazyMaskPair): number {
    let total = 0
    for (const term of this.#terms) {
      if (term.weight !== 0) total += term.weight * termValue(term, pair)
    }
    return total
  }
}

/** The value of a term, which must keep what the term declares. */
function termValue({ name, value, range }: NamedTerm, pair: LazyMaskPair): number {
  const result = value(pair)
  finiteNumber(result, `the value of the term '${name}'`, -MAX_VALUE, MAX_VALUE)
  if (result < range[0] || result > range[1]) {
    throw new RangeError(
      `expected the term '${name}' to stay within [${range[0]}, ${range[1]}], got ${result}`,
    )
  }
  return result
}

/** Nested rows are one mask, although they are an array. */
function isRows(truths: readonly unknown[]): boolean {
  const first = truths[0]
  if (typeof first !== 'object' || first === null) return false
  const value = (first as ArrayLike<unknown>)[0]
  return typeof value === 'number' || typeof value === 'boolean'
}

function termsOf(options: RewardOptions): NamedTerm[] {
  const { weights = {}, recallTarget = 0.85, precisionTarget = 0.8, bounded = true } = options
  checkOptions(weights)
  checkNames(weights, TERM_NAMES, 'weight')
  finiteNumber(recallTarget, 'recallTarget', 0, 1)
  finiteNumber(precisionTarget, 'precisionTarget', 0, 1)
  if (typeof bounded !== 'boolean') {
    throw new TypeError(`expected bounded to be a boolean, got ${describe(bounded)}`)
  }
  const builtIn = builtInTerms({ recallTarget, precisionTarget, bounded })
  const terms = TERM_NAMES.map((name) =>
    namedTerm(name, { ...builtIn[name], weight: weights[name] ?? DEFAULT_WEIGHTS[name] }),
  )
  checkOptions(options.terms)
  for (const [name, term] of Object.entries(options.terms ?? {})) {
    if ((TERM_NAMES as readonly string[]).includes(name)) {
      throw new RangeError(`expected a custom term not to be named like the built-in '${name}'`)
    }
    terms.push(namedTerm(name, term))
  }
  return terms
}

function namedTerm(name: string, term: RewardTerm): NamedTerm {
  if (typeof term !== 'object' || term === null || typeof term.value !== 'function') {
    throw new TypeError(
      `expected the term '${name}' to be { weight, value(pair) }, got ${describe(term)}`,
    )
  }
  finiteNumber(term.weight, `the weight of '${name}'`, -MAX_WEIGHT, MAX_WEIGHT)
  const range = term.range ?? [Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY]
  if (!Array.isArray(range) || range.length !== 2 || range.some((n) => typeof n !== 'number')) {
    throw new TypeError(
      `expected the range of '${name}' to be [min, max], got ${describe(term.range)}`,
    )
  }
  const [min, max] = range
  if (!(min <= max && min <= MAX_VALUE && max >= -MAX_VALUE)) {
    throw new RangeError(
      `expected the range of '${name}' to be [min, max] with min ≤ max, got [${min}, ${max}]`,
    )
  }
  return {
    name,
    weight: term.weight,
    range: [min, max],
    value: (pair) => term.value(pair),
  }
}

function factOptionsOf(options: RewardOptions): FactOptions {
  const { thinning = 'skimage', connectivity = 8, junctions = {}, length = 'chain' } = options
  const lengthMethod =
    typeof length === 'object' && length !== null ? (length.method ?? 'chain') : length
  return {
    thinning: oneOf(thinning, THINNING_METHODS, 'thinning'),
    connectivity: oneOf(connectivity, [4, 8], 'connectivity'),
    junctions: junctionOptionsOf(typeof junctions === 'string' ? { method: junctions } : junctions),
    length: oneOf(lengthMethod, LENGTH_METHODS, 'length'),
  }
}
