import { createHash } from 'node:crypto'
import type { Entry, Outcome } from './peers/peer.ts'
import type { Agreement } from './results.ts'
import type { Stage } from './stages.ts'

const TOLERANCE = 1e-9

/** A result as it is compared: a mask by its pixels, labels and distances by their numbers. */
function outcomeOf(result: unknown): Outcome {
  if (typeof result === 'number' || Array.isArray(result)) return result
  if (typeof result === 'object' && result !== null) {
    if ('toUint8Array' in result)
      return digest((result as { toUint8Array(): Uint8Array }).toUint8Array())
    if ('labels' in result) return digest((result as { labels: Int32Array }).labels)
    if ('distances' in result) return digest(squaresOf(result as { distances: Float64Array }))
  }
  throw new TypeError('expected numbers, a mask, labels or distances')
}

/** Squared distances in pixels, which are integers: a peer may have single precision. */
function squaresOf({ distances }: { distances: Float64Array }): Int32Array {
  return Int32Array.from(distances, (distance) => Math.round(distance * distance))
}

/** SHA-1 of the bytes, as the Python side computes it too. */
function digest({ buffer, byteOffset, byteLength }: Uint8Array | Int32Array): string {
  return createHash('sha1')
    .update(new Uint8Array(buffer, byteOffset, byteLength))
    .digest('hex')
}

/**
 * Whether two series of results are the same.
 *
 * @returns the index of the first difference, or −1
 */
export function firstDifference(
  ours: readonly Outcome[],
  theirs: readonly Outcome[],
  error: number = TOLERANCE,
): number {
  if (ours.length !== theirs.length) return Math.min(ours.length, theirs.length)
  return ours.findIndex((mine, i) => !isSame(mine, theirs[i], error))
}

function isSame(mine: Outcome, other: Outcome, error: number): boolean {
  if (typeof mine === 'object' && typeof other === 'object') {
    return firstDifference(mine, other, error) < 0
  }
  if (typeof mine !== 'number' || typeof other !== 'number') return mine === other
  return Math.abs(mine - other) <= error
}

/**
 * Checks that a peer computes what our stage computes, on every pair of the set.
 *
 * @returns what was found; undefined if the entry claims nothing
 * @throws Error if not: times of wrong results are worth nothing
 */
export async function checkAgreement(
  entry: Entry,
  stages: readonly Stage[],
  set: string,
): Promise<Agreement | undefined> {
  const { check } = entry
  if (check === undefined) return undefined
  const stage = stages.find(({ name }) => name === check.stage)
  if (stage === undefined) throw new Error(`expected a stage '${check.stage}'`)
  const theirs = await check.outcomes()
  const ours = theirs.map((_, i) => outcomeOf(stage.check(i)))
  const at = firstDifference(ours, theirs, check.error)
  if (at >= 0) {
    throw new Error(
      `${entry.name} disagrees with '${stage.name}' on pair ${at} of ${set}: it has ${theirs[at]} where we have ${ours[at]}`,
    )
  }
  return { peer: entry.name, stage: stage.name, set, pairs: theirs.length }
}
