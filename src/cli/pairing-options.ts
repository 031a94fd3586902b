import type { Command } from 'commander'
import { connectivityOption, emptyOption, matchOption, thinningOption } from './metric-options.ts'

/** Options of commands that pair predictions with truths, as far as they say where images are. */
export interface PairingOptions {
  within?: string
  /** A list of pairs, in place of folders. */
  pairs?: string
  match?: string
  allowMissing?: true
}

/** Adds the options that say which images pair. */
export function addPairingOptions(command: Command, columns: string): Command {
  return command
    .option('--within <fov>', 'fields of view: a folder, or one image for all')
    .option('--pairs <list.csv>', `a list of pairs in place of the folders; columns ${columns}`)
    .addOption(matchOption())
    .option('--allow-missing', 'leave images out that have no partner')
}

/** Adds the options by which metrics and rewards are computed. */
export function addScoringOptions(command: Command): Command {
  return command
    .addOption(emptyOption())
    .addOption(thinningOption())
    .addOption(connectivityOption())
}

/**
 * The list of pairs as the only input, or the two folders.
 *
 * @param given - the paths of folders that were given, in whatever way
 * @param folders - what the two folders are; a list takes their place
 */
export function listOrFolders(
  command: Command,
  pairs: string | undefined,
  given: readonly (string | undefined)[],
  folders: () => [first: string, truth: string],
): [list: string] | [first: string, truth: string] {
  if (pairs === undefined) return folders()
  if (given.some((path) => path !== undefined)) {
    command.error(
      'error: expected --pairs, or folders, got both: the list says where images are and what pairs',
    )
  }
  if (/\.csv$/i.test(pairs)) return [pairs]
  return command.error(`error: expected the file of --pairs to end in .csv, got '${pairs}'`)
}
