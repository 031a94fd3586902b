import { checkCount } from '../mask/options.ts'
import { hasWeight } from './checks/term-checks.ts'
import { type AuditReport, checkReport, type TermCheck } from './report.ts'

/**
 * A report as plain text: the ladders, the best paid exploits, the terms, the pitfalls, and what was
 * found, for a terminal or a log.
 *
 * @param report - of {@link auditReward}
 * @returns lines that end with a line break each
 *
 * @example
 * ```ts
 * import { dice } from 'vessel-reward'
 * import { auditReward, auditTable } from 'vessel-reward/audit'
 *
 * const truth = Array.from({ length: 48 }, (_, y) =>
 *   Array.from({ length: 48 }, (_, x) => (Math.abs(x - y) < 3 ? 1 : 0)),
 * )
 * const { report } = await auditReward(dice, [truth], { budget: 300, seed: 1 })
 * const [first] = auditTable(report).split(':')
 * first // => 'audit of 1 truth, seed 1'
 * ```
 */
export function auditTable(report: AuditReport): string {
  checkCount(arguments.length, 1, 'auditTable')
  const { truths, seed, evaluations, budget, differential } = checkReport(report, 'auditTable')
  const many = truths.length === 1 ? '1 truth' : `${truths.length} truths`
  const parts = [
    `audit of ${many}, seed ${seed}: ${evaluations} of ${budget} evaluations\n`,
    table(
      ['ladder', 'truth', 'last step', 'slope', 'inversions', 'largest rise'],
      report.ladders.map(({ name, steps, slope, inversions }) => [
        name,
        number(steps[0].mean),
        number(steps[steps.length - 1].mean),
        number(slope),
        String(inversions.length),
        inversions.length === 0 ? '' : number(inversions[0].rise),
      ]),
    ),
    table(
      ['exploit', 'reward', 'honest', 'gain', 'Dice', 'clDice', 'truths gamed'],
      report.exploits.map((one) => [
        one.name + (one.isBad ? '' : ' (not bad)'),
        number(one.reward),
        number(one.honest),
        number(one.gain),
        one.dice.toFixed(2),
        one.clDice.toFixed(2),
        `${one.truthsGamed} of ${one.truthsTried}`,
      ]),
    ),
    table(
      ['term', 'weight', 'declared', 'least', 'mean', 'greatest', 'same value', 'direction', ''],
      report.terms
        .filter(hasWeight)
        .map((one) => [
          one.name,
          one.weight === undefined ? '' : String(one.weight),
          rangeText(one.declared),
          number(one.min),
          number(one.mean),
          number(one.max),
          `${(100 * one.atBound).toFixed(0)} %`,
          number(one.direction),
          one.problems.join('; '),
        ]),
    ) + withoutWeight(report),
    table(
      ['pitfall', '', 'scores'],
      report.pitfalls.map(({ name, isPassed, detail }) => [
        name,
        isPassed ? 'passed' : 'FAILED',
        detail,
      ]),
    ),
    `agreement with the reference (Kendall's τ): ${agreement(differential.kendall)}\n`,
    report.findings.map(({ severity, message }) => `${severity}: ${message}\n`).join('') +
      verdict(report),
  ]
  return parts.join('\n')
}

/** Terms of weight 0 are not part of the reward: their names are enough. */
function withoutWeight({ terms }: AuditReport): string {
  const names = terms.filter((one) => !hasWeight(one)).map(({ name }) => name)
  return names.length === 0 ? '' : `of weight 0: ${names.join(', ')}\n`
}

function rangeText(range: TermCheck['declared']): string {
  if (range === undefined) return 'unknown'
  return `${Number(range.min.toPrecision(4))} to ${Number(range.max.toPrecision(4))}`
}

function agreement(kendall: number): string {
  return Number.isNaN(kendall) ? 'none, because no two masks are paid differently' : number(kendall)
}

/** How many findings of each severity, in a line of its own. */
function verdict({ findings }: AuditReport): string {
  if (findings.length === 0) return 'no findings\n'
  const counts = (['error', 'warning', 'info'] as const).flatMap((severity) => {
    const count = findings.filter((finding) => finding.severity === severity).length
    return count === 0 ? [] : [`${severity} ${count}`]
  })
  return `\nfindings: ${counts.join(', ')}\n`
}

function number(value: number): string {
  return Number.isFinite(value) ? value.toFixed(3) : String(value)
}

/** Columns as wide as they need to be; all but the first and the last are right-aligned. */
function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const all = [head, ...rows]
  const widths = head.map((_, i) => Math.max(...all.map((row) => row[i].length)))
  const line = (row: readonly string[]) =>
    row
      .map((cell, i) =>
        i === 0 || i === row.length - 1 ? cell.padEnd(widths[i]) : cell.padStart(widths[i]),
      )
      .join('  ')
      .trimEnd()
  return all.map((row) => `${line(row)}\n`).join('')
}
