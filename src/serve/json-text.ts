import { isAscii, isUtf8 } from 'node:buffer'
import { RequestError } from './request-error.ts'

const BYTE_ORDER_MARK = '\ufeff'

/**
 * The text of bytes in UTF-8, empty if it is nothing but white space.
 *
 * @param mayBegin - whether a byte order mark may stand before it
 * @throws RequestError `bad-json` for other bytes
 */
export function jsonText(bytes: Buffer, mayBegin: boolean): string {
  // Most requests are; as such they take half the memory and are read faster.
  if (isAscii(bytes)) {
    const text = bytes.toString('latin1')
    return text.trim() === '' ? '' : text
  }
  if (!isUtf8(bytes)) {
    throw new RequestError('bad-json', 'expected text in UTF-8, got other bytes')
  }
  const text = bytes.toString('utf8')
  const rest = mayBegin && text.startsWith(BYTE_ORDER_MARK) ? text.slice(1) : text
  return rest.trim() === '' ? '' : rest
}

/**
 * Options that came as JSON as a text again, by which they are known when they come once more. Numbers that
 * are too large, such as 1e999, are not null in it, as which other options are allowed.
 */
export function optionsText(options: unknown): string {
  return JSON.stringify(options, (_, value) =>
    typeof value === 'number' && !Number.isFinite(value) ? String(value) : value,
  )
}

/**
 * A value that came as JSON as a text again.
 *
 * @throws RangeError for lists and objects that lie in each other by the thousand
 */
export function textOf(value: unknown, name: string): string {
  try {
    return JSON.stringify(value)
  } catch {
    throw new RangeError(`expected ${name} to have fewer lists and objects in each other`)
  }
}

/** @throws RequestError `bad-json` */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch (error) {
    throw new RequestError('bad-json', `expected one JSON object: ${(error as Error).message}`)
  }
}
