import type { MaskLike } from '../mask/bitmask.ts'
import { checkNames, type OptionTable, ownValue, readOptions } from '../mask/options.ts'
import { describe, finiteNumber } from '../mask/validate.ts'
import { FIELD_OPTIONS, type FieldRead } from '../metrics/checked-pair.ts'
import { THINNING_METHODS, THINNING_RULE } from '../morphology/skeletonize.ts'
import type { ThinningMethod } from '../morphology/thinning-table.ts'
import { JUNCTIONS_RULE, type JunctionMethod, type JunctionOptions } from '../topology/junctions.ts'
import { CONNECTIVITY_RULE, type Connectivity } from '../topology/label.ts'
import { LENGTH_RULE, type LengthMethod, type LengthOptions } from '../topology/length.ts'
import type { FactOptions, MaskPair } from './mask-pair.ts'
import {
  builtInTerms,
  type RewardTerm,
  TERM_NAMES,
  type TermName,
  type TermOptions,
} from './terms/design-terms.ts'
import { PRESETS, presetOf, type RewardPreset } from './terms/presets.ts'

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
  /** The thinning variant. Default: that of the preset, `'skimage'` or, if robust, `'guo-hall'`. */
  thinning?: ThinningMethod
  /** Connectivity of the skeletons' components. Default: 8. */
  connectivity?: Connectivity
  /** What counts as a junction. Default: `{ method: 'crossing-number', mergeRadius: 3 }`. */
  junctions?: JunctionMethod | JunctionOptions
  /** How skeletons are measured. Default: `'chain'`. */
  length?: LengthMethod | LengthOptions
  /** Field of view: everything outside it is background in both masks. Default: all pixels. */
  within?: MaskLike
  /**
   * Value of the truth that says "do not count this pixel", such as 255 for void. Truths must then
   * hold values: a `BitMask` has none. Default: no value.
   */
  ignore?: number
  /** Further terms by name; one named like a term of the preset replaces it. */
  terms?: Readonly<Record<string, RewardTerm>>
}

/** Bounds that keep every weighted sum finite. */
const MAX_WEIGHT = 1e9
const MAX_VALUE = 1e100

/** A checked term. */
export interface NamedTerm extends RewardTerm {
  readonly name: string
  readonly range: readonly [min: number, max: number]
}

interface FactsRead extends FieldRead {
  junctions: Required<JunctionOptions>
  length: LengthMethod
}

/** The options that say how facts of masks are computed, and of which pixels. */
export const factOptions = (): OptionTable<
  Pick<RewardOptions, 'thinning' | 'connectivity' | 'junctions' | 'length' | 'within' | 'ignore'>,
  FactsRead
> => ({
  thinning: THINNING_RULE,
  connectivity: CONNECTIVITY_RULE,
  junctions: JUNCTIONS_RULE,
  length: LENGTH_RULE,
  ...FIELD_OPTIONS,
})

interface RewardRead extends FactsRead {
  thinning: ThinningMethod | undefined
  weights: Partial<Record<TermName, number>>
  terms: readonly NamedTerm[]
}

const rewardOptions = (): OptionTable<RewardOptions, RewardRead> => ({
  preset: { default: 'design', among: PRESETS },
  weights: { default: {}, read: weightsOf },
  recallTarget: { default: 0.85, min: 0, max: 1 },
  precisionTarget: { default: 0.8, min: 0, max: 1 },
  bounded: { default: true },
  ...factOptions(),
  // Undefined is that of the preset.
  thinning: { default: undefined, among: THINNING_METHODS },
  terms: { default: [], read: customTerms },
})

/** A reward whose options are checked, each read once. */
export interface CheckedReward extends FieldRead {
  readonly preset: RewardPreset
  /** The terms in the order in which they are summed: first the built-in ones. */
  readonly terms: readonly NamedTerm[]
  /** Whether some term is neither built in nor of a preset. */
  readonly hasCustomTerms: boolean
  /** What the built-in terms depend on. */
  readonly formula: TermOptions
  readonly facts: FactOptions
}

/**
 * Reads the options of a reward.
 *
 * @param of - what takes them, for error messages
 */
export function readReward(options: RewardOptions | undefined, of: string): CheckedReward {
  const read = readOptions(options, rewardOptions, of)
  const { preset, weights, recallTarget, precisionTarget, bounded, within, ignore } = read
  const { connectivity, junctions, length } = read
  const start = presetOf(preset)
  const { thinning = start.thinning } = read
  const formula = { recallTarget, precisionTarget, bounded }
  const builtIn = builtInTerms(formula)
  const terms = TERM_NAMES.map((name) =>
    namedTerm(name, { ...builtIn[name], weight: weights[name] ?? start.weights[name] }),
  )
  const others = new Map(
    Object.entries(start.terms).map(([name, term]) => [name, namedTerm(name, term)]),
  )
  for (const term of read.terms) others.set(term.name, term)
  return {
    preset,
    terms: [...terms, ...others.values()],
    hasCustomTerms: read.terms.length > 0,
    formula,
    facts: { thinning, connectivity, junctions, length },
    within,
    ignore,
  }
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

/** A copy of the weights. */
function weightsOf(value: unknown): Partial<Record<TermName, number>> {
  checkNames(value, TERM_NAMES, 'MultiObjectiveReward', 'weight')
  return Object.fromEntries(TERM_NAMES.map((name) => [name, ownValue(value, name)]))
}

function customTerms(value: unknown): readonly NamedTerm[] {
  checkNames(value, Object.keys(value ?? {}), 'MultiObjectiveReward', 'term')
  return Object.entries(value as Record<string, RewardTerm>).map(([name, term]) => {
    if ((TERM_NAMES as readonly string[]).includes(name)) {
      throw new RangeError(`expected a custom term not to be named like the built-in '${name}'`)
    }
    return namedTerm(name, term)
  })
}

/** A checked copy of a term: what it says later does not count. */
function namedTerm(name: string, term: RewardTerm): NamedTerm {
  if (typeof term !== 'object' || term === null || typeof term.value !== 'function') {
    throw new TypeError(
      `expected the term '${name}' to be { weight, value(pair) }, got ${describe(term)}`,
    )
  }
  const { weight, range = [Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY] } = term
  finiteNumber(weight, `the weight of '${name}'`, -MAX_WEIGHT, MAX_WEIGHT)
  if (!Array.isArray(range) || range.length !== 2) {
    throw new TypeError(`expected the range of '${name}' to be [min, max], got ${describe(range)}`)
  }
  const [min, max] = range
  if (typeof min !== 'number' || typeof max !== 'number') {
    throw new TypeError(`expected the range of '${name}' to be [min, max], got ${describe(range)}`)
  }
  if (!(min <= max && min <= MAX_VALUE && max >= -MAX_VALUE)) {
    throw new RangeError(
      `expected the range of '${name}' to be [min, max] with min ≤ max, got [${min}, ${max}]`,
    )
  }
  return { name, weight, range: [min, max], value: (pair) => term.value(pair) }
}
