import { checkCount } from '../../../mask/options.ts'
import { describe } from '../../../mask/validate.ts'
import { pathName } from '../../file-error.ts'
import { type FolderEvaluation, folderEvaluation, type PairOutcome } from '../folder-evaluation.ts'
import { list } from '../pairs/problems.ts'
import { readCases } from './cases-file.ts'
import { type CasesHeader, differenceOf, isInShard } from './cases-header.ts'

/** A file of cases and its shard. */
interface Part {
  readonly path: string
  readonly header: CasesHeader
}

/**
 * The results of runs of {@link evaluateFolder} that each took a shard of the pairs: exactly those of
 * one run over all of them. Of the file of a run that took all pairs it is what that run returned.
 *
 * @param paths - the files of cases of all shards, in any order
 * @throws TypeError if this is not an array of paths
 * @throws RangeError if a file cannot be read or is not one of cases; if they were made with different
 * options, pairs or versions of this package; if a shard is missing, there twice or not complete
 *
 * @example
 * ```ts
 * import { evaluateFolder, mergeCases } from 'vessel-reward/node'
 *
 * const shard = [1, 1] as const
 * const { summary } = await evaluateFolder('pred.png', 'truth.png', { cases: '1.jsonl', shard })
 * const merged = await mergeCases(['1.jsonl'])
 * merged.summary.dice.mean === summary.dice.mean // => true
 * await mergeCases(['2.jsonl']) // => throws RangeError: cannot read '2.jsonl': no such file or folder
 * ```
 */
export async function mergeCases(paths: readonly string[]): Promise<FolderEvaluation> {
  checkCount(arguments.length, 1, 'mergeCases')
  if (!Array.isArray(paths) || !paths.every((path) => typeof path === 'string')) {
    throw new TypeError(`expected an array of paths, got ${describe(paths)}`)
  }
  if (paths.length === 0) throw new RangeError('expected at least one file of cases, got none')
  const parts = new Map<number, Part>()
  const outcomes: PairOutcome[] = []
  for (const path of paths) {
    const read = await readCases(path)
    if (read === undefined) throw new RangeError(`${pathName(path)} is empty`)
    const { header, cases } = read
    checkTogether(parts, { path, header })
    checkComplete(path, header, cases)
    parts.set(header.shard[0], { path, header })
    outcomes.push(...cases.values())
  }
  const [{ header }] = parts.values()
  const [, count] = header.shard
  const missing = Array.from({ length: count }, (_, i) => i + 1).filter(
    (shard) => !parts.has(shard),
  )
  if (missing.length > 0) {
    throw new RangeError(`shards are missing: ${list(missing.map((shard) => `${shard}/${count}`))}`)
  }
  const { options, warnings } = header
  return folderEvaluation(outcomes, { options, warnings, resumed: 0 })
}

/** Refuses a file that does not go with the first one, or is of a shard that is there already. */
function checkTogether(parts: ReadonlyMap<number, Part>, { path, header }: Part): void {
  const [shard, count] = header.shard
  const both = (other: Part) => `${pathName(other.path)} and ${pathName(path)}`
  const [first] = parts.values()
  if (first !== undefined) {
    const difference = differenceOf(first.header, header)
    if (difference !== undefined) {
      throw new RangeError(`cannot merge ${both(first)}: they were made with ${difference}`)
    }
    const [, firstCount] = first.header.shard
    if (count !== firstCount) {
      throw new RangeError(
        `cannot merge ${both(first)}: one is of ${firstCount} shards, one of ${count}`,
      )
    }
  }
  const twin = parts.get(shard)
  if (twin === undefined) return
  throw new RangeError(`cannot merge ${both(twin)}: both are shard ${shard}/${count}`)
}

function checkComplete(
  path: string,
  { shard, pairs }: CasesHeader,
  cases: ReadonlyMap<number, unknown>,
): void {
  let count = 0
  for (let index = 0; index < pairs; index++) if (isInShard(index, shard)) count++
  for (const index of cases.keys()) {
    if (!isInShard(index, shard))
      throw new RangeError(`${pathName(path)} has pairs of another shard`)
  }
  if (cases.size === count) return
  throw new RangeError(
    `${pathName(path)} has ${cases.size} of its ${count} pairs: resume goes on from it`,
  )
}
