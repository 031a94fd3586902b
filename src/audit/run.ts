import type { BitMask } from '../mask/bitmask.ts'
import { copyOf, type Subject, type TermValue } from './audited-reward.ts'
import { type Quality, qualityOf } from './mask-quality.ts'
import type { AuditProgress, AuditSettings } from './options.ts'

/** A mask that was scored. */
export interface Scored extends Quality {
  /** Where the mask comes from, in words. */
  name: string
  /** Index of the truth. */
  truth: number
  reward: number
  /** The terms, where the reward explains itself and was asked. */
  terms: TermValue[] | undefined
  /** The stricter score, where it was asked for. */
  reference: number | undefined
}

/** Rises that do not count, in units of the reward, unless it is small. */
const TOLERANCE = 0.01
/** The same as a share of what rewards differ by, for a small reward. */
const SHARE = 0.02
/** Rewards that differ by a smaller share of their size are equal up to rounding. */
const ROUNDING = 1e-9

/** So long an audit computes before it lets others run, in milliseconds. */
const TURN = 40

/** What all parts of an audit share: the reward, the truths, and all that was scored so far. */
export class AuditRun {
  readonly subject: Subject
  readonly truths: readonly BitMask[]
  readonly settings: AuditSettings
  /** Everything that was scored by {@link AuditRun.measure}. */
  readonly scored: Scored[] = []
  /** Truths below this index are also explained and scored by the reference. */
  readonly closely: number
  /** A rise up to this does not count. */
  tolerance: number
  #turnStarted = Date.now()

  constructor(
    subject: Subject,
    truths: readonly BitMask[],
    settings: AuditSettings,
    closely: number,
  ) {
    this.subject = subject
    this.truths = truths
    this.settings = settings
    this.closely = closely
    this.tolerance = settings.tolerance ?? TOLERANCE
  }

  /** Suits the tolerance to rewards on a small scale, unless it was given. */
  suitTolerance(): void {
    if (this.settings.tolerance !== undefined) return
    let min = Number.POSITIVE_INFINITY
    let max = Number.NEGATIVE_INFINITY
    for (const { reward } of this.scored) {
      if (!Number.isFinite(reward)) continue
      min = Math.min(min, reward)
      max = Math.max(max, reward)
    }
    const spread = max - min
    if (spread > ROUNDING * Math.max(Math.abs(min), Math.abs(max))) {
      this.tolerance = Math.min(TOLERANCE, SHARE * spread)
    }
  }

  /** Evaluations that are left. */
  get left(): number {
    return this.settings.budget - this.subject.evaluations
  }

  /** Scores a mask against one of the truths. */
  measure(mask: BitMask, truth: number, name: string): Scored {
    const against = this.truths[truth]
    const where = `${name} of truth ${truth}`
    // A truth is never handed out itself: all else is measured against it.
    const shown = this.truths.includes(mask) ? copyOf(mask) : mask
    const reward = this.subject.score(shown, against, where)
    const isClose = truth < this.closely
    const scored = {
      name,
      truth,
      reward,
      ...qualityOf(mask, against),
      terms: isClose ? this.subject.explain(shown, against, reward, where) : undefined,
      reference: isClose ? this.#reference(mask, against) : undefined,
    }
    this.scored.push(scored)
    return scored
  }

  /** How good a mask is. */
  qualityOf(mask: BitMask, truth: number): Quality {
    return qualityOf(mask, this.truths[truth])
  }

  /** Whether a mask of these qualities is bad. */
  isBad({ dice, clDice }: Quality): boolean {
    const { badDice, badClDice } = this.settings
    return dice < badDice || clDice < badClDice
  }

  /** Tells how far the audit is, and lets others run now and then; throws if it is to stop. */
  async progress(phase: AuditProgress['phase'], done: number, total: number): Promise<void> {
    const { signal, onProgress } = this.settings
    signal?.throwIfAborted()
    onProgress?.({ phase, done, total })
    if (Date.now() - this.#turnStarted > TURN) {
      await new Promise((resolve) => setTimeout(resolve, 0))
      this.#turnStarted = Date.now()
      signal?.throwIfAborted()
    }
  }

  #reference(mask: BitMask, truth: BitMask): number {
    try {
      return Number(this.settings.reference(mask, truth))
    } catch {
      return Number.NaN
    }
  }
}
