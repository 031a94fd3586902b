import { RequestError } from './request-error.ts'

/** Of lists and objects in each other; rows of masks in a group need four. */
const MOST_DEPTH = 16

/**
 * Refuses lists and objects that lie in each other by the thousand: they can be read, but neither sent to
 * a thread nor written.
 *
 * @param name - of the field that holds the value
 * @throws RequestError
 */
export function checkDepth(value: unknown, name: string, depth = 0): void {
  if (typeof value !== 'object' || value === null) return
  if (depth === MOST_DEPTH) {
    const message = `expected ${name} to have at most ${MOST_DEPTH} lists and objects in each other`
    throw new RequestError('bad-request', message, name)
  }
  for (const part of Array.isArray(value) ? value : Object.values(value)) {
    // Most are numbers, and many.
    if (typeof part === 'object') checkDepth(part, name, depth + 1)
  }
}
