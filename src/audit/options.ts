import { BitMask, type MaskLike } from '../mask/bitmask.ts'
import { type OptionTable, readOptions } from '../mask/options.ts'
import { callback, describe } from '../mask/validate.ts'
import { checkSameSize } from '../metrics/checked-pair.ts'
import {
  type AuditSubject,
  copyOf,
  type ScoreFunction,
  type ScoreObject,
} from './audited-reward.ts'
import { SEED } from './corruptions/edit-options.ts'
import { STRICT_REFERENCE, strictReference } from './mask-quality.ts'

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
   * A rise of the reward up to this does not count, in units of the reward. Default: .01, or 2 % of what
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

/** What the options become that are converted or have no default. */
interface ReadAuditOptions {
  tolerance: number | undefined
  good: readonly (MaskLike | undefined)[]
  reference: ScoreFunction | undefined
  termRanges: AuditSettings['termRanges']
  onProgress: AuditSettings['onProgress']
  signal: AbortSignal | undefined
}

const OPTIONS: OptionTable<AuditOptions, ReadAuditOptions> = {
  seed: SEED,
  budget: { default: 2000, min: 300, max: 1e9, isInteger: true },
  tolerance: { default: undefined, min: 0, max: Number.POSITIVE_INFINITY },
  badDice: { default: 0.7, min: 0, max: 1 },
  badClDice: { default: 0.7, min: 0, max: 1 },
  constantShare: { default: 0.8, min: 0, max: 1 },
  good: { default: [], read: arrayOf },
  reference: { default: undefined, read: scoreFunctionOf },
  termRanges: { default: {}, read: termRangesOf },
  onProgress: { default: undefined, read: callback },
  signal: { default: undefined, read: signalOf },
}

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
  const checked = readOptions(options, OPTIONS, 'auditReward')
  const { good, reference, ...rest } = checked
  return {
    ...rest,
    good: goodMasks(good, truths),
    reference: reference ?? strictReference,
    referenceName: reference === undefined ? STRICT_REFERENCE : 'the reference given',
  }
}

function arrayOf(value: unknown, name: string): readonly (MaskLike | undefined)[] {
  if (Array.isArray(value)) return value
  throw new TypeError(`expected ${name} to be an array, got ${describe(value)}`)
}

function scoreFunctionOf(value: unknown, name: string): ScoreFunction {
  const reference = value as ScoreObject | null
  if (typeof reference === 'object' && typeof reference?.score === 'function') {
    return (pred, truth) => reference.score(pred, truth)
  }
  return callback(value, name)
}

/** A signal of any realm, and not the controller that it belongs to. */
function signalOf(value: unknown, name: string): AbortSignal {
  if (typeof (value as AbortSignal | null)?.throwIfAborted === 'function') {
    return value as AbortSignal
  }
  throw new TypeError(`expected ${name} to be an AbortSignal, got ${describe(value)}`)
}

function termRangesOf(value: unknown, name: string): AuditSettings['termRanges'] {
  const kind = describe(value)
  if (kind !== 'an object') {
    throw new TypeError(`expected ${name} to be an object of ranges by name, got ${kind}`)
  }
  const ranges = Object.entries(value as object).map(([term, range]) => {
    const [min, max]: unknown[] = Array.isArray(range) && range.length === 2 ? range : []
    if (typeof min === 'number' && typeof max === 'number' && min <= max) return [term, [min, max]]
    throw new RangeError(`expected the range of ${describe(term)} to be [min, max]`)
  })
  return Object.fromEntries(ranges)
}

function goodMasks(
  good: readonly (MaskLike | undefined)[],
  truths: readonly BitMask[],
): (BitMask | undefined)[] {
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
