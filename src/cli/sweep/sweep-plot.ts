import type { SweepSummary } from '../../metrics/sweep/sweep-summary.ts'
import { xyPlot } from '../../page/xy-plot.ts'
import { thresholdText } from './sweep-tables.ts'

/** Blue and vermilion can be told apart with any kind of colour blindness (Okabe and Ito, 2008). */
const STYLE = `
svg { --back: #fff; --text: #1b1e24; --soft: #5b6270; --line: #d9dde3; --main: #0072b2; --mark: #c44f00;
  font: 11px system-ui, "Segoe UI", Roboto, "DejaVu Sans", sans-serif; }
@media (prefers-color-scheme: dark) { svg { --back: #14161c; --text: #e6e8ec; --soft: #a3abb8;
  --line: #343a45; --main: #56b4e9; --mark: #ff9a57; } }
@media print { svg { --back: #fff; --text: #000; --soft: #444; --line: #bbb; --main: #0072b2; --mark: #c44f00; } }
.back { fill: var(--back); }
text { fill: var(--soft); } text.label { fill: var(--text); }
.end { text-anchor: end; } .middle { text-anchor: middle; }
path { fill: none; stroke-linecap: round; stroke-linejoin: round; }
.grid { stroke: var(--line); } .axis { stroke: var(--soft); }
.main { stroke: var(--main); stroke-width: 2; } .mark { fill: none; stroke: var(--mark); stroke-width: 2; }
`

/** The chosen metric by threshold, and precision by recall of all pixels, as one SVG file. */
export function sweepPlot({ thresholds, mean, pooled }: SweepSummary): string {
  const { best } = mean
  const values = mean.values[best.name]
  const chosen = thresholds.indexOf(best.threshold)
  const half = thresholds.indexOf(0.5)
  const precision = pooled.tp.map((tp, i) => tp / (tp + pooled.fp[i]))
  const recall = pooled.tp.map((tp, i) => tp / (tp + pooled.fn[i]))
  const marks = [
    { at: half, name: '0.5' },
    ...(chosen === half ? [] : [{ at: chosen, name: `best, ${thresholdText(best.threshold)}` }]),
  ].filter(({ at }) => at >= 0)
  const byThreshold = xyPlot(
    {
      title: `Mean ${best.name} by threshold`,
      xLabel: 'threshold',
      yLabel: `mean ${best.name}`,
      main: { name: best.name, x: thresholds, y: values },
      marks: marks.map(({ at, name }) => ({ name, x: thresholds[at], y: values[at] })),
    },
    { x: 0, y: 30 },
  )
  const area = pooled.averagePrecision
  const byRecall = xyPlot(
    {
      title: 'Precision by recall of all pixels',
      xLabel: `recall (area ${Number.isNaN(area) ? '–' : area.toFixed(3)})`,
      yLabel: 'precision, all pixels',
      main: { name: 'precision by recall', x: recall, y: precision },
      marks: marks.map(({ at, name }) => ({ name, x: recall[at], y: precision[at] })),
    },
    { x: 390, y: 30 },
  )
  return [
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 780 300" width="780" height="300">',
    `<style>${STYLE}</style>`,
    '<rect class="back" width="780" height="300"/>',
    `<text class="label" x="14" y="20">${best.name} by threshold</text>`,
    '<text class="label" x="404" y="20">precision by recall</text>',
    byThreshold,
    byRecall,
    '</svg>\n',
  ].join('\n')
}
