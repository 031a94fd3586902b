import { type Command, Option } from 'commander'
import {
  integerOption,
  numberOption,
  pageOf,
  refuseOtherFormat,
  refuseOverwriting,
  refuseReadingTwice,
} from '../input-checks.ts'
import type { Io } from '../io.ts'
import type { AuditFilesOptions } from './audit.ts'
import { SUBJECT_NAMES } from './subject.ts'
import { type FoundTruths, truthFiles } from './truths.ts'

const EXAMPLES = `
Examples:
  vessel-reward audit truth.png
  vessel-reward audit truths/ --reward robust --html audit.html --json audit.json
  vessel-reward audit truths/ --good second-observer/ --pictures exploits
  vessel-reward audit truths/ --module reward.mjs --fail-on warning

Truths: images, pipes, - for the standard input, and folders, of which the images are read.
Good masks: --good takes a folder, in which the good mask of truths/a.png is called a.png too.
--module runs the code of that file, with all that you may do yourself.
Exit codes: 0 no findings as grave as --fail-on; 1 the audit could not be made; 2 wrong usage;
  3 findings; 129, 130, 143 stopped by SIGHUP, SIGINT (Ctrl+C), SIGTERM: nothing is written.
Documentation: docs/audit.md in the package.`

/**
 * Adds the command `audit` to the tool.
 *
 * @param done - called with the exit code
 */
export function addAuditCommand(program: Command, io: Io, done: (code: number) => void): void {
  program
    .command('audit')
    .description('Find out whether a reward can be gamed: ladders, exploits, terms, pitfalls.')
    .argument('<truths...>', 'true masks: image files, and folders of them')
    .addOption(
      new Option('--reward <name>', 'the reward of this library that is audited')
        .choices(SUBJECT_NAMES)
        .default('design')
        .conflicts('module'),
    )
    .option(
      '--module <file>',
      'run this module and audit what it exports by default: a function, or { score }',
    )
    .option(
      '--good <path>',
      'good masks that bad ones must not beat: a folder of images with the file names of the truths, or one image for one truth',
    )
    .addOption(
      integerOption('--budget <n>', 'most scores that are computed', 300, 1e9).default(2000),
    )
    .addOption(
      integerOption('--seed <n>', 'the same seed gives the same report', 0, 2 ** 31).default(0),
    )
    .addOption(integerOption('--max-truths <n>', 'most masks that are used', 1, 1e6).default(8))
    .addOption(
      numberOption('--threshold <n>', 'pixels greater than this are foreground, in all images (0)'),
    )
    .addOption(
      new Option(
        '--page <page>',
        'the page, slice or array that is read of each file, where files hold several',
      ).argParser(pageOf),
    )
    .option('--alpha', 'the masks are in the alpha channels of the images')
    .option('--json [file]', 'write the report as JSON to a .json file, or print it')
    .option('--html <file>', 'write a page with plots and pictures')
    .option('--pictures <folder>', 'write the exploits as PNG images')
    .addOption(
      new Option('--fail-on <severity>', 'exit with 3 if there are findings as grave as this')
        .choices(['error', 'warning', 'info', 'never'])
        .default('error'),
    )
    .addHelpText('after', EXAMPLES)
    .action(async (paths: string[], options: AuditFilesOptions, command: Command) => {
      checkJsonName(command, options.json)
      const found = await truthFiles(paths)
      await checkUsage(command, options, found)
      // Only this command needs the audit: the others start faster without it.
      const { auditFiles } = await import('./audit.ts')
      done(await auditFiles(found, options, io))
    })
}

/** An option whose value may have been meant as a truth must not be written over. */
function checkJsonName(command: Command, json: string | true | undefined): void {
  if (typeof json !== 'string' || /\.json$/i.test(json)) return
  command.error(
    `error: expected the file of --json to end in .json, got '${json}'; to print the report, put --json last`,
  )
}

/** Says before any work what will not go. */
async function checkUsage(
  command: Command,
  { html, json, module, good }: AuditFilesOptions,
  { files }: FoundTruths,
): Promise<void> {
  const others = [module, good].filter((path) => path !== undefined)
  await refuseReadingTwice(command, [...files, ...others])
  for (const [name, output] of Object.entries({ html, json })) {
    if (typeof output !== 'string') continue
    await refuseOverwriting(command, name, output, [...files, ...others])
  }
  if (html === undefined) return
  if (html === json) {
    command.error(`error: expected --html and --json to name two files, got '${html}' for both`)
  }
  await refuseOtherFormat(command, 'html', html, ['.html', '.htm', '.xhtml'], 'an HTML page')
}
