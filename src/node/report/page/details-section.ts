import { counted, numberText, pageSection, pageTable } from '../../../page/page-parts.ts'
import type { ReportFacts } from '../facts.ts'

/** By caliber and by kind of error, where these were asked for; else nothing. */
export function detailsSection({ cases, byCaliber, errors: kinds }: ReportFacts): string {
  const calibers = byCaliber ?? []
  const errors = Object.entries(kinds ?? {})
  const tables = [
    ...(calibers.length === 0
      ? []
      : [
          pageTable(
            'By caliber',
            ['half-width', 'recall', 'precision', 'dice', 'tsens', 'pairs', 'centerline pixels'],
            calibers.map(({ from, to, centerline, recall, precision, dice, tsens }) => [
              to === Number.POSITIVE_INFINITY ? `above ${from}` : `${from} to ${to}`,
              ...[recall, precision, dice, tsens].map(meanText),
              String(recall.n),
              String(centerline),
            ]),
          ),
        ]),
    ...(errors.length === 0
      ? []
      : [
          pageTable(
            'Errors',
            ['errors a pair', 'mean ± sd', '95 % interval'],
            errors.map(([kind, of]) => [
              kind,
              meanText(of),
              `${numberText(of.low)} to ${numberText(of.high)}`,
            ]),
          ),
        ]),
  ]
  if (tables.length === 0) return ''
  const hints = [
    ...(calibers.length === 0
      ? []
      : ['Half-width of the true vessel in pixels; means over the pairs that have such vessels.']),
    ...(errors.length === 0 ? [] : [`Topology errors of ${counted(cases.length, 'pair')}.`]),
  ]
  return pageSection('details', 'In detail', hints.join(' '), tables.join('\n'))
}

function meanText({ mean, sd }: { readonly mean: number; readonly sd: number }): string {
  return `${numberText(mean)}${Number.isNaN(sd) ? '' : ` ± ${numberText(sd)}`}`
}
