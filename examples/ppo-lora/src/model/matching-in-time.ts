import { runInNewContext } from 'node:vm'

/** Milliseconds for all names together; a sane expression takes a thousandth of that. */
const LIMIT = 1000

/**
 * The names that an expression matches as a whole. Expressions come from files: one like `(.+)+x` goes
 * back and forth for longer than anybody waits, so that there is an end to it.
 *
 * @throws Error when the expression takes longer than a second
 */
export function matchingInTime(names: readonly string[], expression: RegExp): string[] {
  const flags = expression.flags.replace(/[gy]/g, '')
  const whole = new RegExp(`^(?:${expression.source})$`, flags)
  const matches = (name: string) => whole.test(name)
  try {
    // Only for its time limit, which a call of this realm has not.
    const found: string[] = runInNewContext(
      'names.filter(matches)',
      { names, matches },
      { timeout: LIMIT },
    )
    return [...found]
  } catch (cause) {
    if ((cause as { code?: string }).code !== 'ERR_SCRIPT_EXECUTION_TIMEOUT') throw cause
    throw new Error(
      `${expression} takes more than ${LIMIT} ms for ${names.length} names: ` +
        'write it without nested repetitions, or list the names',
      { cause },
    )
  }
}
