import type { OptionWords, ProgramWords, Values } from './command-words.ts'
import { functionName } from './function-name.ts'

/** A completion script for zsh, which can stand in a folder of `$fpath` or be sourced. */
export function zshScript({ name, options, commands }: ProgramWords): string {
  const complete = functionName(name)
  const list = commands.map(
    (command) => `    ${quoted(`${escaped(command.name)}:${escaped(command.description)}`)}`,
  )
  const cases = commands.map((command) => {
    const specs = [
      ...command.options.map(optionSpec),
      ...(command.values.kind === 'none' ? [] : [quoted(`*:argument:${action(command.values)}`)]),
    ]
    return `        ${command.name}) _arguments \\\n${specs.map((spec) => `          ${spec}`).join(' \\\n')} ;;`
  })
  return `#compdef ${name}
# Completion of ${name} for zsh: source <(${name} completion zsh)
${complete}() {
  local curcontext="$curcontext" state line
  local -a commands
  commands=(
${list.join('\n')}
  )
  _arguments -C \\
${options.map((option) => `    ${optionSpec(option)} \\`).join('\n')}
    '1: :->command' \\
    '*:: :->rest'
  case $state in
    command) _describe command commands ;;
    rest)
      case $words[1] in
${cases.join('\n')}
      esac ;;
  esac
}
if [ "$funcstack[1]" = "${complete}" ]; then ${complete} "$@"; else compdef ${complete} ${name}; fi
`
}

/** Both forms of an option exclude each other; a value may follow after a space or after "=". */
function optionSpec({ flags, description, values, isOptional }: OptionWords): string {
  const exclude = flags.length > 1 ? `(${flags.join(' ')})` : ''
  const value = values === undefined ? '' : `${isOptional ? '::' : ':'}value:${action(values)}`
  const specs = flags.map((flag) => {
    const equals = values !== undefined && flag.startsWith('--') ? '=' : ''
    return quoted(`${exclude}${flag}${equals}[${escaped(description)}]${value}`)
  })
  return specs.join(' ')
}

function action(values: Values): string {
  switch (values.kind) {
    case 'files':
      return '_files'
    case 'one':
      return `(${values.words.map(escaped).join(' ')})`
    case 'list':
      return `_values -s , value ${values.words.map(escaped).join(' ')}`
    case 'none':
      return ' '
  }
}

/** What a specification gives a meaning of its own. */
const escaped = (text: string) => text.replace(/[[\]:\\]/g, '\\$&')

const quoted = (text: string) => `'${text.replaceAll("'", "'\\''")}'`
