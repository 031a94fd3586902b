import { runInNewContext } from 'node:vm'

/**
 * The modules that targets name. A name matches a whole path or its last parts; an expression must
 * match a whole path.
 *
 * @throws RangeError when a name or the expression matches none, Error when the expression takes
 * longer than a second
 */
export function matchModules(
  paths: readonly string[],
  targets: readonly string[] | RegExp,
): string[] {
  const matches = (path: string, target: string) => path === target || path.endsWith(`.${target}`)
  let found: string[]
  let idle: string[]
  if (targets instanceof RegExp) {
    found = matchingInTime(paths, targets)
    idle = found.length === 0 ? [String(targets)] : []
  } else {
    found = paths.filter((path) => targets.some((target) => matches(path, target)))
    idle = targets.filter((target) => !paths.some((path) => matches(path, target)))
    if (targets.length === 0) idle = ['[]']
  }
  if (idle.length > 0) {
    throw new RangeError(`no module matches ${idle.join(', ')}; there are ${paths.join(', ')}`)
  }
  return found
}

/**
 * Targets as settings hold them: names, or an expression as text between slashes.
 *
 * @throws RangeError when a text is not an expression
 */
export function parseTargets(
  targets: readonly string[] | RegExp | string,
): readonly string[] | RegExp {
  if (typeof targets !== 'string') return targets
  const found = /^\/(.+)\/([a-z]*)$/s.exec(targets)
  if (found === null) {
    throw new RangeError(
      `expected targetModules to be names or an expression such as '/up.+/', got '${targets}'`,
    )
  }
  try {
    return new RegExp(found[1], found[2])
  } catch (cause) {
    throw new RangeError(`targetModules: ${(cause as Error).message}`, { cause })
  }
}

/** Milliseconds for all names together; a sane expression takes a thousandth of that. */
const LIMIT = 1000

/**
 * The names that an expression matches as a whole. Expressions come from files: one like `(.+)+x` goes
 * back and forth for longer than anybody waits, so that there is an end to it.
 *
 * @throws Error when the expression takes longer than a second
 */
function matchingInTime(names: readonly string[], expression: RegExp): string[] {
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
