import type { BitMask } from '../mask/bitmask.ts'
import { describe } from '../mask/validate.ts'

/** How grave a finding is: `error` means that the reward should not be trained on as it is. */
export type Severity = 'error' | 'warning' | 'info'

/** What a finding is about; see {@link AuditFinding}. */
export type FindingKind =
  | 'throws'
  | 'not-a-number'
  | 'not-finite'
  | 'out-of-range'
  | 'order-dependent'
  | 'inconsistent'
  | 'changes-masks'
  | 'not-best'
  | 'inversion'
  | 'blind'
  | 'exploit'
  | 'disagreement'
  | 'unbounded'
  | 'constant'
  | 'wrong-sign'
  | 'asymmetric'
  | 'pitfall'
  | 'coverage'

/** One thing that an audit found, in words. */
export interface AuditFinding {
  /** How grave it is. */
  severity: Severity
  /** What it is about. */
  kind: FindingKind
  /** What was found, with the numbers, in one or two sentences. */
  message: string
  /** Name of the ladder, exploit, term or pitfall that it was found by, where there is one. */
  subject?: string
  /** Index of the truth it was seen on, where there is one. */
  truth?: number
}

/** One step of a ladder: the truths corrupted by as much. */
export interface LadderStep {
  /** How much, in words; `'truth'` for the step that changes nothing. */
  label: string
  /** Mean reward over the truths. */
  mean: number
  /** Reward for each truth that the ladder was climbed on; NaN where the reward gave no number. */
  rewards: readonly number[]
  /** Mean Dice coefficient. */
  dice: number
  /** Mean centreline Dice. */
  clDice: number
}

/** A step that is paid more than the less corrupted one before it. */
export interface RankInversion {
  /** Index of the step. */
  step: number
  /** Index of the truth. */
  truth: number
  /** By how much the reward rises. */
  rise: number
}

/** The rewards along one kind of growing corruption. */
export interface LadderResult {
  /** Name of the ladder. */
  name: string
  /** What is done to the truths, in words. */
  description: string
  /** What the labels of the steps count. */
  unit: string
  /** The steps; the first one is the truth itself. */
  steps: readonly LadderStep[]
  /** Rises above the tolerance, the largest first. */
  inversions: readonly RankInversion[]
  /** Least-squares slope of the mean reward, per step; negative for a sound reward. */
  slope: number
}

/** A bad mask and what it is paid. */
export interface ExploitResult {
  /** The idea, such as `'full'`; `'search'` for what hill climbing found. */
  name: string
  /** The operations that make the mask from the truth, in order. */
  recipe: readonly string[]
  /** Index of the truth on which most is gained. */
  truth: number
  /** What the mask is paid. */
  reward: number
  /** Its Dice coefficient. */
  dice: number
  /** Its centreline Dice. */
  clDice: number
  /** The least reward of an honest mask of this truth. */
  honest: number
  /** `reward − honest`. */
  gain: number
  /** Whether the mask is bad: Dice or clDice below the thresholds. */
  isBad: boolean
  /** Whether the mask is bad and yet paid more than an honest one. */
  isExploit: boolean
  /** On how many truths it is an exploit. */
  truthsGamed: number
  /** On how many truths it was tried. */
  truthsTried: number
}

/** A mask scored by the reward and by the reference. */
export interface DifferentialPoint {
  /** Where the mask comes from, such as `'speckle .01'`. */
  name: string
  /** Index of the truth. */
  truth: number
  /** What the reward pays. */
  reward: number
  /** What the reference pays. */
  reference: number
}

/** Agreement of the reward with a stricter one. */
export interface DifferentialResult {
  /** What the reference is, in words. */
  reference: string
  /** Kendall's rank correlation τ-b within each truth, averaged over the truths. */
  kendall: number
  /** The masks that both scored. */
  points: readonly DifferentialPoint[]
  /**
   * Pairs of points of one truth on which the two disagree most: the reward prefers `better`, the
   * reference prefers `worse`.
   */
  worst: readonly {
    /** Index of the point that the reward prefers. */
    better: number
    /** Index of the point that the reference prefers. */
    worse: number
  }[]
}

/** What one term (or the whole reward, as the term `'total'`) did over all masks. */
export interface TermCheck {
  /** Name of the term. */
  name: string
  /** Its weight, where it is known; a term of weight 0 is not a part of the reward. */
  weight?: number
  /** The declared range of the value, where it is known. */
  declared?: {
    /** Its lower end. */
    min: number
    /** Its upper end. */
    max: number
  }
  /** Least finite value. */
  min: number
  /** Mean of the finite values. */
  mean: number
  /** Greatest finite value. */
  max: number
  /** Share of the corrupted masks that got the most frequent value. */
  atBound: number
  /**
   * Steps down the ladders on which the weighted term falls, less those on which it rises, over
   * both: 1 for a term that falls with every corruption, −1 for one with the wrong sign.
   */
  direction: number
  /** What is wrong with it, in words. */
  problems: readonly string[]
}

/** One published pitfall of metrics and whether the reward falls into it. */
export interface PitfallResult {
  /** Name of the pitfall. */
  name: string
  /** What a sound score does. */
  description: string
  /** Where it is described. */
  source: string
  /** Whether the reward avoids it. */
  isPassed: boolean
  /** The scores. */
  detail: string
}

/** What an audit found; plain data. Numbers of a faulty reward may be NaN or infinite. */
export interface AuditReport {
  /** The seed of everything random. */
  seed: number
  /** Evaluations of the reward that were allowed. */
  budget: number
  /** Evaluations that were made. */
  evaluations: number
  /** Rises of the reward up to this were taken for none, in units of the reward. */
  tolerance: number
  /** The reward's own declaration of its range, where it makes one. */
  range?: {
    /** Its lower end. */
    min: number
    /** Its upper end. */
    max: number
  }
  /** Size of each truth and number of its foreground pixels. */
  truths: readonly {
    /** Width in pixels. */
    width: number
    /** Height in pixels. */
    height: number
    /** Number of foreground pixels. */
    pixels: number
  }[]
  /** Reward of each truth against itself. */
  perfect: readonly number[]
  /** The least reward of the honest masks of each truth that was searched. */
  honest: readonly {
    /** Index of the truth. */
    truth: number
    /** How the mask was made, in words. */
    name: string
    /** What it is paid. */
    reward: number
    /** Its Dice coefficient. */
    dice: number
    /** Its centreline Dice. */
    clDice: number
  }[]
  /** The rewards along each ladder. */
  ladders: readonly LadderResult[]
  /** Bad masks, the best paid first. */
  exploits: readonly ExploitResult[]
  /** Agreement with a stricter reward. */
  differential: DifferentialResult
  /** What each term did. */
  terms: readonly TermCheck[]
  /** The published pitfalls, one by one. */
  pitfalls: readonly PitfallResult[]
  /** What was found, the gravest first. */
  findings: readonly AuditFinding[]
  /** The gravest severity; `'none'` without findings. */
  worst: Severity | 'none'
}

/** A report and the masks that it speaks of. */
export interface AuditResult {
  /** What was found. */
  report: AuditReport
  /** The mask of each of `report.exploits`. */
  masks: readonly BitMask[]
}

const LISTS = [
  'truths',
  'perfect',
  'honest',
  'ladders',
  'exploits',
  'terms',
  'pitfalls',
  'findings',
] as const satisfies readonly (keyof AuditReport)[]

/**
 * Checks that this is a report, and not what `auditReward` returns with it or promises.
 *
 * @throws TypeError that says what it is instead
 */
export function checkReport(report: AuditReport, of: string): AuditReport {
  if (typeof report === 'object' && report !== null) {
    const missing = LISTS.find((name) => !Array.isArray(report[name]))
    if (missing === undefined) return report
    if ('report' in report) {
      throw new TypeError(
        `expected ${of} to get a report, got an object that holds one: pass result.report`,
      )
    }
    if (describe(report) === 'an object') {
      throw new TypeError(
        `expected ${of} to get a report of auditReward, got one without ${missing}`,
      )
    }
  }
  const advice = describe(report) === 'a Promise' ? ': await it' : ''
  throw new TypeError(
    `expected ${of} to get a report of auditReward, got ${describe(report)}${advice}`,
  )
}
