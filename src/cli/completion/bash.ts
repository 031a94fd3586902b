import type { OptionWords, ProgramWords, Values } from './command-words.ts'
import { functionName } from './function-name.ts'

/**
 * A completion script for bash 3.2 and later. Where it proposes nothing, readline completes file
 * names: it quotes them best.
 */
export function bashScript({ name, options, commands }: ProgramWords): string {
  const complete = functionName(name)
  const names = commands.map((command) => command.name)
  const cases = [
    ...optionCases('', options),
    ...commands.flatMap((command) => optionCases(command.name, command.options)),
  ]
  return `# Completion of ${name} for bash: source <(${name} completion bash)
${complete}() {
  local cur="\${COMP_WORDS[COMP_CWORD]}" prev="\${COMP_WORDS[COMP_CWORD-1]}" command='' words='' list='' i
  COMPREPLY=()
  # Bash takes "=" for a word of its own.
  if [[ $cur == '=' ]]; then cur=''
  elif [[ $prev == '=' ]]; then prev="\${COMP_WORDS[COMP_CWORD-2]}"
  fi
  for ((i = 1; i < COMP_CWORD; i++)); do
    case "\${COMP_WORDS[i]}" in
      ${names.join('|')}) command="\${COMP_WORDS[i]}"; break ;;
    esac
  done
  case "$command $prev" in
${cases.map((line) => `    ${line}`).join('\n')}
    *)
      case "$command $cur" in
        ' -'*) words='${flagsOf(options)}' ;;
        ' '*) words='${names.join(' ')}' ;;
${commands
  .map((command) => {
    const more =
      command.values.kind === 'one'
        ? `\n        '${command.name} '*) words='${command.values.words.join(' ')}' ;;`
        : ''
    return `        '${command.name} -'*) words='${flagsOf(command.options)}' ;;${more}`
  })
  .join('\n')}
      esac ;;
  esac
  if [[ -n $list ]]; then
    # Only the last name of a list is completed.
    local before=''
    if [[ $cur == *,* ]]; then before="\${cur%,*},"; fi
    while IFS= read -r i; do COMPREPLY+=("$i"); done < <(compgen -P "$before" -W "$list" -- "\${cur##*,}")
    compopt -o nospace 2>/dev/null
  elif [[ -n $words ]]; then
    while IFS= read -r i; do COMPREPLY+=("$i"); done < <(compgen -W "$words" -- "$cur")
  fi
}
complete -o bashdefault -o default -F ${complete} ${name}
`
}

const flagsOf = (options: readonly OptionWords[]) => options.flatMap(({ flags }) => flags).join(' ')

/** What follows an option that takes a value; where that may be missing, an option may follow as well. */
function optionCases(command: string, options: readonly OptionWords[]): string[] {
  return options.flatMap(({ flags, values, isOptional }) => {
    if (values === undefined) return []
    const patterns = flags.map((flag) => `'${command} ${flag}'`).join('|')
    if (!isOptional) return [`${patterns}) ${assignment(values)} ;;`]
    const all = flagsOf(options)
    return [
      `${patterns}) if [[ $cur == -* ]]; then words='${all}'; else ${assignment(values)}; fi ;;`,
    ]
  })
}

function assignment(values: Values): string {
  if (values.kind === 'list') return `list='${values.words.join(' ')}'`
  return values.kind === 'one' ? `words='${values.words.join(' ')}'` : ':'
}
