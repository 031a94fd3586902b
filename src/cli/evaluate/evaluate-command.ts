import { type Command, InvalidArgumentError, Option } from 'commander'
import { METRIC_NAMES } from '../../metrics/metric-directions.ts'
import {
  type ImageChoices,
  MASK_ROLES,
  PAIR_ROLES,
} from '../../node/folders/pairs/image-choices.ts'
import { PRESETS } from '../../reward/terms/presets.ts'
import {
  choicesOption,
  integerOption,
  numberOption,
  refuseOtherFormat,
  refuseOverwriting,
} from '../input-checks.ts'
import type { Io } from '../io.ts'
import { metricNames } from '../metric-options.ts'
import { checkFolderOf } from '../output-folders.ts'
import { addPairingOptions, addScoringOptions, listOrFolders } from '../pairing-options.ts'
import type { EvaluateFoldersOptions } from './evaluate.ts'
import { addReportOptions, checkReportMetrics, checkReportOutputs } from './report-options.ts'

const examples = (command: Command) => `
Examples:
  vessel-reward evaluate pred/ truth/
  vessel-reward evaluate pred/ truth/ --within fov/ --csv cases.csv --json results.json
  vessel-reward evaluate ours/ truth/ --against theirs/ --metrics dice,clDice,junctionF1
  vessel-reward evaluate pred/ truth/ --cases cases.jsonl --resume
  vessel-reward evaluate --pairs pairs.csv --by-caliber --errors
  vessel-reward evaluate pred/ truth/ --image images/ --html page.html --worst 5 --by clDice
  vessel-reward evaluate pred/ truth/ --match '^[0-9]+' --fail-under dice=0.8,clDice=0.75

Pairs: images of one name, or of one name but for what says of which kind they are:
  01_test.png and 01_manual1.png, Image_01L.png and Image_01L_1stHO.png, a_pred.png and a_mask.png.
  --match compares what a regular expression matches instead, or its first group.
${command.createHelp().boxWrap(`Metrics: ${METRIC_NAMES.join(', ')}`, 98)}
Exit codes: 0 done; 1 some pairs could not be scored, or nothing could be done; 2 wrong usage;
  3 a mean is out of the bounds of --fail-under or --fail-over; 130 Ctrl+C, 143 SIGTERM.
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
    .argument('[pred]', "folder of predictions, or a pattern such as 'runs/*/pred_*.png'")
    .argument('[truth]', 'folder of true masks, or a pattern')
    .option('--pred <folder>', 'the predictions, where the order of arguments is in doubt')
    .option('--truth <folder>', 'the true masks')
    .option('--against <folder>', 'predictions of another method, which are compared pair by pair')
    .option('--image <folder>', 'the pictures that the masks are of, for the page')
  addPairingOptions(evaluate, 'pred, truth, …')
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
    .addOption(
      new Option(
        '--page <page>',
        'the page, slice or array of files that hold several: of all masks, or of some (pred=1,truth=0)',
      ).argParser(choices),
    )
    .addOption(
      new Option(
        '--category <category>',
        'the category of COCO files: of all masks, or of some (truth=vessel)',
      ).argParser(choices),
    )
  addScoringOptions(evaluate)
    .option('--by-caliber', 'score thin, middle and thick vessels apart')
    .option('--errors', 'count topology errors, and list them in the results')
    .addOption(
      integerOption('--jobs <n>', 'worker threads (as many as the work is worth)', 1, 1024),
    )
    .option('--cases <file.jsonl>', 'write each pair there as soon as it is scored, for --resume')
    .option('--resume', 'go on from what the file of --cases has')
    .addOption(
      new Option('--shard <i/n>', 'evaluate one of n parts of the pairs, for merge').argParser(
        shard,
      ),
    )
  addReportOptions(evaluate).action(
    async (
      first: string | undefined,
      second: string | undefined,
      { pred, truth, ...options }: EvaluateFoldersOptions & { pred?: string; truth?: string },
    ) => {
      const named = inputs(evaluate, [first, second], pred, truth, options)
      checkReportMetrics(evaluate, options.metrics, options)
      const { within, against, image, cases } = options
      const all = [...named, within, against, image].filter((path) => path !== undefined)
      await checkReportOutputs(evaluate, all, options)
      if (cases !== undefined) {
        await refuseOverwriting(evaluate, 'cases', cases, all)
        await refuseOtherFormat(evaluate, 'cases', cases, ['.jsonl'], 'JSON Lines')
        await checkFolderOf(cases)
      }
      const { evaluateFolders } = await import('./evaluate.ts')
      done(await evaluateFolders(named[0], named[1], options, io))
    },
  )
  evaluate.addHelpText('after', examples(evaluate))
}

/** The list of pairs, or the two folders. */
function inputs(
  command: Command,
  given: readonly (string | undefined)[],
  pred: string | undefined,
  truth: string | undefined,
  { pairs, cases, resume }: EvaluateFoldersOptions,
): string[] {
  if (resume === true && cases === undefined) {
    command.error('error: expected --cases FILE with --resume, which goes on from that file')
  }
  return listOrFolders(command, pairs, [...given, pred, truth], () =>
    folders(command, given, pred, truth),
  )
}

/** Pictures have pages of their own, which only their name chooses. */
const choices = (text: string): ImageChoices => choicesOption(text, PAIR_ROLES, MASK_ROLES)

/** Such as 2/8. */
function shard(text: string): readonly [number, number] {
  const [, index, count] = (/^(\d+)\/(\d+)$/.exec(text) ?? []).map(Number)
  if (index >= 1 && index <= count) return [index, count]
  throw new InvalidArgumentError('Expected a part and the number of parts, such as 1/8.')
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
  if (rest.length === 1 && /\.csv$/i.test(rest[0])) {
    command.error(
      `error: expected two folders, got '${rest[0]}': for a list of pairs, --pairs ${rest[0]}`,
    )
  }
  return command.error(
    'error: expected a folder of predictions and a folder of truths, as evaluate PRED TRUTH or by --pred and --truth',
  )
}
