import { BoundedCache } from './bounded-cache.ts'
import type { KeptTruths } from './request.ts'
import { RequestError } from './request-error.ts'

/** An object in memory, beside what it holds. */
const OBJECT_BYTES = 128

/** Truths as they came, by the keys of their senders; those used last are kept longest. */
export class TruthStore implements KeptTruths {
  readonly #kept: BoundedCache<unknown>

  constructor(mostBytes: number) {
    this.#kept = new BoundedCache(mostBytes)
  }

  get(key: string): unknown {
    return this.#kept.get(key)
  }

  set(key: string, truth: unknown): boolean {
    return this.#kept.set(key, truth, OBJECT_BYTES + 2 * key.length + bytesOf(truth))
  }
}

/** Rows of numbers in a mask, or runs of a size: no mask goes deeper. */
const MOST_DEPTH = 3

/** The memory that a value of JSON takes, about. */
function bytesOf(value: unknown, depth = 0): number {
  if (typeof value === 'string') return value.length
  if (typeof value !== 'object' || value === null) return 8
  if (depth === MOST_DEPTH) {
    throw new RequestError('bad-mask', 'expected a mask, got more than lists of numbers', 'truth')
  }
  let bytes = OBJECT_BYTES
  for (const part of Object.values(value)) bytes += bytesOf(part, depth + 1)
  return bytes
}
