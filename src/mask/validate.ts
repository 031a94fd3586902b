/** How a value is named in an error message, without anything that a terminal acts on. */
export function describe(value: unknown): string {
  return plainly(value).replace(
    /[\p{C}\p{Zl}\p{Zp}]/gu,
    (hidden) => `\\u${hidden.codePointAt(0)?.toString(16).padStart(4, '0')}`,
  )
}

function plainly(value: unknown): string {
  if (typeof value === 'string') return `'${value.length > 40 ? `${value.slice(0, 40)}…` : value}'`
  if (typeof value === 'function') return 'a function'
  if (typeof value === 'bigint') return `${value}n`
  if (typeof value !== 'object' || value === null) return String(value)
  if (Array.isArray(value)) return `an array of length ${value.length}`
  const tag = Object.prototype.toString.call(value).slice(8, -1)
  return tag === 'Object' ? 'an object' : `a ${tag}`
}

/** Checks that `value` is one of the `allowed` ones and returns it. */
export function oneOf<T extends string | number>(value: T, allowed: readonly T[], name: string): T {
  if (allowed.includes(value)) return value
  const expected = allowed.map(describe).join(' or ')
  const message = `expected ${name} to be ${expected}, got ${describe(value)}`
  throw typeof value === typeof allowed[0] ? new RangeError(message) : new TypeError(message)
}

/** Checks that `value` is a finite number in [min, max] and returns it. */
export function finiteNumber(
  value: number,
  name: string,
  min: number = Number.NEGATIVE_INFINITY,
  max: number = Number.POSITIVE_INFINITY,
): number {
  if (typeof value !== 'number') {
    throw new TypeError(`expected ${name} to be a number, got ${describe(value)}`)
  }
  if (!Number.isFinite(value) || value < min || value > max) {
    const low = Number.isFinite(min) ? ` ≥ ${min}` : ''
    const high = Number.isFinite(max) ? `${low && ' and'} ≤ ${max}` : ''
    throw new RangeError(`expected ${name} to be a finite number${low}${high}, got ${value}`)
  }
  return value
}

/** Checks that `value` is an integer in [min, max] and returns it. */
export function integer(value: number, name: string, min: number, max: number): number {
  if (typeof value !== 'number') {
    throw new TypeError(`expected ${name} to be a number, got ${describe(value)}`)
  }
  if (!Number.isInteger(value) || value < min || value > max) {
    throw new RangeError(
      `expected ${name} to be an integer from ${min} to ${max}, got ${describe(value)}`,
    )
  }
  return value
}

/** Checks that `value` is an iterable; the characters of a string are not meant. */
export function checkIterable(value: unknown, name: string): void {
  const iterator = (value as Partial<Iterable<unknown>> | null | undefined)?.[Symbol.iterator]
  if (typeof value === 'object' && typeof iterator === 'function') return
  throw new TypeError(`expected ${name} to be an array or another iterable, got ${describe(value)}`)
}

/** Checks that `value` is a function and returns it. */
export function callback<T extends (...args: never[]) => unknown>(value: unknown, name: string): T {
  if (typeof value === 'function') return value as T
  throw new TypeError(`expected ${name} to be a function, got ${describe(value)}`)
}

/** Whether the number lies strictly between 0 and 1. */
export function isFraction(value: unknown): boolean {
  return (value as number) > 0 && (value as number) < 1
}
