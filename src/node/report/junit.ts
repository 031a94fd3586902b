import { escapeMarkup } from '../../page/escape-markup.ts'
import { printable } from '../printable.ts'
import { boundText, type CheckedBound, type ReportFacts } from './facts.ts'

/**
 * A report in the form of JUnit, which CI servers show as tests: one that every pair could be scored,
 * one for each pair that could not, and one for each bound of a mean. It has no times: the same
 * results give the same report.
 */
export function junitXml({ results, failures, bounds }: ReportFacts): string {
  const scored = testCase(
    'pairs',
    'every pair is scored',
    failures.length === 0
      ? ''
      : problem('failure', `${failures.length} of ${attempts(results)} could not be scored`),
  )
  const unreadable = failures.map(({ name, files, error }) =>
    testCase('pairs', `${name} (${files.pred})`, problem('error', error)),
  )
  const kept = bounds.map((bound) =>
    testCase('bounds', boundName(bound), bound.isKept ? '' : problem('failure', boundText(bound))),
  )
  const broken = bounds.filter(({ isKept }) => !isKept).length + (failures.length === 0 ? 0 : 1)
  const cases = [scored, ...unreadable, ...kept]
  const counts = `tests="${cases.length}" failures="${broken}" errors="${failures.length}"`
  return `<?xml version="1.0" encoding="UTF-8"?>
<testsuites name="vessel-reward" ${counts}>
<testsuite name="vessel-reward evaluate" ${counts} skipped="0">
${cases.join('\n')}
</testsuite>
</testsuites>
`
}

/** Pairs of both methods. */
const attempts = ({ results, others = [] }: ReportFacts['results']) =>
  results.length + others.length

const boundName = ({ name, side, bound }: CheckedBound) =>
  `mean ${name} is at ${side === 'least' ? 'least' : 'most'} ${bound}`

function testCase(group: string, name: string, content: string): string {
  const start = `<testcase classname="vessel-reward.${group}" name="${attribute(name)}"`
  return content === '' ? `${start}/>` : `${start}>${content}</testcase>`
}

const problem = (kind: 'failure' | 'error', message: string) =>
  `<${kind} type="${kind}" message="${attribute(message)}"/>`

/** Line ends in attributes would become spaces. */
const attribute = (text: string) => escapeMarkup(printable(text))
