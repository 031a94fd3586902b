import type { CaliberStratum } from '../../metrics/by-caliber.ts'
import { TOPOLOGY_ERROR_KINDS } from '../../metrics/topology-errors/topology-errors.ts'
import type { CaseFailure, CaseResult } from './case-result.ts'
import { errorCount, scoredOf } from './summary.ts'

/**
 * One row a pair, as RFC 4180 has it: name, files, size, counts of pixels, reward, metrics, and where
 * they were asked for recall by caliber and numbers of topology errors. The
 * column `undefined` says how metrics that are 0/0 were scored, and `error` why a pair was not.
 */
export function casesCsv(results: readonly (CaseResult | CaseFailure)[]): string {
  const metrics = [
    ...new Set(results.flatMap((result) => ('error' in result ? [] : Object.keys(result.values)))),
  ]
  const [first] = scoredOf(results)
  const calibers = first?.byCaliber?.map(({ from, to }) => [
    caliberName('recall', from, to),
    caliberName('tsens', from, to),
  ])
  const kinds = first?.errors === undefined ? [] : TOPOLOGY_ERROR_KINDS
  const details = [...(calibers ?? []).flat(), ...kinds.map((kind) => kind.replaceAll(' ', '_'))]
  const counts = ['tp', 'fp', 'fn', 'tn'] as const
  const header = ['name', 'pred', 'truth', 'within', 'width', 'height', ...counts, 'reward']
  const rows = results.map((result) => {
    const { name, files } = result
    const start = [name, files.pred, files.truth, files.within ?? '']
    if ('error' in result) {
      return [
        ...start,
        ...header.slice(4).map(() => ''),
        ...metrics.map(() => ''),
        ...details.map(() => ''),
        '',
        result.error,
      ]
    }
    const { width, height, confusion, reward, rules } = result
    const values = result.values as Record<string, number>
    return [
      ...start,
      String(width),
      String(height),
      ...counts.map((count) => String(confusion[count])),
      String(reward),
      ...metrics.map((metric) => number(values[metric])),
      ...(result.byCaliber ?? []).flatMap(({ recall, tsens }) => [number(recall), number(tsens)]),
      ...kinds.map((kind) => String(errorCount(result, kind))),
      Object.entries(rules)
        .map(([metric, rule]) => `${metric}: ${rule}`)
        .join('; '),
      '',
    ]
  })
  return [[...header, ...metrics, ...details, 'undefined', 'error'], ...rows].map(csvLine).join('')
}

/** Such as `recall_3_to_7`: of the vessels whose half-width in pixels is between these. */
function caliberName(score: 'recall' | 'tsens', from: number, to: CaliberStratum['to']): string {
  return `${score}_${to === Number.POSITIVE_INFINITY ? `above_${from}` : `${from}_to_${to}`}`
}

const number = (value: number) => (Number.isNaN(value) ? '' : String(value))

function csvLine(cells: readonly string[]): string {
  const quoted = cells.map((cell) =>
    /[",\r\n]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell,
  )
  return `${quoted.join(',')}\r\n`
}
