import { checkCount, type OptionTable, readOptions } from '../../mask/options.ts'
import { describe } from '../../mask/validate.ts'
import { escapeMarkup } from '../../page/escape-markup.ts'
import { PAGE_STYLE } from '../../page/page-style.ts'
import { type AuditReport, checkReport } from '../report.ts'
import { exploitsSection, findingsSection, laddersSection, summary } from './sections.ts'
import { AUDIT_STYLE } from './style.ts'
import { differentialSection, pitfallsSection, termsSection } from './tables.ts'

/** Options of {@link auditPage}. */
export interface AuditPageOptions {
  /** What was audited, for the heading. Default: `'the reward'`. */
  subject?: string
  /** What the truths are called, such as their files. Default: `'truth 0'`, `'truth 1'` … */
  truthNames?: readonly string[]
  /**
   * A picture for each of the report's exploits, in their order, as a `data:` URI of a PNG, JPEG or
   * WebP image; undefined for none. Default: no pictures.
   */
  pictures?: readonly (string | undefined)[]
}

const OPTIONS: OptionTable<AuditPageOptions> = {
  subject: { default: 'the reward', read: stringOf },
  truthNames: { default: [], read: namesOf },
  pictures: { default: [], read: picturesOf },
}

/** Nothing but images inside the page: no address, no script. */
const PICTURE = /^data:image\/(png|jpeg|webp);base64,[A-Za-z0-9+/]+=*$/

/** The links at the top; the names of the sections. */
const PARTS = ['findings', 'ladders', 'exploits', 'differential', 'terms', 'pitfalls']

/**
 * One self-contained HTML page of an audit: findings, plots of the ladders, exploits with their
 * pictures, disagreement with the reference, terms and pitfalls. It loads nothing and runs no
 * script, follows the reader's light or dark colours, and can be printed. The same report gives the
 * same page.
 *
 * @param report - the report of `auditReward`
 * @param options - names and pictures
 * @returns the text of an HTML file, which is also well-formed XML
 * @throws TypeError if this is not a report
 * @throws TypeError or RangeError if an option is not valid
 *
 * @example
 * ```ts
 * import { dice } from 'vessel-reward'
 * import { auditPage, auditReward } from 'vessel-reward/audit'
 *
 * const truth = [
 *   [0, 1, 0, 0, 1],
 *   [0, 1, 1, 1, 1],
 *   [0, 1, 0, 0, 0],
 * ]
 * const { report } = await auditReward(dice, [truth], { budget: 300 })
 * const page = auditPage(report, { subject: 'Dice' })
 * page.includes('<h1>Audit of Dice</h1>') // => true
 * ```
 */
export function auditPage(report: AuditReport, options?: AuditPageOptions): string {
  checkCount(arguments.length, 2, 'auditPage')
  checkReport(report, 'auditPage')
  const { subject, truthNames, pictures } = readOptions(options, OPTIONS, 'auditPage')
  const names = report.truths.map((_, i) => truthNames[i] ?? `truth ${i}`)
  const title = `Audit of ${subject}`
  return `<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8" />
<meta name="viewport" content="width=device-width, initial-scale=1" />
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; img-src data:" />
<title>${escapeMarkup(title)}</title>
<style>${PAGE_STYLE}${AUDIT_STYLE}</style>
</head>
<body>
<header>
<h1>${escapeMarkup(title)}</h1>
${summary(report)}
<nav aria-label="Sections">${PARTS.map((id) => `<a href="#${id}">${id}</a>`).join(' ')}</nav>
</header>
<main>
${[
  findingsSection(report, names),
  laddersSection(report, names),
  exploitsSection(report, pictures, names),
  differentialSection(report, names),
  termsSection(report),
  pitfallsSection(report),
].join('\n')}
</main>
</body>
</html>
`
}

function stringOf(value: unknown, name: string): string {
  if (typeof value === 'string') return value
  throw new TypeError(`expected ${name} to be a string, got ${describe(value)}`)
}

function arrayOf(value: unknown, name: string): readonly unknown[] {
  if (Array.isArray(value)) return value
  throw new TypeError(`expected ${name} to be an array, got ${describe(value)}`)
}

function namesOf(value: unknown, name: string): string[] {
  return arrayOf(value, name).map((one) => {
    if (typeof one === 'string') return one
    throw new TypeError(`expected ${name} to be strings, got ${describe(one)}`)
  })
}

function picturesOf(value: unknown, name: string): (string | undefined)[] {
  return arrayOf(value, name).map((one) => {
    if (one === undefined || (typeof one === 'string' && PICTURE.test(one))) return one
    throw new TypeError(`expected each picture to be a data: URI of an image, got ${describe(one)}`)
  })
}
