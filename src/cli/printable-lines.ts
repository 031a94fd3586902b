import { printable } from '../node/printable.ts'

/** A text of several lines in which a terminal finds nothing to obey. */
export function printableLines(text: string): string {
  return text.split('\n').map(printable).join('\n')
}

/** A value as JSON that a terminal can show; the escapes of `printable` are those of JSON. */
export function jsonText(value: unknown): string {
  return `${printableLines(JSON.stringify(value, null, 2))}\n`
}
