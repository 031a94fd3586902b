import { Command, type ErrorOptions } from 'commander'
import { printable } from '../node/printable.ts'

/** A command whose errors say what to do instead, and that a terminal can show. */
export class ToolCommand extends Command {
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
      return `\n(Did you mean ${this.name()} score --metrics all, which computes every metric of a pair?)`
    }
    return `\n(Commands: ${this.commands.map((command) => command.name()).join(', ')})`
  }
}
