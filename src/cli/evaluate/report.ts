import type { FolderResults } from '../../node/folders/results.ts'
import { printable } from '../../node/printable.ts'
import { githubAnnotations } from '../../node/report/annotations.ts'
import { boundText, type KnownSummaries, reportFacts } from '../../node/report/facts.ts'
import { resultsText, type WrittenReport, writeReportOf } from '../../node/report/write-report.ts'
import type { Io } from '../io.ts'
import { challengeFolder, type ReportCommandOptions } from './report-options.ts'
import { comparisonTable, detailTables, failureLines, summaryTable } from './tables.ts'

/** Exit codes of the commands `evaluate`, `merge` and `report`. */
const EXIT = { done: 0, failures: 1, bounds: 3 } as const

const WRITTEN: Record<WrittenReport['kind'], string> = {
  csv: 'rows',
  markdown: 'table',
  latex: 'LaTeX table',
  json: 'results',
  junit: 'JUnit report',
  grandChallenge: 'metrics for grand-challenge.org',
  html: 'page',
}

/**
 * Prints the tables of results and writes the files that are wanted.
 *
 * @param known - summaries of these results that are computed already
 * @returns the exit code: 0, 1 where pairs could not be scored, 3 where a mean is out of bounds
 */
export async function report(
  results: FolderResults,
  options: ReportCommandOptions,
  io: Io,
  known?: KnownSummaries,
): Promise<number> {
  const { json, annotations } = options
  const facts = reportFacts(results, known)
  const { cases, failures, summary, compared, bounds } = facts
  // Before anything is printed, as a reader that goes away ends the tool; where a disk is full the
  // tables of hours of work are printed all the same.
  const written: WrittenReport[] = []
  let failure: { error: unknown } | undefined
  try {
    const all = await writeReportOf(facts, {
      ...options,
      json: json === true ? undefined : json,
      grandChallenge: challengeFolder(options),
    })
    written.push(...all)
  } catch (error) {
    failure = { error }
  }
  if (json === true) io.out(resultsText(facts))
  else {
    io.out(`${cases.length} of ${results.results.length} pairs scored\n\n`)
    if (cases.length > 0) io.out(summaryTable(summary) + detailTables(facts))
    if (compared !== undefined) {
      io.out(`\n${comparisonTable(compared.comparison, compared.summaries)}`)
    }
    for (const { kind, path } of written) {
      io.out(`\n${WRITTEN[kind]} written to ${printable(path)}\n`)
    }
  }
  io.err(failureLines(failures))
  if (failure !== undefined) throw failure.error
  const broken = bounds.filter(({ isKept }) => !isKept)
  for (const bound of broken) io.err(`out of bounds  ${boundText(bound)}\n`)
  const isGithub = io.environment?.GITHUB_ACTIONS === 'true'
  if (annotations === 'github' || (annotations === undefined && isGithub)) {
    io.err(githubAnnotations(facts))
  }
  if (failures.length > 0) return EXIT.failures
  return broken.length > 0 ? EXIT.bounds : EXIT.done
}
