import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import {
  type FolderResults,
  readResults,
  type WriteReportOptions,
  type WrittenReport,
  writeReport,
} from 'vessel-reward/node'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { aggregate } from '../../../src/index.ts'
import { resultsJson } from '../../../src/node/folders/results-json.ts'
import { jsonText } from '../../../src/node/printable.ts'
import { githubAnnotations } from '../../../src/node/report/annotations.ts'
import { reportFacts } from '../../../src/node/report/facts.ts'
import { grandChallengeJson } from '../../../src/node/report/grand-challenge.ts'
import { junitXml } from '../../../src/node/report/junit.ts'
import { elements, strictMarkup } from '../../page/strict-markup.ts'
import { HOSTILE, type MadeUpResults, METRICS, madeUpResults } from './made-up-results.ts'

let made: MadeUpResults
let stored: Record<string, never>
beforeAll(async () => {
  made = await madeUpResults(4)
  stored = JSON.parse(jsonText(resultsJson(made.results, reportFacts(made.results))))
})
afterAll(() => made.remove())

const KINDS = ['csv', 'markdown', 'latex', 'json', 'junit', 'html'] as const

describe('writeReport', () => {
  test('writes the same bytes of stored results', async () => {
    const optionsFor = (run: string): WriteReportOptions => ({
      ...Object.fromEntries(KINDS.map((kind) => [kind, join(made.folder, `${run}.${kind}`)])),
      grandChallenge: join(made.folder, run, 'output'),
      worst: 2,
      by: 'dice',
    })
    const first = await writeReport(made.results, optionsFor('first'))
    const json = join(made.folder, 'first.json')
    const second = await writeReport(await readResults(json), optionsFor('second'))
    const kinds: WrittenReport['kind'][] = [...KINDS]
    kinds.splice(5, 0, 'grandChallenge')
    expect(first.map(({ kind }) => kind)).toEqual(kinds)
    for (const [i, { path }] of second.entries()) {
      const [one, other] = await Promise.all([readFile(first[i].path), readFile(path)])
      expect(one.length).toBeGreaterThan(100)
      expect(other.equals(one)).toBe(true)
    }
    // What is stored stays whole, the reward and the undefined values of the empty pair included.
    expect(await readResults(json)).toEqual(JSON.parse(JSON.stringify(made.results), revived))
  })

  test('refuses what it does not know', async () => {
    await expect(writeReport(made.results, { by: 'iou' })).rejects.toThrow(RangeError)
    await expect(writeReport(made.results, { worst: 101 })).rejects.toThrow(/worst/)
    await expect(writeReport([] as never, {})).rejects.toThrow(TypeError)
    await expect(writeReport(made.results, { pdf: 'x' } as never)).rejects.toThrow(/pdf/)
  })
})

const revived = (_: string, value: unknown) => (value === null ? Number.NaN : value)

describe('readResults', () => {
  /** Reads the stored results with something else at a path; undefined takes it away. */
  const changed = (path: string, value: unknown) => {
    const copy = structuredClone(stored)
    const names = path.split('.')
    const last = names.pop() as string
    const parent = names.reduce((at, name) => at[name] as unknown as typeof at, copy)
    const change = value as (list: unknown) => unknown
    if (typeof value === 'function') change(parent[last])
    else if (value === undefined) delete parent[last]
    else parent[last] = value as never
    return readResults(copy)
  }

  test.each<[path: string, value: unknown, message: RegExp]>([
    ['vessel_reward', undefined, /no results of vessel-reward/],
    ['vessel_reward.schema', 1, /schema 1, and this version reads schema 2/],
    ['metric_per_case', (list: unknown[]) => list.pop(), /an entry of metric_per_case/],
    ['vessel_reward.cases', (list: unknown[]) => list.shift(), /prediction_file.*as in cases/],
    ['metric_per_case', (list: unknown[]) => list.reverse(), /prediction_file/],
    ['metric_per_case.0.metrics.1.TP', '3', /metrics\.1\.TP: expected it to be a count, got '3'/],
    ['metric_per_case.0.metrics.1.dise', 1, /dise: expected it to be a metric/],
    ['vessel_reward.cases.3.rules', { dice: 'x' }, /rules\.dice: expected it to be one of perfect/],
    ['vessel_reward.cases.0.files.truth', undefined, /files\.truth/],
    ['vessel_reward.options.failUnder.0.bound', null, /bound: expected it to be a number/],
    ['vessel_reward.options.failUnder.0.bound', 1e308, /bound: expected it to be a number/],
    ['vessel_reward.options.empty', 'no', /^the results at vessel_reward\.options: .*empty/],
    ['vessel_reward.options.connectivity', 6, /^the results at vessel_reward\.options: .*connect/],
    ['vessel_reward.warnings', {}, /warnings: expected it to be an array, got an object/],
    ['vessel_reward.other.cases.0.metrics', 3, /metrics/],
    ['vessel_reward.cases.0.byCaliber', '', /byCaliber: expected it to be an array/],
    ['vessel_reward.cases.0.byCaliber', null, /byCaliber: expected it to be an array/],
    ['vessel_reward.cases.0.byCaliber', [{ to: 3 }], /byCaliber\.0\.centerline: expected it to be/],
  ])('says where a file is wrong: %s', async (path, value, message) => {
    await expect(changed(path, value)).rejects.toThrow(message)
  })

  test('keeps errors and calibers of pairs', async () => {
    const errors = [{ kind: 'broken connection', x: 1, y: 2, size: 3 }]
    const rest = { centerline: 0, recall: 1, precision: 1, tsens: 1 }
    const byCaliber = [{ from: 2, to: null, dice: null, ...rest }]
    const more = (result: object) => Object.assign(result, { errors, byCaliber })
    const read = await changed('vessel_reward.cases.0', more)
    expect(read.results[0]).toMatchObject({
      errors,
      byCaliber: [{ from: 2, to: Number.POSITIVE_INFINITY, dice: Number.NaN, ...rest }],
    })
    const again = JSON.parse(jsonText(resultsJson(read, reportFacts(read))))
    expect(again.vessel_reward.cases[0]).toMatchObject({ errors, byCaliber })
  })

  test('reads files only that are there and JSON', async () => {
    await expect(readResults(join(made.folder, 'none.json'))).rejects.toThrow(/no such file/)
    await expect(readResults(join(made.folder, 'p0.png'))).rejects.toThrow(/is not JSON/)
  })
})

describe('the forms for servers', () => {
  test('JUnit has a test for all pairs, for each failure and for each bound', () => {
    const suites = strictMarkup(junitXml(reportFacts(made.results)).replace(/^<\?xml.*\?>\n/, ''))
    const cases = elements(suites, 'testcase')
    // The pair cannot be read by either method.
    expect(cases).toHaveLength(1 + 2 + 3)
    expect(suites.attributes).toMatchObject({ tests: '6', failures: '3', errors: '2' })
    expect(cases[1].attributes.name).toContain('</script><img')
    const broken = cases.filter((one) => elements(one, 'failure').length > 0)
    expect(broken.map(({ attributes }) => attributes.name)).toEqual([
      'every pair is scored',
      'mean clDice is at least 2',
      'mean hd95 is at most -1',
    ])
    const whole: FolderResults = { ...made.results, results: made.results.results.slice(0, 3) }
    const fine = strictMarkup(
      junitXml(
        reportFacts({
          ...whole,
          others: undefined,
          options: { ...whole.options, failUnder: undefined, failOver: undefined },
        }),
      ).replace(/^<\?xml.*\?>\n/, ''),
    )
    expect(fine.attributes).toMatchObject({ tests: '1', failures: '0', errors: '0' })
  })

  test('annotations are one command a line, whatever names are', () => {
    const lines = githubAnnotations(reportFacts(made.results)).split('\n')
    expect(lines.pop()).toBe('')
    expect(lines).toHaveLength(2 + 2 + 1 + 1)
    for (const line of lines) expect(line).toMatch(/^::(error|warning|notice) [^:]*::(?!.*\r)/)
    const warning = lines.find((line) => line.startsWith('::warning')) ?? ''
    const [, file, message] = /^::warning file=(.*),title=grey-levels::(.*)$/.exec(warning) ?? []
    // The mark that reorders text is an escape, as a terminal would obey it.
    const shown = HOSTILE.replaceAll('\u202e', '\\u202e').replaceAll('%', '%25')
    expect(file).toBe(shown.replaceAll('\n', '%0A').replaceAll(':', '%3A').replaceAll(',', '%2C'))
    expect(message).toBe(`grey: ${shown.replaceAll('\n', '%0A')}`)
    const many = { ...made.results, warnings: Array(30).fill(made.results.warnings[0]) }
    const all = githubAnnotations(reportFacts(many)).match(/^::warning.*$/gm) ?? []
    expect(all).toHaveLength(10)
    expect(all[9]).toBe('::warning title=More::21 more of this kind')
  })

  test('grand-challenge.org gets metrics by pair and in all, and no NaN', () => {
    const facts = reportFacts(made.results)
    const { case: cases, aggregates } = JSON.parse(jsonText(grandChallengeJson(facts)))
    expect(Object.keys(cases)).toEqual([HOSTILE, 'case 1', 'case 2', 'case 3'])
    expect(Object.keys(aggregates)).toEqual(['reward', ...METRICS])
    expect(cases['case 3'].dice).toBeNull()
    const dices = facts.cases.map(({ values }) => values.dice as number)
    const { mean, sd, n } = aggregate(dices)
    const sorted = dices.slice(0, 3).sort((a, b) => a - b)
    expect(aggregates.dice).toMatchObject({ count: n, mean, std: sd, undefined: 1 })
    expect(aggregates.dice).toMatchObject({ min: sorted[0], '50%': sorted[1], max: sorted[2] })
    const twice = { ...made.results, results: [0, 1, 1, 1].map((i) => made.results.results[i]) }
    expect(Object.keys(grandChallengeJson(reportFacts(twice)).case)).toEqual([
      ...[HOSTILE, 'case 1', 'case 1 (2)', 'case 1 (3)'],
    ])
  })
})
