import { describe, finiteNumber } from '../mask/validate.ts'

/** A value of a metric; NaN, null and undefined say that it is undefined for an image. */
export type MetricValue = number | null | undefined

/** Values of one metric, one an image. */
export type MetricValues = readonly MetricValue[] | Float64Array | Float32Array

/** Values greater than this would overflow where they are squared. */
const MAX_VALUE = 1e100
const MAX_VALUES = 2 ** 24

/** The values, with NaN where one is undefined; of records, the values of each name. */
export function columnsOf(
  values: MetricValues | readonly object[],
  what: string,
): Float64Array | Map<string, Float64Array> {
  if (values instanceof Float64Array || values instanceof Float32Array) {
    return Float64Array.from(values, (value, i) => defined(value, `value ${i}`))
  }
  if (!Array.isArray(values)) {
    throw new TypeError(`expected an array of ${what}, got ${describe(values)}`)
  }
  if (values.length > MAX_VALUES) {
    throw new RangeError(`expected at most ${MAX_VALUES} ${what}, got ${values.length}`)
  }
  if (typeof (values.find((value) => value !== undefined && value !== null) ?? 0) !== 'object') {
    return Float64Array.from(values, (value, i) => defined(value, `value ${i}`))
  }
  const columns = new Map<string, Float64Array>()
  for (let i = 0; i < values.length; i++) {
    const record = values[i]
    if (typeof record !== 'object' || record === null) {
      throw new TypeError(`expected record ${i} to be an object, got ${describe(record)}`)
    }
    for (const [name, value] of Object.entries(record)) {
      let column = columns.get(name)
      if (column === undefined) {
        column = new Float64Array(values.length).fill(Number.NaN)
        columns.set(name, column)
      }
      column[i] = defined(value, `'${name}' of record ${i}`)
    }
  }
  return columns
}

/** A finite value, or NaN for one that is undefined. */
function defined(value: unknown, name: string): number {
  if (value === undefined || value === null || Number.isNaN(value)) return Number.NaN
  return finiteNumber(value as number, name, -MAX_VALUE, MAX_VALUE)
}

/** What is made for each name, by name. */
export function byName<T>(names: Iterable<string>, make: (name: string) => T): Record<string, T> {
  return Object.fromEntries(Array.from(names, (name) => [name, make(name)]))
}
