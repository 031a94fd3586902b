import { type Command, InvalidArgumentError, Option } from 'commander'
import type { AuditFilesOptions } from './audit.ts'
import { SUBJECT_NAMES } from './audit-subject.ts'
import { truthFiles } from './audit-truths.ts'
import type { Io } from './io.ts'
import { isSameFile } from './score.ts'

/**
 * Adds the command `audit` to the tool.
 *
 * @param done - called with the exit code
 */
export function addAuditCommand(program: Command, io: Io, done: (code: number) => void): void {
  program
    .command('audit')
    .description('Find out whether a reward can be gamed: ladders, exploits, terms, pitfalls.')
    .argument('<truths...>', 'true masks: PNG images, and folders of them')
    .addOption(
      new Option('--reward <name>', 'the reward of this library that is audited')
        .choices(SUBJECT_NAMES)
        .default('design')
        .conflicts('module'),
    )
    .option(
      '--module <file>',
      'audit what this module exports by default: a function, or { score }',
    )
    .option(
      '--good <path>',
      'good masks that bad ones must not beat: a folder of PNG images named like the truths',
    )
    .addOption(whole('--budget <n>', 'most scores that are computed', 300, 1e9).default(2000))
    .addOption(whole('--seed <n>', 'the same seed gives the same report', 0, 2 ** 31).default(0))
    .addOption(whole('--max-truths <n>', 'most masks that are used', 1, 1e6).default(8))
    .addOption(
      whole('--threshold <n>', 'pixels greater than this are foreground', -1, 65535).default(0),
    )
    .option('--json [file]', 'write the report as JSON to a .json file, or print it')
    .option('--html <file>', 'write a page with plots and pictures')
    .option('--pictures <folder>', 'write the exploits as PNG images')
    .addOption(
      new Option('--fail-on <severity>', 'exit with 3 if there are findings as grave as this')
        .choices(['error', 'warning', 'info', 'never'])
        .default('error'),
    )
    .addHelpText(
      'after',
      [
        '\nExit codes: 0 no findings as grave as --fail-on; 1 the audit could not be made; 2 wrong usage;',
        '3 findings; 130 interrupted.',
      ].join('\n'),
    )
    .action(async (paths: string[], options: AuditFilesOptions, command: Command) => {
      checkJsonName(command, options.json)
      const files = await truthFiles(paths)
      await refuseOverwriting(command, options, files)
      // Only this command needs the audit: the others start faster without it.
      const { auditFiles } = await import('./audit.ts')
      done(await auditFiles(files, options, io))
    })
}

/** An option whose value may have been meant as a truth must not be written over. */
function checkJsonName(command: Command, json: string | true | undefined): void {
  if (typeof json !== 'string' || /\.json$/i.test(json)) return
  command.error(
    `error: expected the file of --json to end in .json, got '${json}'; to print the report, put --json last`,
  )
}

async function refuseOverwriting(
  command: Command,
  { html, json, module }: AuditFilesOptions,
  files: readonly string[],
): Promise<void> {
  const inputs = module === undefined ? files : [...files, module]
  for (const [name, output] of Object.entries({ html, json })) {
    if (typeof output !== 'string') continue
    for (const input of inputs) {
      if (await isSameFile(output, input)) {
        command.error(`error: --${name} '${output}' would overwrite the input '${input}'`)
      }
    }
  }
  if (html !== undefined && html === json) {
    command.error(`error: expected --html and --json to name two files, got '${html}' for both`)
  }
}

function whole(flags: string, description: string, min: number, max: number): Option {
  return new Option(flags, description).argParser((text) => {
    const value = text.trim() === '' ? Number.NaN : Number(text)
    if (!Number.isInteger(value) || value < min || value > max) {
      throw new InvalidArgumentError(`Expected an integer from ${min} to ${max}.`)
    }
    return value
  })
}
