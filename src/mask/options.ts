import { describe, finiteNumber, integer, oneOf } from './validate.ts'

/**
 * What one option may be and what stands where it is not given. One of `among`, `min` with `max`
 * and `read` says what is accepted; without any of them the option is a boolean.
 */
export interface OptionRule<Value> {
  /** The value where the option is not given. */
  readonly default: Value
  /** The values to choose from. */
  readonly among?: readonly Value[]
  /** The least number. */
  readonly min?: number
  /** The greatest number. Default: there is none. */
  readonly max?: number
  /** Whether the number is an integer. */
  readonly isInteger?: true
  /** Checks and converts what is given; `name` is that of the option. */
  readonly read?: (value: unknown, name: string) => Value
}

/**
 * The rule of every option of a function: the only place that knows their names and defaults. The
 * compiler holds it against the documented interface, name by name; `Read` has the types of the
 * options that are converted or have no default.
 */
export type OptionTable<Options, Read = unknown> = {
  readonly [Name in keyof Options]-?: OptionRule<
    Name extends keyof Read ? Read[Name] : NonNullable<Options[Name]>
  >
}

/** The options of a table, checked, each with a value. */
export type CheckedOptions<Table> = {
  [Name in keyof Table]: Table[Name] extends OptionRule<infer Value> ? Value : never
}

/**
 * Checks options against their table. Each is read once, so that a getter cannot show one value to
 * the check and another to the work.
 *
 * @param rules - the table, or a function that makes it: bundlers drop one that nobody calls, where
 * they would keep a table that takes over another
 * @param of - what takes the options, as error messages say it, such as a function's name
 * @throws TypeError if `given` is not a plain object or an option is of the wrong kind
 * @throws RangeError if an option is unknown, which names the nearest known one, or has a wrong
 * value
 */
export function readOptions<Table extends Record<string, OptionRule<unknown>>>(
  given: unknown,
  rules: Table | (() => Table),
  of: string,
): CheckedOptions<Table> {
  const table = typeof rules === 'function' ? rules() : rules
  checkNames(given, Object.keys(table), of)
  const options: Record<string, unknown> = {}
  for (const name of Object.keys(table)) {
    const value = ownValue(given, name)
    options[name] = value === undefined ? table[name].default : readOption(value, table[name], name)
  }
  return options as CheckedOptions<Table>
}

/** What an object says of itself: what others put into the prototype of all objects does not count. */
export function ownValue(given: unknown, name: string): unknown {
  return Object.hasOwn(Object(given), name) ? (given as Record<string, unknown>)[name] : undefined
}

function readOption(value: unknown, rule: OptionRule<unknown>, name: string): unknown {
  if (rule.read !== undefined) return rule.read(value, name)
  if (rule.among !== undefined) return oneOf(value as string, rule.among as string[], name)
  if (rule.min !== undefined) {
    const check = rule.isInteger ? integer : finiteNumber
    return check(value as number, name, rule.min, rule.max ?? Number.POSITIVE_INFINITY)
  }
  if (typeof value === 'boolean') return value
  throw new TypeError(`expected ${name} to be a boolean, got ${describe(value)}`)
}

/**
 * Checks that `given`, where it is not undefined, is a plain object with none but the known names:
 * another argument that got into the place of options is not taken for none, and a typing error is
 * not ignored.
 *
 * @param of - what takes them, such as a function's name
 * @param noun - what one of them is called
 */
export function checkNames(
  given: unknown,
  known: readonly string[],
  of: string,
  noun = 'option',
): void {
  if (given === undefined) return
  const kind = kindOf(given)
  if (kind !== 'an object') {
    throw new TypeError(`expected the ${noun}s of ${of} to be a plain object, got ${kind}`)
  }
  for (const name of Object.keys(given as object)) {
    if (!known.includes(name)) throw unknownName(name, known, of, noun)
  }
}

/** What a value is, and 'an object' only if its own properties are all that it has to say. */
export function kindOf(value: unknown): string {
  const kind = describe(value)
  // The prototype of a plain object has none itself, in whatever realm it was made.
  const parent = Object.getPrototypeOf(Object(value))
  const isPlain = kind !== 'an object' || !parent || !Object.getPrototypeOf(parent)
  return isPlain ? kind : 'an object of a class'
}

/** The error for a name that is not one of the known ones; it proposes the nearest. */
export function unknownName(
  name: string,
  known: readonly string[],
  of: string,
  noun = 'option',
): RangeError {
  const what = `unknown ${noun} ${describe(name)} of ${of}`
  if (known.length === 0) return new RangeError(`${what}, which has none`)
  const distances = known.map((other) => editDistance(name.toLowerCase(), other.toLowerCase()))
  const nearest = known[distances.indexOf(Math.min(...distances))]
  return new RangeError(`${what}: did you mean '${nearest}'? Known: ${known.join(', ')}`)
}

/** How many letters are inserted, deleted or replaced between two words (Levenshtein 1966). */
function editDistance(a: string, b: string): number {
  let above = Array.from({ length: b.length + 1 }, (_, j) => j)
  // No known name is longer than this, and a hostile one shall not take long.
  const end = Math.min(a.length, 64)
  for (let i = 1; i <= end; i++) {
    const row = [i]
    for (let j = 1; j <= b.length; j++) {
      const replaced = above[j - 1] + (a[i - 1] === b[j - 1] ? 0 : 1)
      row.push(Math.min(replaced, above[j] + 1, row[j - 1] + 1))
    }
    above = row
  }
  return above[b.length]
}

/**
 * Checks that a function got no more arguments than it takes: options in a place where none are
 * taken would be ignored.
 *
 * @param count - how many arguments it got
 * @param most - how many it takes
 * @param hint - what to do instead
 */
export function checkCount(count: number, most: number, of: string, hint?: string): void {
  if (count <= most) return
  const takes = most === 1 ? '1 argument' : `${most} arguments`
  throw new RangeError(`${of} takes ${takes}, got ${count}${hint === undefined ? '' : `: ${hint}`}`)
}
