import type { CaseFailure, CaseResult } from './evaluate-pairs.ts'

/**
 * One row a pair, as RFC 4180 has it: name, files, size, counts of pixels, reward and metrics. The
 * column `undefined` says how metrics that are 0/0 were scored, and `error` why a pair was not.
 */
export function casesCsv(results: readonly (CaseResult | CaseFailure)[]): string {
  const metrics = [
    ...new Set(results.flatMap((result) => ('error' in result ? [] : Object.keys(result.values)))),
  ]
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
      Object.entries(rules)
        .map(([metric, rule]) => `${metric}: ${rule}`)
        .join('; '),
      '',
    ]
  })
  return [[...header, ...metrics, 'undefined', 'error'], ...rows].map(csvLine).join('')
}

const number = (value: number) => (Number.isNaN(value) ? '' : String(value))

function csvLine(cells: readonly string[]): string {
  const quoted = cells.map((cell) =>
    /[",\r\n]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell,
  )
  return `${quoted.join(',')}\r\n`
}
