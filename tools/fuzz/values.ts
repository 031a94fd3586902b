import { inspect } from 'node:util'
import { BitMask } from '../../src/index.ts'

const MAX_LENGTH = 1e7
const MAX_TEXT = 500

type Indexed = ArrayLike<unknown>

const isObject = (value: unknown): value is object => typeof value === 'object' && value !== null

/** Where two values differ first, in words; '' where they are the same, bit for bit. */
export function difference(a: unknown, b: unknown, path = '', depth = 0): string {
  if (Object.is(a, b)) return ''
  const unlike = () => `${path || 'the value'}: ${brief(a)} and ${brief(b)}`
  if (typeof a === 'function' && typeof b === 'function') return ''
  if (!isObject(a) || !isObject(b) || depth > 8) return unlike()
  if (Object.prototype.toString.call(a) !== Object.prototype.toString.call(b)) return unlike()
  if (a instanceof Error && b instanceof Error) {
    return a.name === b.name && a.message === b.message ? '' : unlike()
  }
  if (BitMask.isMask(a) && BitMask.isMask(b)) {
    const same = a.width === b.width && a.height === b.height
    return same ? difference(a.words, b.words, `${path}.words`, depth + 1) : unlike()
  }
  if (ArrayBuffer.isView(a) || Array.isArray(a)) {
    return listDifference(a as unknown as Indexed, b as unknown as Indexed, path, depth)
  }
  const names = Object.keys(a)
  if (difference(names, Object.keys(b)) !== '') return unlike()
  for (const name of names) {
    const [one, other] = [a[name as keyof typeof a], b[name as keyof typeof b]]
    const found = difference(one, other, `${path}.${name}`, depth + 1)
    if (found !== '') return found
  }
  return ''
}

function listDifference(a: Indexed, b: Indexed, path: string, depth: number): string {
  if (a.length !== b.length) return `${path}.length: ${a.length} and ${b.length}`
  for (let i = 0; i < a.length; i++) {
    if (Object.is(a[i], b[i])) continue
    const found = difference(a[i], b[i], `${path}[${i}]`, depth + 1)
    if (found !== '') return found
  }
  return ''
}

/** A copy that later changes of the value do not reach; what is neither data nor mask stays. */
export function snapshot(value: unknown, depth = 0): unknown {
  if (!isObject(value) || depth > 6) return value
  if (BitMask.isMask(value)) {
    return { width: value.width, height: value.height, words: value.words.slice() }
  }
  if (ArrayBuffer.isView(value) || Array.isArray(value)) {
    // Wrong arguments may say of themselves that they are huge.
    const { length } = value as unknown as Indexed
    if (length === undefined || length > MAX_LENGTH) return value
  }
  if (ArrayBuffer.isView(value)) return [...(value as unknown as number[])]
  if (Array.isArray(value)) return Array.from(value, (item) => snapshot(item, depth + 1))
  const names = Object.keys(value)
  return Object.fromEntries(
    names.map((name) => [name, snapshot(value[name as keyof typeof value], depth + 1)]),
  )
}

/** The first number in a value that is not finite, with its path; '' if all are. Ranges may be infinite. */
export function unboundedNumber(value: unknown, path = '', depth = 0): string {
  if (typeof value === 'number') {
    const isBound = path.includes('.range') && !Number.isNaN(value)
    return Number.isFinite(value) || isBound ? '' : `${path || 'it'} is ${value}`
  }
  if (!isObject(value) || BitMask.isMask(value) || depth > 6) return ''
  if (value instanceof Float32Array || value instanceof Float64Array) {
    const at = value.findIndex((one) => !Number.isFinite(one))
    return at === -1 ? '' : `${path}[${at}] is ${value[at]}`
  }
  if (ArrayBuffer.isView(value)) return ''
  for (const [name, inner] of Object.entries(value)) {
    const found = unboundedNumber(inner, `${path}.${name}`, depth + 1)
    if (found !== '') return found
  }
  return ''
}

/** A value in a few lines, as reports show arguments. */
export function brief(value: unknown): string {
  if (value instanceof Error) return `${value.name}: ${value.message}`
  if (isObject(value) && 'error' in value) return brief(value.error)
  if (BitMask.isMask(value)) {
    return `BitMask ${value.width} × ${value.height}, ${value.count} set`
  }
  const text = inspect(value, { depth: 3, breakLength: Infinity, maxArrayLength: 8 })
  return text.length > MAX_TEXT ? `${text.slice(0, MAX_TEXT)} …` : text
}
