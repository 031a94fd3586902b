import type { MaskLike } from '../mask/bitmask.ts'
import { checkOptions, describe, finiteNumber, oneOf } from '../mask/validate.ts'
import type { FactOptions, MaskPair } from '../metrics/mask-pair.ts'
import { THINNING_METHODS } from '../morphology/skeletonize.ts'
import type { ThinningMethod } from '../morphology/thinning-table.ts'
import {
  type JunctionMethod,
  type JunctionOptions,
  junctionOptionsOf,
} from '../topology/junctions.ts'
import type { Connectivity } from '../topology/label.ts'
import { LENGTH_METHODS, type LengthMethod, type LengthOptions } from '../topology/length.ts'
import { PRESETS, presetOf, type RewardPreset } from './presets.ts'
import {
  builtInTerms,
  type RewardTerm,
  TERM_NAMES,
  type TermName,
  type TermOptions,
} from './terms.ts'

/** Options of {@link MultiObjectiveReward}. */
export interface RewardOptions {
  /**
   * The reward that the other options start from: `'design'`, the formula above, or `'robust'`,
   * which is harder to game; see {@link MultiObjectiveReward.preset}. Default: `'design'`.
   */
  preset?: RewardPreset
  /**
   * Weights of the built-in terms; those not given keep that of the preset. Default:
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
  /** Further terms by name; one named like a term of the preset replaces it. */
  terms?: Readonly<Record<string, RewardTerm>>
}

const OPTION_NAMES = [
  'preset',
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

/** A checked term. */
export interface NamedTerm extends RewardTerm {
  readonly name: string
  readonly range: readonly [min: number, max: number]
}

/** Checks the names of the options. */
export function checkRewardOptions(options: RewardOptions): void {
  checkOptions(options, OPTION_NAMES, 'reward option')
}

/** The value of a term, which must keep what the term declares. */
export function termValue({ name, value, range }: NamedTerm, pair: MaskPair): number {
  const result = value(pair)
  finiteNumber(result, `the value of the term '${name}'`, -MAX_VALUE, MAX_VALUE)
  if (result < range[0] || result > range[1]) {
    throw new RangeError(
      `expected the term '${name}' to stay within [${range[0]}, ${range[1]}], got ${result}`,
    )
  }
  return result
}

/** What the built-in terms depend on, checked. */
export function termOptionsOf(options: RewardOptions): TermOptions {
  const { recallTarget = 0.85, precisionTarget = 0.8, bounded = true } = options
  finiteNumber(recallTarget, 'recallTarget', 0, 1)
  finiteNumber(precisionTarget, 'precisionTarget', 0, 1)
  if (typeof bounded !== 'boolean') {
    throw new TypeError(`expected bounded to be a boolean, got ${describe(bounded)}`)
  }
  return { recallTarget, precisionTarget, bounded }
}

/** The terms of a reward, checked, in the order in which they are summed. */
export function termsOf(options: RewardOptions): NamedTerm[] {
  const { weights = {}, preset = 'design' } = options
  const start = presetOf(oneOf(preset, PRESETS, 'preset'))
  checkOptions(weights, TERM_NAMES, 'weight')
  const builtIn = builtInTerms(termOptionsOf(options))
  const terms = TERM_NAMES.map((name) =>
    namedTerm(name, { ...builtIn[name], weight: weights[name] ?? start.weights[name] }),
  )
  checkOptions(options.terms)
  for (const [name, term] of Object.entries({ ...start.terms, ...options.terms })) {
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

/** How the facts of a reward are computed. */
export function factOptionsOf(options: RewardOptions): FactOptions {
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
