import { directionOf } from '../../metrics/metric-directions.ts'
import type { SweepSummary } from '../../metrics/sweep/sweep-summary.ts'
import { DIRECTION_SIGNS } from '../../node/report/facts.ts'
import { columns } from '../columns.ts'

const fixed = (value: number) => (Number.isNaN(value) ? '–' : value.toFixed(4))
const signed = (value: number) => (value > 0 ? `+${fixed(value)}` : fixed(value))
/** A threshold with as many digits as tell 8 bits apart. */
export const thresholdText = (value: number): string => String(Number(value.toFixed(4)))

/**
 * Means at 0.5 and at the best threshold, the areas under the curves, and what the choice is worth.
 *
 * @param isTested - whether a report on other images follows
 */
export function sweepText(
  summary: SweepSummary,
  names: readonly string[],
  isTested: boolean,
): string {
  const { mean, pooled, thresholds, cases } = summary
  const { best, leaveOneOut } = mean
  if (Number.isNaN(best.threshold)) {
    return `${best.name} is undefined for every image at every threshold: none is best\n`
  }
  const one = cases === 1
  const lines = [
    meansAt(summary, names, best.threshold),
    '\n',
    columns([
      ['area under', one ? 'value' : 'mean', ...(one ? [] : ['pooled'])],
      ...(['averagePrecision', 'rocAuc'] as const).map((name) => [
        name === 'rocAuc' ? 'ROC curve' : 'precision by recall',
        fixed(mean[name]),
        ...(one ? [] : [fixed(pooled[name])]),
      ]),
    ]),
    `\nbest threshold of ${thresholds.length} by ${best.name}: ${thresholdText(best.threshold)}\n`,
  ]
  if (summary.isBinary)
    return `${lines.join('')}the maps are masks already: none makes a difference\n`
  lines.push(
    `chosen on the same image${one ? '' : 's'}, so ${fixed(best.value)} is too good to be expected of others`,
  )
  if (!one) {
    lines.push(
      `; with each image at the threshold that is best for the others it is ${fixed(leaveOneOut)}`,
    )
  }
  return `${lines.join('')}${isTested ? '' : '; --test reports on other images'}\n`
}

/**
 * A table of means at 0.5 and at another threshold.
 *
 * @param best - one of the thresholds of the summary
 */
export function meansAt(
  { mean, thresholds }: SweepSummary,
  names: readonly string[],
  best: number,
): string {
  const [half, chosen] = [thresholds.indexOf(0.5), thresholds.indexOf(best)]
  const rows = names.map((name) => {
    const values = mean.values[name]
    const without = mean.undefined[name][chosen]
    return [
      `${name} ${DIRECTION_SIGNS[directionOf(name)]}`,
      fixed(values[half]),
      fixed(values[chosen]),
      signed(values[chosen] - values[half]),
      without === 0 ? '' : String(without),
    ]
  })
  const head = ['mean', 'at 0.5', `at ${thresholdText(best)}`, 'change', 'left out']
  const isAnyLeftOut = rows.some((row) => row[4] !== '')
  // Where 0.5 is best there is one column of values.
  const isShown = [true, true, chosen !== half, chosen !== half, isAnyLeftOut]
  return columns([head, ...rows].map((row) => row.filter((_, i) => isShown[i])))
}

/** One row a threshold, as RFC 4180 has it: means over images, then all pixels pooled. */
export function sweepCsv(
  { thresholds, mean, pooled }: SweepSummary,
  names: readonly string[],
): string {
  const shared = names.filter((name) => pooled.values[name] !== undefined)
  const counts = ['tp', 'fp', 'fn', 'tn'] as const
  const header = ['threshold', ...names, ...shared.map((name) => `pooled_${name}`), ...counts]
  const rows = Array.from(thresholds, (threshold, i) => [
    threshold,
    ...names.map((name) => mean.values[name][i]),
    ...shared.map((name) => (pooled.values[name] as Float64Array)[i]),
    ...counts.map((count) => pooled[count][i]),
  ])
  const cell = (value: string | number) => (Number.isNaN(value) ? '' : String(value))
  return [header, ...rows].map((row) => `${row.map(cell).join(',')}\r\n`).join('')
}
