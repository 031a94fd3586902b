import { type Command, Option } from 'commander'
import { METRIC_NAMES } from '../../metrics/metric-directions.ts'
import { PRESETS } from '../../reward/terms/presets.ts'
import { numberOption } from '../input-checks.ts'
import type { Io } from '../io.ts'
import { connectivityOption, emptyOption, metricNames, thinningOption } from '../metric-options.ts'
import type { EvaluateFoldersOptions } from './evaluate.ts'
import { addReportOptions, checkReportMetrics, checkReportUsage } from './report-options.ts'

const examples = (command: Command) => `
Examples:
  vessel-reward evaluate pred/ truth/
  vessel-reward evaluate pred/ truth/ --within fov/ --csv cases.csv --json results.json
  vessel-reward evaluate ours/ truth/ --against theirs/ --metrics dice,clDice,junctionF1
  vessel-reward evaluate pred/ truth/ --image images/ --html page.html --worst 5 --by clDice
  vessel-reward evaluate pred/ truth/ --match '^[0-9]+' --fail-under dice=0.8,clDice=0.75

Pairs: PNG images of one name, or of one name but for what says of which kind they are:
  01_test.png and 01_manual1.png, Image_01L.png and Image_01L_1stHO.png, a_pred.png and a_mask.png.
  --match compares what a regular expression matches instead, or its first group.
${command.createHelp().boxWrap(`Metrics: ${METRIC_NAMES.join(', ')}`, 98)}
Exit codes: 0 done; 1 some pairs could not be scored, or nothing could be done; 2 wrong usage;
  3 a mean is out of the bounds of --fail-under or --fail-over.
Documentation: docs/command-line.md and docs/metrics.md in the package.`

/**
 * Adds the command `evaluate` to the tool.
 *
 * @param done - called with the exit code
 */
export function addEvaluateCommand(program: Command, io: Io, done: (code: number) => void): void {
  const evaluate = program
    .command('evaluate')
    .description('Evaluate a folder of predictions: a table of means with intervals.')
    .argument('[pred]', 'folder of predictions, PNG images')
    .argument('[truth]', 'folder of true masks')
    .option('--pred <folder>', 'the predictions, where the order of arguments is in doubt')
    .option('--truth <folder>', 'the true masks')
    .option('--within <fov>', 'fields of view: a folder, or one image for all')
    .option('--against <folder>', 'predictions of another method, which are compared pair by pair')
    .option('--match <pattern>', 'what names are compared by: a regular expression')
    .option('--allow-missing', 'leave images out that have no partner')
    .addOption(
      new Option('--metrics <names>', 'the metrics, with commas between them')
        .argParser(metricNames)
        .default(METRIC_NAMES, 'all'),
    )
    .addOption(
      new Option('--reward <name>', 'the reward that is computed')
        .choices(PRESETS)
        .default('design'),
    )
    .addOption(
      numberOption('--threshold <n>', 'pixels greater than this are foreground, in all images (0)'),
    )
    .addOption(emptyOption())
    .addOption(thinningOption())
    .addOption(connectivityOption())
    .option('--image <folder>', 'the pictures that the masks are of, for the page')
  addReportOptions(evaluate).action(
    async (
      first: string | undefined,
      second: string | undefined,
      options: Record<string, unknown>,
      command: Command,
    ) => {
      const parsed = {
        ...options,
        connectivity: Number(options.connectivity),
      } as unknown as EvaluateFoldersOptions
      const { pred, truth } = options as { pred?: string; truth?: string }
      const named = folders(command, [first, second], pred, truth)
      checkReportMetrics(command, parsed.metrics, parsed)
      await checkReportUsage(command, named, parsed)
      const { evaluateFolders } = await import('./evaluate.ts')
      done(await evaluateFolders(...named, parsed, io))
    },
  )
  evaluate.addHelpText('after', examples(evaluate))
}

/** The two folders, as arguments or by name. */
function folders(
  command: Command,
  given: readonly (string | undefined)[],
  pred: string | undefined,
  truth: string | undefined,
): [pred: string, truth: string] {
  const [first, second] = given
  if (pred === undefined && truth === undefined && first !== undefined && second !== undefined) {
    return [first, second]
  }
  const rest = given.filter((path) => path !== undefined)
  const isOne = rest.length === 1 && (pred === undefined) !== (truth === undefined)
  if (isOne) return [pred ?? rest[0], truth ?? rest[0]]
  if (rest.length === 0 && pred !== undefined && truth !== undefined) return [pred, truth]
  return command.error(
    'error: expected a folder of predictions and a folder of truths, as evaluate PRED TRUTH or by --pred and --truth',
  )
}
