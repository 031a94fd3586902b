import type { AuditFinding, AuditReport, Severity } from '../report.ts'
import { escapeMarkup } from './escape-markup.ts'
import { counted, numberText, pageSection } from './parts.ts'

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
  return `<p class="facts">${facts.join(' · ')}</p>\n<div class="verdict">${chips.length === 0 ? none : chips.join(' ')}</div>`
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
  return `<li class="${severity}"><strong>${name}</strong><div><code>${escapeMarkup(about)}</code><br />${escapeMarkup(message)}${where}</div></li>`
}
