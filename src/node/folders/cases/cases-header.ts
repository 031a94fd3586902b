import { createHash } from 'node:crypto'
import { version } from '../../../../package.json'
import type { EvaluationSettings, FolderWarning } from '../folder-evaluation.ts'
import type { FilePair } from '../pairs/file-pair.ts'

/** Of the lines of a file of cases; it grows when they change their meaning. */
const SCHEMA = 1

/** Which part of the pairs is evaluated: the first of two is `[1, 2]`. */
export type Shard = readonly [index: number, count: number]

/** The first line of a file of cases: what its other lines depend on. */
export interface CasesHeader {
  readonly vessel_reward_cases: number
  /** Of this package. */
  readonly version: string
  /** The options that decide values. */
  readonly options: EvaluationSettings
  /** How many pairs there are in all shards. */
  readonly pairs: number
  /** SHA-256 of the names and paths of all of them. */
  readonly hash: string
  readonly shard: Shard
  /** What is to be said about the folders. */
  readonly warnings: readonly FolderWarning[]
}

/** The header for these pairs. */
export function casesHeader(
  pairs: readonly FilePair[],
  { options, shard, warnings }: Pick<CasesHeader, 'options' | 'shard' | 'warnings'>,
): CasesHeader {
  const hash = createHash('sha256')
  for (const { name, pred, truth, within, against, image } of pairs) {
    hash.update(JSON.stringify([name, pred, truth, within, against, image]))
  }
  return {
    vessel_reward_cases: SCHEMA,
    version,
    options,
    pairs: pairs.length,
    hash: hash.digest('hex'),
    shard,
    warnings,
  }
}

/** In what two headers differ, in words; undefined if their cases go together. */
export function differenceOf(a: CasesHeader, b: CasesHeader): string | undefined {
  if (a.version !== b.version) return `other versions of this package (${a.version}, ${b.version})`
  const names = new Set(Object.keys({ ...a.options, ...b.options }) as (keyof EvaluationSettings)[])
  const apart = [...names].filter((name) => {
    return JSON.stringify(a.options[name]) !== JSON.stringify(b.options[name])
  })
  if (apart.length > 0) return `other options (${apart.join(', ')})`
  if (a.pairs !== b.pairs) return `other pairs (${a.pairs} and ${b.pairs})`
  if (a.hash !== b.hash) return 'other pairs (as many, but with other names or paths)'
  return undefined
}

/** The header in a line; undefined if it is not a header. */
export function parseHeader(value: unknown): CasesHeader | undefined {
  const header = value as CasesHeader
  const isOurs =
    header?.vessel_reward_cases === SCHEMA &&
    typeof header.version === 'string' &&
    typeof header.hash === 'string' &&
    Object(header.options) === header.options &&
    Number.isSafeInteger(header.pairs) &&
    Array.isArray(header.warnings) &&
    Array.isArray(header.shard) &&
    isShard(header.shard)
  return isOurs ? header : undefined
}

const isShard = ([index, count]: readonly number[]) =>
  Number.isSafeInteger(index) && Number.isSafeInteger(count) && index >= 1 && index <= count

/** Whether a shard has the pair: each takes every n-th, so that all take about as long. */
export const isInShard = (index: number, [shard, count]: Shard): boolean =>
  index % count === shard - 1
