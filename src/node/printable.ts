/** What a terminal would act on or not show: control characters, and marks that reorder text. */
const HIDDEN = /[\p{Cc}\p{Zl}\p{Zp}\p{Cs}\p{Bidi_Control}]/gu

const SHORT: Record<string, string> = { '\n': '\\n', '\r': '\\r', '\t': '\\t' }

/**
 * A text as one line that is safe to print: control characters, line ends and characters that only
 * steer how others are shown become escapes as in JSON, so that a file name cannot clear a terminal
 * or pass for another one.
 *
 * @param text - such as a file name
 */
export function printable(text: string): string {
  return text.replace(HIDDEN, (character) => {
    const units = Array.from({ length: character.length }, (_, i) => character.charCodeAt(i))
    const hex = units.map((unit) => `\\u${unit.toString(16).padStart(4, '0')}`).join('')
    return SHORT[character] ?? hex
  })
}

/** A text of several lines in which a terminal finds nothing to obey. */
export function printableLines(text: string): string {
  return text.split('\n').map(printable).join('\n')
}

/** A value as JSON that a terminal can show; the escapes of `printable` are those of JSON. */
export function jsonText(value: unknown): string {
  return `${printableLines(JSON.stringify(value, null, 2))}\n`
}
