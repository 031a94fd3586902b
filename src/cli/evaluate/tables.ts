import { directionOf } from '../../metrics/metric-directions.ts'
import type { EvaluationComparison } from '../../metrics/statistics/compare.ts'
import type { CaseFailure } from '../../node/folders/case-result.ts'
import type { Summary } from '../../node/folders/summary.ts'
import { printable } from '../../node/printable.ts'
import { DIRECTION_SIGNS, LEVEL, type ReportFacts } from '../../node/report/facts.ts'
import { columns } from '../columns.ts'
import { asFlags } from '../flag-words.ts'

const fixed = (value: number) => (Number.isNaN(value) ? '–' : value.toFixed(4))

const titled = (name: string) => `${name} ${DIRECTION_SIGNS[directionOf(name)]}`

/** Mean ± deviation and interval of each metric; of those that are undefined somewhere, how often. */
export function summaryTable(summary: Summary): string {
  const isAnyUndefined = Object.values(summary).some(
    ({ scoredPerfect, scoredWorst, undefined: left }) => scoredPerfect + scoredWorst + left > 0,
  )
  const rows = Object.entries(summary).map(([name, of]) => [
    titled(name),
    `${fixed(of.mean)} ± ${fixed(of.sd)}`,
    `${fixed(of.low)} to ${fixed(of.high)}`,
    String(of.n),
    undefinedText(of),
  ])
  const table = [['metric', 'mean ± sd', '95 % interval', 'n', '0/0, so'], ...rows]
  return columns(isAnyUndefined ? table : table.map((row) => row.slice(0, -1)))
}

function undefinedText({ scoredPerfect, scoredWorst, undefined: left }: Summary[string]): string {
  return Object.entries({ perfect: scoredPerfect, worst: scoredWorst, 'left out': left })
    .filter(([, count]) => count > 0)
    .map(([rule, count]) => `${count} ${rule}`)
    .join(', ')
}

/** By caliber and by kind of error, each table after an empty line, where these were asked for. */
export function detailTables({ byCaliber, errors: kinds }: ReportFacts): string {
  const calibers = byCaliber?.map(({ from, to, centerline, recall, precision, tsens }) => [
    to === Number.POSITIVE_INFINITY ? `above ${from}` : `${from} to ${to}`,
    ...[recall, precision, tsens].map(({ mean, sd }) => `${fixed(mean)} ± ${fixed(sd)}`),
    String(recall.n),
    String(centerline),
  ])
  const errors = Object.entries(kinds ?? {}).map(([kind, { mean, sd, low, high }]) => [
    kind,
    `${fixed(mean)} ± ${fixed(sd)}`,
    `${fixed(low)} to ${fixed(high)}`,
  ])
  const caliberHead = ['half-width', 'recall', 'precision', 'tsens', 'n', 'centerline pixels']
  return [
    ...(calibers === undefined ? [] : [columns([caliberHead, ...calibers])]),
    ...(errors.length === 0
      ? []
      : [columns([['errors a pair', 'mean ± sd', '95 % interval'], ...errors])]),
  ]
    .map((table) => `\n${table}`)
    .join('')
}

/** Two methods in each metric, paired; the first is the one that was evaluated. */
export function comparisonTable(
  comparison: Readonly<Record<string, EvaluationComparison>>,
  [ours, theirs]: readonly [Summary, Summary],
): string {
  const rows = Object.entries(comparison).map(([name, of]) => [
    titled(name),
    fixed(ours[name].mean),
    fixed(theirs[name].mean),
    `${fixed(of.difference)} [${fixed(of.low)}, ${fixed(of.high)}]`,
    `${of.wins}/${of.ties}/${of.losses}`,
    of.p.toPrecision(2),
    `${of.adjustedP.toPrecision(2)}${of.adjustedP < LEVEL ? ' *' : ''}`,
  ])
  const head = ['metric', 'mean', 'other', 'difference [95 %]', 'won/tied/lost', 'p', 'p, Holm']
  return columns([head, ...rows])
}

/** The pairs that could not be scored. */
export function failureLines(failures: readonly CaseFailure[]): string {
  return failures
    .map(({ name, error }) => `failed  ${printable(name)}: ${printable(asFlags(error))}\n`)
    .join('')
}
