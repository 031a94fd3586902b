import { describe } from '../mask/validate.ts'
import type { AuditReport } from './report.ts'

const LISTS = [
  'truths',
  'perfect',
  'honest',
  'ladders',
  'exploits',
  'terms',
  'pitfalls',
  'findings',
] as const satisfies readonly (keyof AuditReport)[]

/**
 * Checks that this is a report, and not what `auditReward` returns with it or promises.
 *
 * @throws TypeError that says what it is instead
 */
export function checkReport(report: AuditReport, of: string): AuditReport {
  if (typeof report === 'object' && report !== null) {
    const missing = LISTS.find((name) => !Array.isArray(report[name]))
    if (missing === undefined) return report
    if ('report' in report) {
      throw new TypeError(
        `expected ${of} to get a report, got an object that holds one: pass result.report`,
      )
    }
    if (describe(report) === 'an object') {
      throw new TypeError(
        `expected ${of} to get a report of auditReward, got one without ${missing}`,
      )
    }
  }
  const advice = describe(report) === 'a Promise' ? ': await it' : ''
  throw new TypeError(
    `expected ${of} to get a report of auditReward, got ${describe(report)}${advice}`,
  )
}
