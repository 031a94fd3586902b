import { Command, CommanderError, type ErrorOptions } from 'commander'
import { version } from '../../package.json'
import { printable } from '../node/printable.ts'
import { addAuditCommand } from './audit/audit-command.ts'
import { addCompletionCommand } from './completion/completion-command.ts'
import { addEvaluateCommand } from './evaluate/evaluate-command.ts'
import { addMergeCommand } from './evaluate/merge-command.ts'
import { addReportCommand } from './evaluate/report-command.ts'
import type { Io } from './io.ts'
import { addScoreCommand } from './score/score-command.ts'
import { addServeCommand } from './serve/serve-command.ts'
import { addStreamCommand } from './stream/stream-command.ts'
import { addSweepCommand } from './sweep/sweep-command.ts'

/**
 * Runs the command line tool.
 *
 * @param args - the arguments, without those for Node and the script
 * @returns the exit code: 0; 1 for masks that cannot be scored; 2 for wrong usage; 3 for means out of
 * bounds (`evaluate`, `report`); for `audit` also 3 for findings; for `audit` and `stream` 129, 130 or
 * 143 if a signal ended it
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
  vessel-reward evaluate pred/ truth/ --csv cases.csv
  vessel-reward report results.json --html page.html
  vessel-reward sweep prob/ truth/ --metric dice
  vessel-reward audit truths/ --reward robust --html audit.html
  vessel-reward stream < requests.ndjson
  vessel-reward serve --port 8000
  vessel-reward help score

Exit codes: 0 done; 1 it could not be done; 2 wrong usage; 3 and more: see each command.
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
  addEvaluateCommand(program, io, done)
  addReportCommand(program, io, done)
  addMergeCommand(program, io, done)
  addSweepCommand(program, io, done)
  addAuditCommand(program, io, done)
  addStreamCommand(program, io, done)
  addServeCommand(program, io, done)
  addCompletionCommand(program, io)
  return program
}

/** A command whose errors say what to do instead, and that a terminal can show. */
class ToolCommand extends Command {
  override createCommand(name?: string): ToolCommand {
    return new ToolCommand(name)
  }

  override error(message: string, options?: ErrorOptions): never {
    // Commander's own second line, such as “(Did you mean --json?)”, or ours.
    const [, text, suggestion] = /^(.*?)((?:\n\(Did you mean [^\n]*\?\))?)$/s.exec(message) ?? []
    const hint = suggestion === '' ? this.#hint(text, options?.code) : suggestion
    return super.error(printable(text) + hint, options)
  }

  #hint(text: string, code: string | undefined): string {
    if (code === 'commander.unknownOption') {
      const long = `-${/'(-[^-'][^']*)'/.exec(text)?.[1]}`
      const isKnown = this.options.some((option) => option.long === long)
      return isKnown ? `\n(Did you mean ${long}?)` : ''
    }
    if (code !== 'commander.unknownCommand') return ''
    const [name] = this.args
    if (/\.png$/i.test(name)) return `\n(Did you mean ${this.name()} score ${printable(name)} …?)`
    if (/^(eval|metric|compar)/i.test(name)) {
      return `\n(Did you mean ${this.name()} evaluate, which takes folders?)`
    }
    return `\n(Commands: ${this.commands.map((command) => command.name()).join(', ')})`
  }
}
