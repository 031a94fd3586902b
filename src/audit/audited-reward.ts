import { BitMask } from '../mask/bitmask.ts'
import { describe } from '../mask/validate.ts'

/** A function that scores a prediction against a truth of the same size. */
export type ScoreFunction = (pred: BitMask, truth: BitMask) => number

/** A reward as an object, such as a `MultiObjectiveReward`. */
export interface ScoreObject {
  /** The reward. */
  score(pred: BitMask, truth: BitMask): number
  /** The reward with the terms that it is the sum of. */
  explain?(
    pred: BitMask,
    truth: BitMask,
  ): {
    /** The reward. */
    total: number
    /** The terms by name. */
    terms: Readonly<
      Record<
        string,
        {
          /** The term before its weight. */
          value: number
          /** What it is multiplied by. */
          weight: number
          /** `weight · value`. */
          weighted: number
          /** The declared bounds of `value`, lower one first, where the reward tells them. */
          range?: readonly [min: number, max: number]
        }
      >
    >
  }
  /** The declared bounds of the reward. */
  readonly range?: {
    /** The lowest reward. */
    readonly min: number
    /** The highest reward. */
    readonly max: number
  }
}

/** What can be audited. */
export type AuditSubject = ScoreFunction | ScoreObject

/** The value of one term of a reward. */
export interface TermValue {
  name: string
  value: number
  weight: number
  weighted: number
  /** The declared bounds, where the reward tells them. */
  range: readonly [number, number] | undefined
}

/** Ways in which a reward fails to give a number it may give. */
export type FaultKind =
  | 'throws'
  | 'not-a-number'
  | 'not-finite'
  | 'out-of-range'
  | 'inconsistent'
  | 'changes-masks'

/** A fault that was seen: the first example, and how often there was one. */
export interface Fault {
  kind: FaultKind
  /** What came, and for which mask. */
  example: string
  times: number
}

/** Rounding of a sum may take a reward so far beyond its declared range. */
const ROUNDING = 1e-9

/**
 * A reward under audit. It may throw, return nonsense, or no number at all: what it does is noted
 * as a fault, and counts as NaN.
 */
export class Subject {
  readonly range: { min: number; max: number } | undefined
  readonly faults: Map<FaultKind, Fault> = new Map()
  /** Evaluations so far. */
  evaluations = 0
  /** Evaluations that gave a finite number. */
  numbers = 0
  readonly #masks = new LentMasks()
  readonly #score: ScoreFunction
  readonly #explain: ScoreObject['explain'] | undefined

  constructor(reward: AuditSubject) {
    if (typeof reward === 'function') {
      this.#score = reward
      return
    }
    if (typeof reward !== 'object' || reward === null || typeof reward.score !== 'function') {
      throw new TypeError(
        `expected a reward to be a function or an object with a method score, got ${describe(reward)}`,
      )
    }
    this.#score = (pred, truth) => reward.score(pred, truth)
    if (typeof reward.explain === 'function') {
      this.#explain = (pred, truth) => reward.explain!(pred, truth)
    }
    this.range = rangeOf(reward)
  }

  /** Whether the reward says what it is made of. */
  get explains(): boolean {
    return this.#explain !== undefined
  }

  /** The reward of a mask, or NaN. */
  score(pred: BitMask, truth: BitMask, name: string): number {
    this.evaluations++
    let value: number
    try {
      value = this.#lend(pred, truth, name, this.#score)
    } catch (error) {
      this.#fault('throws', `it threw ${firstLine(error)} for ${name}`)
      return Number.NaN
    }
    return this.#checked(value, name)
  }

  /** The terms of the reward of a mask, where it explains itself. */
  explain(pred: BitMask, truth: BitMask, reward: number, name: string): TermValue[] | undefined {
    if (this.#explain === undefined) return undefined
    this.evaluations++
    try {
      return this.#termsOf(this.#lend(pred, truth, name, this.#explain), reward, name)
    } catch (error) {
      this.#fault('throws', `explain threw ${firstLine(error)} for ${name}`)
      return undefined
    }
  }

  #termsOf(explained: unknown, reward: number, name: string): TermValue[] | undefined {
    const { total, terms } = (explained ?? {}) as { total?: unknown; terms?: unknown }
    if (typeof terms !== 'object' || terms === null) {
      const got =
        terms === undefined ? describeResult(explained) : `terms that are ${describe(terms)}`
      this.#fault(
        'inconsistent',
        `explain gave ${got} for ${name}, expected { total, terms: { name: { value, weight, weighted } } }`,
      )
      return undefined
    }
    if (
      total !== reward &&
      !(Math.abs(Number(total) - reward) < ROUNDING * (1 + Math.abs(reward)))
    ) {
      // Two that are NaN agree; that there is no number was said before.
      if (!(Number.isNaN(total) && Number.isNaN(reward))) {
        this.#fault(
          'inconsistent',
          `explain gave the total ${describe(total)} and score gave ${reward} for ${name}`,
        )
      }
    }
    return Object.entries(terms as Record<string, unknown>).map(([term, one]) => {
      const { value, weight, weighted, range } = (one ?? {}) as Partial<TermValue>
      return {
        name: term,
        value: Number(value),
        weight: Number(weight),
        weighted: Number(weighted),
        range: isRange(range) ? [range[0], range[1]] : undefined,
      }
    })
  }

  #lend<T>(
    pred: BitMask,
    truth: BitMask,
    name: string,
    use: (pred: BitMask, truth: BitMask) => T,
  ): T {
    return this.#masks.lend(pred, truth, use, (what) =>
      this.#fault(
        'changes-masks',
        `it changed the pixels of the ${what} that it was given for ${name}`,
      ),
    )
  }

  #checked(value: unknown, name: string): number {
    if (typeof value !== 'number') {
      this.#fault('not-a-number', `it returned ${describeResult(value)} for ${name}`)
      return Number.NaN
    }
    if (!Number.isFinite(value)) {
      this.#fault('not-finite', `it returned ${value} for ${name}`)
      return value
    }
    this.numbers++
    const { range } = this
    if (range !== undefined && (value < range.min - ROUNDING || value > range.max + ROUNDING)) {
      this.#fault(
        'out-of-range',
        `it returned ${value} for ${name}, outside its declared range from ${range.min} to ${range.max}`,
      )
    }
    return value
  }

  #fault(kind: FaultKind, example: string): void {
    const known = this.faults.get(kind)
    if (known === undefined) this.faults.set(kind, { kind, example, times: 1 })
    else known.times++
  }
}

/** What came in place of a result; a promise is never waited for, because masks are scored in turn. */
function describeResult(value: unknown): string {
  if (typeof (value as { then?: unknown } | null | undefined)?.then !== 'function')
    return describe(value)
  // Nobody else will look whether it fails, which would end the whole process.
  Promise.resolve(value).catch(() => undefined)
  return `${describe(value)} (a reward must not be async)`
}

function isRange(range: unknown): range is readonly [number, number] {
  return Array.isArray(range) && range.length === 2 && range[0] <= range[1]
}

/** A declared range, if it is one: whatever else a user's object has by that name is ignored. */
function rangeOf(reward: ScoreObject): { min: number; max: number } | undefined {
  try {
    const { min, max } = reward.range ?? {}
    if (typeof min === 'number' && typeof max === 'number' && min <= max) return { min, max }
  } catch {
    // A getter that throws declares nothing.
  }
  return undefined
}

function firstLine(error: unknown): string {
  const text = error instanceof Error ? `${error.name}: ${error.message}` : describe(error)
  return text.split('\n')[0].slice(0, 200)
}

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
class LentMasks {
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
