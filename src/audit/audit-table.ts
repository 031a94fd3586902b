import type { AuditReport } from './audit-report.ts'

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
  const { truths, seed, evaluations, budget, differential } = report
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
      ['term', 'least', 'mean', 'greatest', 'same value', 'direction', 'problems'],
      report.terms.map((one) => [
        one.name,
        number(one.min),
        number(one.mean),
        number(one.max),
        `${(100 * one.atBound).toFixed(0)} %`,
        number(one.direction),
        one.problems.join('; '),
      ]),
    ),
    table(
      ['pitfall', '', 'scores'],
      report.pitfalls.map(({ name, isPassed, detail }) => [
        name,
        isPassed ? 'passed' : 'FAILED',
        detail,
      ]),
    ),
    `agreement with the reference (Kendall's τ): ${number(differential.kendall)}\n`,
    report.findings.length === 0
      ? 'no findings\n'
      : report.findings.map(({ severity, message }) => `${severity}: ${message}\n`).join(''),
  ]
  return parts.join('\n')
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
