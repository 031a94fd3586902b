import type { MaskLike } from '../mask/bitmask.ts'
import { checkCount } from '../mask/options.ts'
import { type AuditSubject, copyOf, type ScoreFunction, Subject } from './audited-reward.ts'
import { climbLadders, EVALUATIONS_PER_LADDER_TRUTH } from './checks/climb-ladders.ts'
import { checkConsistency, EVALUATIONS_FOR_CONSISTENCY } from './checks/consistency.ts'
import { differential } from './checks/differential.ts'
import {
  bestFinding,
  bySeverity,
  coverageFindings,
  differentialFindings,
  emptyFindings,
  exploitFindings,
  faultFindings,
  ladderFindings,
  pitfallFindings,
  termFindings,
} from './checks/findings.ts'
import { PITFALLS } from './checks/pitfalls.ts'
import { checkTerms, EVALUATIONS_FOR_GROWTH } from './checks/term-checks.ts'
import { EVALUATIONS_PER_EXPLOIT_TRUTH, searchExploits } from './exploits/search.ts'
import { type AuditOptions, auditSettings, checkTruths } from './options.ts'
import type { AuditFinding, AuditResult, PitfallResult } from './report.ts'
import { AuditRun } from './run.ts'

/** Truths whose masks are also explained and scored by the reference, at most. */
const CLOSELY = 4
/** Evaluations of the pitfalls, at most. */
const EVALUATIONS_FOR_PITFALLS = 52
/** Shares of the budget for ladders and known exploits; the rest is for the search. */
const LADDER_SHARE = 0.6
const KNOWN_SHARE = 0.25

/**
 * Asks whether a reward can be gamed: climbs ladders of growing corruptions, tries known exploits
 * and searches for others, compares with a stricter score, checks the terms, and runs the published
 * pitfalls of metrics. Works with any function that scores a prediction against a truth; a reward
 * that throws or returns no number is reported, not a reason to stop.
 *
 * The report is plain data, and the same for the same seed. The budget is shared out: every part
 * gets as many of the truths as it can afford, from the first on.
 *
 * @param reward - a function `(pred, truth) => number`, or an object with such a method `score`
 * and, where it has them, `explain` and `range`, such as a `MultiObjectiveReward`
 * @param truths - the truths, of any sizes; those of real images tell most
 * @param options - `seed`, `budget`, what counts as bad, good masks to compare with, and more
 * @returns the report, and the masks of its exploits
 * @throws TypeError or RangeError (as a rejection) if a truth or an option is not valid
 *
 * @example
 * ```ts
 * import { type BitMask, iou } from 'vessel-reward'
 * import { auditReward } from 'vessel-reward/audit'
 *
 * const truth = Array.from({ length: 64 }, (_, y) =>
 *   Array.from({ length: 64 }, (_, x) => (Math.abs(x - 20) < 4 || Math.abs(y - x) < 2 ? 1 : 0)),
 * )
 * const generous = (pred: BitMask, truth: BitMask) => Math.min(1, pred.count / truth.count)
 * const { report } = await auditReward(generous, [truth], { budget: 300 })
 * report.worst // => 'error'
 * report.exploits[0].isExploit // => true
 *
 * const fair = await auditReward(iou, [truth], { budget: 300 })
 * fair.report.findings.filter(({ severity }) => severity === 'error') // => []
 * ```
 */
export async function auditReward(
  reward: AuditSubject,
  truths: readonly MaskLike[],
  options?: AuditOptions,
): Promise<AuditResult> {
  checkCount(arguments.length, 3, 'auditReward')
  const masks = checkTruths(truths)
  const settings = auditSettings(options, masks)
  const subject = new Subject(reward)
  const plan = planOf(settings.budget, masks.length, subject.explains)
  const run = new AuditRun(subject, masks, settings, plan.closely)

  const climb = await climbLadders(run, plan.climbed)
  await run.progress('checks', 0, 1)
  const consistency = checkConsistency(run, climb)
  const terms = checkTerms(run, climb)
  await run.progress('checks', 1, 1)
  const pitfalls = await checkPitfalls(run)
  // What is kept back for explanations of the known exploits.
  const known = plan.tried * EVALUATIONS_PER_EXPLOIT_TRUTH
  const explained = subject.explains
    ? Math.min(plan.closely, plan.tried) * EVALUATIONS_PER_EXPLOIT_TRUTH
    : 0
  const search = await searchExploits(
    run,
    plan.tried,
    climb.perfect,
    Math.max(0, run.left - known - explained),
  )
  const compared = differential(run)

  // Without a single number there is nothing to judge, and one finding says all.
  const judgements = (): AuditFinding[] => [
    ...consistency.filter(({ severity }) => severity === 'error'),
    ...bestFinding(run, climb.perfect),
    ...exploitFindings(search.exploits, settings.badDice),
    ...ladderFindings(climb.ladders, climb.perfect, run.tolerance),
    ...termFindings(terms),
    ...differentialFindings(compared),
    ...pitfallFindings(pitfalls),
    ...consistency.filter(({ severity }) => severity !== 'error'),
  ]
  const findings: AuditFinding[] = bySeverity([
    ...faultFindings(run),
    ...emptyFindings(masks),
    ...(subject.numbers === 0 ? [] : judgements()),
    ...coverageFindings(masks.length, plan.climbed, plan.tried),
  ])
  const report = {
    seed: settings.seed,
    budget: settings.budget,
    evaluations: subject.evaluations,
    tolerance: run.tolerance,
    ...(subject.range === undefined ? {} : { range: subject.range }),
    truths: masks.map(({ width, height, count }) => ({ width, height, pixels: count })),
    perfect: climb.perfect.map(({ reward }) => reward),
    honest: search.honest,
    ladders: climb.ladders,
    exploits: search.exploits,
    differential: compared,
    terms: terms.map(({ check }) => check),
    pitfalls,
    findings,
    worst: findings[0]?.severity ?? 'none',
  } as const
  return { report, masks: search.masks }
}

/** How many truths each part of the audit gets. */
function planOf(
  budget: number,
  truths: number,
  explains: boolean,
): { climbed: number; tried: number; closely: number } {
  const fixed =
    EVALUATIONS_FOR_CONSISTENCY +
    EVALUATIONS_FOR_PITFALLS +
    EVALUATIONS_FOR_GROWTH * (explains ? 1 : 0.5)
  const rest = budget - fixed
  const forLadders = (LADDER_SHARE * rest) / EVALUATIONS_PER_LADDER_TRUTH
  // An explanation is an evaluation more.
  const closely = explains
    ? Math.min(CLOSELY, truths, Math.max(1, Math.floor(forLadders / 4)))
    : Math.min(CLOSELY, truths)
  const paid = forLadders - (explains ? closely : 0)
  const climbed = Math.max(1, Math.min(truths, Math.floor(paid)))
  const forKnown = (KNOWN_SHARE * rest) / EVALUATIONS_PER_EXPLOIT_TRUTH
  const tried = Math.max(1, Math.min(climbed, Math.floor(forKnown - (explains ? closely : 0))))
  return { climbed, tried, closely: Math.min(closely, climbed) }
}

async function checkPitfalls(run: AuditRun): Promise<PitfallResult[]> {
  const results: PitfallResult[] = []
  for (const [i, { name, description, source, check }] of PITFALLS.entries()) {
    await run.progress('pitfalls', i, PITFALLS.length)
    const score: ScoreFunction = (pred, truth) =>
      // Every audit uses the same few masks.
      run.subject.score(copyOf(pred), truth, `the pitfall “${name}”`)
    results.push({ name, description, source, ...check(score) })
  }
  return results
}
