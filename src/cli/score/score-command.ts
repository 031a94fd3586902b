import { stat } from 'node:fs/promises'
import { type Command, InvalidArgumentError, Option } from 'commander'
import { METRIC_NAMES } from '../../metrics/metric-directions.ts'
import { jsonText } from '../../node/printable.ts'
import { PRESETS } from '../../reward/terms/presets.ts'
import {
  choicesOption,
  integerOption,
  numberOption,
  refuseOtherFormat,
  refuseOverwriting,
  refuseReadingTwice,
} from '../input-checks.ts'
import type { Io } from '../io.ts'
import { connectivityOption, emptyOption, metricNames, thinningOption } from '../metric-options.ts'
import { reportText } from './report.ts'
import { IMAGE_ROLES, type ImageRole, type ScoreOptions, scoreFiles } from './score.ts'

const examples = (command: Command) => `
Examples:
  vessel-reward score pred.png truth.png
  vessel-reward score pred.png truth.png --within fov.png --reward robust --json
  vessel-reward score pred.png truth.png --metrics hd95,junctionF1
  vessel-reward score pred.png truth.png --errors --min-size 10 --overlay errors.png
  vessel-reward score - truth.png < pred.png

Images: PNG, GIF, TIFF, PNM, BMP, JPEG, NIfTI, NPY, NPZ, COCO; a path, a pipe, or - for the
  standard input. Without --threshold a warning tells of an image that has more than two grey
  values.
${command.createHelp().boxWrap(`Metrics: ${METRIC_NAMES.join(', ')}`, 98)}
Exit codes: 0 scored; 1 the masks cannot be scored or something cannot be written; 2 wrong usage.
Documentation: docs/command-line.md, docs/metrics.md and docs/rewards.md in the package.`

/** Adds the command `score` to the tool. */
export function addScoreCommand(program: Command, io: Io): void {
  const score = program
    .command('score')
    .description('Score a predicted mask against the true one; both are image files.')
    .argument('<pred>', 'the prediction; - for the standard input')
    .argument('<truth>', 'the truth, of the same size')
    .allowExcessArguments()
    .addOption(
      new Option('--reward <name>', 'the reward that scores').choices(PRESETS).default('design'),
    )
    .addOption(
      new Option(
        '--metrics <names>',
        'further metrics, with commas between them, or all',
      ).argParser(metricNames),
    )
    .option('--within <fov>', 'field of view: only pixels that are foreground in this image count')
    .option('--json', 'print one JSON object instead of tables')
    .option('--overlay <out>', 'write a picture of the prediction over the truth to this PNG file')
    .addOption(
      integerOption('--scale <n>', 'pixels of the overlay per pixel of the masks (2)', 1, 8),
    )
    .option(
      '--errors',
      'list broken and spurious connections, missing and extra branches; mark them',
    )
    .addOption(
      numberOption('--min-size <n>', 'shorter missing and extra branches are left out (0)', 0),
    )
    .addOption(
      numberOption('--threshold <n>', 'pixels greater than this are foreground, in all images (0)'),
    )
    .addOption(
      new Option(
        '--alpha [images]',
        'masks are in the alpha channel: of all images, or of those named (pred,truth,within)',
      )
        .preset('pred,truth,within')
        .argParser(imageRoles),
    )
    .addOption(
      new Option(
        '--page <page>',
        'the page, slice or array of files that hold several: of all, or of some (pred=3,truth=0)',
      ).argParser((text) => choicesOption(text, IMAGE_ROLES)),
    )
    .addOption(
      new Option(
        '--category <category>',
        'the category of COCO files, by name or number: of all, or of some (truth=vessel)',
      ).argParser((text) => choicesOption(text, IMAGE_ROLES)),
    )
    .addOption(emptyOption())
    .addOption(thinningOption())
    .addOption(connectivityOption())
    .option('--unbounded', 'the literal formula of the design reward, without bounds for its terms')
    .action(async (pred: string, truth: string, options: ScoreOptions) => {
      await checkUsage(score, pred, truth, options)
      const report = await scoreFiles(pred, truth, options, io)
      io.out(options.json === true ? jsonText(report) : reportText(report))
    })
  score.addHelpText('after', examples(score))
}

/** Says before any work what will not go. */
async function checkUsage(
  command: Command,
  pred: string,
  truth: string,
  options: ScoreOptions,
): Promise<void> {
  const { overlay, within, errors, minSize, scale, reward, unbounded } = options
  for (const path of [pred, truth]) {
    if ((await stat(path).catch(() => undefined))?.isDirectory()) {
      command.error(`error: expected an image, got the folder '${path}': ${ONE_PAIR}`)
    }
  }
  if (command.args.length > 2) {
    command.error(
      `error: expected a prediction and a truth, got ${command.args.length} images: ${ONE_PAIR}`,
    )
  }
  const needs = (option: string, other: string) =>
    command.error(`error: ${option} does nothing without ${other}`)
  if (minSize !== undefined && errors !== true) needs('--min-size', '--errors')
  if (scale !== undefined && overlay === undefined) needs('--scale', '--overlay')
  if (unbounded === true && reward !== 'design') needs('--unbounded', '--reward design')
  const inputs = within === undefined ? [pred, truth] : [pred, truth, within]
  await refuseReadingTwice(command, inputs)
  if (overlay === undefined) return
  await refuseOverwriting(command, 'overlay', overlay, inputs)
  await refuseOtherFormat(command, 'overlay', overlay, ['.png'], 'a PNG image')
}

const ONE_PAIR = 'score takes one pair; evaluate takes folders: vessel-reward evaluate pred/ truth/'

function imageRoles(text: string): readonly ImageRole[] {
  const roles = text.split(',').map((name) => name.trim())
  for (const role of roles) {
    if (!(IMAGE_ROLES as readonly string[]).includes(role)) {
      throw new InvalidArgumentError(
        `Allowed choices are ${IMAGE_ROLES.join(', ')}, with commas between them. For all images, put --alpha last.`,
      )
    }
  }
  return roles as ImageRole[]
}
