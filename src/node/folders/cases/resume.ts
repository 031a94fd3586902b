import { stat } from 'node:fs/promises'
import { pathName } from '../../file-error.ts'
import type { FilePair } from '../pairs/file-pair.ts'
import { stampsOf } from '../pairs/file-stamps.ts'
import { list } from '../pairs/problems.ts'
import type { CaseLine } from './case-lines.ts'
import { readCases } from './cases-file.ts'
import { type CasesHeader, differenceOf } from './cases-header.ts'

/** What a run takes over from an earlier one. */
export interface TakenOver {
  readonly cases: readonly CaseLine[]
  /** Bytes of the file that are kept. */
  readonly bytes: number
}

/**
 * The pairs that an earlier run has scored. Those that failed then are tried once more.
 *
 * @param header - of this run
 * @param pairs - all pairs of this run, those of other shards included
 * @returns undefined if there is no such file
 * @throws RangeError if the file is of other options, pairs or shards, or if files of a pair that was
 * scored have changed since
 */
export async function takenOver(
  path: string,
  header: CasesHeader,
  pairs: readonly FilePair[],
): Promise<TakenOver | undefined> {
  const there = await stat(path).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'ENOENT') throw error
  })
  if (there === undefined) return undefined
  const read = await readCases(path)
  if (read === undefined) return { cases: [], bytes: 0 }
  const [shard, count] = read.header.shard
  const isOtherShard = shard !== header.shard[0] || count !== header.shard[1]
  const difference =
    differenceOf(read.header, header) ??
    (isOtherShard ? `another shard (${shard}/${count}, ${header.shard.join('/')})` : undefined)
  if (difference !== undefined) {
    throw new RangeError(`cannot resume from ${pathName(path)}: it was made with ${difference}`)
  }
  const cases = [...read.cases.values()].filter(({ result, other }) => {
    return !('error' in result) && !(other !== undefined && 'error' in other)
  })
  const changed: string[] = []
  for (const { index, stamps } of cases) {
    const now = await stampsOf(pairs[index])
    for (const [file, stamp] of Object.entries(now)) if (stamp !== stamps[file]) changed.push(file)
  }
  if (changed.length === 0) return { cases, bytes: read.bytes }
  throw new RangeError(
    `cannot resume from ${pathName(path)}: files have changed since: ${list([...new Set(changed)])}`,
  )
}
