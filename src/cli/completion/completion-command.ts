import { Argument, type Command } from 'commander'
import type { Io } from '../io.ts'
import { bashScript } from './bash.ts'
import { type ProgramWords, programWords } from './command-words.ts'
import { fishScript } from './fish.ts'
import { zshScript } from './zsh.ts'

const SCRIPTS: Readonly<Record<string, (program: ProgramWords) => string>> = {
  bash: bashScript,
  zsh: zshScript,
  fish: fishScript,
}

const EXAMPLES = `
Examples:
  source <(vessel-reward completion bash)           for this shell; in ~/.bashrc for all
  source <(vessel-reward completion zsh)            likewise, after compinit
  vessel-reward completion fish | source            likewise
  vessel-reward completion fish > ~/.config/fish/completions/vessel-reward.fish`

/** Adds the command `completion` to the tool, as the last one: it knows those before it. */
export function addCompletionCommand(program: Command, io: Io): void {
  program
    .command('completion')
    .description('Print a script that completes commands, options and their values in a shell.')
    .addArgument(new Argument('<shell>', 'the shell').choices(Object.keys(SCRIPTS)))
    .action((shell: string) => io.out(SCRIPTS[shell](programWords(program))))
    .addHelpText('after', EXAMPLES)
}
