import type { OptionWords, ProgramWords, Values } from './command-words.ts'

/** A completion script for fish. */
export function fishScript({ name, options, commands }: ProgramWords): string {
  const names = commands.map((command) => command.name).join(' ')
  const before = `not __fish_seen_subcommand_from ${names}`
  const rule = (parts: readonly string[]) => `complete -c ${name} ${parts.join(' ')}`
  return `${[
    `# Completion of ${name} for fish: ${name} completion fish | source`,
    rule(['-f', '-n', quoted(before)]),
    ...options.map((option) => rule(['-n', quoted(before), ...optionParts(option)])),
    ...commands.map((command) =>
      rule(['-n', quoted(before), '-a', command.name, '-d', quoted(command.description)]),
    ),
    ...commands.flatMap((command) => {
      const inside = ['-n', quoted(`__fish_seen_subcommand_from ${command.name}`)]
      return [
        ...command.options.map((option) => rule([...inside, ...optionParts(option)])),
        ...(command.values.kind === 'files'
          ? []
          : [rule([...inside, ...valueParts(command.values)])]),
      ]
    }),
  ].join('\n')}\n`
}

function optionParts({ flags, description, values, isOptional }: OptionWords): string[] {
  const words = flags.map((flag) =>
    flag.startsWith('--') ? `-l ${flag.slice(2)}` : `-s ${flag.slice(1)}`,
  )
  // A value that may be missing does not have to follow.
  const value = values === undefined ? [] : [...(isOptional ? [] : ['-r']), ...valueParts(values)]
  return [...words, '-d', quoted(description), ...value]
}

function valueParts(values: Values): string[] {
  switch (values.kind) {
    case 'files':
      return ['-F']
    case 'one':
      return ['-f', '-a', quoted(values.words.join(' '))]
    case 'list':
      return ['-f', '-a', quoted(`(__fish_append , ${values.words.join(' ')})`)]
    case 'none':
      return ['-f']
  }
}

const quoted = (text: string) => `'${text.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`
