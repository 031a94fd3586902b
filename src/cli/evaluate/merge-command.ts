import { type Command, Option } from 'commander'
import { refuseOtherFormat, refuseOverwriting } from '../input-checks.ts'
import type { Io } from '../io.ts'
import { checkFolderOf } from '../output-folders.ts'
import type { PresentOptions } from './evaluate.ts'
import { bounds } from './evaluate-command.ts'

const EXAMPLES = `
Examples:
  vessel-reward evaluate pred/ truth/ --shard 1/2 --cases 1.jsonl
  vessel-reward evaluate pred/ truth/ --shard 2/2 --cases 2.jsonl
  vessel-reward merge 1.jsonl 2.jsonl --json results.json --csv cases.csv

Tables and files are those of one evaluation of all pairs, byte for byte.
Exit codes: as of evaluate.`

/**
 * Adds the command `merge` to the tool.
 *
 * @param done - called with the exit code
 */
export function addMergeCommand(program: Command, io: Io, done: (code: number) => void): void {
  const command = program
    .command('merge')
    .description('Put together what evaluate --shard wrote with --cases.')
    .argument('<cases...>', 'the files of all shards, in any order; or that of a whole evaluation')
    .option('--csv <file>', 'write a row for each pair')
    .option('--markdown <file>', 'write the table in Markdown')
    .option('--latex <file>', 'write the table in LaTeX, for the package booktabs')
    .option('--json [file]', 'write all results as evaluate does, or print them')
    .addOption(new Option('--fail-under <bounds>', 'as of evaluate').argParser(bounds))
    .addOption(new Option('--fail-over <bounds>', 'as of evaluate').argParser(bounds))
    .addHelpText('after', EXAMPLES)
    .action(async (paths: string[], options: PresentOptions) => {
      await checkOutputs(command, paths, options)
      const { mergeCases } = await import('../../node/folders/cases/merge-cases.ts')
      const { inFlags, present } = await import('./evaluate.ts')
      const evaluation = await mergeCases(paths).catch((error: unknown) => {
        throw inFlags(error)
      })
      const computed = ['reward', ...evaluation.options.metrics]
      for (const { name } of [...(options.failUnder ?? []), ...(options.failOver ?? [])]) {
        if (computed.includes(name)) continue
        command.error(`error: expected a bound of a metric that was computed, got one of '${name}'`)
      }
      done(await present(evaluation, options, io))
    })
}

async function checkOutputs(
  command: Command,
  inputs: readonly string[],
  { csv, markdown, latex, json }: PresentOptions,
): Promise<void> {
  for (const [name, path, ending, what] of [
    ['csv', csv, '.csv', 'comma-separated values'],
    ['markdown', markdown, '.md', 'Markdown'],
    ['latex', latex, '.tex', 'LaTeX'],
    ['json', json === true ? undefined : json, '.json', 'JSON'],
  ] as const) {
    if (path === undefined) continue
    await refuseOverwriting(command, name, path, inputs)
    await refuseOtherFormat(command, name, path, [ending], what)
    await checkFolderOf(path)
  }
}
