import { join, resolve } from 'node:path'
import { type Command, Option } from 'commander'
import { METRIC_NAMES } from '../../metrics/metric-directions.ts'
import type { MetricBound } from '../../node/folders/results.ts'
import {
  integerOption,
  numberOption,
  refuseOtherFormat,
  refuseOverwriting,
} from '../input-checks.ts'
import { checkFolderOf, makeFolder } from '../output-folders.ts'
import { bounds } from './bounds.ts'

/** What the commands `evaluate`, `merge` and `report` can make of results, already checked. */
export interface ReportCommandOptions {
  csv?: string
  markdown?: string
  latex?: string
  /** A file, or true for the standard output. */
  json?: string | true
  junit?: string
  /** A folder, or true for that of the platform. */
  grandChallenge?: string | true
  html?: string
  worst: number
  by: string
  minSize: number
  annotations?: 'github' | 'none'
  failUnder?: readonly MetricBound[]
  failOver?: readonly MetricBound[]
}

/** Adds the options that say what is made of results. */
export function addReportOptions(command: Command): Command {
  return command
    .option('--csv <file>', 'write a row for each pair')
    .option('--markdown <file>', 'write the table in Markdown')
    .option('--latex <file>', 'write the table in LaTeX, for the package booktabs')
    .option(
      '--json [file]',
      "write all results, as nnU-Net's summary.json with more in it, or print them",
    )
    .option('--html <file>', 'write a page: tables, distributions, the worst and the best pairs')
    .addOption(
      integerOption(
        '--worst <k>',
        'with --html: how many of the worst and of the best pairs',
        0,
        100,
      ).default(5),
    )
    .addOption(
      new Option('--by <metric>', 'with --html: what the worst and best pairs are chosen by')
        .choices(['reward', ...METRIC_NAMES])
        .default('reward'),
    )
    .addOption(
      numberOption(
        '--min-size <n>',
        'with --html: smaller errors are counted, not drawn',
        0,
      ).default(5),
    )
    .option('--junit <file>', 'write a report for CI servers: a test for each bound and failure')
    .option('--grand-challenge [folder]', 'write the metrics.json of grand-challenge.org (/output)')
    .addOption(
      new Option(
        '--annotations <for>',
        'mark the run for a CI server; github is the default where it runs',
      ).choices(['github', 'none']),
    )
    .addOption(
      new Option(
        '--fail-under <bounds>',
        'exit with 3 if a mean is less, such as dice=0.8',
      ).argParser(bounds),
    )
    .addOption(
      new Option(
        '--fail-over <bounds>',
        'exit with 3 if a mean is greater, such as hd95=10',
      ).argParser(bounds),
    )
}

/** Where the containers of grand-challenge.org leave what they found. */
const PLATFORM_FOLDER = '/output'

/** The folder of `--grand-challenge`, where it is given. */
export function challengeFolder({ grandChallenge }: ReportCommandOptions): string | undefined {
  return grandChallenge === true ? PLATFORM_FOLDER : grandChallenge
}

/**
 * Says before hours of work what will not go: outputs that would overwrite an input, cannot be put
 * where they are to go, or have the ending of another format, and options without effect.
 */
export async function checkReportOutputs(
  command: Command,
  inputs: readonly string[],
  options: ReportCommandOptions,
): Promise<void> {
  const { csv, markdown, latex, json, html, junit } = options
  const outputs: string[] = []
  for (const [name, path, endings, what] of [
    ['csv', csv, ['.csv'], 'comma-separated values'],
    ['markdown', markdown, ['.md'], 'Markdown'],
    ['latex', latex, ['.tex'], 'LaTeX'],
    ['html', html, ['.html', '.htm'], 'HTML'],
    ['junit', junit, ['.xml'], 'XML'],
  ] as const) {
    if (path === undefined) continue
    await refuseOverwriting(command, name, path, inputs)
    await refuseOtherFormat(command, name, path, endings, what)
    outputs.push(path)
  }
  for (const name of ['worst', 'by', 'minSize'] as const) {
    if (html !== undefined || command.getOptionValueSource(name) !== 'cli') continue
    const flag = name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)
    command.error(`error: --${flag} says what the page shows: it needs --html`)
  }
  if (typeof json === 'string') {
    await refuseOverwriting(command, 'json', json, inputs)
    if (!/\.json$/i.test(json)) {
      command.error(
        `error: expected the file of --json to end in .json, got '${json}'; to print the results, put --json last`,
      )
    }
    outputs.push(json)
  }
  const folder = challengeFolder(options)
  if (folder !== undefined) {
    const metrics = join(folder, 'metrics.json')
    await refuseOverwriting(command, 'grand-challenge', metrics, inputs)
    if (typeof json === 'string' && resolve(json) === resolve(metrics)) {
      command.error(
        `error: expected --json and --grand-challenge to name two files, got '${json}' for both`,
      )
    }
    await makeFolder(folder)
    outputs.push(metrics)
  }
  for (const path of outputs) await checkFolderOf(path)
}

/** Refuses bounds and orders of metrics that were not computed. */
export function checkReportMetrics(
  command: Command,
  metrics: readonly string[],
  { by, failUnder = [], failOver = [] }: ReportCommandOptions,
): void {
  const isThere = (name: string) => name === 'reward' || metrics.includes(name)
  for (const { name } of [...failUnder, ...failOver]) {
    if (isThere(name)) continue
    command.error(`error: expected a bound of a metric that is computed, got one of '${name}'`)
  }
  if (isThere(by)) return
  command.error(`error: expected --by to name a metric that is computed, got '${by}'`)
}
