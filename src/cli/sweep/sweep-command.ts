import { type Command, InvalidArgumentError, Option } from 'commander'
import { unknownName } from '../../mask/options.ts'
import { METRIC_NAMES } from '../../metrics/metric-directions.ts'
import { PRESETS } from '../../reward/terms/presets.ts'
import { numberOption, refuseOtherFormat, refuseOverwriting } from '../input-checks.ts'
import type { Io } from '../io.ts'
import { metricNames } from '../metric-options.ts'
import { addPairingOptions, addScoringOptions, listOrFolders } from '../pairing-options.ts'
import type { SweepFoldersOptions } from './sweep-folders.ts'

const examples = (command: Command) => `
Examples:
  vessel-reward sweep prob/ truth/
  vessel-reward sweep prob/ truth/ --within fov/ --metric mcc --csv sweep.csv --plot sweep.svg
  vessel-reward sweep validation/prob validation/truth --test test/prob test/truth
  vessel-reward sweep prob/ truth/ --metric clDice --thresholds 0.3,0.4,0.5,0.6

A map of probabilities is a grey image, whose greatest possible value is 1. Metrics of overlap are
computed at the 255 thresholds that make different masks of 8 bits; as soon as another metric or the
reward is asked for, everything is computed at 0.05, 0.1 … 0.95. 0.5 is always tried.
The best threshold is chosen on the images given, which flatters it: --test reports on others.
${command.createHelp().boxWrap(`Metrics: ${METRIC_NAMES.join(', ')}; reward`, 98)}
Exit codes: 0 done; 1 some pairs could not be read, or nothing could be done; 2 wrong usage.
Documentation: docs/command-line.md and docs/metrics.md in the package.`

/**
 * Adds the command `sweep` to the tool.
 *
 * @param done - called with the exit code
 */
export function addSweepCommand(program: Command, io: Io, done: (code: number) => void): void {
  const sweep = program
    .command('sweep')
    .description('Sweep the threshold of maps of probabilities, and choose the best one.')
    .argument('[prob]', 'folder of maps of probabilities, or one image')
    .argument('[truth]', 'folder of true masks, or one image')
  addPairingOptions(sweep, 'pred (the maps), truth, within')
    .option('--test <folders...>', 'other maps and truths, on which the best threshold is reported')
    .option('--test-within <fov>', 'with --test: their fields of view')
    .addOption(
      new Option('--metric <name>', 'the metric whose best threshold is chosen, or reward')
        .argParser(metricOrReward)
        .default('dice'),
    )
    .addOption(
      new Option('--metrics <names>', 'more metrics that are shown, with commas between them')
        .argParser(metricNames)
        .default(undefined, 'those of overlap'),
    )
    .addOption(new Option('--reward <name>', 'a reward that is computed as well').choices(PRESETS))
    .addOption(
      new Option('--thresholds <list>', 'the thresholds that are tried, from 0 to 1').argParser(
        thresholdList,
      ),
    )
    .addOption(
      numberOption(
        '--truth-threshold <n>',
        'pixels of truths greater than this are foreground (0)',
      ),
    )
  addScoringOptions(sweep)
    .option('--csv <file>', 'write a row for each threshold')
    .option('--json [file]', 'write all results, or print them')
    .option('--plot <file>', 'draw the metric by threshold, and precision by recall, as SVG')
    .action(
      async (prob: string | undefined, truth: string | undefined, options: SweepFoldersOptions) => {
        const inputs = inputsOf(sweep, prob, truth, options)
        await checkUsage(sweep, inputs, options)
        const { sweepFolders } = await import('./sweep-folders.ts')
        done(await sweepFolders(inputs[0], inputs[1], options, io))
      },
    )
  sweep.addHelpText('after', examples(sweep))
}

/** The list of pairs, or the two folders. */
function inputsOf(
  command: Command,
  prob: string | undefined,
  truth: string | undefined,
  { pairs, within, match, test }: SweepFoldersOptions,
): string[] {
  if (test !== undefined && test.length !== 2) {
    command.error(
      `error: expected --test with a folder of maps and one of truths, got ${test.length}: put it after the other folders`,
    )
  }
  return listOrFolders(command, pairs, [prob, within, match], () =>
    prob !== undefined && truth !== undefined
      ? [prob, truth]
      : command.error(
          'error: expected a folder of maps and a folder of truths, as sweep PROB TRUTH, or --pairs',
        ),
  )
}

/** Says before any work what will not go. */
async function checkUsage(
  command: Command,
  folders: readonly string[],
  { test, testWithin, csv, json, plot }: SweepFoldersOptions,
): Promise<void> {
  if (testWithin !== undefined && test === undefined) {
    command.error('error: --test-within is for --test, which is not given')
  }
  const inputs = [...folders, ...(test ?? [])]
  for (const [name, path, ending, what] of [
    ['csv', csv, '.csv', 'comma-separated values'],
    ['plot', plot, '.svg', 'SVG'],
    ['json', json === true ? undefined : json, '.json', 'JSON'],
  ] as const) {
    if (path === undefined) continue
    await refuseOverwriting(command, name, path, inputs)
    await refuseOtherFormat(command, name, path, [ending], what)
  }
}

function metricOrReward(text: string): string {
  const names = [...METRIC_NAMES, 'reward']
  if (names.includes(text)) return text
  throw new InvalidArgumentError(`${unknownName(text, names, '--metric', 'metric').message}.`)
}

const MOST_THRESHOLDS = 9999

function thresholdList(text: string): readonly number[] {
  const parts = text.split(',')
  const list = parts.map((part) => (part.trim() === '' ? Number.NaN : Number(part)))
  if (list.length <= MOST_THRESHOLDS && list.every((number) => number >= 0 && number <= 1)) {
    return list
  }
  throw new InvalidArgumentError(
    `Expected up to ${MOST_THRESHOLDS} numbers from 0 to 1 with commas between them, such as 0.3,0.4,0.5.`,
  )
}
