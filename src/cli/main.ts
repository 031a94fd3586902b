import { type Command, CommanderError } from 'commander'
import { version } from '../../package.json'
import { printable } from '../node/printable.ts'
import { addAuditCommand } from './audit/audit-command.ts'
import type { Io } from './io.ts'
import { addScoreCommand } from './score/score-command.ts'
import { ToolCommand } from './tool-command.ts'

/**
 * Runs the command line tool.
 *
 * @param args - the arguments, without those for Node and the script
 * @returns the exit code: 0; 1 for masks that cannot be scored; 2 for wrong usage; for `audit` also
 * 3 for findings and 129, 130 or 143 if a signal ended it
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
    io.err(`error: ${printable(error instanceof Error ? error.message : String(error))}\n`)
    return 1
  }
}

const EXAMPLES = `
Examples:
  vessel-reward score pred.png truth.png
  vessel-reward score pred.png truth.png --json --metrics all
  vessel-reward audit truths/ --reward robust --html audit.html
  vessel-reward help score

Exit codes: 0 done; 1 it could not be done; 2 wrong usage; 3 and more: see the help of audit.
Documentation: README.md and docs/command-line.md in the package.`

function commandLine(io: Io, done: (code: number) => void): Command {
  const program = new ToolCommand('vessel-reward')
    .description('Exact metrics and rewards for segmentation masks of blood vessels.')
    .version(version)
    .configureOutput({ writeOut: (text) => io.out(text), writeErr: (text) => io.err(text) })
    .exitOverride()
    .showHelpAfterError('(see --help)')
    .addHelpText('after', EXAMPLES)
  addScoreCommand(program, io)
  addAuditCommand(program, io, done)
  return program
}
