import type { AuditReport, LadderResult } from '../report.ts'
import { escapeMarkup } from './escape-markup.ts'
import { linePlot } from './line-plot.ts'
import { counted, numberText, pageSection } from './parts.ts'

/** A plot for each ladder. */
export function laddersSection({ ladders }: AuditReport, names: readonly string[]): string {
  const figures = ladders.map((ladder) => ladderFigure(ladder, names))
  return pageSection(
    'ladders',
    'Ladders',
    'Each step spoils the true masks more than the one before, so no line may rise. Thick line: mean; thin lines: one per truth; rings: steps that pay more than the step before.',
    `<div class="grid-of-figures">\n${figures.join('\n')}\n</div>`,
  )
}

function ladderFigure(ladder: LadderResult, names: readonly string[]): string {
  const { name, description, unit, steps, inversions, slope } = ladder
  const largest = inversions.reduce((most, { rise }) => Math.max(most, rise), 0)
  const rises =
    inversions.length === 0
      ? '<span class="good">never rises beyond the tolerance</span>'
      : `<strong class="error">rises ${counted(inversions.length, 'time')}, ${Number.isFinite(largest) ? `by ${numberText(largest)} at most` : 'once without end'}</strong>`
  const climbed = steps[0]?.rewards.length ?? 0
  const plot = linePlot({
    title: `Reward along the ladder ${name}`,
    xLabel: unit,
    yLabel: 'reward',
    steps: steps.map(({ label }) => label),
    main: { name: 'mean', values: steps.map(({ mean }) => mean) },
    others: names.slice(0, climbed).map((truth, i) => ({
      name: truth,
      values: steps.map(({ rewards }) => rewards[i]),
    })),
    marks: inversions.map(({ step, truth, rise }) => ({
      step,
      value: steps[step].rewards[truth],
      name: `${names[truth]}: +${numberText(rise)}`,
    })),
  })
  const missing = steps.reduce(
    (count, { rewards }) => count + rewards.filter((reward) => !Number.isFinite(reward)).length,
    0,
  )
  const gaps =
    missing === 0
      ? ''
      : ` · <strong class="error">${counted(missing, 'reward')} not finite</strong>`
  const last = steps[steps.length - 1]
  const end =
    last === undefined
      ? ''
      : ` · last step: Dice ${numberText(last.dice)}, clDice ${numberText(last.clDice)}`
  return `<figure>\n<h3>${escapeMarkup(name)}</h3>\n${plot}\n<figcaption><p>${escapeMarkup(description)}</p><p>${rises}${gaps} · ${numberText(slope)} per step${end}</p></figcaption>\n</figure>`
}
