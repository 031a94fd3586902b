import { escapeMarkup } from '../../page/escape-markup.ts'
import { type Cell, counted, numberText, pageSection, pageTable } from '../../page/page-parts.ts'
import type { AuditFinding, AuditReport, ExploitResult, LadderResult, Severity } from '../report.ts'
import { ADVICE } from './advice.ts'
import { linePlot } from './line-plot.ts'

/** A share as whole per cent, where only what is exactly none or all is called so. */
export function shareText(share: number): string {
  const percent = Math.round(100 * share)
  return `${share < 1 ? Math.min(99, share > 0 ? Math.max(1, percent) : 0) : 100} %`
}

/** `passed`, or what it is instead. */
export function verdict(isGood: boolean, bad: string): { markup: string } {
  const markup = isGood
    ? '<span class="good">passed</span>'
    : `<strong class="error">${escapeMarkup(bad)}</strong>`
  return { markup }
}

/** A card for each exploit that has a picture, and a table of all. */
export function exploitsSection(
  { exploits }: AuditReport,
  pictures: readonly (string | undefined)[],
  names: readonly string[],
): string {
  const cardsOf = (isExploit: boolean) =>
    exploits.flatMap((exploit, i) => {
      const picture = pictures[i]
      if (picture === undefined || exploit.isExploit !== isExploit) return []
      return [exploitCard(exploit, picture, names)]
    })
  const rows = exploits.map((exploit): Cell[] => {
    const { name, reward, honest, gain, dice, clDice, truth, truthsGamed, truthsTried } = exploit
    const gamed = `${truthsGamed} of ${truthsTried}`
    return [name, verdictOf(exploit), gamed, reward, honest, gain, dice, clDice, names[truth]]
  })
  const head = [
    ...['mask', '', 'truths gamed', 'reward', 'honest mask', 'gain'],
    ...['Dice', 'clDice', 'truth shown'],
  ]
  const others = gridOf(cardsOf(false))
  const body = [
    gridOf(cardsOf(true)),
    rows.length === 0 ? '<p>No mask was tried.</p>' : pageTable('Exploits', head, rows),
    others === ''
      ? ''
      : `<details><summary>Masks that are not exploits</summary>\n${others}\n</details>`,
  ]
  return pageSection(
    'exploits',
    'Exploits',
    'Masks that nobody would want, the best paid bad one first, and the least that an honest mask of the same truth is paid. Light grey: in both; orange: only in the bad mask; sky blue: only in the truth; thin lines, squares and rings: skeletons and their junctions.',
    body.filter((part) => part !== '').join('\n'),
  )
}

function gridOf(cards: readonly string[]): string {
  return cards.length === 0 ? '' : `<div class="grid-of-figures">\n${cards.join('\n')}\n</div>`
}

function verdictOf({ isExploit, isBad }: ExploitResult): { markup: string } {
  if (isExploit) return { markup: '<strong class="error">exploit</strong>' }
  const text = isBad ? 'paid less than honest ones' : 'not bad here'
  return { markup: `<span class="${isBad ? 'good' : 'soft'}">${text}</span>` }
}

function exploitCard(exploit: ExploitResult, picture: string, names: readonly string[]): string {
  const { name, truth, recipe, reward, honest, gain, dice, clDice } = exploit
  const steps = recipe.map((step) => `<code>${escapeMarkup(step)}</code>`)
  const facts: [string, string][] = [
    ['reward', `${numberText(reward)}; an honest mask at least ${numberText(honest)}`],
    ['gain', numberText(gain)],
    ['Dice', numberText(dice)],
    ['clDice', numberText(clDice)],
    ['truth', escapeMarkup(names[truth])],
    ['recipe', steps.length === 0 ? 'the truth itself' : steps.join(' → ')],
  ]
  const list = facts.map(([key, value]) => `<dt>${key}</dt><dd>${value}</dd>`).join('')
  const alt = escapeMarkup(`The mask '${name}' over its truth`)
  return `<figure>\n<img src="${picture}" alt="${alt}" />\n<h3>${escapeMarkup(name)}: ${verdictOf(exploit).markup}</h3>\n<figcaption><dl class="facts">${list}</dl></figcaption>\n</figure>`
}

const SEVERITIES: readonly [severity: Severity, one: string, many: string][] = [
  ['error', 'error', 'errors'],
  ['warning', 'warning', 'warnings'],
  ['info', 'note', 'notes'],
]

/** Facts of the run, from which it can be repeated, and the verdict in a line of words. */
export function summary({
  seed,
  budget,
  evaluations,
  truths,
  range,
  findings,
}: AuditReport): string {
  const chips = SEVERITIES.flatMap(([severity, one, many]) => {
    const count = findings.filter((finding) => finding.severity === severity).length
    return count === 0 ? [] : [`<span class="chip ${severity}">${counted(count, one, many)}</span>`]
  })
  const none = '<span class="chip good">no findings</span>'
  const bounds =
    range === undefined
      ? 'no declared range'
      : `declared range ${numberText(range.min)} to ${numberText(range.max)}`
  const facts = [
    counted(truths.length, 'truth'),
    `${counted(evaluations, 'score')} of a budget of ${budget}`,
    `seed ${seed}`,
    bounds,
  ]
  return `<p class="facts">${facts.join(' · ')}</p>\n<div class="chips">${chips.length === 0 ? none : chips.join(' ')}</div>`
}

/** What was found, the gravest first. */
export function findingsSection({ findings }: AuditReport, names: readonly string[]): string {
  const items = SEVERITIES.flatMap(([severity, name]) =>
    findings
      .filter((finding) => finding.severity === severity)
      .map((finding) => findingItem(finding, name, names)),
  )
  const body =
    items.length === 0
      ? '<p class="good">None: within its budget the audit found nothing to object to.</p>'
      : `<ul class="findings">\n${items.join('\n')}\n</ul>`
  const hint = 'Training on a reward with errors goes wrong; with warnings it might.'
  return pageSection('findings', 'Findings', hint, body)
}

function findingItem(
  { severity, kind, subject, message, truth }: AuditFinding,
  name: string,
  names: readonly string[],
): string {
  const about = subject === undefined ? kind : `${kind}: ${subject}`
  const where =
    truth === undefined ? '' : ` <span class="soft">(${escapeMarkup(names[truth])})</span>`
  return `<li class="${severity}"><strong>${name}</strong><div><code>${escapeMarkup(about)}</code><br />${escapeMarkup(message)}${where}<br /><span class="todo">To do: ${ADVICE[kind]}</span></div></li>`
}

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
