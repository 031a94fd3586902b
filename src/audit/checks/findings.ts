import type { BitMask } from '../../mask/bitmask.ts'
import type {
  AuditFinding,
  DifferentialResult,
  ExploitResult,
  LadderResult,
  PitfallResult,
  Severity,
} from '../report.ts'
import type { AuditRun, Scored } from '../run.ts'
import { type JudgedTerm, percent, short, type TermProblem } from './term-checks.ts'

const ORDER: readonly Severity[] = ['error', 'warning', 'info']

/** The gravest first; otherwise as they came. */
export function bySeverity(findings: readonly AuditFinding[]): AuditFinding[] {
  return ORDER.flatMap((severity) => findings.filter((finding) => finding.severity === severity))
}

/** What a reward did instead of returning a number it may return. */
export function faultFindings({ subject }: AuditRun): AuditFinding[] {
  return [...subject.faults.values()].map(({ kind, example, times }) => ({
    severity: 'error',
    kind,
    message: `The reward misbehaves in ${times} of ${subject.evaluations} evaluations, first: ${example}.`,
  }))
}

/** Rises along the ladders, ladders on which nothing falls, and steps above the truth itself. */
export function ladderFindings(
  ladders: readonly LadderResult[],
  perfect: readonly Scored[],
  tolerance: number,
): AuditFinding[] {
  const findings: AuditFinding[] = []
  for (const { name, description, unit, steps, inversions } of ladders) {
    const means = steps.map(({ mean }) => mean)
    const first = means[0]
    const last = means[means.length - 1]
    if (inversions.length > 0) {
      const { step, truth } = inversions[0]
      const truths = new Set(inversions.map((one) => one.truth)).size
      findings.push({
        severity: last > first + tolerance ? 'error' : 'warning',
        kind: 'inversion',
        message: `More ${name} (${description}) is paid more ${times(inversions.length)}${ofTruths(truths, perfect.length, ' on ')}, most from ${steps[step - 1].label} to ${steps[step].label} (${unit}) on truth ${truth}: ${change(steps[step - 1].rewards[truth], steps[step].rewards[truth])}. ${overall(first, last)}`,
        subject: name,
        truth,
      })
    }
    const isSpoilt = steps[steps.length - 1].dice < 1
    if (isSpoilt && Math.abs(last - first) <= tolerance && inversions.length === 0) {
      findings.push({
        severity: 'info',
        kind: 'blind',
        message: `The reward hardly notices ${name} (${description}): its mean goes from ${short(first)} to ${short(last)}.`,
        subject: name,
      })
    }
  }
  return findings
}

/** Masks other than the truth that are paid more than it. */
export function bestFinding(run: AuditRun, perfect: readonly Scored[]): AuditFinding[] {
  let most: { rise: number; one: Scored } | undefined
  let count = 0
  for (const one of run.scored) {
    const rise = one.reward - (perfect[one.truth]?.reward ?? Number.NaN)
    if (!(rise > run.tolerance)) continue
    count++
    if (most === undefined || rise > most.rise) most = { rise, one }
  }
  if (most === undefined) return []
  const { name, truth, reward, dice } = most.one
  return [
    {
      severity: 'error',
      kind: 'not-best',
      message: `${count} masks are paid more than the truth itself: ${name} (Dice ${short(dice)}) gets ${short(reward)} on truth ${truth}, the truth ${short(perfect[truth].reward)}.`,
      subject: name,
      truth,
    },
  ]
}

/** Bad masks that are paid more than honest ones. */
export function exploitFindings(
  exploits: readonly ExploitResult[],
  badDice: number,
): AuditFinding[] {
  return exploits
    .filter(({ isExploit }) => isExploit)
    .map(
      ({ name, recipe, truth, reward, dice, clDice, honest, gain, truthsGamed, truthsTried }) => ({
        severity: dice < badDice ? 'error' : 'warning',
        kind: 'exploit',
        message: `A bad mask pays: ${name === 'search' ? 'the search found' : name} (${recipe.join(', ')}) with Dice ${short(dice)} and clDice ${short(clDice)} gets ${short(reward)} on truth ${truth}, an honest mask ${short(honest)}${Number.isFinite(gain) ? `: ${short(gain)} more` : ''}.${ofTruths(truthsGamed, truthsTried, ' So on ', '.')}`,
        subject: name,
        truth,
      }),
    )
}

/** A reward that orders masks otherwise than the reference. */
export function differentialFindings({
  kendall,
  points,
  worst,
}: DifferentialResult): AuditFinding[] {
  if (!(kendall < 0.7)) return []
  const [pair] = worst
  const example =
    pair === undefined
      ? ''
      : ` For example it prefers ${points[pair.better].name} (reference ${short(points[pair.better].reference)}) to ${points[pair.worse].name} (reference ${short(points[pair.worse].reference)}).`
  return [
    {
      severity: kendall < 0 ? 'error' : kendall < 0.5 ? 'warning' : 'info',
      kind: 'disagreement',
      message: `The reward orders masks otherwise than a stricter score: Kendall's τ is ${short(kendall)}.${example}`,
      truth: pair && points[pair.better].truth,
    },
  ]
}

/** What a first look should be at, where the reward as a whole has such a problem. */
const HINTS: Partial<Record<TermProblem, string>> = {
  constant: ' There is nothing to learn from it: does it look at the prediction?',
  'wrong-sign': ' Is it a loss? Then its negative is the reward.',
}

/** A term without end, or one that says nothing, may be meant so; a whole reward that says nothing not. */
function isMild(kind: TermProblem, isTotal: boolean): boolean {
  return kind === 'unbounded' || (kind === 'constant' && !isTotal)
}

/** What is wrong with single terms. Faults of the total are found where they come up. */
export function termFindings(terms: readonly JudgedTerm[]): AuditFinding[] {
  const findings: AuditFinding[] = []
  for (const { check, kinds, isTotal } of terms) {
    for (const [kind, problem] of kinds) {
      if (isTotal && (kind === 'not-finite' || kind === 'out-of-range')) continue
      findings.push({
        severity: isMild(kind, isTotal) ? 'warning' : 'error',
        kind,
        message: `${isTotal ? 'The reward' : `The term ${check.name}`} ${problem}.${isTotal ? (HINTS[kind] ?? '') : ''}`,
        subject: check.name,
      })
    }
  }
  return findings
}

/** Pitfalls that the reward falls into. */
export function pitfallFindings(pitfalls: readonly PitfallResult[]): AuditFinding[] {
  return pitfalls
    .filter(({ isPassed }) => !isPassed)
    .map(({ name, description, detail }) => ({
      severity: /NaN|Infinity/.test(detail) ? 'error' : 'warning',
      kind: 'pitfall',
      message: `Pitfall “${name}”: expected that ${description}; got ${detail}.`,
      subject: name,
    }))
}

/** Truths that no reward can be judged by. */
export function emptyFindings(truths: readonly BitMask[]): AuditFinding[] {
  const empty = truths.flatMap((truth, i) => (truth.count === 0 ? [i] : []))
  if (empty.length === 0) return []
  const isAll = empty.length === truths.length
  const which = isAll
    ? 'No truth has a foreground pixel'
    : `${empty.length} of ${truths.length} truths have no foreground pixel, the first is truth ${empty[0]}`
  return [
    {
      severity: isAll ? 'error' : 'warning',
      kind: 'coverage',
      message: `${which}: ${isAll ? 'the reward was not put to any test' : 'they put the reward to no test'}. Is the threshold right?`,
      truth: empty[0],
    },
  ]
}

/** What the budget did not reach to. */
export function coverageFindings(truths: number, climbed: number, tried: number): AuditFinding[] {
  if (climbed === truths && tried === truths) return []
  return [
    {
      severity: 'info',
      kind: 'coverage',
      message: `The budget is enough for the ladders on ${climbed} and the known exploits on ${tried} of ${truths} truths (${percent(climbed / truths)} and ${percent(tried / truths)}).`,
    },
  ]
}

/** How many of the truths, where there are several. */
function ofTruths(count: number, all: number, before: string, after = ''): string {
  return all === 1 ? '' : `${before}${count} of ${all} truths${after}`
}

/** A rise; one without end has no size. */
function change(before: number, after: number): string {
  if (Number.isFinite(after - before)) return `by ${short(after - before)}`
  return `from ${short(before)} to ${short(after)}`
}

function overall(first: number, last: number): string {
  if (!Number.isFinite(first + last)) return 'Over the whole ladder the mean is not finite.'
  return `Over the whole ladder the mean goes from ${short(first)} to ${short(last)}.`
}

function times(count: number): string {
  return count === 1 ? 'once' : `${count} times`
}
