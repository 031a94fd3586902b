import type { Command } from 'commander'
import { inFlags } from '../flag-words.ts'
import type { Io } from '../io.ts'
import {
  addReportOptions,
  checkReportMetrics,
  checkReportOutputs,
  type ReportCommandOptions,
} from './report-options.ts'

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
  addReportOptions(command)
    .addHelpText('after', EXAMPLES)
    .action(async (paths: string[], options: ReportCommandOptions) => {
      await checkReportOutputs(command, paths, options)
      const { mergeCases } = await import('../../node/folders/cases/merge-cases.ts')
      const { present } = await import('./evaluate.ts')
      const evaluation = await mergeCases(paths).catch((error: unknown) => {
        throw inFlags(error)
      })
      checkReportMetrics(command, evaluation.options.metrics, options)
      done(await present(evaluation, options, io))
    })
}
