import { BitMask, type MaskLike } from '../mask/bitmask.ts'
import { checkOptions, describe, finiteNumber, integer } from '../mask/validate.ts'
import { checkSameSize } from '../metrics/metric-options.ts'
import { copyOf } from './lent-masks.ts'
import { STRICT_REFERENCE, strictReference } from './quality.ts'
import type { AuditSubject, ScoreFunction } from './subject.ts'

/** How far an audit has come. */
export interface AuditProgress {
  /** What it is doing. */
  phase: 'ladders' | 'known exploits' | 'checks' | 'pitfalls' | 'search'
  /** Parts of the phase that are done. */
  done: number
  /** Parts of the phase in all. */
  total: number
}

/** Options of {@link auditReward}. */
export interface AuditOptions {
  /** Seed of everything random; an integer. The same seed gives the same report. Default: 0. */
  seed?: number
  /** Greatest number of evaluations of the reward, at least 300. Default: 2000. */
  budget?: number
  /**
   * A rise of the reward up to this is none, in units of the reward. Default: .01, or 2 % of what
   * the rewards of the ladders differ by if that is less, so that small rewards are audited alike.
   */
  tolerance?: number
  /** A mask is bad if its Dice is below this. Default: .7. */
  badDice?: number
  /** A mask is bad if its centreline Dice is below this. Default: .7. */
  badClDice?: number
  /** Share of the masks from which on a term with one value is constant. Default: .8. */
  constantShare?: number
  /**
   * Good masks of the truths, such as those of a second observer or of a trained network: a bad mask
   * that is paid more than one of them is an exploit. One for each truth, or `undefined`.
   */
  good?: readonly (MaskLike | undefined)[]
  /** A stricter score to compare with. Default: {@link strictReference}. */
  reference?: AuditSubject
  /** Declared ranges of the terms by name, where the reward explains itself. */
  termRanges?: Readonly<Record<string, readonly [min: number, max: number]>>
  /** Is told how far the audit has come. */
  onProgress?: (progress: AuditProgress) => void
  /** Stops the audit: the promise is rejected with the signal's reason. */
  signal?: AbortSignal
}

/** Checked options. */
export interface AuditSettings {
  seed: number
  budget: number
  /** Undefined if it shall suit the reward. */
  tolerance: number | undefined
  badDice: number
  badClDice: number
  constantShare: number
  good: readonly (BitMask | undefined)[]
  reference: ScoreFunction
  referenceName: string
  termRanges: Readonly<Record<string, readonly [number, number]>>
  onProgress: ((progress: AuditProgress) => void) | undefined
  signal: AbortSignal | undefined
}

const NAMES = [
  'seed',
  'budget',
  'tolerance',
  'badDice',
  'badClDice',
  'constantShare',
  'good',
  'reference',
  'termRanges',
  'onProgress',
  'signal',
]

/** The truths as masks. */
export function checkTruths(truths: readonly MaskLike[]): BitMask[] {
  if (!Array.isArray(truths)) {
    throw new TypeError(`expected an array of truths, got ${describe(truths)}`)
  }
  if (truths.length === 0) throw new RangeError('expected at least one truth, got none')
  return truths.map((truth, i) => {
    const mask = BitMask.from(truth)
    if (mask.width === 0 || mask.height === 0) {
      throw new RangeError(`expected truths with pixels, truth ${i} has none`)
    }
    return mask
  })
}

/** Checks the options of an audit of these truths. */
export function auditSettings(
  options: AuditOptions | undefined,
  truths: readonly BitMask[],
): AuditSettings {
  checkOptions(options, NAMES)
  const { seed = 0, budget = 2000, tolerance, reference, termRanges = {} } = options ?? {}
  const { badDice = 0.7, badClDice = 0.7, constantShare = 0.8 } = options ?? {}
  for (const [name, value] of Object.entries({
    reference: options?.reference,
    onProgress: options?.onProgress,
  })) {
    const isScore =
      name === 'reference' && typeof (value as { score?: unknown })?.score === 'function'
    if (value !== undefined && typeof value !== 'function' && !isScore) {
      throw new TypeError(`expected ${name} to be a function, got ${describe(value)}`)
    }
  }
  checkOptions(termRanges)
  for (const [name, range] of Object.entries(termRanges)) {
    if (!Array.isArray(range) || range.length !== 2 || !(range[0] <= range[1])) {
      throw new RangeError(`expected the range of ${describe(name)} to be [min, max]`)
    }
  }
  return {
    seed: integer(seed, 'seed', -(2 ** 31), 2 ** 32),
    budget: integer(budget, 'budget', 300, 1e9),
    tolerance: tolerance === undefined ? undefined : finiteNumber(tolerance, 'tolerance', 0),
    badDice: finiteNumber(badDice, 'badDice', 0, 1),
    badClDice: finiteNumber(badClDice, 'badClDice', 0, 1),
    constantShare: finiteNumber(constantShare, 'constantShare', 0, 1),
    good: goodMasks(options?.good ?? [], truths),
    reference:
      reference === undefined
        ? strictReference
        : typeof reference === 'function'
          ? reference
          : (pred, truth) => reference.score(pred, truth),
    referenceName: reference === undefined ? STRICT_REFERENCE : 'the reference given',
    termRanges,
    onProgress: options?.onProgress,
    signal: options?.signal,
  }
}

function goodMasks(
  good: readonly (MaskLike | undefined)[],
  truths: readonly BitMask[],
): (BitMask | undefined)[] {
  if (!Array.isArray(good))
    throw new TypeError(`expected good to be an array, got ${describe(good)}`)
  if (good.length !== 0 && good.length !== truths.length) {
    throw new RangeError(
      `expected one good mask (or undefined) per truth, got ${good.length} for ${truths.length} truths`,
    )
  }
  return good.map((one, i) => {
    if (one === undefined) return undefined
    const mask = BitMask.from(one)
    checkSameSize(mask, truths[i], 'a good mask and its truth')
    return copyOf(mask)
  })
}
