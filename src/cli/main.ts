import { Command, CommanderError, InvalidArgumentError, Option } from 'commander'
import { version } from '../../package.json'
import { THINNING_METHODS } from '../morphology/skeletonize.ts'
import { addAuditCommand } from './audit-command.ts'
import type { Io } from './io.ts'
import { reportText } from './report.ts'
import { isSameFile, type ScoreOptions, scoreFiles } from './score.ts'

/**
 * Runs the command line tool.
 *
 * @param args - the arguments, without those for Node and the script
 * @returns the exit code: 0; 1 for masks that cannot be scored; 2 for wrong usage; for `audit` also
 * 3 for findings and 130 if it was interrupted
 */
export async function main(args: readonly string[], io: Io): Promise<number> {
  let code = 0
  const done = (result: number) => {
    code = result
  }
  try {
    await commandLine(io, done).parseAsync(args, { from: 'user' })
    return code
  } catch (error) {
    // Commander has printed its message (or the help that was asked for) already.
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2
    io.err(`error: ${error instanceof Error ? error.message : error}\n`)
    return 1
  }
}

function commandLine(io: Io, done: (code: number) => void): Command {
  const program = new Command('vessel-reward')
    .description('Exact metrics and rewards for segmentation masks of blood vessels.')
    .version(version)
    .configureOutput({ writeOut: (text) => io.out(text), writeErr: (text) => io.err(text) })
    .exitOverride()
    .showHelpAfterError('(see --help)')
  program
    .command('score')
    .description('Score a predicted mask against the true one; both are PNG images.')
    .argument('<pred>', 'the prediction')
    .argument('<truth>', 'the truth, of the same size')
    .option('--within <fov>', 'field of view: only pixels that are foreground in this image count')
    .option('--json', 'print one JSON object instead of tables')
    .option('--overlay <out>', 'write a picture of the prediction over the truth to this PNG file')
    .option(
      '--errors',
      'list broken and spurious connections, missing and extra branches; mark them',
    )
    .addOption(
      new Option('--scale <n>', 'pixels of the overlay per pixel of the masks, 1 to 8')
        .argParser(scaleOf)
        .default(2),
    )
    .addOption(
      new Option('--threshold <n>', 'pixels greater than this are foreground, in all images')
        .argParser(numberOf)
        .default(0),
    )
    .addOption(
      new Option('--thinning <method>', 'how masks are thinned to skeletons')
        .choices(THINNING_METHODS)
        .default('skimage'),
    )
    .addOption(
      new Option('--connectivity <n>', 'which neighbours connect the parts of a skeleton')
        .choices(['4', '8'])
        .default('8'),
    )
    .option('--unbounded', 'the literal formula, without bounds for its terms')
    .action(async (pred: string, truth: string, options: Record<string, unknown>, command) => {
      const parsed = { ...options, connectivity: Number(options.connectivity) } as ScoreOptions
      await refuseOverwriting(command, parsed, [pred, truth])
      const report = await scoreFiles(pred, truth, parsed)
      io.out(parsed.json === true ? `${JSON.stringify(report, null, 2)}\n` : reportText(report))
    })
  addAuditCommand(program, io, done)
  return program
}

async function refuseOverwriting(
  command: Command,
  { overlay, within }: ScoreOptions,
  inputs: readonly string[],
): Promise<void> {
  if (overlay === undefined) return
  for (const input of within === undefined ? inputs : [...inputs, within]) {
    if (await isSameFile(overlay, input)) {
      command.error(`error: --overlay '${overlay}' would overwrite the input '${input}'`)
    }
  }
}

function numberOf(text: string): number {
  const value = text.trim() === '' ? Number.NaN : Number(text)
  if (!Number.isFinite(value)) throw new InvalidArgumentError('Expected a number.')
  return value
}

function scaleOf(text: string): number {
  const value = numberOf(text)
  if (!Number.isInteger(value) || value < 1 || value > 8) {
    throw new InvalidArgumentError('Expected an integer from 1 to 8.')
  }
  return value
}
