import type { BitMask } from '../mask/bitmask.ts'
import type { AuditProgress, AuditSettings } from './audit-options.ts'
import { type Quality, qualityOf } from './quality.ts'
import type { Subject, TermValue } from './subject.ts'

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
  }

  /** Evaluations that are left. */
  get left(): number {
    return this.settings.budget - this.subject.evaluations
  }

  /** Scores a mask against one of the truths. */
  measure(mask: BitMask, truth: number, name: string): Scored {
    const against = this.truths[truth]
    const where = `${name} of truth ${truth}`
    const reward = this.subject.score(mask, against, where)
    const isClose = truth < this.closely
    const scored = {
      name,
      truth,
      reward,
      ...qualityOf(mask, against),
      terms: isClose ? this.subject.explain(mask, against, reward, where) : undefined,
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
