import type { Command, Option } from 'commander'
import { METRIC_NAMES } from '../../metrics/metric-directions.ts'

/** What may follow an option, or stand in the place of an argument. */
export type Values =
  | { readonly kind: 'files' | 'none' }
  /** One of the words, or with `list` several with commas between them. */
  | { readonly kind: 'one' | 'list'; readonly words: readonly string[] }

/** An option as a shell completes it. */
export interface OptionWords {
  /** Such as `-h` and `--help`. */
  readonly flags: readonly string[]
  readonly description: string
  /** Undefined if it takes no value. */
  readonly values: Values | undefined
  /** Whether the value may be missing. */
  readonly isOptional: boolean
}

/** A command as a shell completes it. */
export interface CommandWords {
  readonly name: string
  readonly description: string
  readonly options: readonly OptionWords[]
  /** What its arguments may be. */
  readonly values: Values
}

/** The program and its commands, as commander knows them. */
export interface ProgramWords {
  readonly name: string
  readonly options: readonly OptionWords[]
  readonly commands: readonly CommandWords[]
}

/** Reads what can be completed off the program itself, so that no list is kept by hand. */
export function programWords(program: Command): ProgramWords {
  const commands = program.createHelp().visibleCommands(program)
  return {
    name: program.name(),
    options: optionsOf(program),
    commands: commands.map((command) => ({
      name: command.name(),
      description: command.description(),
      options: optionsOf(command),
      values: valuesOfArguments(command, commands),
    })),
  }
}

function optionsOf(command: Command): OptionWords[] {
  return command
    .createHelp()
    .visibleOptions(command)
    .map((option) => ({
      flags: [option.short, option.long].filter((flag) => flag !== undefined),
      description: option.description,
      values: valuesOf(option),
      isOptional: option.optional,
    }))
}

/** How the help calls values that are paths, which a shell completes by itself. */
const PATH = /^(file|folders?|fov|out|path)$|\.\w+$/

/** By what the help calls the value; of numbers and patterns nothing can be proposed. */
function valuesOf(option: Option): Values | undefined {
  const placeholder = /[<[](.+?)(\.{3})?[>\]]/.exec(option.flags)?.[1]
  if (placeholder === undefined) return undefined
  if (option.argChoices !== undefined) return { kind: 'one', words: option.argChoices }
  switch (placeholder) {
    case 'names':
      return { kind: 'list', words: ['all', ...METRIC_NAMES] }
    case 'name':
      return { kind: 'one', words: [...METRIC_NAMES, 'reward'] }
    case 'bounds':
      return { kind: 'list', words: [...METRIC_NAMES, 'reward'].map((name) => `${name}=`) }
    case 'images':
      return { kind: 'list', words: ['pred', 'truth', 'within'] }
    default:
      return { kind: PATH.test(placeholder) ? 'files' : 'none' }
  }
}

/** Only `help` and `completion` take words. */
function valuesOfArguments(command: Command, commands: readonly Command[]): Values {
  if (command.name() === 'help') return { kind: 'one', words: commands.map((one) => one.name()) }
  const choices = command.registeredArguments.find(({ argChoices }) => argChoices)?.argChoices
  if (choices !== undefined) return { kind: 'one', words: choices }
  return { kind: command.registeredArguments.length > 0 ? 'files' : 'none' }
}
