import type { Command } from 'commander'
import type { Io } from '../io.ts'
import {
  addReportOptions,
  checkReportMetrics,
  checkReportOutputs,
  type ReportCommandOptions,
} from './report-options.ts'

const EXAMPLES = `
Examples:
  vessel-reward report results.json --html page.html
  vessel-reward report results.json --html page.html --worst 10 --by clDice --image images/
  vessel-reward report results.json --latex table.tex --fail-under dice=0.8

Reports are those that evaluate would have written, byte for byte. The page shows images: they are
looked for where they were.
Exit codes: as of evaluate.`

/**
 * Adds the command `report` to the tool.
 *
 * @param done - called with the exit code
 */
export function addReportCommand(program: Command, io: Io, done: (code: number) => void): void {
  const command = program
    .command('report')
    .description('Make tables and pages of what evaluate --json wrote.')
    .argument('<results>', 'the file that evaluate --json wrote')
    .option('--image <folder>', 'the pictures that the masks are of, for the page')
  addReportOptions(command)
    .addHelpText('after', EXAMPLES)
    .action(
      async (path: string, { image, ...options }: ReportCommandOptions & { image?: string }) => {
        if (image !== undefined && options.html === undefined) {
          command.error('error: --image is for the page: it needs --html')
        }
        const inputs = image === undefined ? [path] : [path, image]
        await checkReportOutputs(command, inputs, options)
        const { readResults } = await import('../../node/folders/read-results.ts')
        const { report } = await import('./report.ts')
        const stored = await readResults(path)
        const { withImages } = await import('./with-images.ts')
        const shown = image === undefined ? undefined : await withImages(stored, image)
        const results = shown?.results ?? stored
        if (shown !== undefined && shown.found < stored.results.length) {
          io.err(`warning: ${stored.results.length - shown.found} pairs have no picture there\n`)
        }
        checkReportMetrics(command, results.options.metrics, options)
        const { failUnder = results.options.failUnder, failOver = results.options.failOver } =
          options
        const bounded = { ...results, options: { ...results.options, failUnder, failOver } }
        done(await report(bounded, options, io))
      },
    )
}
