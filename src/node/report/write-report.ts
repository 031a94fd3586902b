import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { checkCount, type OptionTable, readOptions } from '../../mask/options.ts'
import { describe, oneOf } from '../../mask/validate.ts'
import { fileError, pathName } from '../file-error.ts'
import { writeFileAtomically } from '../files.ts'
import { casesCsv } from '../folders/cases-csv.ts'
import type { FolderResults } from '../folders/results.ts'
import { resultsJson } from '../folders/results-json.ts'
import { jsonText } from '../printable.ts'
import { type ReportFacts, reportFacts } from './facts.ts'
import { grandChallengeJson } from './grand-challenge.ts'
import { junitXml } from './junit.ts'
import { resultsPage } from './page/results-page.ts'
import { latexTable, markdownTable } from './paper-tables.ts'

/** Options of {@link writeReport}: which files it writes, and what the page shows. */
export interface WriteReportOptions {
  /** A row for each pair, as RFC 4180 has it. Default: none. */
  csv?: string
  /** The table of means in Markdown; of two methods, the better number is bold where that holds. Default: none. */
  markdown?: string
  /** The same in LaTeX, for the package booktabs. Default: none. */
  latex?: string
  /** All results, which {@link readResults} reads and nnU-Net's readers, too. Default: none. */
  json?: string
  /** A report of JUnit: a test for each bound and for each pair that could not be scored. Default: none. */
  junit?: string
  /** A folder that gets the `metrics.json` of grand-challenge.org; it is made where it is not there. Default: none. */
  grandChallenge?: string
  /** One self-contained page. It reads the images of the pairs that it shows. Default: none. */
  html?: string
  /** So many of the worst and of the best pairs the page shows, 0 to 100. Default: 5. */
  worst?: number
  /** The metric that says which pairs are the worst, or `'reward'`. Default: `'reward'`. */
  by?: string
  /** Errors of fewer pixels are counted on the page and not drawn; at least 0. Default: 5. */
  minSize?: number
}

/** A file that {@link writeReport} wrote. */
export interface WrittenReport {
  /** The option that asked for it. */
  readonly kind: 'csv' | 'markdown' | 'latex' | 'json' | 'junit' | 'grandChallenge' | 'html'
  /** Where it is. */
  readonly path: string
}

interface WriteReportRead {
  csv: string | undefined
  markdown: string | undefined
  latex: string | undefined
  json: string | undefined
  junit: string | undefined
  grandChallenge: string | undefined
  html: string | undefined
  by: string
}

const PATH = { default: undefined, read: text }

const OPTIONS: OptionTable<WriteReportOptions, WriteReportRead> = {
  csv: PATH,
  markdown: PATH,
  latex: PATH,
  json: PATH,
  junit: PATH,
  grandChallenge: PATH,
  html: PATH,
  worst: { default: 5, min: 0, max: 100, isInteger: true },
  by: { default: 'reward', read: (value, name) => text(value, name) as string },
  minSize: { default: 5, min: 0 },
}

/**
 * Writes reports of an evaluation of folders. Each file appears whole or not at all. The same results
 * give the same bytes, whether they were just computed or read from a file; the page shows images, so
 * these must still be there: a pair whose images cannot be read is shown without a picture, and the
 * page says why.
 *
 * @param results - as {@link readResults} reads them
 * @param options - which files are written
 * @returns the files, in the order of the options
 * @throws TypeError or RangeError if an option is not valid or a file cannot be written
 *
 * @example
 * ```ts
 * import { readFile } from 'node:fs/promises'
 * import { evaluateFolder, writeReport } from 'vessel-reward/node'
 *
 * const results = await evaluateFolder('pred.png', 'truth.png', { evaluate: { metrics: ['dice'] } })
 * await writeReport(results, { csv: 'cases.csv' })
 * // => [{ kind: 'csv', path: 'cases.csv' }]
 * const rows = await readFile('cases.csv', 'utf8')
 * rows.split(',')[0] // => 'name'
 * ```
 */
export async function writeReport(
  results: FolderResults,
  options?: WriteReportOptions,
): Promise<WrittenReport[]> {
  checkCount(arguments.length, 2, 'writeReport')
  const read = readOptions(options, OPTIONS, 'writeReport')
  if (typeof results !== 'object' || !Array.isArray(results?.results)) {
    throw new TypeError(`expected results of an evaluation, got ${describe(results)}`)
  }
  oneOf(read.by, ['reward', ...results.options.metrics], 'by')
  return writeReportOf(reportFacts(results), read)
}

/** The same of facts that are there already, with checked options. */
export async function writeReportOf(
  facts: ReportFacts,
  options: Partial<WriteReportRead> & { worst: number; by: string; minSize: number },
): Promise<WrittenReport[]> {
  const { csv, markdown, latex, json, junit, grandChallenge, html } = options
  const { results, summary, compared } = facts
  const written: WrittenReport[] = []
  const write = async (
    kind: WrittenReport['kind'],
    path: string | undefined,
    textOf: () => string | Promise<string>,
  ) => {
    if (path === undefined) return
    await writeFileAtomically(path, await textOf())
    written.push({ kind, path })
  }
  const paper = { summary, against: compared }
  await write('csv', csv, () => casesCsv(results.results))
  await write('markdown', markdown, () => markdownTable(paper))
  await write('latex', latex, () => latexTable(paper))
  await write('json', json, () => resultsText(facts))
  await write('junit', junit, () => junitXml(facts))
  if (grandChallenge !== undefined) {
    await makeFolder(grandChallenge)
    const path = join(grandChallenge, 'metrics.json')
    await write('grandChallenge', path, () => jsonText(grandChallengeJson(facts)))
  }
  await write('html', html, () => resultsPage(facts, options))
  return written
}

/** The results as the text of a file. */
export function resultsText(facts: ReportFacts): string {
  return jsonText(resultsJson(facts.results, facts))
}

async function makeFolder(path: string): Promise<void> {
  try {
    await mkdir(path, { recursive: true })
  } catch (error) {
    throw fileError('write', pathName(path), error)
  }
}

function text(value: unknown, name: string): string {
  if (typeof value === 'string') return value
  throw new TypeError(`expected ${name} to be a path, got ${describe(value)}`)
}
